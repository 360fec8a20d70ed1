"""Sampling a picture or a field at given positions: OpenCV's ``remap`` with types."""

from typing import Any, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

Scalar = TypeVar("Scalar", bound=np.generic)

REPLICATE = cv2.BORDER_REPLICATE
MIRROR = cv2.BORDER_REFLECT_101
NOTHING = cv2.BORDER_CONSTANT


def sample(picture: NDArray[Scalar], where: NDArray[np.float32], border: int = REPLICATE) -> NDArray[Scalar]:
    """Return bilinear samples of ``picture`` (h, w[, c]) at ``where`` float32 (..., ..., 2): x, y in pixels.

    ``border`` says what lies outside: ``REPLICATE``, ``MIRROR`` or ``NOTHING`` (zero).
    """
    found: Any = cv2.remap(picture, where, None, cv2.INTER_LINEAR, borderMode=border)  # type: ignore[call-overload]
    return found  # type: ignore[no-any-return]
