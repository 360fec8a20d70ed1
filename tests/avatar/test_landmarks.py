"""The networks find and track faces."""

from dataclasses import replace

import cv2
import numpy as np
import pytest

from bithuman_app.avatar import landmarks as landmarks_module
from bithuman_app.avatar.landmarks import detect_faces, segment_person, track_face
from bithuman_app.errors import UnavailableError
from tests import faces

RIGHT_EYE, LEFT_EYE, NOSE_TIP, CHIN = 33, 263, 1, 152


def half(name: str) -> np.ndarray:
    return np.asarray(cv2.resize(faces.picture(name), (512, 512), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.mark.parametrize("name", [*faces.PEOPLE, "iris"])
def test_the_face_of_a_portrait_is_found_once(name: str) -> None:
    (found,) = detect_faces(half(name))
    tracked = track_face(half(name), found)

    assert tracked.presence > 0.9
    assert found.box[0] < tracked.points[NOSE_TIP, 0] < found.box[2]
    assert found.box[1] < tracked.points[NOSE_TIP, 1] < found.box[3]


@pytest.mark.parametrize("shape", [(200, 300), (64, 64), (500, 40), (1, 1)])
def test_there_is_no_face_in_a_plain_picture(shape: tuple[int, int]) -> None:
    assert detect_faces(np.full((*shape, 3), 120, np.uint8)) == []


def test_noise_is_not_taken_for_a_face() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (200, 300, 3), np.uint8)

    assert all(track_face(noise, found).presence < 0.6 for found in detect_faces(noise))


def test_the_subjects_right_is_at_the_left_of_the_picture() -> None:
    tracked = faces.tracked(half("nora"))

    assert tracked.points[RIGHT_EYE, 0] < tracked.points[NOSE_TIP, 0] < tracked.points[LEFT_EYE, 0]
    assert tracked.irises["right"][0, 0] < tracked.irises["left"][0, 0]
    assert tracked.points[RIGHT_EYE, 1] < tracked.points[NOSE_TIP, 1] < tracked.points[CHIN, 1]


def test_irises_lie_inside_the_eyes() -> None:
    for name in faces.PEOPLE:
        tracked = faces.tracked(half(name))
        for side, (a, b) in landmarks_module.EYE_CORNERS.items():
            low, high = sorted((tracked.points[a, 0], tracked.points[b, 0]))
            assert low < tracked.irises[side][0, 0] < high


def test_landmarks_scale_with_the_picture() -> None:
    large, small = faces.tracked(faces.picture("leo").copy()), faces.tracked(half("leo"))
    error = np.abs(large.points[:, :2] / 2 - small.points[:, :2]) / small.interocular

    assert error.mean() < 0.02


def test_a_tilted_face_is_tracked_tilted() -> None:
    matrix = cv2.getRotationMatrix2D((256, 256), -15, 1.0)
    tilted = cv2.warpAffine(half("leo"), matrix, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    upright = faces.tracked(half("leo"))
    expected = np.c_[upright.points[:, :2], np.ones(468)] @ matrix.T
    error = np.abs(faces.tracked(np.asarray(tilted, np.uint8)).points[:, :2] - expected)

    assert error.mean() / upright.interocular < 0.03


def test_a_small_face_in_a_large_picture_is_found() -> None:
    """A tenth of the picture's height: the search of tiles finds what one look misses."""
    scene = faces.on_canvas(faces.picture("leo"), 1500, 1000, 0.22, left=0.9)
    found = detect_faces(scene)

    assert found
    assert found[0].box[0] > 1200


def test_faces_come_with_the_largest_first() -> None:
    leo = faces.on_canvas(faces.picture("leo"), 400, 600, 0.6)
    nora = faces.on_canvas(faces.picture("nora"), 600, 600, 1)
    found = detect_faces(np.hstack([leo, nora]))

    assert len(found) == 2
    assert found[0].side > found[1].side
    assert found[0].box[0] > 400


@pytest.mark.parametrize("degrees", [-40, -15, 0, 15, 40])
def test_yaw_is_read_from_the_depth_of_the_cheeks(degrees: float) -> None:
    tracked = faces.tracked(half("leo"))
    points = tracked.points.copy()
    points[[234, 454]] = [[100, 200, 0], [300, 200, 0]]
    angle = np.radians(degrees)
    points[454] = points[234] + 200 * np.array([np.cos(angle), 0, np.sin(angle)])

    assert replace(tracked, points=points).yaw_degrees == pytest.approx(degrees, abs=0.1)


def test_the_person_is_told_from_the_background() -> None:
    mask = segment_person(half("leo"))

    assert mask.shape == (512, 512)
    assert mask[280, 256] > 0.8
    assert mask[:40, :40].max() < 0.2
    assert 0 <= mask.min() <= mask.max() <= 1


def test_a_missing_model_says_what_to_do(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(landmarks_module, "asset", lambda *parts: tmp_path.joinpath(*parts))
    landmarks_module._network.cache_clear()
    try:
        with pytest.raises(UnavailableError, match="install it again"):
            detect_faces(half("leo"))
    finally:
        landmarks_module._network.cache_clear()
