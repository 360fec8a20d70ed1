"""What the words of ``--face``, ``--eyes`` and ``--mouth`` mean."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from ..errors import UsageError

if TYPE_CHECKING:
    from ..avatar.bake.choose_face import Ellipse, Point, Rectangle

FACE_FORM: Final = "X,Y,W,H"
EYES_FORM: Final = "X,Y,RX,RY,X,Y,RX,RY"
MOUTH_FORM: Final = "X,Y,X,Y"
_MEANING: Final = {
    FACE_FORM: "left, top, width and height of a rectangle from brow to chin",
    EYES_FORM: "for each eye its centre, half its width and half its height",
    MOUTH_FORM: "both corners of the mouth",
}
#: Eyes and mouth must be apart by this much of the distance between the eyes to span a face.
_LEAST_APART: Final = 0.2


@dataclass(frozen=True, slots=True)
class MarkWords:
    """What was marked on the command line, in pixels of the picture; None where nothing was."""

    face: "Rectangle | None"
    eyes: "tuple[Ellipse, Ellipse] | None"
    mouth: "tuple[Point, Point] | None"

    @property
    def given(self) -> bool:
        """Say whether anything was marked."""
        return not (self.face is None and self.eyes is None and self.mouth is None)

    def check_inside(self, width: int, height: int) -> None:
        """Raise ``UsageError`` if a mark lies outside a picture of this size."""
        size = f"the picture, which has {width} x {height} pixels"
        if self.face is not None:
            right, bottom = self.face.x + self.face.width, self.face.y + self.face.height
            if not _all_inside([(self.face.x, self.face.y), (right, bottom)], width, height):
                raise UsageError(f"--face {FACE_FORM}: the rectangle reaches out of {size}")
        if self.eyes is not None and not _all_inside([eye[:2] for eye in self.eyes], width, height):
            raise UsageError(f"--eyes {EYES_FORM}: an eye lies outside {size}")
        if self.mouth is not None and not _all_inside(self.mouth, width, height):
            raise UsageError(f"--mouth {MOUTH_FORM}: a corner lies outside {size}")


def parse_marks(face: str | None, eyes: str | None, mouth: str | None) -> MarkWords:
    """Return what the three options say. Raises ``UsageError`` in one line that names the option."""
    if face is None and (eyes is None) != (mouth is None):
        given, missing = ("eyes", "mouth") if mouth is None else ("mouth", "eyes")
        form = MOUTH_FORM if missing == "mouth" else EYES_FORM
        raise UsageError(f"--{given} needs --{missing} {form} too, or --face {FACE_FORM} to guess it from")
    words = MarkWords(
        None if face is None else _rectangle(face),
        None if eyes is None else _eyes(eyes),
        None if mouth is None else _mouth(mouth),
    )
    _check_together(words)
    return words


def _rectangle(text: str) -> "Rectangle":
    from ..avatar.bake.choose_face import Rectangle

    x, y, width, height = _numbers("face", text, FACE_FORM)
    if width <= 0 or height <= 0:
        raise _wrong("face", text, FACE_FORM, "width and height must be more than 0")
    return Rectangle(x, y, width, height)


def _eyes(text: str) -> "tuple[Ellipse, Ellipse]":
    numbers = _numbers("eyes", text, EYES_FORM)
    a, b = (numbers[0], numbers[1], numbers[2], numbers[3]), (numbers[4], numbers[5], numbers[6], numbers[7])
    if min(*a[2:], *b[2:]) <= 0:
        raise _wrong("eyes", text, EYES_FORM, "half widths and half heights must be more than 0")
    if math.dist(a[:2], b[:2]) < max(a[2], b[2]):
        raise _wrong("eyes", text, EYES_FORM, "the two eyes lie upon each other")
    return a, b


def _mouth(text: str) -> "tuple[Point, Point]":
    numbers = _numbers("mouth", text, MOUTH_FORM)
    a, b = (numbers[0], numbers[1]), (numbers[2], numbers[3])
    if math.dist(a, b) < 1:
        raise _wrong("mouth", text, MOUTH_FORM, "the two corners lie upon each other")
    return a, b


def _check_together(words: MarkWords) -> None:
    """Eyes and mouth must span a face that is upright, or at least not upside down."""
    if words.eyes is None or words.mouth is None:
        return
    left, right = sorted(words.eyes)
    across = (right[0] - left[0], right[1] - left[1])
    to_mouth = (
        (words.mouth[0][0] + words.mouth[1][0] - left[0] - right[0]) / 2,
        (words.mouth[0][1] + words.mouth[1][1] - left[1] - right[1]) / 2,
    )
    # how far the mouth lies below the line through the eyes, in squared distances between the eyes
    below = across[0] * to_mouth[1] - across[1] * to_mouth[0]
    if below < _LEAST_APART * math.hypot(*across) ** 2:
        raise UsageError(
            f"--eyes {EYES_FORM} and --mouth {MOUTH_FORM}: the mouth must lie below the eyes; "
            "turn a picture upright in which it does not"
        )


def _numbers(option: str, text: str, form: str) -> list[float]:
    parts = text.split(",")
    try:
        numbers = [float(part) for part in parts]
    except ValueError:
        raise _wrong(option, text, form, "those are not numbers") from None
    count = form.count(",") + 1
    if len(numbers) != count:
        raise _wrong(option, text, form, f"those are {len(numbers)} numbers, not {count}")
    if not all(map(math.isfinite, numbers)):
        raise _wrong(option, text, form, "those are not numbers")
    return numbers


def _wrong(option: str, text: str, form: str, reason: str) -> UsageError:
    return UsageError(f"--{option} cannot be {text!r}: {reason}; give {form}, {_MEANING[form]}, in pixels")


def _all_inside(points: Iterable[tuple[float, float]], width: int, height: int) -> bool:
    return all(0 <= x <= width and 0 <= y <= height for x, y in points)
