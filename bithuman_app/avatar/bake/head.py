"""How the head turns as one piece: weight, depth and breath on a grid."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..model import HeadField
from ..sampling import sample
from .face import Face, Floats, smoothstep
from .field import Grid, interpolate
from .topology import CHEEK_LEFT, CHEEK_RIGHT, FACE_OVAL

#: How far shoulders rise with a breath, in interocular distances.
_BREATH: Final = 0.014
#: Weights below this are none: a background that moves by a tenth of a pixel shimmers.
_STANDS_STILL: Final = 0.03


def pivot(face: Face) -> Floats:
    """The point the head turns about, in the neck: picture pixels (2,)."""
    return np.asarray(face.oval_centre + face.rotation @ np.array([0, 0.55 * face.height]))


def bake_head(face: Face, person: NDArray[np.float32], grid: Grid) -> HeadField:
    """Spread weight, depth and breath over a grid.

    ``person`` float32 (h, w), 0..1: where the person is; hair moves with the head as far as it
    reaches, and the background only close to it.
    """
    height, width = person.shape
    nodes = grid.nodes()
    from_centre = (nodes - face.oval_centre) @ face.rotation
    cheeks = float(np.hypot(*(face.points[CHEEK_RIGHT, :2] - face.points[CHEEK_LEFT, :2])))
    x, y = from_centre[..., 0] / (cheeks * 0.95), (from_centre[..., 1] + 0.12 * face.height) / face.height
    ellipse = smoothstep(1.2, 0.72, np.hypot(x, y))
    hair = _sample(_spread(person, face.interocular), nodes)
    neck = smoothstep(0.98 * face.height, 0.45 * face.height, from_centre[..., 1])
    reach = smoothstep(2.6, 1.6, np.hypot(x, y))  # a second person in the picture stays put
    edge = np.minimum.reduce(
        [nodes[..., 0], width - 1 - nodes[..., 0], nodes[..., 1], height - 1 - nodes[..., 1]]
    )
    inset = smoothstep(0, 0.1 * min(width, height), edge)
    weight = np.maximum(ellipse, hair * reach) * neck * inset
    weight = np.clip((weight - _STANDS_STILL) / (1 - _STANDS_STILL), 0, 1)
    below = smoothstep(0.3 * face.height, 0.9 * face.height, from_centre[..., 1])
    body = below * np.maximum(0.25, _sample(_spread(person, face.interocular), nodes))
    sides = smoothstep(0, 0.05 * width, np.minimum(nodes[..., 0], width - 1 - nodes[..., 0]))
    return HeadField(
        weight=_blur(weight, 1.0),
        depth=_blur(_depth(face, nodes), 1.2),
        breath=_blur(-_BREATH * face.interocular * body * (0.4 + 0.6 * sides), 1.5),
    )


def _depth(face: Face, nodes: Floats) -> Floats:
    """Depth towards the viewer in pixels, falling off behind the face outline."""
    z = -face.points[:, 2]
    oval = list(FACE_OVAL)
    around = face.oval_centre + (face.points[oval, :2] - face.oval_centre) * 1.6
    behind = np.full(len(oval), z[oval].mean() - 0.25 * face.interocular)
    at = np.r_[face.points[::2, :2], around]
    depth = interpolate(at, np.r_[z[::2], behind][:, None], nodes, 1e-2)[..., 0]
    return np.clip(depth, z.min() - 0.6 * face.interocular, z.max())


def _spread(person: NDArray[np.float32], unit: float) -> NDArray[np.float32]:
    """Grow the outline so that the falloff lies in the background, not in the hair."""
    size = max(3, int(unit * 0.2) | 1)
    small = cv2.resize(person, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(3, size // 4 | 1),) * 2)
    grown = cv2.GaussianBlur(cv2.dilate(small, kernel), (0, 0), max(1.0, unit * 0.16 / 4))
    return np.asarray(cv2.resize(grown, person.shape[::-1]), np.float32)


def _sample(values: NDArray[np.float32], nodes: Floats) -> Floats:
    at = nodes.astype(np.float32)
    return np.asarray(sample(values, at), np.float64)


def _blur(values: Floats, sigma: float) -> NDArray[np.float32]:
    return np.asarray(cv2.GaussianBlur(values.astype(np.float32), (0, 0), sigma), np.float32)
