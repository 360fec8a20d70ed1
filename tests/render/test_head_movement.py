"""The head turns as ``avatar.pose`` says; what is not the head stands still."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.landmarks import Landmarks
from bithuman_app.avatar.pose import FacePose, HeadPose
from tests import faces
from tests.faces import REST, head, speaking

NOSE_TIP = 1
EYES = [33, 263]


def seen(pose: FacePose, name: str = "nora") -> Landmarks:
    return faces.tracked(faces.renderer(name).render(pose))


def shift(pose: FacePose, points: list[int], name: str = "nora") -> NDArray[np.float64]:
    """Return how far points of the face moved, (right, down) in interocular distances."""
    rest, moved = seen(REST, name), seen(pose, name)
    by: NDArray[np.float64] = (moved.points[points, :2] - rest.points[points, :2]).mean(0)
    return by / rest.interocular


@pytest.mark.parametrize("name", faces.PEOPLE)
def test_positive_yaw_turns_the_nose_to_the_right_of_the_picture(name: str) -> None:
    """The nose stands out, so it moves more than the eyes do."""
    nose, eyes = (shift(head(yaw=0.12), points, name)[0] for points in ([NOSE_TIP], EYES))

    assert nose > 0.02
    assert nose > eyes + 0.02


def test_negative_yaw_turns_it_to_the_left() -> None:
    assert shift(head(yaw=-0.12), [NOSE_TIP])[0] < -0.02


@pytest.mark.parametrize("name", faces.PEOPLE)
def test_positive_pitch_lowers_the_nose(name: str) -> None:
    nose, eyes = (shift(head(pitch=0.12), points, name)[1] for points in ([NOSE_TIP], EYES))

    assert nose > 0.02
    assert nose > eyes + 0.015


def test_negative_pitch_raises_it() -> None:
    nose, eyes = (shift(head(pitch=-0.12), points)[1] for points in ([NOSE_TIP], EYES))

    assert nose < eyes - 0.01


@pytest.mark.parametrize("name", faces.PEOPLE)
@pytest.mark.parametrize("roll", [0.1, -0.1])
def test_roll_tilts_clockwise_by_its_angle(name: str, roll: float) -> None:
    def tilt(landmarks: Landmarks) -> float:
        right, left = landmarks.points[EYES, :2]
        return float(np.arctan2(left[1] - right[1], left[0] - right[0]))

    assert tilt(seen(head(roll=roll), name)) - tilt(seen(REST, name)) == pytest.approx(roll, abs=0.015)


def test_shifts_are_in_interocular_distances() -> None:
    assert shift(head(x=0.1), EYES) == pytest.approx([0.1, 0], abs=0.01)
    assert shift(head(y=-0.1), EYES) == pytest.approx([0, -0.1], abs=0.01)


def test_breath_lifts_the_shoulders() -> None:
    avatar = faces.avatar("nora")
    out, breathed_in = (
        faces.renderer("nora").render(FacePose(breath=breath))[..., 1].astype(np.float32)
        for breath in (0.0, 1.0)
    )
    # shoulders: a strip of the lower fifth beside the neck
    top = int(avatar.height * 0.78)
    strip = slice(top, top + 60), slice(int(avatar.width * 0.2), int(avatar.width * 0.4))
    moved, _response = cv2.phaseCorrelate(out[strip], breathed_in[strip])

    assert moved[1] < -0.2


def far_from_person(name: str, distance: float) -> NDArray[np.bool_]:
    """Return the pixels that are farther from the person than this, in interocular distances."""
    avatar = faces.avatar(name)
    background = (avatar.image[..., 3] < 8).astype(np.uint8)
    far: NDArray[np.bool_] = cv2.distanceTransform(background, cv2.DIST_L2, 5) > distance * avatar.unit
    return far


MOTIONS = {
    "speech": speaking("aa"),
    "turned and nodding": FacePose(head=HeadPose(yaw=0.15, pitch=0.1, roll=0.1)),
    "turned the other way": FacePose(head=HeadPose(yaw=-0.15, pitch=-0.1, roll=-0.1)),
    "breath": FacePose(breath=1.0),
}


@pytest.mark.parametrize("name", faces.ALL)
@pytest.mark.parametrize("motion", MOTIONS)
def test_the_background_stands_still(name: str, motion: str) -> None:
    still, moved = (faces.renderer(name).render(pose).astype(int) for pose in (REST, MOTIONS[motion]))
    change = np.abs(moved - still).max(2)[far_from_person(name, 0.5)]

    # two levels are the rounding of a sample that lies a hundredth of a pixel beside the pixel
    assert change.max() <= 2
    assert (change > 1).mean() < 2e-4


@pytest.mark.parametrize("name", faces.ALL)
def test_speech_moves_the_lower_face_only(name: str) -> None:
    avatar = faces.avatar(name)
    change = np.abs(
        faces.renderer(name).render(speaking("aa")).astype(int) - faces.renderer(name).render(REST)
    ).max(2)
    rows, columns = np.mgrid[: avatar.height, : avatar.width]
    upright = (np.stack([columns, rows], -1) - avatar.mouth.anchor) @ avatar.rotation / avatar.unit
    # the eyes are about 0.75 above the mouth, the pit of the neck is about 1.5 below it
    elsewhere = (upright[..., 1] < -0.95) | (upright[..., 1] > 1.7) | (np.abs(upright[..., 0]) > 2)

    assert change[elsewhere].max() <= 1
