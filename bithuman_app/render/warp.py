"""Turn forward displacements on a coarse grid into backward maps of pixels.

A forward field says where each point goes; drawing needs the opposite, where each pixel comes
from. The field is inverted on its own coarse grid by Newton's method and then enlarged.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.sampling import sample

Floats = NDArray[np.float32]

#: Limits of the Jacobian's diagonal: a field that folds (below 0) is treated as a steep squeeze.
_MOST_SQUEEZED = np.float32(0.3)
_SMALLEST_DETERMINANT = np.float32(0.22)
#: Displacements beyond this many cells (a jaw dropped all the way) need more and bounded steps:
#: an unbounded one can land on the lip from the wrong side and draw it twice.
_FAR = 11.0
_STEP = np.float32(6)


def _iterations(most: float) -> int:
    """Newton steps that leave less than a tenth of a cell, by the largest displacement in cells."""
    return 2 if most < 2.5 else 3 if most < _FAR else 8


class GridInverse:
    """Inverts stacks of displacement fields on one grid of cells.

    ``count`` fields of ``rows`` x ``columns`` cells are inverted together, one below the other:
    small arrays cost mostly call overhead.
    """

    def __init__(self, count: int, rows: int, columns: int) -> None:
        self.count, self.rows, self.columns = count, rows, columns
        y, x = np.mgrid[:rows, :columns].astype(np.float32)
        self.nodes: Floats = np.stack([np.tile(x, (count, 1)), np.tile(y, (count, 1))], -1)
        first = np.repeat(np.arange(count, dtype=np.float32) * rows, rows)[:, None]
        self._first_row = np.broadcast_to(first, (count * rows, columns))
        self._at = np.empty_like(self.nodes)
        self._inverse_jacobian = np.empty((count * rows, columns, 4), np.float32)
        # dx/dx, dy/dx, dx/dy, dy/dy, level at the borders; plane by plane, for numpy is slow on short axes
        self._slopes = np.zeros((4, count, rows, columns), np.float32)

    def invert(self, displacement: Floats) -> Floats:
        """Return where each node comes from.

        ``displacement`` float32 (count * rows, columns, 2) in cells -> float32 of the same shape,
        positions in cells of the same field.
        """
        inverse = self._inverse(displacement)
        source = self.nodes - displacement
        most = max(float(displacement.max()), -float(displacement.min()))
        for _ in range(_iterations(most)):
            at = self._within(source)
            miss = self.nodes - source
            miss -= sample(displacement, at)
            local = sample(inverse, at)
            step_x = local[..., 0] * miss[..., 0] + local[..., 1] * miss[..., 1]
            step_y = local[..., 2] * miss[..., 0] + local[..., 3] * miss[..., 1]
            if most > _FAR:
                step_x, step_y = (np.clip(step, -_STEP, _STEP) for step in (step_x, step_y))
            source[..., 0] += step_x
            source[..., 1] += step_y
        return source

    def _within(self, source: Floats) -> Floats:
        """Positions in the stack: each field keeps to its own rows. Beyond them sampling stands still."""
        if self.count == 1:
            return source
        at = self._at
        at[..., 0] = source[..., 0]
        rows = at[..., 1]
        np.maximum(source[..., 1], np.float32(0), out=rows)
        np.minimum(rows, np.float32(self.rows - 1), out=rows)
        rows += self._first_row
        return at

    def _inverse(self, displacement: Floats) -> Floats:
        """Inverse Jacobian of the forward map at the nodes, float32 (count * rows, columns, 4)."""
        field = displacement.reshape(self.count, self.rows, self.columns, 2)
        slopes = self._slopes
        for axis in range(2):
            values = field[..., axis]
            np.subtract(values[:, :, 2:], values[:, :, :-2], out=slopes[axis, :, :, 1:-1])
            np.subtract(values[:, 2:], values[:, :-2], out=slopes[2 + axis, :, 1:-1])
        planes = slopes.reshape(4, -1, self.columns)
        a = np.maximum(0.5 * planes[0] + 1, _MOST_SQUEEZED)
        d = np.maximum(0.5 * planes[3] + 1, _MOST_SQUEEZED)
        c, b = 0.5 * planes[1], 0.5 * planes[2]
        scale = 1 / np.maximum(a * d - b * c, _SMALLEST_DETERMINANT)
        out = self._inverse_jacobian
        np.multiply(d, scale, out=out[..., 0])
        np.multiply(-b, scale, out=out[..., 1])
        np.multiply(-c, scale, out=out[..., 2])
        np.multiply(a, scale, out=out[..., 3])
        return out


def enlarge(cells: Floats, size: tuple[int, int], step: Floats, origin: Floats) -> Floats:
    """Turn source positions in cells into a pixel map for ``cv2.remap``.

    ``cells`` float32 (rows, columns, 2); ``size`` (width, height) in pixels; ``step`` (2,) pixels a
    cell; ``origin`` (2,) pixel offset added. ``cv2.resize`` puts nodes at cell centres, which is
    where ``bake.field.Grid`` has them, and is ten times faster than ``cv2.warpAffine``.
    """
    offset = 0.5 * step - 0.5 + origin
    pixels = np.empty_like(cells)
    for axis in range(2):  # numpy is slow on an axis of two
        np.multiply(cells[..., axis], step[axis], out=pixels[..., axis])
        pixels[..., axis] += offset[axis]
    where = np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR), np.float32)
    _continue_to_border(where, int(np.ceil(step[0] / 2)), int(np.ceil(step[1] / 2)))
    return where


def _continue_to_border(where: Floats, across: int, down: int) -> None:
    """Go on by one pixel a pixel outside the outermost nodes, where ``cv2.resize`` stands still."""
    x, y = where[..., 0], where[..., 1]
    x[:, :across] = x[:, across : across + 1] - np.arange(across, 0, -1, dtype=np.float32)
    x[:, -across:] = x[:, -across - 1 : -across] + np.arange(1, across + 1, dtype=np.float32)
    y[:down] = y[down : down + 1] - np.arange(down, 0, -1, dtype=np.float32)[:, None]
    y[-down:] = y[-down - 1 : -down] + np.arange(1, down + 1, dtype=np.float32)[:, None]
