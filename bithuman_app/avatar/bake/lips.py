"""Where the lips of a picture meet, or how far they stand apart."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import Image
from ..sampling import sample
from .face import Face, Floats, Style
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
#: No closed mouth is tracked with its lips this far apart.
_SURELY_OPEN: Final = 0.09
#: How far beyond the network's lip edges the inside of a mouth may reach, in interocular distances.
_EDGE_REACH: Final = 0.055


@dataclass(frozen=True)
class Lips:
    """The inner edges of both lips.

    ``upper`` and ``lower`` float64 (11, 2), upright pixels, equal where the lips touch. ``gap``
    float64 (11,) is their distance. ``open`` says that the picture shows into the mouth, ``teeth``
    (0..1) which share of the half under the upper lip are teeth.
    """

    upper: Floats
    lower: Floats
    gap: Floats
    open: bool
    teeth: float

    @property
    def meeting_point(self) -> Floats:
        """Where the upper teeth hang from once the lips are closed, middle of the mouth, upright (2,)."""
        upper, lower = self.upper[4:7].mean(0), self.lower[4:7].mean(0)
        return np.asarray(upper + 0.25 * (lower - upper))


def smooth_curve(points: Floats) -> Callable[[Floats], Floats]:
    """Return y(x) through points sorted by x, corners rounded by Chaikin's scheme (three rounds)."""
    curve = points[np.argsort(points[:, 0])]
    for _ in range(3):
        cut = np.stack([0.75 * curve[:-1] + 0.25 * curve[1:], 0.25 * curve[:-1] + 0.75 * curve[1:]], 1)
        curve = np.r_[curve[:1], cut.reshape(-1, 2), curve[-1:]]
    return lambda x: np.interp(x, curve[:, 0], curve[:, 1])


def find_lips(image: Image, face: Face, style: Style) -> tuple[Face, Lips]:
    """Measure the lips; for a closed mouth move the inner lip points onto the dark line between them.

    Returns the face with those points corrected, and the lips.
    """
    upper = face.upright[list(UPPER_LIP_INNER)].copy()
    lower = face.upright[list(LOWER_LIP_INNER)].copy()
    gap = np.clip(lower[:, 1] - upper[:, 1], 0, None)
    if gap[4:7].mean() > _OPEN_GAP * face.interocular:
        dark, teeth, upper_teeth = _look_between(image, face, upper, lower)
        shows = (dark + teeth) * gap[4:7].mean() > _OPEN_EVIDENCE * face.interocular
        wide = gap[4:7].mean() > _SURELY_OPEN * face.interocular
        if shows or (wide and style != "drawing"):
            face, upper, lower = _to_lip_edges(image, face, upper, lower)
            gap = np.clip(lower[:, 1] - upper[:, 1], 0, None)
            return face, Lips(upper, lower, gap, True, upper_teeth)
    line = _dark_line(image, face, (upper + lower) / 2)
    if style == "drawing":
        return _drawn_lips(image, face, np.c_[(upper[:, 0] + lower[:, 0]) / 2, line])
    upper[:, 1] = lower[:, 1] = line
    points = face.upright.copy()
    for k in range(1, 10):
        points[UPPER_LIP_INNER[k], 1] = points[LOWER_LIP_INNER[k], 1] = line[k]
    _keep_rings_in_order(points)
    # the line ends nearer the outer corners than the inner ring of the mesh does
    for end, corner in ((0, MOUTH_CORNERS[0]), (10, MOUTH_CORNERS[1])):
        upper[end] = lower[end] = 0.4 * upper[end] + 0.6 * face.upright[corner]
    return face.with_upright(points), Lips(upper, lower, np.zeros(11), False, 0.0)


def _to_lip_edges(image: Image, face: Face, upper: Floats, lower: Floats) -> tuple[Face, Floats, Floats]:
    """Move the inner edges of open lips out to where the inside of the mouth ends.

    The network smooths them; what it leaves of the inside on a lip would stay dark when lips close.
    """
    looks_inside = _InsideTest.of(image, face, upper, lower)
    steps = np.linspace(0, _EDGE_REACH * face.interocular, 13)
    points = face.upright.copy()
    for line, ring, sign in ((upper, UPPER_LIP_INNER, -1), (lower, LOWER_LIP_INNER, 1)):
        where = line[:, None] + np.stack([np.zeros_like(steps), sign * steps], -1)[None]
        dark, teeth = np.moveaxis(looks_inside(_sample(image, face, where)), -1, 0)
        inside = dark | (teeth & looks_inside.colour)
        extent = np.array([steps[-1] if row.all() else steps[row.argmin()] for row in list(inside)])
        extent[[0, -1]] = 0
        extent = np.convolve(np.r_[extent[0], extent, extent[-1]], [0.25, 0.5, 0.25], "valid")
        line[1:-1, 1] += sign * extent[1:-1]
        points[list(ring[1:-1]), 1] = line[1:-1, 1]
    _keep_rings_in_order(points)
    return face.with_upright(points), upper, lower


