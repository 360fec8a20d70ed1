"""The person without the light of the old background, for frames that get another one.

Where hair or blur mixes person and background, a picture shows C = a F + (1 - a) B. Laid over a new
background as it is, the old one would shine through as a rim; so F is worked out from the rest.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

#: The background is estimated this many times coarser than the picture: it is blurred anyway.
_COARSER: Final = 4
#: Below this alpha a pixel says next to nothing about the person; neighbours are asked instead.
_TELLS_LITTLE: Final = 0.25


def without_background(picture: Pixels) -> Pixels:
    """Return a BGRA picture, uint8 (h, w, 4), whose colours are the person's alone; alpha is kept."""
    alpha = (picture[..., 3] / 255).astype(np.float32)
    colour = picture[..., :3].astype(np.float32)
    backdrop = _filled(colour, (alpha < 0.02).astype(np.float32))
    share = np.maximum(alpha, _TELLS_LITTLE)[..., None]
    person = np.clip((colour - (1 - share) * backdrop) / share, 0, 255).astype(np.float32)
    inward = _filled(person, (alpha > 0.9).astype(np.float32))
    # the thinner the hair, the less its own colour can be trusted
    trust = np.clip((alpha - _TELLS_LITTLE) / 0.5, 0, 1)[..., None]
    mixed = np.where(alpha[..., None] > 0.98, colour, inward + (person - inward) * trust)
    return np.dstack([np.rint(mixed).astype(np.uint8), picture[..., 3]])


def _filled(colour: Floats, known: Floats) -> Floats:
    """Spread known colours over the whole picture: near ones first, then ever farther ones."""
    height, width = known.shape
    size = (max(1, width // _COARSER), max(1, height // _COARSER))
    weight = cv2.resize(known, size, interpolation=cv2.INTER_AREA)
    values = cv2.resize(colour * known[..., None], size, interpolation=cv2.INTER_AREA)
    filled = np.zeros_like(values)
    done = np.zeros((*weight.shape, 1), np.float32)
    reach = 1.0
    while reach < max(size):
        near = cv2.GaussianBlur(weight, (0, 0), reach)[..., None]
        found = cv2.GaussianBlur(values, (0, 0), reach) / np.maximum(near, 1e-6)
        use = np.clip(near / 0.05, 0, 1) * (1 - done)
        filled += found * use
        done += use
        reach *= 2.5
    mean = values.sum((0, 1)) / max(float(weight.sum()), 1e-6)
    filled += mean * (1 - done)
    return np.asarray(cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
