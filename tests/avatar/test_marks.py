"""Marks made by hand become landmarks."""

import numpy as np
import pytest

from bithuman_app.avatar.bake.marks import Marks, landmarks_from_marks
from bithuman_app.avatar.landmarks import EYE_CORNERS

MARKS = Marks(
    eyes=((200.0, 210.0, 30.0, 20.0), (330.0, 200.0, 28.0, 22.0)),
    mouth=((225.0, 330.0), (315.0, 325.0)),
    chin=(272.0, 400.0),
)


def test_a_rectangle_guesses_a_face_inside_it() -> None:
    marks = Marks.from_face(100, 50, 200, 240)
    points = np.array([*[eye[:2] for eye in marks.eyes], *marks.mouth])

    assert (points > [100, 50]).all()
    assert (points < [300, 290]).all()
    assert marks.eyes[0][0] < marks.eyes[1][0]
    assert marks.mouth[0][1] > marks.eyes[0][1]
    assert marks.chin == (200, 290)


def test_a_guessed_face_grows_with_its_rectangle() -> None:
    assert Marks.from_face(0, 0, 100, 120).scaled((-10, -20), (2, 2)) == Marks.from_face(20, 40, 200, 240)


def test_scaling_moves_and_enlarges_marks() -> None:
    scaled = MARKS.scaled((100, 200), (2, 3))

    assert scaled.eyes[0] == (200, 30, 60, 60)
    assert scaled.mouth[0] == (250, 390)
    assert scaled.chin == (344, 600)


def test_eye_corners_lie_on_the_marked_ellipses() -> None:
    points = landmarks_from_marks(MARKS).points
    for side, (x, _y, half_width, _half_height) in zip(("right", "left"), MARKS.eyes, strict=True):
        corners = sorted(points[i, 0] for i in EYE_CORNERS[side])
        assert corners == pytest.approx([x - half_width, x + half_width], abs=0.15 * half_width)


def test_irises_lie_in_the_middle_of_the_eyes() -> None:
    irises = landmarks_from_marks(MARKS).irises

    assert irises["right"][0] == pytest.approx(MARKS.eyes[0][:2])
    assert irises["left"][0] == pytest.approx(MARKS.eyes[1][:2])


def test_lips_run_from_corner_to_corner() -> None:
    points = landmarks_from_marks(MARKS).points

    assert points[78, :2] == pytest.approx(MARKS.mouth[0], abs=1)
    assert points[308, :2] == pytest.approx(MARKS.mouth[1], abs=1)
    assert points[13, :2] == pytest.approx(points[14, :2])


def test_the_chin_lies_where_it_is_marked() -> None:
    assert landmarks_from_marks(MARKS).points[152, :2] == pytest.approx(MARKS.chin, abs=2)


def test_without_a_chin_it_is_guessed_below_the_mouth() -> None:
    points = landmarks_from_marks(Marks(MARKS.eyes, MARKS.mouth)).points

    assert points[152, 1] > points[14, 1] + 30


def test_a_tilted_face_is_fitted_tilted() -> None:
    angle = np.radians(25)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])

    def turned(point: tuple[float, float]) -> tuple[float, float]:
        x, y = turn @ np.array(point)
        return float(x), float(y)

    eyes = tuple((*turned(eye[:2]), 25.0, 25.0) for eye in MARKS.eyes)
    straight = Marks(((200, 210, 25, 25), (330, 200, 25, 25)), MARKS.mouth, MARKS.chin)
    tilted = Marks(eyes, tuple(turned(corner) for corner in MARKS.mouth), turned(MARKS.chin))

    upright = landmarks_from_marks(tilted).points[:, :2] @ turn
    assert upright == pytest.approx(landmarks_from_marks(straight).points[:, :2], abs=4)


def test_the_nose_stands_out_of_the_face() -> None:
    """Depth grows away from the viewer, as in the network's landmarks."""
    depth = landmarks_from_marks(MARKS).points[:, 2]

    assert depth[1] < depth[234]
    assert depth[1] < depth[454]
