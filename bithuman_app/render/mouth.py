"""Draw the mouth: two lip layers over teeth, tongue and cavity."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import INDEX
from ..avatar.model import Avatar
from ..avatar.pose import FacePose
from ..avatar.sampling import MIRROR, sample
from .planes import four
from .warp import Floats, GridInverse, enlarge

Pixels = NDArray[np.uint8]

#: Where teeth and tongue sit, in interocular distances below the line where the lips meet.
_UPPER_EDGE: Final = 0.034
_LOWER_EDGE: Final = 0.050
_TONGUE_REST, _TONGUE_RAISED, _TONGUE_OUT = 0.105, 0.01, 0.03
#: Coefficients that open or shape the mouth; below this sum the layers fade into the plain picture.
_FADE_IN: Final = np.float32(0.06)
#: How strongly relief darkens or lights blue, green, red (and alpha, which is not used).
_SHADE_TINT: Final = np.array([1.15, 1.0, 0.8, 1.0])
_CLEAR_SEAM: Final = np.float32(0.06)
_LOOKS_AT_MOUTH: Final = tuple(n for n in INDEX if n.startswith(("jaw", "mouth", "tongue")))


class MouthLayer:
    """Draws one avatar's mouth into frames; all state is precomputed, nothing is kept between frames."""

    def __init__(self, avatar: Avatar) -> None:
        mouth = avatar.mouth
        grid = mouth.grid
        self._mouth, self._unit = mouth, avatar.unit
        self.inverse = GridInverse(2, grid.rows, grid.columns)
        self._step = np.array([grid.width / grid.columns, grid.height / grid.rows], np.float32)
        self._size = (grid.width, grid.height)
        self._corner = np.array([grid.left, grid.top], np.float32)
        self._corners = np.tile(self._corner, (grid.height, grid.width, 1))  # for subtracting it quickly
        self.rows = slice(grid.top, grid.top + grid.height)
        self.columns = slice(grid.left, grid.left + grid.width)
        self._border = np.repeat((mouth.border.astype(np.float32) / 255)[..., None], 4, 2)
        self._border[..., 3] = 0  # the picture's own alpha stays
        self._relief = mouth.relief.astype(np.float32) / 127
        tint = 1 + (_SHADE_TINT - 1) * mouth.interior.saturation
        self._shade_tint = [np.float32(v) for v in tint]
        self._down = avatar.rotation[:, 1].astype(np.float32)
        self._across = avatar.rotation[:, 0].astype(np.float32)
        self._indices = np.array([INDEX[n] for n in _LOOKS_AT_MOUTH])
        node = (mouth.anchor - self._corner) / self._step
        self._anchor_node = tuple(np.clip(node.astype(int), 0, [grid.columns - 1, grid.rows - 1]))

    def draw(self, frame: Pixels, plain_map: Floats, field: Floats, head: Floats, pose: FacePose) -> None:
        """Draw into ``frame`` (BGRA, whole picture), in place.

        ``plain_map`` is the pixel map of the whole frame; ``field`` float32 (2, rows, columns, 2)
        the displacement of both layers and ``head`` (rows, columns, 2) that of the head, in cells.
        """
        active = float(np.abs(pose.coefficients[self._indices]).sum()) + (
            pose.speech if self._mouth.open else 0.0
        )
        if active < 1e-3:
            return
        source = self.inverse.invert((field + head).reshape(-1, *head.shape[1:]))
        rows = head.shape[0]
        origin = np.zeros(2, np.float32)
        upper = self._sample(self._mouth.upper, enlarge(source[:rows], self._size, self._step, origin))
        lower = self._sample(self._mouth.lower, enlarge(source[rows:], self._size, self._step, origin))
        upper_share = upper[..., 3] * np.float32(1 / 255)
        lower_share = np.minimum(lower[..., 3] * np.float32(1 / 255), 1 - upper_share)
        gap = 1 - upper_share - lower_share
        gap = np.maximum((gap - _CLEAR_SEAM) * np.float32(1 / (1 - _CLEAR_SEAM)), 0)
        upper_share = 1 - lower_share - gap
        drawn = upper
        drawn *= four(upper_share)
        lower *= four(lower_share)
        drawn += lower
        if gap.max() > 0.03:
            column, row = self._anchor_node
            shift = head[row, column] * self._step
            self._add_interior(drawn, gap, pose, shift)
        drawn = self._shade(drawn, plain_map, pose)
        target = frame[self.rows, self.columns]
        below = target.astype(np.float32)
        drawn -= below
        drawn *= self._border * min(np.float32(1), np.float32(active) / _FADE_IN)
        drawn += below
        np.clip(np.rint(drawn, out=drawn), 0, 255, out=drawn)
        target[...] = drawn

    @staticmethod
    def _sample(layer: Pixels, where: Floats) -> Floats:
        return sample(layer, where, MIRROR).astype(np.float32)

    def _shade(self, drawn: Floats, plain_map: Floats, pose: FacePose) -> Floats:
        """Light protruding lips (funnel, pucker)."""
        funnel = pose.coefficients[INDEX["mouthFunnel"]]
        pucker = pose.coefficients[INDEX["mouthPucker"]]
        if funnel + pucker < 0.02:
            return drawn
        where = plain_map[self.rows, self.columns] - self._corners
        relief = sample(self._relief, where)
        change = funnel * relief[..., 0] + pucker * relief[..., 1]
        # shadows on skin are warm: blue fades first
        drawn *= cv2.merge([1 + tint * change for tint in self._shade_tint])
        return drawn

    def _add_interior(self, drawn: Floats, gap: Floats, pose: FacePose, shift: Floats) -> None:
        """Add teeth, tongue and cavity where the lips stand apart (``gap`` 0..1)."""
        rows, columns = np.nonzero(gap.max(1) > 0.02)[0], np.nonzero(gap.max(0) > 0.02)[0]
        top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
        part = gap[top:bottom, left:right]
        anchor = self._mouth.anchor + shift - self._corner - np.array([left, top], np.float32)
        canvas = np.empty((*part.shape, 4), np.float32)
        canvas[..., :3] = self._mouth.interior.dark
        canvas[..., 3] = 255
        self._paint_interior(canvas, anchor, pose, shift - np.array([left, top], np.float32))
        canvas *= four(self._occlusion(part, anchor, pose) * part)
        drawn[top:bottom, left:right] += canvas

    def _paint_interior(self, canvas: Floats, anchor: Floats, pose: FacePose, corner: Floats) -> None:
        inside, unit, c = self._mouth.interior, self._unit, pose.coefficients
        jaw = c[INDEX["jawOpen"]]
        sideways = (c[INDEX["jawLeft"]] - c[INDEX["jawRight"]]) * 0.05 * unit
        drop = self._mouth.jaw_drop * jaw + self._across * sideways
        rounded = min(1.0, c[INDEX["mouthPucker"]] + 0.7 * c[INDEX["mouthFunnel"]])
        out = c[INDEX["tongueOut"]]
        raised = min(1.0, pose.tongue)
        height = _TONGUE_REST + (_TONGUE_RAISED - _TONGUE_REST) * raised * (0.35 + 0.65 * min(1, jaw * 4))
        height = height + (_TONGUE_OUT - height) * out
        lower = anchor + drop + self._down * (_LOWER_EDGE + 0.05 * rounded) * unit
        tongue = anchor + drop * (0.85 - 0.45 * raised) + self._down * height * unit
        upper = anchor + self._down * (_UPPER_EDGE - 0.012 * min(1, 2 * jaw)) * unit
        if out + raised < 0.5:
            _put(canvas, inside.tongue, inside.tongue_anchor, tongue)
            _put(canvas, inside.lower_teeth, inside.lower_anchor, lower)
        else:  # the tip rests on the lower teeth
            _put(canvas, inside.lower_teeth, inside.lower_anchor, lower)
            _put(canvas, inside.tongue, inside.tongue_anchor, tongue)
        _put(canvas, inside.upper_teeth, inside.upper_anchor, upper)
        if inside.own is not None:  # over drawn teeth and gums, which show where the lip bares more
            _put(canvas, inside.own, np.zeros(2, np.float32), corner)

    def _occlusion(self, gap: Floats, anchor: Floats, pose: FacePose) -> Floats:
        """Light that reaches the inside: less near the lips, most of all under the upper lip and aside."""
        unit, c = self._unit, pose.coefficients
        size = max(0.8, unit * 0.016)
        edge = 8
        padded = cv2.copyMakeBorder(gap, edge, edge, edge, edge, cv2.BORDER_CONSTANT)
        near = cv2.GaussianBlur(padded, (0, 0), size)[edge:-edge, edge:-edge]
        lowered = cv2.warpAffine(
            padded, np.array([[1, 0, 0], [0, 1, unit * 0.035]], np.float32), padded.shape[::-1]
        )
        under = cv2.GaussianBlur(lowered, (0, 0), size * 1.6)[edge:-edge, edge:-edge]
        across = (np.arange(gap.shape[1], dtype=np.float32) - anchor[0]) / (self._mouth.width * 0.5)
        aside = 1 - 0.45 * np.minimum(np.abs(across), 1) ** 2.5
        rounded = min(1.0, c[INDEX["mouthPucker"]] + 0.7 * c[INDEX["mouthFunnel"]])
        t = np.clip((near - 0.2) * np.float32(1 / 0.7), 0, 1)
        light = (0.55 + 0.45 * t * t * (3 - 2 * t)) * (0.72 + 0.28 * under) * aside
        light *= 1 - 0.28 * rounded
        light = 1 - (1 - light) * self._mouth.interior.shading
        if self._mouth.interior.own is not None:
            moved = min(1.0, max(2 * c[INDEX["jawOpen"]], pose.speech))
            light = 1 - (1 - light) * moved
        return np.asarray(light, np.float32)


def _put(canvas: Floats, texture: Pixels, anchor: Floats, at: Floats) -> None:
    """Blend a BGRA texture over a float canvas (h, w, 4), its anchor at ``at`` (x, y)."""
    shift = np.array([[1, 0, at[0] - anchor[0]], [0, 1, at[1] - anchor[1]]], np.float64)
    placed = cv2.warpAffine(texture, shift, canvas.shape[1::-1], flags=cv2.INTER_LINEAR).astype(np.float32)
    share = placed[..., 3] * np.float32(1 / 255)
    placed -= canvas
    placed *= four(share)
    canvas += placed