@dataclass(frozen=True)
class _InsideTest:
    """Tells colours inside a mouth from lips: dark, or pale and bright like teeth."""

    dark_below: float
    teeth_above: float
    teeth_saturation: float
    colour: bool  # in monochrome pictures teeth cannot be told from lips
    skin: Floats

    @classmethod
    def of(cls, image: Image, face: Face, upper: Floats, lower: Floats) -> "_InsideTest":
        skin = np.median(_sample(image, face, face.upright[list(SKIN)]), 0)
        edges = np.stack([upper[5], lower[5]])
        lip = np.median(_sample(image, face, face.upright[[0, 17]] * 0.6 + edges * 0.4), 0)
        saturation = (lip.max() - lip.min()) / (lip.max() + 1)
        dark = 0.55 * min(float(skin.max()), float(lip.max()) * 1.2)
        if saturation < 0.15:
            return cls(dark, max(0.5 * float(skin.max()), 0.85 * float(lip.max())), 1.0, False, skin)
        return cls(dark, 0.5 * float(skin.max()), 0.62 * float(saturation), True, skin)

    def __call__(self, colours: Floats) -> NDArray[np.bool_]:
        """Return (..., 2): is dark, is like teeth, for colours (..., 3)."""
        value = colours.max(-1)
        saturation = (value - colours.min(-1)) / (value + 1)
        dark = value < self.dark_below
        unlike_skin = np.linalg.norm(colours - self.skin, axis=-1) > 20  # drawn skin may be as pale as teeth
        teeth = (value > self.teeth_above) & (saturation < self.teeth_saturation) & unlike_skin & ~dark
        return np.stack([dark, teeth], -1)


def _drawn_lips(image: Image, face: Face, line: Floats) -> tuple[Face, Lips]:
    """Fit a closed drawn mouth, whose corners the network puts where a real face would have them.

    From the middle outwards the line is followed as long as it differs from the skin above and below.
    """
    unit, middle = face.interocular, line[5]
    half = face.mouth_width / 2
    across = np.linspace(-1.5, 1.5, 121)
    x = middle[0] + across * half
    y = np.interp(x, line[:, 0], line[:, 1])
    window = np.linspace(-0.04, 0.04, 9) * unit
    around = _sample(image, face, np.stack(np.broadcast_arrays(x[:, None], y[:, None] + window), -1))
    skin = _sample(image, face, np.stack([x, y - 0.2 * unit], -1))[:, None]
    contrast = np.linalg.norm(around - skin, axis=-1).max(1)
    differs = contrast > 0.35 * np.median(contrast[50:71])
    left, right = 60 - int(np.argmin(differs[60::-1])), 60 + int(np.argmin(differs[60:]))
    scale = np.clip([-across[left], across[right]], 0.4, 1.3)
    points = face.upright.copy()
    for ring in UPPER_LIP_RINGS + LOWER_LIP_RINGS:
        for k, i in enumerate(ring):
            inset = points[i, 0] - middle[0]
            points[i, 0] = middle[0] + inset * scale[int(k > 5)]
            if k in (0, 10):
                points[i, 1] = np.interp(points[i, 0], x, y)
    fitted = np.c_[points[list(UPPER_LIP_INNER), 0], np.interp(points[list(UPPER_LIP_INNER), 0], x, y)]
    points[list(UPPER_LIP_INNER)] = points[list(LOWER_LIP_INNER)] = fitted
    for end, corner in ((0, MOUTH_CORNERS[0]), (10, MOUTH_CORNERS[1])):
        fitted[end] = points[corner]
    _keep_rings_in_order(points)
    return face.with_upright(points), Lips(fitted, fitted.copy(), np.zeros(11), False, 0.0)


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


def _look_between(image: Image, face: Face, upper: Floats, lower: Floats) -> tuple[float, float, float]:
    """Share of the pixels between the lips that are dark, that are teeth, and teeth in the upper half."""
    share = np.linspace(0.0, 1.0, 15)[:, None, None]
    inside = _sample(image, face, upper[4:7] * (1 - share) + lower[4:7] * share)
    dark, teeth = np.moveaxis(_InsideTest.of(image, face, upper, lower)(inside), -1, 0)
    return float(dark.mean()), float(teeth.mean()), float(teeth[1:8].mean())


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
