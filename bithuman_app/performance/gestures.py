"""Gestures that any face can make: nod, shake, tilt, smile, laugh, surprise, wink, look around, greet.

A gesture is a set of tracks, each a few values in time joined by smooth steps. ``GesturePlayer`` plays
them one after the other on top of whatever else the face does.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np

from .life import FRAME_SECONDS
from .overlay import Overlay

#: Times in seconds and values; before the first time and after the last the value is zero.
Track = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Gesture:
    """Tracks by name (see ``Overlay.named``). ``sided`` ones go to either side, as chance has it."""

    tracks: Mapping[str, Track]
    sided: bool = False

    @property
    def frames(self) -> int:
        """Return how long it takes."""
        seconds = max(track[-1][0] for track in self.tracks.values())
        return -int(-seconds // FRAME_SECONDS)

    def at(self, seconds: float) -> Overlay:
        """Return what it adds at a time after its start."""
        return Overlay.named(**{name: _value(track, seconds) for name, track in self.tracks.items()})


def _value(track: Track, seconds: float) -> float:
    after = bisect_right(track, seconds, key=lambda key: key[0])
    if after == len(track):
        return 0.0
    start, value = track[after - 1] if after else (0.0, 0.0)
    end, target = track[after]
    part = (seconds - start) / (end - start)
    return value + (target - value) * part * part * (3.0 - 2.0 * part)


def _held(rise: float, until: float, end: float, value: float) -> Track:
    return (rise, value), (until, value), (end, 0.0)


_NOD: Final = Gesture({
    "pitch": ((0.24, 5.0), (0.5, -1.2), (0.74, 3.4), (1.1, 0.0)),
    "browInnerUp": _held(0.2, 0.6, 1.0, 0.08),
})  # fmt: skip
_SHAKE: Final = Gesture(
    {
        "yaw": ((0.2, -4.6), (0.48, 5.0), (0.76, -4.4), (1.0, 2.4), (1.3, 0.0)),
        "browInnerUp": _held(0.25, 0.8, 1.3, 0.12),
    },
    sided=True,
)
_TILT: Final = Gesture(
    {
        "roll": _held(0.4, 1.2, 1.8, 6.0),
        "yaw": _held(0.4, 1.2, 1.8, 1.5),
        "browInnerUp": _held(0.35, 1.1, 1.6, 0.18),
    },
    sided=True,
)
_SMILE: Final = Gesture({
    "mouthSmile": _held(0.36, 2.0, 2.9, 0.55),
    "cheekSquint": _held(0.4, 1.9, 2.8, 0.35),
    "eyeSquint": _held(0.45, 1.9, 2.7, 0.22),
    "browOuterUp": _held(0.4, 1.2, 2.2, 0.08),
})  # fmt: skip
_LAUGH: Final = Gesture({
    "mouthSmile": _held(0.28, 1.9, 2.9, 0.75),
    "cheekSquint": _held(0.3, 1.9, 2.8, 0.6),
    "eyeSquint": _held(0.32, 1.9, 2.6, 0.5),
    "jawOpen": (
        (0.28, 0.26), (0.4, 0.1), (0.52, 0.28), (0.64, 0.1), (0.76, 0.26), (0.88, 0.1), (1.0, 0.22),
        (1.14, 0.08), (1.28, 0.17), (1.44, 0.06), (1.6, 0.1), (2.2, 0.0),
    ),
    "mouthUpperUp": _held(0.3, 1.6, 2.2, 0.3),
    "pitch": (
        (0.3, -2.6), (0.4, -1.6), (0.52, -2.8), (0.64, -1.6), (0.76, -2.4), (0.88, -1.2), (1.0, -1.6),
        (1.6, 1.2), (2.6, 0.0),
    ),
    "roll": _held(0.5, 1.4, 2.4, 1.6),
    "y": ((0.28, -0.01), (0.4, 0.0), (0.52, -0.01), (0.64, 0.0), (0.76, -0.008), (0.88, 0.0)),
})  # fmt: skip
_SURPRISE: Final = Gesture({
    "browInnerUp": _held(0.16, 0.8, 1.7, 0.8),
    "browOuterUp": _held(0.16, 0.8, 1.7, 0.7),
    "eyeWide": _held(0.12, 0.7, 1.4, 0.8),
    "jawOpen": _held(0.2, 0.6, 1.2, 0.24),
    "pitch": _held(0.2, 0.7, 1.6, -2.2),
    "y": _held(0.2, 0.7, 1.6, -0.012),
})  # fmt: skip
_WINK: Final = Gesture({
    "eyeBlinkLeft": _held(0.14, 0.28, 0.5, 1.0),
    "cheekSquintLeft": _held(0.14, 0.3, 0.6, 0.6),
    "mouthSmileLeft": _held(0.2, 0.5, 1.0, 0.4),
    "mouthSmileRight": _held(0.2, 0.5, 1.0, 0.2),
    "browDownLeft": _held(0.14, 0.3, 0.5, 0.2),
    "browOuterUpRight": _held(0.16, 0.35, 0.6, 0.15),
    "roll": _held(0.25, 0.45, 1.0, 2.5),
})  # fmt: skip
_LOOK_AROUND: Final = Gesture(
    {
        "gaze_x": ((0.14, -0.5), (1.2, -0.52), (1.36, 0.5), (2.5, 0.52), (2.7, 0.0)),
        "gaze_y": ((0.14, -0.08), (1.2, -0.05), (1.36, 0.04), (2.5, 0.0), (2.7, 0.0)),
        "yaw": ((0.5, -4.5), (1.25, -4.8), (1.85, 4.5), (2.55, 4.8), (3.3, 0.0)),
        "browOuterUp": _held(0.3, 2.3, 3.0, 0.12),
    },
    sided=True,
)
_GREET: Final = Gesture({
    "pitch": ((0.18, -1.6), (0.5, 5.2), (0.95, 0.8), (1.6, 0.0)),
    "mouthSmile": _held(0.36, 1.7, 2.5, 0.55),
    "cheekSquint": _held(0.4, 1.6, 2.4, 0.3),
    "eyeSquint": _held(0.45, 1.5, 2.3, 0.18),
    "browOuterUp": _held(0.2, 0.5, 1.1, 0.4),
    "browInnerUp": _held(0.2, 0.5, 1.1, 0.3),
    "roll": _held(0.5, 1.2, 2.0, 1.8),
})  # fmt: skip

_TABLE: Final[Mapping[str, Gesture]] = MappingProxyType({
    "nod": _NOD, "shake": _SHAKE, "tilt": _TILT, "smile": _SMILE, "laugh": _LAUGH, "surprise": _SURPRISE,
    "wink": _WINK, "look_around": _LOOK_AROUND, "greet": _GREET,
})  # fmt: skip
#: The names of all gestures.
GESTURES: Final[tuple[str, ...]] = tuple(_TABLE)


class GesturePlayer:
    """Plays gestures one after the other, each a little different; deterministic by seed."""

    MOST_WAITING: Final = 4
    PAUSE_FRAMES: Final = 5
    #: No two nods are equally deep.
    STRENGTH: Final = (0.88, 1.12)

    def __init__(self, seed: int = 0) -> None:
        """Start at rest."""
        self._random = np.random.Generator(np.random.PCG64([seed, 0x6E6F64]))
        self._waiting: deque[str] = deque()
        self._playing: str | None = None
        self._frame = 0
        self._pause = 0
        self._strength = 1.0
        self._mirrored = False

    @property
    def playing(self) -> str | None:
        """Return the name of the gesture that the last frame was part of."""
        return self._playing

    def play(self, name: str, force: bool = False) -> bool:
        """Play a gesture as soon as those before it are done; return whether it was taken.

        It is not if it repeats the one before it, or if four wait already. ``force`` takes a repetition
        too and puts it in front of those that wait, the last of which gives way if there are too many.
        Raises ``ValueError`` for an unknown name.
        """
        if name not in _TABLE:
            raise ValueError(f"no such gesture: {name!r}; there are {', '.join(GESTURES)}")
        if force:
            self._waiting.appendleft(name)
            while len(self._waiting) > self.MOST_WAITING:
                self._waiting.pop()
            return True
        before = self._waiting[-1] if self._waiting else self._playing
        if name == before or len(self._waiting) >= self.MOST_WAITING:
            return False
        self._waiting.append(name)
        return True

    def forget_waiting(self) -> None:
        """Drop what waits; the gesture that plays goes on to its end."""
        self._waiting.clear()

    def step(self) -> Overlay | None:
        """Return what the next frame adds, None between gestures."""
        if self._playing is None and not self._begin():
            return None
        assert self._playing is not None
        gesture = _TABLE[self._playing]
        self._frame += 1
        overlay = gesture.at(self._frame * FRAME_SECONDS).scaled(self._strength, self._mirrored)
        if self._frame >= gesture.frames:
            self._playing = None
            self._pause = self.PAUSE_FRAMES
        return overlay

    def _begin(self) -> bool:
        if self._pause:
            self._pause -= 1
            return False
        if not self._waiting:
            return False
        self._playing = self._waiting.popleft()
        self._frame = 0
        self._strength = float(self._random.uniform(*self.STRENGTH))
        self._mirrored = bool(self._random.random() < 0.5) and _TABLE[self._playing].sided
        return True
