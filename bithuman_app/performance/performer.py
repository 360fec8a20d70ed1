"""The whole performance: speech, life and how they combine, one face pose a frame.

How the parts combine:

- Lips and jaw belong to the articulation alone. Stretch and smile soften where the mouth is rounded.
- Head angles add up: idle sway (wider while speaking), nods and posture. Their sum stays within
  ``HEAD_LIMIT_DEGREES``.
- The eyes turn against the head, so the gaze stays where it was; then it is clamped.
- A blink wins over everything that shapes the lids: squint and wide give way as the lid comes down.
- Brows add up: idle drift, and raises on emphasis.
- A phrase's end and a long shift of gaze make a blink likelier, as in people.
- All coefficients end up in 0..1.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import INDEX
from ..avatar.pose import FacePose, HeadPose
from ..lipsync.curves import ARTICULATION_NAMES, VISEME_NAMES, Curves
from . import articulation
from .life import Blinks, Breath, Gaze, SlowNoise
from .speech_motion import SpeechGesture, SpeechMotion


@dataclass(frozen=True, slots=True)
class Style:
    """How strongly a kind of character moves; 1 is a person's photo."""

    lips: float = 1.0
    head: float = 1.0
    brows: float = 1.0
    gaze: float = 1.0


#: Drawings read better with more movement; an animal's lips stretch little, and its eyes turn less.
STYLES: Final = {
    "photo": Style(),
    "drawing": Style(head=1.2, brows=1.4, gaze=0.9),
    "animal": Style(lips=0.6, head=1.2, brows=0.6, gaze=0.6),
}

#: Standard deviations of the idle sway: yaw, pitch, roll in degrees; x, y in interocular distances.
SWAY: Final = np.array([1.25, 0.6, 0.5, 0.006, 0.004])
SWAY_HERTZ: Final = 0.16
#: How much wider the sway is while speaking.
SPEAKING_SWAY: Final = 0.6
HEAD_LIMIT_DEGREES: Final = 6.0
#: How far an eye turns at a coefficient of 1.
EYE_RANGE_DEGREES: Final = 30.0
GAZE_LIMIT: Final = 0.6
BROW_DRIFT: Final = 0.03
#: How likely a blink is at the end of a phrase and at a long shift of gaze.
PHRASE_END_BLINK: Final = 0.5
GAZE_SHIFT_BLINK: Final = 0.3

_SILENT_DB: Final = -100.0
_SILENCE: Final = VISEME_NAMES.index("sil")
_LIP_SHAPES: Final = [
    INDEX[name + side]
    for name in ("mouthStretch", "mouthSmile", "mouthUpperUp", "mouthLowerDown")
    for side in ("Left", "Right")
]
_BROW_INNER: Final = INDEX["browInnerUp"]
_BROW_OUTER: Final = [INDEX["browOuterUpLeft"], INDEX["browOuterUpRight"]]
_BLINK: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_LID_SHAPES: Final = [INDEX[f"eye{name}{side}"] for name in ("Squint", "Wide") for side in ("Left", "Right")]
# Looking to the picture's right is the subject's left: the left eye turns out, the right eye in.
_LOOK_RIGHT: Final = [INDEX["eyeLookOutLeft"], INDEX["eyeLookInRight"]]
_LOOK_LEFT: Final = [INDEX["eyeLookInLeft"], INDEX["eyeLookOutRight"]]
_LOOK_DOWN: Final = [INDEX["eyeLookDownLeft"], INDEX["eyeLookDownRight"]]
_LOOK_UP: Final = [INDEX["eyeLookUpLeft"], INDEX["eyeLookUpRight"]]


