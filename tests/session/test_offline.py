"""A whole recording performed by a real avatar."""

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.session.offline import Frame, perform

SIZE = 256


@pytest.fixture(scope="module")
def performance(avatar: Avatar, speech: NDArray[np.float32]) -> list[Frame]:
    return list(perform(avatar, speech))


def images(frames: list[Frame]) -> NDArray[np.uint8]:
    return np.stack([frame.image for frame in frames])


@pytest.mark.parametrize("samples", [1, 639, 640, 641, 6_400])
def test_every_begun_frame_of_sound_gets_a_picture(avatar: Avatar, samples: int) -> None:
    frames = list(perform(avatar, np.zeros(samples, np.float32)))
    assert len(frames) == math.ceil(samples / 640)


def test_frames_are_numbered_and_timed_at_25_a_second(performance: list[Frame]) -> None:
    assert [frame.index for frame in performance] == list(range(38))
    assert [frame.time for frame in performance] == pytest.approx([index / 25 for index in range(38)])


def test_frames_are_fresh_colour_pictures_of_the_avatars_size(performance: list[Frame]) -> None:
    first, second = performance[:2]
    assert first.image.shape == (SIZE, SIZE, 3)
    assert first.image.dtype == np.uint8
    assert not np.shares_memory(first.image, second.image)


def test_the_mouth_opens_while_somebody_speaks(performance: list[Frame]) -> None:
    from bithuman_app.avatar.arkit import INDEX

    jaw = [frame.pose.coefficients[INDEX["jawOpen"]] for frame in performance]
    assert max(jaw) > 0.1
    assert max(jaw) - min(jaw) > 0.1


def test_the_same_seed_gives_the_same_pictures(
    avatar: Avatar, speech: NDArray[np.float32], performance: list[Frame]
) -> None:
    np.testing.assert_array_equal(images(list(perform(avatar, speech, seed=0))), images(performance))


def test_another_seed_gives_another_performance(
    avatar: Avatar, speech: NDArray[np.float32], performance: list[Frame]
) -> None:
    assert (images(list(perform(avatar, speech, seed=1))) != images(performance)).any()


def test_it_does_not_matter_in_what_pieces_the_sound_is_heard(
    avatar: Avatar,
    speech: NDArray[np.float32],
    performance: list[Frame],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bithuman_app.session.offline._PIECE", 1_000)
    np.testing.assert_array_equal(images(list(perform(avatar, speech))), images(performance))


def test_frames_come_one_by_one(avatar: Avatar) -> None:
    frames = perform(avatar, np.zeros(16_000 * 60, np.float32))
    assert next(frames).index == 0  # a minute of frames would take many seconds
    assert next(frames).index == 1


def test_a_colour_replaces_what_is_behind_the_person(avatar: Avatar) -> None:
    (frame,) = perform(avatar, np.zeros(640, np.float32), background=(255, 0, 0))
    assert np.abs(frame.image[5, 5].astype(int) - (255, 0, 0)).max() <= 2
    (plain,) = perform(avatar, np.zeros(640, np.float32))
    middle = np.s_[SIZE // 2, SIZE // 2]
    assert np.abs(frame.image[middle].astype(int) - plain.image[middle]).max() <= 2


def test_a_picture_replaces_what_is_behind_the_person(avatar: Avatar) -> None:
    picture = np.zeros((40, 80, 3), np.uint8)
    picture[:, :40] = (0, 200, 0)
    (frame,) = perform(avatar, np.zeros(640, np.float32), background=picture)
    assert frame.image[5, 5].tolist() == pytest.approx([0, 200, 0], abs=3)
    assert frame.image[5, -5].tolist() == pytest.approx([0, 0, 0], abs=3)


def test_a_transparent_performance_cuts_the_person_out(avatar: Avatar) -> None:
    (frame,) = perform(avatar, np.zeros(640, np.float32), transparent=True)
    assert frame.image.shape == (SIZE, SIZE, 4)
    assert frame.image[5, 5, 3] < 10
    assert frame.image[SIZE // 2, SIZE // 2, 3] > 245


def test_another_size_keeps_the_proportions(avatar: Avatar) -> None:
    (frame,) = perform(avatar, np.zeros(640, np.float32), size=(320, 128))
    assert frame.image.shape == (128, 320, 3)
    assert (frame.image[:, :96] == 0).all()
    assert frame.image[64, 160].max() > 20


def test_a_transparent_performance_of_another_size_is_transparent_beside_the_avatar(avatar: Avatar) -> None:
    (frame,) = perform(avatar, np.zeros(640, np.float32), size=(320, 128), transparent=True)
    assert frame.image.shape == (128, 320, 4)
    assert (frame.image[:, :96, 3] == 0).all()
