"""Moods: emotions bend the resting face a little, come and go smoothly, and never take over."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import numpy as np

from .life import FRAME_SECONDS
from .overlay import Overlay

#: How much of the way to the mood a frame goes, twice over: there within about a second.
_APPROACH: Final = 0.14
#: A mood weaker than this is over.
_GONE: Final = 2e-3

#: What each emotion adds at full strength: the prototypes of Ekman and Friesen's EMFACS (1983), at
#: about a third of their strength.
_TABLE: Final[Mapping[str, Overlay]] = MappingProxyType({
    "neutral": Overlay.named(),
    "joy": Overlay.named(mouthSmile=0.38, cheekSquint=0.3, eyeSquint=0.14, browOuterUp=0.08),
    "sadness": Overlay.named(
        browInnerUp=0.5, mouthFrown=0.38, mouthShrugLower=0.12, eyeSquint=0.08, pitch=1.6, gaze_y=0.05
    ),
    "anger": Overlay.named(
        browDown=0.6, eyeSquint=0.26, noseSneer=0.2, mouthPress=0.25, mouthFrown=0.12, pitch=1.2
    ),
    "fear": Overlay.named(
        browInnerUp=0.55, browOuterUp=0.25, eyeWide=0.45, mouthStretch=0.28, pitch=-1.0, y=-0.006
    ),
    "disgust": Overlay.named(
        noseSneer=0.55, mouthUpperUp=0.2, browDown=0.3, eyeSquint=0.22, mouthFrown=0.1, pitch=-0.8
    ),
    "surprise": Overlay.named(browInnerUp=0.45, browOuterUp=0.45, eyeWide=0.4, jawOpen=0.05, pitch=-0.8),
})  # fmt: skip
#: The names of all emotions, ``neutral`` among them.
EMOTIONS: Final[tuple[str, ...]] = tuple(_TABLE)


class Mood:
    """The emotion that a face shows, fading in, held for its time, and fading out."""

    def __init__(self) -> None:
        """Start neutral."""
        self._target = _TABLE["neutral"].values
        self._frames_left: int | None = None
        self._halfway = np.zeros_like(self._target)
        self._shown = np.zeros_like(self._target)
        self._active = False

    def set(self, name: str, strength: float = 1.0, seconds: float | None = None) -> None:
        """Show an emotion at ``strength`` 0..1 for ``seconds``, or until the next.

        Raises ``ValueError`` for an unknown name, and for a strength or time that makes no sense.
        """
        if name not in _TABLE:
            raise ValueError(f"no such emotion: {name!r}; there are {', '.join(EMOTIONS)}")
        if not 0.0 <= strength <= 1.0:
            raise ValueError(f"the strength of an emotion must be 0 to 1, not {strength}")
        if seconds is not None and not 0.0 <= seconds < float("inf"):
            raise ValueError(f"an emotion must last 0 seconds or more, not {seconds}")
        self._target = _TABLE[name].values * strength
        self._frames_left = None if seconds is None else round(seconds / FRAME_SECONDS)
        self._active = True

    def step(self) -> Overlay | None:
        """Return what the next frame adds, None if the face is neutral."""
        if not self._active:
            return None
        if self._frames_left is not None:
            self._frames_left -= 1
            if self._frames_left < 0:
                self._target, self._frames_left = _TABLE["neutral"].values, None
        self._halfway = self._halfway + _APPROACH * (self._target - self._halfway)
        self._shown = self._shown + _APPROACH * (self._halfway - self._shown)
        if not self._target.any() and max(np.abs(self._halfway).max(), np.abs(self._shown).max()) < _GONE:
            self._halfway, self._shown = np.zeros_like(self._shown), np.zeros_like(self._shown)
            self._active = False
            return None
        return Overlay(self._shown)
