"""Fit both lid lines of an eye to the picture.

The landmark network draws lids a little inside the eye. A strip of eyeball outside the lines would
stay white under a closed lid, so the lines are moved out to where the white of the eye ends.
"""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np

from ..landmarks import Image
from ..sampling import sample
from .face import Face, Floats
from .lips import smooth_curve

_COLUMNS: Final = 64
_ROWS: Final = 72
#: How far beyond the network's lids to look, in heights (up, down) and widths of the eye.
_REACH_UP, _REACH_DOWN, _REACH_ACROSS = 0.16, 0.24, 0.07


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


def fit_lid_lines(image: Image, face: Face, upper: Floats, lower: Floats, iris: Floats) -> LidLines:
    """Fit lid lines, starting from the network's: ``upper``, ``lower`` (n, 2), corner to corner, upright.

    ``iris`` (5, 2): centre and rim in picture pixels.
    """
    left, right = float(upper[0, 0]), float(upper[-1, 0])
    width = right - left
    top, bottom = smooth_curve(upper), smooth_curve(lower)
    x = np.linspace(left - 2 * _REACH_ACROSS * width, right + 2 * _REACH_ACROSS * width, _COLUMNS)
    first, last = top(x), bottom(x)
    tallest = float((last - first).max())
    y = np.linspace(first.min() - 0.5 * tallest, last.max() + 0.8 * tallest, _ROWS)
    columns, rows = np.meshgrid(x, y)
    colours = _bilinear(image, face, np.stack([columns, rows], -1))
    inside = (rows >= first) & (rows <= last) & (columns > left) & (columns < right)
    near = (
        (rows > first - _REACH_UP * tallest)
        & (rows < last + _REACH_DOWN * tallest)
        & (columns > left - _REACH_ACROSS * width)
        & (columns < right + _REACH_ACROSS * width)
    )
    skin = np.median(colours[rows > last + 0.35 * tallest], 0)
    on_iris = _in_iris(face, iris, columns, rows) & (np.linalg.norm(colours - skin, axis=-1) > 40)
    eye = inside | (near & (_looks_like_eyeball(colours, skin) | on_iris))
    eye = _connected(eye, inside)
    has = eye.any(0)
    row_of_first = np.where(has, y[eye.argmax(0)], (first + last) / 2)
    row_of_last = np.where(has, y[_ROWS - 1 - eye[::-1].argmax(0)], (first + last) / 2)
    return LidLines(x, _smooth(row_of_first), _smooth(np.maximum(row_of_last, row_of_first)))


def _in_iris(
    face: Face, iris: Floats, x: Floats, y: Floats
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell what lies within the iris, its rim included."""
    centre = face.to_upright(iris[0])
    radius = 1.12 * float(np.mean(np.hypot(*(iris[1:5] - iris[0]).T)))
    return np.asarray(np.hypot(x - centre[0], y - centre[1]) < radius)


def _looks_like_eyeball(colours: Floats, skin: Floats) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    """Tell the white of the eye (paler than skin, not dark; or brighter than skin) from skin and lashes."""
    value = colours.max(-1)
    saturation = (value - colours.min(-1)) / (value + 1)
    skin_value = skin.max()
    skin_saturation = (skin_value - skin.min()) / (skin_value + 1)
    pale = (saturation < 0.55 * skin_saturation) & (value > 0.45 * skin_value)
    bright = (value > 1.2 * skin_value) & (saturation < skin_saturation)
    return np.asarray(pale | bright)


def _connected(
    eye: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
    inside: np.ndarray[tuple[int, ...], np.dtype[np.bool_]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
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
