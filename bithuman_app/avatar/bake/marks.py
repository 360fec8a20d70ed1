"""Faces marked by hand: animals, and drawings in which the network finds nothing.

From two eyes and a mouth the canonical face mesh is fitted to the picture, so that everything
after landmarks works as for people.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from ...resources import asset
from ..landmarks import EYE_CORNERS, Landmarks, Side
from .face import Floats
from .field import interpolate
from .topology import LOWER_LID, LOWER_LIP_INNER, UPPER_LID, UPPER_LIP_INNER

#: Where eyes and mouth lie in a rectangle drawn around a face from brow to chin, and their size.
_EYES_IN_FACE: Final = ((0.30, 0.33, 0.10, 0.07), (0.70, 0.33, 0.10, 0.07))
_MOUTH_IN_FACE: Final = ((0.34, 0.74), (0.66, 0.74))


@dataclass(frozen=True, slots=True)
class Marks:
    """A face marked by hand, picture pixels.

    ``eyes``: (centre x, centre y, half width, half height) of the eye on the image's left, then
    right. ``mouth``: its corners, (x, y) left then right. ``chin``: lowest point of the chin, or None.
    """

    eyes: tuple[tuple[float, float, float, float], tuple[float, float, float, float]]
    mouth: tuple[tuple[float, float], tuple[float, float]]
    chin: tuple[float, float] | None = None

    @classmethod
    def from_face(cls, x: float, y: float, width: float, height: float) -> "Marks":
        """Guess eyes and mouth from a rectangle around the face."""

        def eye(e: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
            return (x + e[0] * width, y + e[1] * height, e[2] * width, e[3] * height)

        corners = tuple((x + m[0] * width, y + m[1] * height) for m in _MOUTH_IN_FACE)
        return cls(
            (eye(_EYES_IN_FACE[0]), eye(_EYES_IN_FACE[1])),
            (corners[0], corners[1]),
            (x + width / 2, y + height),
        )

    def scaled(self, offset: tuple[float, float], factor: tuple[float, float]) -> "Marks":
        """Return the marks after cropping at ``offset`` and scaling by ``factor`` (x, y)."""
        fx, fy = factor

        def point(p: tuple[float, float]) -> tuple[float, float]:
            return ((p[0] - offset[0]) * fx, (p[1] - offset[1]) * fy)

        eyes = tuple((*point((e[0], e[1])), e[2] * fx, e[3] * fy) for e in self.eyes)
        return Marks(
            (eyes[0], eyes[1]),
            (point(self.mouth[0]), point(self.mouth[1])),
            None if self.chin is None else point(self.chin),
        )


@cache
def _canonical() -> Floats:
    """The canonical face mesh, float64 (468, 3), y downwards, its face looking along z."""
    with np.load(asset("models", "arkit_deltas.npz"), allow_pickle=False) as data:
        mesh = data["canonical"].astype(np.float64)
    return np.asarray(mesh * [1, -1, 1])


def landmarks_from_marks(marks: Marks) -> Landmarks:
    """Fit the canonical mesh to marked eyes and mouth."""
    mesh = _canonical()
    flat = mesh[:, :2]
    eyes, mouth = np.array(marks.eyes), np.array(marks.mouth)
    across = eyes[1, :2] - eyes[0, :2]
    between = float(np.hypot(*across))
    across = across / between
    down = np.array([-across[1], across[0]])
    sides: tuple[Side, Side] = ("right", "left")
    known, wanted = [], []
    for side, eye in zip(sides, eyes, strict=True):
        outer, inner = sorted(EYE_CORNERS[side], key=lambda i: flat[i, 0])
        centre, (half_width, half_height) = eye[:2], eye[2:]
        known += [flat[outer], flat[inner], flat[UPPER_LID[side][3]], flat[LOWER_LID[side][3]]]
        wanted += [
            centre - across * half_width,
            centre + across * half_width,
            centre - down * half_height,
            centre + down * half_height,
        ]
    middle = mouth.mean(0)
    up = eyes[:, :2].mean(0) - middle
    chin = np.array(marks.chin) if marks.chin is not None else middle - up * 0.62
    brow = eyes[:, :2].mean(0) + up * 0.95
    cheek = eyes[:, :2].mean(0) - up * 0.2
    known += [flat[61], flat[291], flat[[13, 14]].mean(0), flat[152], flat[10], flat[234], flat[454]]
    wanted += [
        mouth[0],
        mouth[1],
        middle,
        chin,
        brow,
        cheek - across * between * 1.05,
        cheek + across * between * 1.05,
    ]
    points = np.c_[interpolate(np.array(known), np.array(wanted), flat), -mesh[:, 2] * between / 9]
    irises: dict[Side, Floats] = {}
    for side, eye in zip(sides, eyes, strict=True):
        _place_lids(points, side, eye, across, down)
        radius = float(eye[2:].min()) * 0.8
        rim = np.array([[0, 0], [radius, 0], [0, radius], [-radius, 0], [0, -radius]])
        irises[side] = eye[:2] + rim
    line = np.linspace(0, 1, 11)[:, None]
    # a straight mouth: the bake moves it onto the dark line of the picture
    straight = mouth[0] * (1 - line) + mouth[1] * line
    points[list(UPPER_LIP_INNER), :2] = straight
    points[list(LOWER_LIP_INNER), :2] = straight
    return Landmarks(points, irises, 1.0)


def _place_lids(points: Floats, side: Side, eye: Floats, across: Floats, down: Floats) -> None:
    """Lay both lids on the marked ellipse."""
    centre, half_width, half_height = eye[:2], eye[2], eye[3]
    for ring, sign in ((UPPER_LID[side], -1), (LOWER_LID[side], 1)):
        for k, i in enumerate(ring):
            t = (k + 1) / (len(ring) + 1) * 2 - 1
            offset = across * half_width * t + sign * down * half_height * np.sqrt(1 - t * t)
            points[i, :2] = centre + offset
