"""Which face of a picture is meant, where a person has marked it.

A rectangle around a person's face is enough: the network looks there. Where it sees nobody, eyes and
mouth are guessed from the rectangle, or taken as they are marked.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from ..landmarks import Detection, Image, Landmarks, detect_faces, track_face
from .marks import Marks

Ellipse = tuple[float, float, float, float]
Point = tuple[float, float]

#: From this presence on (0..1) the network is taken to see a face.
SURE_FACE: Final = 0.6
#: A rectangle is searched with this margin, of its sides: detectors want to see hair and chin.
_MARGIN: Final = 0.35
#: A found face is the marked one if its box (brow to chin) is this much of the rectangle's size; many
#: people draw the rectangle around the whole head.
_FITTING_SIZE: Final = (0.2, 2.0)


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a picture in pixels, from (x, y), ``width`` x ``height``."""

    x: float
    y: float
    width: float
    height: float

    def contains(self, point: Point) -> bool:
        """Say whether a point lies inside."""
        x, y = point
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


def choose_face(
    image: Image,
    face: Rectangle | None = None,
    eyes: tuple[Ellipse, Ellipse] | None = None,
    mouth: tuple[Point, Point] | None = None,
) -> Landmarks | Marks:
    """Return the face that is marked in a BGR picture: tracked if the network sees it, else the marks.

    ``face`` is a rectangle from brow to chin; ``eyes`` and ``mouth`` are as in ``Marks``, in any order.
    With ``face``, what is not marked is guessed from it. All must lie inside the picture.
    Raises ``ValueError`` unless there is a ``face`` or both ``eyes`` and ``mouth``.
    """
    if face is None:
        if eyes is None or mouth is None:
            raise ValueError("a face is marked by a rectangle, or by both eyes and mouth")
        return Marks(_ordered_eyes(eyes), _ordered_corners(mouth))
    if eyes is None and mouth is None:
        found = find_in_rectangle(image, face)
        if found is not None:
            return found
    marks = Marks.from_face(face.x, face.y, face.width, face.height)
    if eyes is not None:
        marks = replace(marks, eyes=_ordered_eyes(eyes))
    if mouth is not None:
        marks = replace(marks, mouth=_ordered_corners(mouth))
    return marks


def find_in_rectangle(image: Image, face: Rectangle) -> Landmarks | None:
    """Return the face that the network sees in a rectangle of a BGR picture, or None."""
    height, width = image.shape[:2]
    left = max(0, int(face.x - _MARGIN * face.width))
    top = max(0, int(face.y - _MARGIN * face.height))
    right = min(width, round(face.x + (1 + _MARGIN) * face.width))
    bottom = min(height, round(face.y + (1 + _MARGIN) * face.height))
    part = np.ascontiguousarray(image[top:bottom, left:right])
    if part.size == 0:
        return None
    shift = np.array([left, top], np.float64)
    candidates = [
        Detection(found.score, found.box + np.r_[shift, shift], found.key_points + shift)
        for found in detect_faces(part)
    ]
    tracked = [track_face(image, found) for found in candidates if _is_meant(found, face)]
    sure = [landmarks for landmarks in tracked if landmarks.presence >= SURE_FACE]
    return max(sure, key=lambda landmarks: landmarks.interocular, default=None)


def _is_meant(found: Detection, face: Rectangle) -> bool:
    centre = (found.box[:2] + found.box[2:]) / 2
    share = found.side / max(face.width, face.height)
    return face.contains((centre[0], centre[1])) and _FITTING_SIZE[0] <= share <= _FITTING_SIZE[1]


def _ordered_eyes(eyes: tuple[Ellipse, Ellipse]) -> tuple[Ellipse, Ellipse]:
    return eyes if eyes[0][0] <= eyes[1][0] else (eyes[1], eyes[0])


def _ordered_corners(mouth: tuple[Point, Point]) -> tuple[Point, Point]:
    return mouth if mouth[0][0] <= mouth[1][0] else (mouth[1], mouth[0])