class Performer:
    """One character's performance: deterministic by seed, the same however the frames are asked for."""

    def __init__(self, seed: int = 0, style: str = "photo") -> None:
        """Start at rest.

        ``style`` is one of ``STYLES``. Raises ``ValueError`` for another, and for a negative ``seed``.
        """
        if style not in STYLES:
            raise ValueError(f"style must be one of {', '.join(STYLES)}, not {style!r}")
        self._style = STYLES[style]
        streams = [
            np.random.Generator(np.random.PCG64(child)) for child in np.random.SeedSequence(seed).spawn(6)
        ]
        self._breath = Breath(streams[0])
        self._blinks = Blinks(streams[1])
        self._gaze = Gaze(streams[2])
        self._sway = SlowNoise(streams[3], len(SWAY), SWAY_HERTZ)
        self._brows = SlowNoise(streams[4], 2, hertz=0.1)
        self._speech = SpeechMotion(streams[5])

    def perform(self, curves: Curves, loudness_db: NDArray[np.floating]) -> list[FacePose]:
        """Return the next poses, one for each frame of ``curves``.

        ``loudness_db`` is (frames,), the level of the same frames in dBFS (``lipsync.loudness``).
        Raises ``ValueError`` if the two differ in length.
        """
        if len(curves) != len(loudness_db):
            raise ValueError(f"{len(curves)} frames of curves but {len(loudness_db)} of loudness")
        frames = zip(curves.articulation, curves.visemes, np.asarray(loudness_db).tolist(), strict=True)
        return [self._frame(*frame) for frame in frames]

    def idle(self, frames: int) -> list[FacePose]:
        """Return the next poses of a face that is silent: the same as performing silent curves."""
        return [self._frame(_RESTING, _SILENT, _SILENT_DB) for _ in range(frames)]

    def _frame(
        self, curves: NDArray[np.float32], visemes: NDArray[np.float32], loudness_db: float
    ) -> FacePose:
        coefficients, tongue = articulation.mouth(curves, visemes)
        if self._style.lips != 1.0:
            coefficients[_LIP_SHAPES] *= np.float32(self._style.lips)
        gesture = self._speech.step(1.0 - float(visemes[_SILENCE]), loudness_db)
        head, degrees = self._move_head(gesture)
        self._look(coefficients, gesture.speaking, degrees)
        self._raise_brows(coefficients, gesture.brow_raise)
        self._blink(coefficients, gesture.phrase_ended)
        return FacePose(
            np.minimum(np.maximum(coefficients, 0), 1),
            head,
            breath=self._breath.step(),
            tongue=tongue,
            speech=gesture.engaged,
        )

    def _move_head(self, gesture: SpeechGesture) -> tuple[HeadPose, tuple[float, float]]:
        """Return the head pose, and its yaw and pitch in degrees."""
        width = self._style.head * (1 + SPEAKING_SWAY * gesture.speaking)
        yaw, pitch, roll, x, y = (self._sway.step() * SWAY * width).tolist()
        strength = self._style.head
        yaw = _limit(yaw + strength * gesture.yaw, HEAD_LIMIT_DEGREES)
        pitch = _limit(pitch + strength * gesture.pitch, HEAD_LIMIT_DEGREES)
        roll = _limit(roll + strength * gesture.roll, HEAD_LIMIT_DEGREES)
        head = HeadPose(math.radians(yaw), math.radians(pitch), math.radians(roll), x, y)
        return head, (yaw, pitch)

    def _look(
        self, coefficients: NDArray[np.float32], speaking: float, head_degrees: tuple[float, float]
    ) -> None:
        x, y = self._gaze.step(speaking)
        x = _limit(self._style.gaze * x - head_degrees[0] / EYE_RANGE_DEGREES, GAZE_LIMIT)
        y = _limit(self._style.gaze * y - head_degrees[1] / EYE_RANGE_DEGREES, GAZE_LIMIT)
        coefficients[_LOOK_RIGHT if x > 0 else _LOOK_LEFT] = abs(x)
        coefficients[_LOOK_DOWN if y > 0 else _LOOK_UP] = abs(y)

    def _raise_brows(self, coefficients: NDArray[np.float32], emphasis: float) -> None:
        inner, outer = (BROW_DRIFT * self._brows.step()).tolist()
        strength = self._style.brows
        coefficients[_BROW_INNER] += strength * max(0.0, inner + emphasis)
        coefficients[_BROW_OUTER] += strength * max(0.0, outer + 0.7 * emphasis)

    def _blink(self, coefficients: NDArray[np.float32], phrase_ended: bool) -> None:
        if phrase_ended:
            self._blinks.suggest(PHRASE_END_BLINK)
        if self._gaze.shifted:
            self._blinks.suggest(GAZE_SHIFT_BLINK)
        closed = self._blinks.step()
        coefficients[_BLINK] = np.maximum(coefficients[_BLINK], np.float32(closed))
        coefficients[_LID_SHAPES] *= np.float32(1.0 - closed)


_RESTING: Final = np.zeros(len(ARTICULATION_NAMES), np.float32)
_SILENT: Final = np.eye(len(VISEME_NAMES), dtype=np.float32)[_SILENCE]


def _limit(value: float, bound: float) -> float:
    return min(max(value, -bound), bound)
