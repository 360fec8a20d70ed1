"""Sharpen the network's coarse outline of a person to the picture's own edges."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import Image

#: How deep fine hair may let the background through, of the picture's longer side.
_HAIR: Final = 0.03


def refine_matte(image: Image, person: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Return alpha, uint8 (h, w), from a soft mask float32 (h, w), 0..1.

    A guided filter (He, Sun and Tang 2010) with the picture as its guide: within a window the
    alpha is taken to be linear in brightness, so that it turns where the picture does.
    """
    guide = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY).astype(np.float32) / 255
    radius = max(3, round(max(image.shape[:2]) / 60)) | 1
    box = (radius, radius)
    mean_guide, mean_mask = cv2.blur(guide, box), cv2.blur(person, box)
    covariance = cv2.blur(guide * person, box) - mean_guide * mean_mask
    variance = cv2.blur(guide * guide, box) - mean_guide**2
    slope = covariance / (variance + 1e-4)
    offset = mean_mask - slope * mean_guide
    alpha = cv2.blur(slope, box) * guide + cv2.blur(offset, box)
    alpha = _without_holes(np.clip((alpha - 0.08) / 0.84, 0, 1).astype(np.float32))
    return np.asarray(np.round(alpha * 255), np.uint8)


def _without_holes(alpha: NDArray[np.float32]) -> NDArray[np.float32]:
    """Make everything solid that is not near the background at the picture's border: nobody has holes."""
    background = (alpha < 0.5).astype(np.uint8)
    _, labels = cv2.connectedComponents(background, connectivity=4)
    border = np.unique(np.r_[labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    outside = (background > 0) & np.isin(labels, border)
    distance = cv2.distanceTransform((~outside).astype(np.uint8), cv2.DIST_L2, 3)
    band = _HAIR * max(alpha.shape)
    return np.asarray(np.maximum(alpha, np.clip(distance / band - 1, 0, 1)), np.float32)
