"""What comes out of a session: pictures, sound, and when."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.avatar.model import Avatar
from bithuman_app.lipsync import ArticulationStream
from bithuman_app.render import Renderer
from bithuman_app.session import Session
from tests.session.live import jaw, noise, numbers, original, sixteen_bit, sound, take, take_utterance

Speech = NDArray[np.float32]


def test_an_idle_tick_has_a_picture_and_no_sound(avatar: Avatar) -> None:
    tick = Session(avatar).view().next()
    assert tick.image().shape == (256, 256, 3)
    assert tick.image().dtype == np.uint8
    assert not tick.speaking
    assert (tick.samples.shape, tick.original, tick.utterance) == ((0,), (), None)


def test_an_idle_face_goes_on_living(avatar: Avatar) -> None:
    poses = numbers(take(Session(avatar).view(), 500))
    assert poses[:, INDEX["eyeBlinkLeft"]].max() == 1
    assert np.ptp(poses[:, -3]) > 0.9  # breath
    assert (poses[-25:, 52:55].std(0) > 0).all()  # head


def test_ticks_are_numbered_and_timed_at_25_a_second(avatar: Avatar) -> None:
    ticks = take(Session(avatar).view(), 30)
    assert [tick.index for tick in ticks] == list(range(30))
    assert [tick.time_ms for tick in ticks] == list(range(0, 1_200, 40))
    assert ticks[26].time == 1.04


def test_the_first_image_is_that_of_the_first_tick_and_passes_no_time(avatar: Avatar) -> None:
    session = Session(avatar, seed=3)
    first = session.first_image()
    tick = session.view().next()
    assert tick.index == 0
    np.testing.assert_array_equal(first, tick.image())


def test_the_size_is_known_at_once(avatar: Avatar) -> None:
    session = Session(avatar, size=(320, 128))
    assert session.size == (320, 128)
    assert session.view().next().image().shape == (128, 320, 3)


def test_a_transparent_session_cuts_the_person_out(avatar: Avatar) -> None:
    image = Session(avatar, transparent=True).view().next().image()
    assert image.shape == (256, 256, 4)
    assert (image[5, 5, 3], image[128, 128, 3]) == (0, 255)


def test_speech_comes_in_ticks_of_640_samples_at_16_khz(avatar: Avatar, speech: Speech) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(speech, end=True)
    ticks = take_utterance(view)
    assert all(tick.speaking and tick.samples.shape == (640,) for tick in ticks)
    assert all(tick.samples.dtype == np.int16 for tick in ticks)
    np.testing.assert_array_equal(sound(ticks), sixteen_bit(speech))


def test_the_last_tick_of_speech_is_filled_up_with_silence(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(0.05), end=True)
    ticks = take_utterance(view)
    assert [tick.sample_count for tick in ticks] == [640, 160]
    assert not ticks[1].samples[160:].any()
    assert len(ticks[1].original[0].samples) == 160


def test_the_mouth_opens_while_somebody_speaks(avatar: Avatar, speech: Speech) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(speech, end=True)
    assert max(jaw(tick) for tick in take_utterance(view)) > 0.1


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("channels", [1, 2])
def test_the_original_comes_back_whole(avatar: Avatar, rate: int, channels: int) -> None:
    session = Session(avatar)
    view = session.view()
    pushed = noise(0.5, rate, channels)
    session.push(pushed, rate, end=True)
    ticks = take_utterance(view)
    np.testing.assert_array_equal(original(ticks), pushed)
    assert {(piece.rate, piece.channels) for tick in ticks for piece in tick.original} == {(rate, channels)}
    assert len(sound(ticks)) == 8_000


def test_each_tick_has_the_original_of_its_own_40_ms(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(1.0, 44_100), 44_100, end=True)
    lengths = [piece.milliseconds for tick in take_utterance(view) for piece in tick.original]
    assert lengths == pytest.approx([40.0] * 25, abs=1000 / 44_100)


@pytest.mark.parametrize("rate", [8_000, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000])
def test_speech_starts_once_the_look_ahead_is_pushed(avatar: Avatar, rate: int) -> None:
    """100 ms of sound, and at most 2 ms more that a resampler holds back."""
    session = Session(avatar)
    pushed = noise(0.104, rate)
    session.push(pushed[: -rate // 200], rate)
    before = session.ready
    session.push(pushed[-rate // 200 :], rate)
    assert (before, session.ready) == (False, True)
    assert session.view().next().speaking


def test_a_flush_ends_speech_exactly_once(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    for _ in range(3):
        session.push(noise(0.2))
        session.flush()
    ticks = take(view, 40)
    assert [tick.index for tick in ticks if tick.end_of_speech] == [4, 9, 14]
    assert [tick.utterance for tick in ticks[:16]] == [0] * 5 + [1] * 5 + [2] * 5 + [None]


def test_a_flush_without_sound_ends_speech_too(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    numbers_given = [session.flush(), session.flush()]
    ticks = take(view, 4)
    assert [tick.end_of_speech for tick in ticks] == [True, True, False, False]
    assert [tick.utterance for tick in ticks[:2]] == numbers_given == [0, 1]
    assert not any(tick.speaking for tick in ticks)


def test_nothing_is_lost_when_sound_comes_late(avatar: Avatar, speech: Speech) -> None:
    session = Session(avatar)
    view = session.view()
    ticks = []
    for start in range(0, len(speech), 2_000):  # 125 ms every 200 ms
        session.push(speech[start : start + 2_000])
        ticks += take(view, 5)
    session.flush()
    ticks += take(view, 10)
    assert not all(tick.speaking for tick in ticks[:20])
    np.testing.assert_array_equal(sound(ticks), sixteen_bit(speech))
    assert [tick.end_of_speech for tick in ticks].count(True) == 1


def test_the_mouth_closes_while_sound_is_awaited(avatar: Avatar, speech: Speech) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(speech)
    while (tick := view.next()).speaking:
        pass
    assert jaw(take(view, 2)[-1]) == 0
    assert not tick.end_of_speech


def test_sound_pushed_is_counted_until_it_is_given_out(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(1.0, 48_000), 48_000, end=True)
    assert session.queued_ms == 1_000
    take(view, 5)
    assert session.queued_ms == pytest.approx(800, abs=2)
    take_utterance(view)
    assert session.queued_ms == 0


def test_it_speaks_from_the_first_sound_to_the_last(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    before = session.speaking
    session.push(noise(0.2), end=True)
    during = session.speaking
    take_utterance(view)
    at_the_end = session.speaking
    view.next()
    assert (before, during, at_the_end, session.speaking) == (False, True, True, False)


def test_nothing_is_painted_that_nobody_looks_at(
    avatar: Avatar, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted = []
    monkeypatch.setattr(Renderer, "render", lambda self, pose: painted.append(pose))
    session = Session(avatar)
    session.push(speech, end=True)
    take(session.view(), 60)
    assert painted == []


def test_nothing_is_done_while_nobody_pulls(
    avatar: Avatar, speech: Speech, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = []
    monkeypatch.setattr(ArticulationStream, "push", lambda self, samples: heard.append(samples))
    session = Session(avatar)
    session.view()
    for start in range(0, len(speech), 160):
        session.push(speech[start : start + 160])
    assert heard == []


def test_a_picture_is_painted_once_and_shared(avatar: Avatar) -> None:
    session = Session(avatar)
    here, there = session.view(), session.view()
    image = here.next().image()
    assert there.next().image() is image
    assert not image.flags.writeable


def test_a_picture_looked_at_late_is_the_same(avatar: Avatar) -> None:
    ticks = take(Session(avatar).view(), 10)
    early = ticks[0].image().copy()
    for tick in ticks:
        tick.image()
    np.testing.assert_array_equal(ticks[0].image(), early)
