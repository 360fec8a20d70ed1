"""Weights for pictures of four channels."""

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def four(share: Floats) -> Floats:
    """Repeat a plane (h, w) for four channels (h, w, 4); far quicker than broadcasting a trailing axis."""
    return np.asarray(cv2.merge([share, share, share, share]), np.float32)
