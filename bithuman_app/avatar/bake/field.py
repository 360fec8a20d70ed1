"""Smooth displacement fields through scattered points, on regular grids of cells."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..model import FieldGrid

Floats = NDArray[np.float64]
_ROWS_AT_ONCE = 4096


@dataclass(frozen=True)
class Grid(FieldGrid):
    """A grid of an avatar with what a bake needs to know of it.

    Nodes lie at cell centres, so enlarging a grid by ``step`` with ``cv2.resize`` lands on pixels:
    node (i, j) is at pixel ``left + (i + 0.5) * step_x - 0.5``.
    """

    @classmethod
    def over(cls, left: int, top: int, width: int, height: int, step: float) -> "Grid":
        """Cover a rectangle with cells of about ``step`` pixels."""
        return cls(left, top, width, height, max(4, round(width / step)), max(4, round(height / step)))

    @property
    def step(self) -> Floats:
        """Cell size in pixels (x, y)."""
        return np.array([self.width / self.columns, self.height / self.rows])

    def nodes(self) -> Floats:
        """Return node positions in picture pixels, float64 (rows, columns, 2)."""
        x = self.left + (np.arange(self.columns) + 0.5) * self.width / self.columns - 0.5
        y = self.top + (np.arange(self.rows) + 0.5) * self.height / self.rows - 0.5
        return np.stack(np.meshgrid(x, y), -1)


def interpolate(points: Floats, values: Floats, targets: Floats, smoothing: float = 4e-3) -> Floats:
    """Interpolate scattered values with a linear polyharmonic spline (kernel -|r|, affine trend).

    ``points`` (n, 2), ``values`` (n, k), ``targets`` (..., 2) -> float64 (..., k). ``smoothing``
    is the ridge on the kernel, relative to the mean distance; it also keeps coincident points
    solvable.
    """
    count = len(points)
    kernel = np.linalg.norm(points[:, None] - points[None], axis=2)
    scale = kernel.mean()
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = -kernel / scale + smoothing * np.eye(count)
    system[:count, count:] = np.c_[np.ones(count), points / scale]
    system[count:, :count] = system[:count, count:].T
    weights = np.linalg.solve(system, np.r_[values, np.zeros((3, values.shape[1]))]).astype(np.float32)
    flat = targets.reshape(-1, 2)
    result = np.empty((len(flat), values.shape[1]), np.float32)
    centres = points.astype(np.float32)
    for i in range(0, len(flat), _ROWS_AT_ONCE):
        part = flat[i : i + _ROWS_AT_ONCE].astype(np.float32)
        # |a - b|^2 = |a|^2 + |b|^2 - 2ab: one matrix product instead of a large difference array
        squared = (part**2).sum(1)[:, None] + (centres**2).sum(1)[None] - 2 * part @ centres.T
        distance = np.sqrt(np.maximum(squared, 0)) / np.float32(scale)
        trend = np.c_[np.ones(len(part), np.float32), part / np.float32(scale)]
        result[i : i + _ROWS_AT_ONCE] = -distance @ weights[:count] + trend @ weights[count:]
    return result.astype(np.float64).reshape(*targets.shape[:-1], values.shape[1])
