"""Where the lips of a picture meet, or how far they stand apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ..landmarks import Image
from ..sampling import sample
from .face import Face, Floats
from .topology import (
    LOWER_LIP_INNER,
    LOWER_LIP_RINGS,
    MOUTH_CORNERS,
    SKIN,
    UPPER_LIP_INNER,
    UPPER_LIP_RINGS,
)

#: Lips further apart than this, in interocular distances, may be open (found on 130 clips).
_OPEN_GAP: Final = 0.035
#: Height of what looks like teeth or a dark mouth between open lips, in interocular distances.
_OPEN_EVIDENCE: Final = 0.030


@dataclass(frozen=True)
class Lips:
    """The inner edges of both lips.

    ``upper`` and ``lower`` float64 (11, 2), upright pixels, equal where the lips touch. ``gap``
    float64 (11,) is their distance. ``open`` says that the picture shows into the mouth, ``teeth``
    (0..1) which share of what shows are teeth.
    """

    upper: Floats
    lower: Floats
    gap: Floats
    open: bool
    teeth: float

    @property
    def meeting_point(self) -> Floats:
        """Where the lips meet once closed, middle of the mouth, upright (2,)."""
        return np.asarray(0.7 * self.upper[4:7].mean(0) + 0.3 * self.lower[4:7].mean(0))


def smooth_curve(points: Floats) -> Callable[[Floats], Floats]:
    """Return y(x) through points sorted by x, corners rounded by Chaikin's scheme (three rounds)."""
    curve = points[np.argsort(points[:, 0])]
    for _ in range(3):
        cut = np.stack([0.75 * curve[:-1] + 0.25 * curve[1:], 0.25 * curve[:-1] + 0.75 * curve[1:]], 1)
        curve = np.r_[curve[:1], cut.reshape(-1, 2), curve[-1:]]
    return lambda x: np.interp(x, curve[:, 0], curve[:, 1])


def find_lips(image: Image, face: Face) -> tuple[Face, Lips]:
    """Measure the lips; for a closed mouth move the inner lip points onto the dark line between them.

    Returns the face with those points corrected, and the lips.
    """
    upper = face.upright[list(UPPER_LIP_INNER)].copy()
    lower = face.upright[list(LOWER_LIP_INNER)].copy()
    gap = np.clip(lower[:, 1] - upper[:, 1], 0, None)
    if gap[4:7].mean() > _OPEN_GAP * face.interocular:
        dark, teeth = _look_between(image, face, upper, lower)
        if (dark + teeth) * gap[4:7].mean() > _OPEN_EVIDENCE * face.interocular:
            return face, Lips(upper, lower, gap, True, teeth / (dark + teeth))
    line = _dark_line(image, face, (upper + lower) / 2)
    upper[:, 1] = lower[:, 1] = line
    points = face.upright.copy()
    for k in range(1, 10):
        points[UPPER_LIP_INNER[k], 1] = points[LOWER_LIP_INNER[k], 1] = line[k]
    _keep_rings_in_order(points)
    # the line ends nearer the outer corners than the inner ring of the mesh does
    for end, corner in ((0, MOUTH_CORNERS[0]), (10, MOUTH_CORNERS[1])):
        upper[end] = lower[end] = 0.4 * upper[end] + 0.6 * face.upright[corner]
    return face.with_upright(points), Lips(upper, lower, np.zeros(11), False, 0.0)


def _keep_rings_in_order(points: Floats) -> None:
    """Push the middle lip rings out where the moved lip line has overtaken them."""
    for rings, sign in ((UPPER_LIP_RINGS, -1), (LOWER_LIP_RINGS, 1)):
        for k in range(1, 10):
            outer, seam = points[rings[0][k], 1], points[rings[3][k], 1]
            for ring, share in ((rings[1], 1 / 3), (rings[2], 2 / 3)):
                wanted = outer + (seam - outer) * share
                if sign * (points[ring[k], 1] - seam) < 0:
                    points[ring[k], 1] = wanted


def _sample(image: Image, face: Face, upright: Floats) -> Floats:
    """Bilinear samples of a picture at upright positions (..., 2)."""
    where = face.to_picture(upright).astype(np.float32)
    flat = where.reshape(1, -1, 2)
    values = sample(image, flat)
    return values.reshape(*upright.shape[:-1], -1).astype(np.float64)


def _look_between(image: Image, face: Face, upper: Floats, lower: Floats) -> tuple[float, float]:
    """Share of the pixels between the lips that are dark, and that look like teeth."""
    share = np.linspace(0.0, 1.0, 15)[:, None, None]
    inside = _sample(image, face, upper[4:7] * (1 - share) + lower[4:7] * share)
    skin = np.median(_sample(image, face, face.upright[list(SKIN)]), 0)
    lip = np.median(_sample(image, face, (face.upright[[0, 17]] * 0.6 + upper[[5, 5]] * 0.4)), 0)
    value = inside.max(-1)
    saturation = (value - inside.min(-1)) / (value + 1)
    lip_saturation = (lip.max() - lip.min()) / (lip.max() + 1)
    dark = value < 0.55 * min(skin.max(), lip.max() * 1.2)
    teeth = (value > 0.5 * skin.max()) & (saturation < max(0.12, 0.62 * lip_saturation)) & ~dark
    return float(dark.mean()), float(teeth.mean())


def _dark_line(image: Image, face: Face, middle: Floats) -> Floats:
    """Follow the dark valley between closed lips by dynamic programming; returns upright y (11,)."""
    unit = face.interocular
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    grey = cv2.GaussianBlur(grey, (0, 0), max(0.6, unit / 150))
    reach = max(2, round(unit * 0.035))
    offsets = np.arange(-reach, reach + 1)
    where = middle[1:-1, None, :] + np.stack([np.zeros_like(offsets), offsets], -1)[None]
    brightness = _sample(np.asarray(grey, np.uint8), face, where)[..., 0]
    brightness -= brightness.min(1, keepdims=True)
    cost = brightness / (brightness.mean() + 1e-3) + (offsets / reach) ** 2 * 0.35
    bend = (offsets[:, None] - offsets[None]) ** 2 * 0.12
    total = cost.copy()
    origin = np.zeros(cost.shape, int)
    for i in range(1, len(cost)):
        through = total[i - 1][None] + bend
        origin[i] = through.argmin(1)
        total[i] += through.min(1)
    path = [int(total[-1].argmin())]
    for i in range(len(cost) - 1, 0, -1):
        path.append(int(origin[i][path[-1]]))
    shift = offsets[np.array(path[::-1])].astype(np.float64)
    shift = np.convolve(np.r_[shift[0], shift, shift[-1]], [0.25, 0.5, 0.25], "valid")
    line = middle[:, 1].copy()
    line[1:-1] += shift
    return line
