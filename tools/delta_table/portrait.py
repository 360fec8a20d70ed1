"""Draw the MakeHuman head from the front, well enough for the landmark network to track it."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from tools.delta_table.makehuman import BaseMesh

SIZE: Final = 1024
PIXELS_PER_UNIT: Final = 330.0
CENTRE_Y: Final = 7.1  # height of the middle of the face
_LOWEST_Y: Final = 5.6  # below: shoulders
_TO_LIGHT: Final = np.array([0.3, 0.45, 0.85]) / np.linalg.norm([0.3, 0.45, 0.85])
# colours are BGR
_BACKGROUND, _SKIN, _EYEBALL, _BROW = (125, 120, 120), (150, 175, 225), (235, 235, 235), (50, 65, 90)
_IRIS, _PUPIL = (40, 50, 70), (10, 10, 10)
_IRIS_RADIUS, _PUPIL_RADIUS = 19, 8
_BROW_CURVE: Final = np.array([[0.12, 7.47], [0.25, 7.55], [0.40, 7.54], [0.50, 7.47]])


@dataclass(frozen=True)
class Hits:
    """What each pixel sees: ``depth`` (−inf: nothing), triangle index (−1: none), barycentric weights."""

    depth: NDArray[np.float64]
    triangle: NDArray[np.int64]
    weights: NDArray[np.float64]


def to_pixels(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project (n, 3) mesh positions: columns x and y in pixels, z in pixels towards the viewer."""
    x, y, z = np.asarray(points, np.float64).T
    middle = SIZE / 2
    return np.array(
        np.c_[x * PIXELS_PER_UNIT + middle, (CENTRE_Y - y) * PIXELS_PER_UNIT + middle, z * PIXELS_PER_UNIT]
    )


def to_mesh_plane(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the x and y in mesh units of (n, 2) pixels: the inverse of ``to_pixels``."""
    middle = SIZE / 2
    x, y = pixels.T
    return np.array(np.c_[(x - middle) / PIXELS_PER_UNIT, CENTRE_Y - (y - middle) / PIXELS_PER_UNIT])


def rasterise(points: NDArray[np.float64], triangles: NDArray[np.int64]) -> Hits:
    """Z-buffer (n, 3) projected points; the greatest z wins."""
    depth = np.full((SIZE, SIZE), -np.inf)
    index = np.full((SIZE, SIZE), -1, np.int64)
    weights = np.zeros((SIZE, SIZE, 3))
    for number, (a, b, c) in enumerate(points[triangles]):
        double_area = (b[1] - c[1]) * (a[0] - c[0]) + (c[0] - b[0]) * (a[1] - c[1])
        if abs(double_area) < 1e-12:
            continue
        low = np.maximum(np.floor(np.minimum(np.minimum(a, b), c)[:2]).astype(int), 0)
        high = np.minimum(np.ceil(np.maximum(np.maximum(a, b), c)[:2]).astype(int), SIZE - 1) + 1
        if (low >= high).any():
            continue
        x, y = np.arange(low[0], high[0])[None], np.arange(low[1], high[1])[:, None]
        u = ((b[1] - c[1]) * (x - c[0]) + (c[0] - b[0]) * (y - c[1])) / double_area
        v = ((c[1] - a[1]) * (x - c[0]) + (a[0] - c[0]) * (y - c[1])) / double_area
        w = 1 - u - v
        z = u * a[2] + v * b[2] + w * c[2]
        window = (slice(low[1], high[1]), slice(low[0], high[0]))
        nearer = (u >= -1e-6) & (v >= -1e-6) & (w >= -1e-6) & (z > depth[window])
        depth[window][nearer] = z[nearer]
        index[window][nearer] = number
        weights[window][nearer] = np.stack([u, v, w], -1)[nearer]
    return Hits(depth, index, weights)


def visible_vertices(mesh: BaseMesh) -> NDArray[np.bool_]:
    """Return which vertices are not hidden behind skin, seen from the front."""
    points = to_pixels(mesh.vertices)
    depth = rasterise(points, _head(mesh)).depth
    pixel = np.clip(np.round(points[:, :2]).astype(int), 0, SIZE - 1)
    # the surface around a vertex within a pixel may stand a little before it
    return np.asarray(points[:, 2] > depth[pixel[:, 1], pixel[:, 0]] - 0.02 * PIXELS_PER_UNIT)


def _head(mesh: BaseMesh) -> NDArray[np.int64]:
    skin = mesh.triangles["body"]
    return np.asarray(skin[mesh.vertices[skin][:, :, 1].min(1) > _LOWEST_Y])


def draw_portrait(mesh: BaseMesh) -> NDArray[np.uint8]:
    """Return a plain, lit portrait with eyes and brows, (1024, 1024, 3) BGR uint8."""
    skin, points = _head(mesh), to_pixels(mesh.vertices)
    hits = rasterise(points, skin)
    picture = np.full((SIZE, SIZE, 3), _BACKGROUND, np.float64)
    seen = hits.triangle >= 0
    normal = (mesh.normals()[skin[hits.triangle[seen]]] * hits.weights[seen][:, :, None]).sum(1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    picture[seen] = np.array(_SKIN) * (np.clip(normal @ _TO_LIGHT, 0, 1) * 0.8 + 0.25)[:, None]
    for group in ("helper-l-eye", "helper-r-eye"):
        _draw_eye(picture, points, mesh.triangles[group], hits)
    canvas = np.asarray(np.clip(picture, 0, 255), np.uint8)
    for side in (-1, 1):
        curve = to_pixels(np.c_[_BROW_CURVE * [side, 1], np.zeros(len(_BROW_CURVE))])[:, :2].astype(int)
        cv2.polylines(canvas, [curve], False, _BROW, 12, cv2.LINE_AA)
    return canvas


def _draw_eye(
    picture: NDArray[np.float64], points: NDArray[np.float64], triangles: NDArray[np.int64], skin: Hits
) -> None:
    ball = rasterise(points, triangles)
    visible = (ball.triangle >= 0) & (ball.depth > skin.depth)
    centre = points[np.unique(triangles)].mean(0)
    y, x = np.mgrid[:SIZE, :SIZE]
    distance = np.hypot(x - centre[0], y - centre[1])
    picture[visible] = _EYEBALL
    picture[visible & (distance < _IRIS_RADIUS)] = _IRIS
    picture[visible & (distance < _PUPIL_RADIUS)] = _PUPIL
