"""What is rendered while it is timed: the poses of a real performance, with more or less of the face."""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import ARKIT_NAMES, INDEX, coefficients
from ..avatar.pose import FacePose
from ..lipsync import articulate
from ..lipsync.loudness import loudness
from ..performance import Performer

Scene = Sequence[FacePose]

#: Frames of one blink and of one round of the gaze: prime to each other, so all combinations come.
_BLINK_FRAMES, _GAZE_FRAMES = 11, 50
_EYES: Final = np.array([name.startswith("eye") for name in ARKIT_NAMES])
_MOUTH: Final = np.array([name.startswith(("jaw", "mouth", "tongue", "cheek")) for name in ARKIT_NAMES])


def make_scenes(samples: NDArray[np.float32], frames: int) -> dict[str, Scene]:
    """Return scenes of ``frames`` poses each, taken evenly from the performance of a recording.

    ``head_only`` turns and breathes; ``talking`` speaks too; ``talk_blink_gaze`` also moves lids and
    eyes in every single frame, far more than people do; ``as_performed`` is the performance itself,
    in which a frame with a blink is one of many. ``samples`` are 16 kHz mono float32.
    """
    performed = Performer(seed=0).perform(articulate(samples), loudness(samples))
    steps = np.linspace(0, len(performed) - 1, min(frames, len(performed)))
    chosen = [performed[round(step)] for step in steps]
    return {
        "head_only": [_with(pose, np.zeros_like(pose.coefficients), quiet=True) for pose in chosen],
        "talking": [_with(pose, pose.coefficients * _MOUTH) for pose in chosen],
        "talk_blink_gaze": [
            _with(pose, pose.coefficients * ~_EYES + _busy_eyes(frame)) for frame, pose in enumerate(chosen)
        ],
        "as_performed": chosen,
    }


def _with(pose: FacePose, values: NDArray[np.float32], quiet: bool = False) -> FacePose:
    if quiet:
        return replace(pose, coefficients=values, tongue=0.0, speech=0.0)
    return replace(pose, coefficients=values.astype(np.float32))


def _busy_eyes(frame: int) -> NDArray[np.float32]:
    """Eyes amid a blink that look somewhere else than straight ahead."""
    blink = 0.55 + 0.45 * math.cos(2 * math.pi * frame / _BLINK_FRAMES)
    angle = 2 * math.pi * frame / _GAZE_FRAMES
    across, down = 0.5 * math.cos(angle), 0.3 * math.sin(angle)
    values = coefficients(eyeBlink=blink)
    values[INDEX["eyeLookOutLeft"]] = values[INDEX["eyeLookInRight"]] = max(0.0, across)
    values[INDEX["eyeLookInLeft"]] = values[INDEX["eyeLookOutRight"]] = max(0.0, -across)
    for side in ("Left", "Right"):
        values[INDEX[f"eyeLookDown{side}"]] = max(0.0, down)
        values[INDEX[f"eyeLookUp{side}"]] = max(0.0, -down)
    return values
