"""Fit both lid lines of an eye to the picture.

The landmark network draws lids a little inside the eye. A strip of eyeball outside the lines would
stay white under a closed lid, so the lines are moved out to where the white of the eye ends.
"""

from dataclasses import dataclass
from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import Image
from ..sampling import sample
from .face import Face, Floats, Style
from .lips import smooth_curve

Mask = NDArray[np.bool_]

_COLUMNS: Final = 64
_ROWS: Final = 72


class _Reach(NamedTuple):
    """How far beyond the network's lids to look, in heights (up, down) and widths of the eye."""

    up: float
    down: float
    across: float


_SEEN: Final = _Reach(0.16, 0.24, 0.07)
_DRAWN: Final = _Reach(0.40, 0.45, 0.22)
#: Eyes that are shut in the picture differ from skin in less than this share of their opening.
_SHUT: Final = 0.22


@dataclass(frozen=True)
class LidLines:
    """Lid lines sampled at ``x`` (n,), upright pixels; equal, so that no eye shows, beyond the corners."""

    x: Floats
    upper_y: Floats
    lower_y: Floats

    def upper(self, x: Floats) -> Floats:
        """Upper lid line y(x)."""
        return np.asarray(np.interp(x, self.x, self.upper_y))

    def lower(self, x: Floats) -> Floats:
        """Lower lid line y(x)."""
        return np.asarray(np.interp(x, self.x, self.lower_y))

    @property
    def middle(self) -> float:
        """Middle between the corners."""
        return float(self._corners.mean())

    @property
    def width(self) -> float:
        """Distance between the corners."""
        return float(np.ptp(self._corners))

    @property
    def _corners(self) -> Floats:
        apart = np.nonzero(self.lower_y - self.upper_y > 0.3)[0]
        ends = (apart[0], apart[-1]) if len(apart) else (0, -1)
        return self.x[list(ends)]


def fit_lid_lines(
    image: Image, face: Face, upper: Floats, lower: Floats, iris: Floats, style: Style
) -> LidLines:
    """Fit lid lines, starting from the network's: ``upper``, ``lower`` (n, 2), corner to corner, upright.

    ``iris`` (5, 2): centre and rim in picture pixels. Eyes of animals are marked by hand and taken as
    they are; drawn eyes are looked for further away, for the network is less sure of them.
    """
    left, right = float(upper[0, 0]), float(upper[-1, 0])
    width = right - left
    reach = _DRAWN if style == "drawing" else _SEEN
    top, bottom = smooth_curve(upper), smooth_curve(lower)
    x = np.linspace(left - 2 * reach.across * width, right + 2 * reach.across * width, _COLUMNS)
    first, last = top(x), bottom(x)
    if style == "animal":
        return LidLines(x, first, np.maximum(first, last))
    tallest = float((last - first).max())
    y = np.linspace(first.min() - 1.1 * reach.up * tallest, last.max() + 1.0 * tallest, _ROWS)
    columns, rows = np.meshgrid(x, y)
    colours = _bilinear(image, face, np.stack([columns, rows], -1))
    inside = (rows >= first) & (rows <= last) & (columns > left) & (columns < right)
    near = (
        (rows > first - reach.up * tallest)
        & (rows < last + reach.down * tallest)
        & (columns > left - reach.across * width)
        & (columns < right + reach.across * width)
    )
    skin = np.median(colours[rows > last + max(0.35, 0.9 * reach.down) * tallest], 0)
    if (np.linalg.norm(colours - skin, axis=-1)[inside] > 0.12 * skin.max() + 12).mean() < _SHUT:
        return LidLines(x, (first + last) / 2, (first + last) / 2)
    if style == "drawing":
        like_eye = _drawn_eye(colours, skin)
    else:
        on_iris = _iris_coloured(face, iris, columns, rows, colours, inside, skin)
        like_eye = _looks_like_eyeball(colours, skin) | on_iris
    eye = _connected(inside | (near & like_eye), inside)
    if style == "drawing" and _leaves(eye, near, inside):
        return LidLines(x, (first + last) / 2, (first + last) / 2)
    has = eye.any(0)
    row_of_first = np.where(has, y[eye.argmax(0)], (first + last) / 2)
    row_of_last = np.where(has, y[_ROWS - 1 - eye[::-1].argmax(0)], (first + last) / 2)
    return LidLines(x, _smooth(row_of_first), _smooth(np.maximum(row_of_last, row_of_first)))


def _leaves(eye: Mask, near: Mask, inside: Mask) -> bool:
    """Tell whether a drawn eye goes on above or below the region searched: better no blink than half one."""
    columns = inside.any(0)
    first, last = near.argmax(0), len(near) - 1 - near[::-1].argmax(0)
    index = np.arange(near.shape[1])
    cut = eye[first, index] | eye[last, index]
    return float((cut & columns).sum()) > 0.3 * float(columns.sum())


def _drawn_eye(colours: Floats, skin: Floats) -> Mask:
    """Tell a drawn eye from skin and from its dark outline."""
    value = colours.max(-1)
    outline = np.percentile(value, 2)
    unlike_skin = np.linalg.norm(colours - skin, axis=-1) > 40
    return np.asarray(unlike_skin & (value > outline + 0.12 * (255 - outline)))


def _iris_coloured(
    face: Face, iris: Floats, x: Floats, y: Floats, colours: Floats, inside: Mask, skin: Floats
) -> Mask:
    """Tell what lies in the iris' circle and has more of its colour than of the skin's."""
    centre = face.to_upright(iris[0])
    radius = float(np.mean(np.hypot(*(iris[1:5] - iris[0]).T)))
    distance = np.hypot(x - centre[0], y - centre[1]) / max(radius, 1e-3)
    ring = inside & (distance > 0.5) & (distance < 0.9)
    if not ring.any():
        return np.zeros_like(inside)
    own = np.median(colours[ring], 0)
    to_iris, to_skin = (np.linalg.norm(colours - c, axis=-1) for c in (own, skin))
    return np.asarray((distance < 1.12) & (to_iris < 0.5 * to_skin))


def _looks_like_eyeball(colours: Floats, skin: Floats) -> Mask:
    """Tell the white of the eye (paler than skin, not dark; or brighter than skin) from skin and lashes."""
    value = colours.max(-1)
    saturation = (value - colours.min(-1)) / (value + 1)
    skin_value = skin.max()
    skin_saturation = (skin_value - skin.min()) / (skin_value + 1)
    pale = (saturation < 0.55 * skin_saturation) & (value > 0.45 * skin_value)
    bright = (value > 1.2 * skin_value) & (saturation < skin_saturation)
    return np.asarray(pale | bright)


def _connected(
    eye: Mask,
    inside: Mask,
) -> Mask:
    """Keep what touches the eye itself: glints on skin or frames of glasses do not count."""
    _, labels = cv2.connectedComponents(eye.astype(np.uint8), connectivity=4)
    wanted = np.unique(labels[inside])
    return np.asarray(np.isin(labels, wanted[wanted > 0]))


def _bilinear(image: Image, face: Face, upright: Floats) -> Floats:
    at = face.to_picture(upright).astype(np.float32)
    return sample(image, at).astype(np.float64)


def _smooth(values: Floats) -> Floats:
    """Median of five, then a short binomial filter: lids are smooth, lashes are not."""
    padded = np.pad(values, 2, "edge")
    middle = np.median(np.lib.stride_tricks.sliding_window_view(padded, 5), -1)
    kernel = np.array([1, 4, 6, 4, 1]) / 16
    return np.convolve(np.pad(middle, 2, "edge"), kernel, "valid")
