"""A face marked by hand on a picture, checked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from ..avatar.bake.choose_face import Ellipse, Point, Rectangle
from ..errors import UsageError

#: Eyes and mouth must be apart by this much of the distance between the eyes to span a face.
_LEAST_APART: Final = 0.2
_LEAST_SIDE: Final = 8


@dataclass(frozen=True, slots=True)
class FaceMarks:
    """A face on a picture, in its pixels as it is seen upright.

    ``face`` is a rectangle from brow to chin. ``eyes`` are two ellipses (centre x, y, half width, half
    height), ``mouth`` its two corners; each is guessed from ``face`` where it is None.
    """

    face: Rectangle | None = None
    eyes: tuple[Ellipse, Ellipse] | None = None
    mouth: tuple[Point, Point] | None = None

    @classmethod
    def of_numbers(
        cls, face: Sequence[float] | None, eyes: Sequence[float] | None, mouth: Sequence[float] | None
    ) -> "FaceMarks | None":
        """Return marks of 4, 8 and 4 numbers, or None if nothing is marked.

        ``face`` is x, y, width, height; ``eyes`` x, y, half width, half height of each; ``mouth`` x, y of
        each corner. Raises ``UsageError`` for what cannot be a face.
        """
        if not face and not eyes and not mouth:
            return None
        rectangle = _numbers("the face", face, 4)
        ellipses = _numbers("the eyes", eyes, 8)
        corners = _numbers("the mouth", mouth, 4)
        if rectangle is None and (ellipses is None or corners is None):
            raise UsageError("mark the face with a rectangle, or both the eyes and the mouth")
        marks = cls(
            None if rectangle is None else Rectangle(*rectangle),
            None if ellipses is None else (_ellipse(ellipses[:4]), _ellipse(ellipses[4:])),
            None if corners is None else ((corners[0], corners[1]), (corners[2], corners[3])),
        )
        marks._check_shape()
        return marks

    def check_inside(self, width: int, height: int) -> None:
        """Raise ``UsageError`` if a mark lies outside a picture of this many pixels."""
        points: list[Point] = [*(self.mouth or ()), *((eye[0], eye[1]) for eye in self.eyes or ())]
        if self.face is not None:
            points += [
                (self.face.x, self.face.y),
                (self.face.x + self.face.width, self.face.y + self.face.height),
            ]
        if not all(0 <= x <= width and 0 <= y <= height for x, y in points):
            raise UsageError(f"a mark lies outside the picture, which has {width} x {height} pixels")

    def _check_shape(self) -> None:
        if self.face is not None and min(self.face.width, self.face.height) < _LEAST_SIDE:
            raise UsageError("the face's rectangle is too small")
        if self.eyes is not None:
            first, second = self.eyes
            if min(*first[2:], *second[2:]) < 1:
                raise UsageError("an eye is too small")
            if math.dist(first[:2], second[:2]) < max(first[2], second[2]):
                raise UsageError("the two eyes lie upon each other")
        if self.mouth is not None and math.dist(*self.mouth) < 1:
            raise UsageError("the two corners of the mouth lie upon each other")
        if self.eyes is not None and self.mouth is not None and self._mouth_below() < _LEAST_APART:
            raise UsageError("the mouth must lie below the eyes; turn a picture upright in which it does not")

    def _mouth_below(self) -> float:
        """How far the mouth lies below the line through the eyes, in distances between the eyes."""
        assert self.eyes is not None
        assert self.mouth is not None
        left, right = sorted(self.eyes)
        across = (right[0] - left[0], right[1] - left[1])
        to_mouth = (
            (self.mouth[0][0] + self.mouth[1][0] - left[0] - right[0]) / 2,
            (self.mouth[0][1] + self.mouth[1][1] - left[1] - right[1]) / 2,
        )
        return (across[0] * to_mouth[1] - across[1] * to_mouth[0]) / (across[0] ** 2 + across[1] ** 2)


def _numbers(what: str, values: Sequence[float] | None, count: int) -> list[float] | None:
    if not values:
        return None
    numeric = all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)
    if len(values) != count or not numeric or not all(math.isfinite(value) for value in values):
        raise UsageError(f"{what}: give {count} numbers, in pixels of the picture")
    return [float(value) for value in values]


def _ellipse(values: Sequence[float]) -> Ellipse:
    x, y, half_width, half_height = values
    return (x, y, half_width, half_height)
