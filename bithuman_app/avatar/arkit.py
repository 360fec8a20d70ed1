"""The 52 face coefficients of Apple's ARKit, in Apple's documented order, and helpers to index them."""

from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

ARKIT_NAMES: Final[tuple[str, ...]] = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft",
    "eyeSquintLeft", "eyeWideLeft",
    "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight",
    "jawForward", "jawLeft", "jawRight", "jawOpen",
    "mouthClose", "mouthFunnel", "mouthPucker", "mouthLeft", "mouthRight",
    "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft", "mouthFrownRight",
    "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
    "mouthPressLeft", "mouthPressRight", "mouthLowerDownLeft", "mouthLowerDownRight",
    "mouthUpperUpLeft", "mouthUpperUpRight",
    "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight",
    "cheekPuff", "cheekSquintLeft", "cheekSquintRight",
    "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip

INDEX: Final[Mapping[str, int]] = {name: i for i, name in enumerate(ARKIT_NAMES)}


def coefficients(values: Mapping[str, float] | None = None, **named: float) -> NDArray[np.float32]:
    """Return a float32 vector of the 52 coefficients, zero but for those given by name.

    A name without ``Left``/``Right`` that exists only with a side sets both sides.
    Raises ``KeyError`` for a name that ARKit does not have.
    """
    vector = np.zeros(len(ARKIT_NAMES), np.float32)
    for name, value in {**(values or {}), **named}.items():
        if name in INDEX:
            vector[INDEX[name]] = value
        else:
            vector[INDEX[name + "Left"]] = value
            vector[INDEX[name + "Right"]] = value
    return vector
