"""Faces marked by hand: what can be one."""

import pytest

from bithuman_app.errors import UsageError
from bithuman_app.studio.marks import FaceMarks

FACE = [100.0, 100.0, 200.0, 220.0]
EYES = [150.0, 160.0, 20.0, 12.0, 250.0, 160.0, 20.0, 12.0]
MOUTH = [170.0, 260.0, 230.0, 260.0]


def test_a_rectangle_is_enough() -> None:
    marks = FaceMarks.of_numbers(FACE, None, None)

    assert marks is not None
    assert (marks.eyes, marks.mouth) == (None, None)


def test_eyes_and_mouth_are_enough() -> None:
    assert FaceMarks.of_numbers(None, EYES, MOUTH) is not None


def test_nothing_is_no_mark() -> None:
    assert FaceMarks.of_numbers(None, [], None) is None


@pytest.mark.parametrize(
    ("face", "eyes", "mouth", "reason"),
    [
        (None, EYES, None, "mark the face with a rectangle, or both the eyes and the mouth"),
        (FACE[:3], None, None, "the face: give 4 numbers"),
        (FACE, EYES[:4], None, "the eyes: give 8 numbers"),
        ([0, 0, float("nan"), 9], None, None, "the face: give 4 numbers"),
        (["a", 0, 0, 9], None, None, "the face: give 4 numbers"),
        ([0, 0, 4, 100], None, None, "rectangle is too small"),
        (FACE, [*EYES[:3], 0, *EYES[4:]], None, "an eye is too small"),
        (FACE, EYES[:4] * 2, None, "the two eyes lie upon each other"),
        (FACE, None, [9, 9, 9, 9], "the two corners of the mouth lie upon each other"),
        (FACE, EYES, [170, 100, 230, 100], "the mouth must lie below the eyes"),
    ],
)
def test_what_cannot_be_a_face_is_refused(face: object, eyes: object, mouth: object, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        FaceMarks.of_numbers(face, eyes, mouth)  # type: ignore[arg-type]


def test_the_order_of_the_eyes_does_not_matter() -> None:
    assert FaceMarks.of_numbers(None, EYES[4:] + EYES[:4], MOUTH) is not None
