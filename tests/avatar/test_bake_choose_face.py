"""Which face is meant, where somebody has marked it."""

import numpy as np
import pytest

from bithuman_app.avatar.bake.choose_face import Rectangle, choose_face, find_in_rectangle
from bithuman_app.avatar.bake.marks import Marks
from bithuman_app.avatar.landmarks import Landmarks
from tests import faces

EYES = ((100.0, 100.0, 20.0, 15.0), (200.0, 100.0, 20.0, 15.0))
MOUTH = ((120.0, 200.0), (180.0, 200.0))
BLANK = np.full((300, 300, 3), 90, np.uint8)


@pytest.fixture(scope="module")
def two_people() -> np.ndarray:
    """leo at the left, nora at the right, each 500 pixels wide."""
    return np.hstack([faces.on_canvas(faces.picture(name), 500, 500, 1) for name in ("leo", "nora")])


@pytest.mark.parametrize(("left", "expected"), [(0, 250), (500, 750)])
def test_the_person_inside_the_rectangle_is_tracked(two_people: np.ndarray, left: int, expected: int) -> None:
    found = choose_face(two_people, Rectangle(left + 130, 90, 240, 260))

    assert isinstance(found, Landmarks)
    assert found.points[:, 0].mean() == pytest.approx(expected, abs=30)


def test_a_rectangle_beside_a_person_does_not_mean_that_person(two_people: np.ndarray) -> None:
    assert find_in_rectangle(two_people, Rectangle(10, 10, 100, 80)) is None


def test_a_rectangle_much_larger_than_the_face_does_not_mean_it() -> None:
    scene = faces.on_canvas(faces.picture("leo"), 1200, 1200, 0.3)

    assert find_in_rectangle(scene, Rectangle(0, 0, 1200, 1200)) is None


def test_where_nobody_is_seen_the_face_is_guessed_from_the_rectangle() -> None:
    assert choose_face(BLANK, Rectangle(50, 60, 200, 220)) == Marks.from_face(50, 60, 200, 220)


def test_marks_of_eyes_and_mouth_are_taken_as_they_are() -> None:
    assert choose_face(BLANK, None, EYES, MOUTH) == Marks(EYES, MOUTH)


def test_the_order_of_marks_does_not_matter() -> None:
    assert choose_face(BLANK, None, EYES[::-1], MOUTH[::-1]) == Marks(EYES, MOUTH)


def test_what_is_not_marked_is_guessed_from_the_rectangle() -> None:
    rectangle = Rectangle(50, 60, 200, 220)
    guessed = Marks.from_face(50, 60, 200, 220)

    with_eyes = choose_face(BLANK, rectangle, eyes=EYES)
    with_mouth = choose_face(BLANK, rectangle, mouth=MOUTH)

    assert with_eyes == Marks(EYES, guessed.mouth, guessed.chin)
    assert with_mouth == Marks(guessed.eyes, MOUTH, guessed.chin)


def test_marked_eyes_win_over_a_person_that_the_network_sees(two_people: np.ndarray) -> None:
    assert isinstance(choose_face(two_people, Rectangle(130, 90, 240, 260), eyes=EYES), Marks)


@pytest.mark.parametrize(("eyes", "mouth"), [(None, None), (EYES, None), (None, MOUTH)])
def test_too_few_marks_are_a_programming_error(eyes, mouth) -> None:
    with pytest.raises(ValueError, match="rectangle"):
        choose_face(BLANK, None, eyes, mouth)
