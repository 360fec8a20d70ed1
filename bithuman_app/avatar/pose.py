"""Everything that a face does in one frame."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .arkit import ARKIT_NAMES


def _neutral() -> NDArray[np.float32]:
    return np.zeros(len(ARKIT_NAMES), np.float32)


@dataclass(frozen=True, slots=True)
class HeadPose:
    """Where the head is, relative to the picture; all zero at rest.

    Angles are in radians: ``yaw`` > 0 turns towards the picture's right, ``pitch`` > 0 looks down,
    ``roll`` > 0 tilts clockwise as seen in the picture. ``x`` and ``y`` (right, down) are in
    interocular distances (outer eye corner to outer eye corner).
    """

    yaw: float = 0.0
    pitch: float = 0.0
    roll: float = 0.0
    x: float = 0.0
    y: float = 0.0


@dataclass(frozen=True, slots=True)
class FacePose:
    """One frame's face: 52 ARKit coefficients (float32, 0..1), head pose, breath and tongue.

    Gaze lies in the eight ``eyeLook*`` coefficients; ``Left`` is the subject's left, as in ARKit.
    ``breath`` is 0 (out) to 1 (in). ``tongue`` raises the tip of the tongue: 0 low in the mouth,
    1 at the upper teeth (``nn``, ``TH``); ARKit's ``tongueOut`` pushes it out between them.
    ``speech`` is 0 for a face at rest as its picture shows it and 1 for one engaged in speech:
    a mouth that the picture shows open or smiling is brought to the closed neutral from which the
    coefficients start. It moves slowly (tenths of a second), not with every pause.
    """

    coefficients: NDArray[np.float32] = field(default_factory=_neutral)
    head: HeadPose = HeadPose()
    breath: float = 0.0
    tongue: float = 0.0
    speech: float = 0.0
