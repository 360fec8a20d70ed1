"""What gestures and moods add to a pose, and how the two combine.

- Head angles add up, within what a picture can be turned; the eyes turn against the addition, so the
  gaze stays on the viewer unless the gesture itself looks elsewhere.
- The lips belong to speech: what would open, part or press them counts little while the face speaks, and
  a smile gives way to rounded lips.
- The further closed lid wins; what widens or narrows the eye gives way as the lid comes down.
- All coefficients end up in 0..1.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import ARKIT_NAMES, INDEX
from ..avatar.pose import FacePose, HeadPose
from .performer import EYE_RANGE_DEGREES, GAZE_LIMIT

#: What an overlay moves besides the 52 coefficients: head angles in degrees, head shift in interocular
#: distances, gaze in parts of the eye's range; directions as in ``HeadPose`` and ``life.Gaze``.
EXTRA_NAMES: Final = ("yaw", "pitch", "roll", "x", "y", "gaze_x", "gaze_y")
_NAMES: Final = (*ARKIT_NAMES, *EXTRA_NAMES)
_MIRRORED: Final = [_NAMES.index(name) for name in ("yaw", "roll", "x", "gaze_x")]

#: How far a head may be turned, tilted and shifted in all.
LIMIT_DEGREES: Final = 9.0
LIMIT_SHIFT: Final = 0.06
#: What is left of the mouth's part of an overlay in the midst of speech.
MOUTH_IN_SPEECH: Final = 0.15
SMILE_IN_SPEECH: Final = 0.7

_COUNT: Final = len(ARKIT_NAMES)
_BLINK: Final = [INDEX["eyeBlinkLeft"], INDEX["eyeBlinkRight"]]
_SQUINT: Final = [INDEX["eyeSquintLeft"], INDEX["eyeSquintRight"]]
_WIDE: Final = [INDEX["eyeWideLeft"], INDEX["eyeWideRight"]]
_SMILE: Final = [INDEX[name + side] for name in ("mouthSmile", "mouthDimple") for side in ("Left", "Right")]
_LIPS: Final = [
    i for name, i in INDEX.items() if name.startswith(("mouth", "jaw", "tongue")) and i not in _SMILE
]
_ROUND: Final = [INDEX["mouthPucker"], INDEX["mouthFunnel"]]
_LOOK: Final = [i for name, i in INDEX.items() if name.startswith("eyeLook")]
_RIGHT: Final = [INDEX["eyeLookOutLeft"], INDEX["eyeLookInRight"]]
_LEFT: Final = [INDEX["eyeLookInLeft"], INDEX["eyeLookOutRight"]]
_DOWN: Final = [INDEX["eyeLookDownLeft"], INDEX["eyeLookDownRight"]]
_UP: Final = [INDEX["eyeLookUpLeft"], INDEX["eyeLookUpRight"]]


@dataclass(frozen=True, slots=True)
class Overlay:
    """What is added to one pose: float64 (59,), the 52 coefficients and then ``EXTRA_NAMES``."""

    values: NDArray[np.float64]

    @staticmethod
    def named(**named: float) -> "Overlay":
        """Make one from names of ``ARKIT_NAMES`` (a name without a side sets both) and ``EXTRA_NAMES``."""
        values = np.zeros(len(_NAMES))
        for name, value in named.items():
            for each in (name,) if name in _NAMES else (name + "Left", name + "Right"):
                values[_NAMES.index(each)] = value
        return Overlay(values)

    def scaled(self, factor: float, mirror: bool = False) -> "Overlay":
        """Return this times a factor; ``mirror`` swaps the directions of head and gaze."""
        values = self.values * factor
        if mirror:
            values[_MIRRORED] *= -1
        return Overlay(values)


def add(pose: FacePose, overlay: Overlay | None) -> FacePose:
    """Return a pose with what a gesture or a mood adds; the very same pose if that is nothing."""
    if overlay is None:
        return pose
    yaw, pitch, roll, x, y, gaze_x, gaze_y = overlay.values[_COUNT:].tolist()
    coefficients = pose.coefficients.astype(np.float64)
    added = overlay.values[:_COUNT].copy()
    roundness = min(float(coefficients[_ROUND].max()), 1.0)
    added[_LIPS] *= 1.0 - (1.0 - MOUTH_IN_SPEECH) * pose.speech
    added[_SMILE] *= (1.0 - (1.0 - SMILE_IN_SPEECH) * pose.speech) * (1.0 - 0.8 * roundness)
    closed = np.maximum(coefficients[_BLINK], added[_BLINK])
    look_x = float(coefficients[_RIGHT[0]] - coefficients[_LEFT[0]])
    look_y = float(coefficients[_DOWN[0]] - coefficients[_UP[0]])
    coefficients += added
    coefficients[_BLINK] = closed
    coefficients[_SQUINT] *= 1.0 - closed
    coefficients[_WIDE] *= 1.0 - closed
    turned = HeadPose(
        yaw=_turn(pose.head.yaw, yaw),
        pitch=_turn(pose.head.pitch, pitch),
        roll=_turn(pose.head.roll, roll),
        x=_limit(pose.head.x + x, LIMIT_SHIFT),
        y=_limit(pose.head.y + y, LIMIT_SHIFT),
    )
    look_x += gaze_x - math.degrees(turned.yaw - pose.head.yaw) / EYE_RANGE_DEGREES
    look_y += gaze_y - math.degrees(turned.pitch - pose.head.pitch) / EYE_RANGE_DEGREES
    _look(coefficients, _limit(look_x, GAZE_LIMIT), _limit(look_y, GAZE_LIMIT))
    return FacePose(
        np.clip(coefficients, 0.0, 1.0).astype(np.float32), turned, pose.breath, pose.tongue, pose.speech
    )


def _look(coefficients: NDArray[np.float64], x: float, y: float) -> None:
    coefficients[_LOOK] = 0.0
    coefficients[_RIGHT if x > 0 else _LEFT] = abs(x)
    coefficients[_DOWN if y > 0 else _UP] = abs(y)


def _turn(radians: float, degrees: float) -> float:
    return _limit(radians + math.radians(degrees), math.radians(LIMIT_DEGREES))


def _limit(value: float, bound: float) -> float:
    return min(max(value, -bound), bound)
