"""Time is the consumer's audio clock: exact for days, and cheap to let pass."""

import gc
from fractions import Fraction

import numpy as np
import psutil
import pytest

from bithuman_app.avatar.model import Avatar
from bithuman_app.session import Session
from tests.session.live import due, noise, numbers, original, sound, take

DAY = 86_400


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_tick_is_due_when_its_time_has_come(avatar: Avatar, rate: int) -> None:
    view = Session(avatar).view()
    moments = [(played, [tick.index for tick in due(view, played, rate)]) for played in range(0, rate, 441)]
    for played, indices in moments:
        for index in indices:
            assert index * rate <= played * 25 < index * rate + 441 * 25
    assert [index for _, indices in moments for index in indices] == list(range(25))


def test_nothing_is_due_twice(avatar: Avatar) -> None:
    view = Session(avatar).view()
    assert len(due(view, 48_000 // 25, 48_000)) == 1
    assert due(view, 48_000 // 25, 48_000) == []
    assert due(view, 0, 48_000) == []


def test_a_device_can_be_kept_ahead(avatar: Avatar) -> None:
    view = Session(avatar).view()
    assert [tick.index for tick in due(view, 0, 48_000, ahead=3)] == [0, 1, 2, 3]
    assert [tick.index for tick in due(view, 1_920, 48_000, ahead=3)] == [4]


def test_a_clock_that_leaps_drops_pictures_but_no_sound(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(2.0), end=True)
    first, second = due(view, 0, 16_000), due(view, 16_000, 16_000)
    assert [(tick.index, tick.dropped) for tick in first + second] == [(0, 0), (25, 24)]
    np.testing.assert_array_equal(sound(first + second), noise(2.0)[: 26 * 640, 0])


def test_a_leap_of_an_hour_in_silence_is_one_tick(avatar: Avatar) -> None:
    view = Session(avatar).view()
    ticks = due(view, 3_600, 1)
    assert [(tick.index, tick.dropped, tick.time_ms) for tick in ticks] == [(90_000, 90_000, 3_600_000)]


def test_a_view_whose_clock_is_slow_for_good_keeps_up_and_shows_pictures(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, slow = session.view(), session.view()
    session.push(noise(20.0))
    heard, shown = [], 0
    for tick in range(500):  # the slow clock loses a tick in twenty
        due(fast, tick, 25)
        ticks = due(slow, tick * 19 // 20, 25)
        heard += ticks
        shown += len(ticks)
    assert shown > 450
    assert slow.backlog <= 4
    expected = noise(20.0)[: len(sound(heard)), 0]
    np.testing.assert_array_equal(sound(heard), expected)
    assert len(expected) > 495 * 640


@pytest.mark.parametrize(("played", "rate", "ahead"), [(-1, 16_000, 0), (0, 0, 0), (0, 16_000, -1)])
def test_a_clock_that_makes_no_sense_is_refused(avatar: Avatar, played: int, rate: int, ahead: int) -> None:
    with pytest.raises(ValueError, match="no clock shows"):
        Session(avatar).view().due(played, rate, ahead)


def test_a_day_neither_drifts_nor_grows(avatar: Avatar) -> None:
    """A day by a 44.1 kHz clock, polled each 1.6 s; each half hour a sentence, every other interrupted."""
    rate, poll = 44_100, 70_561
    session = Session(avatar)
    view, follower = session.view(), session.view(follow=True)
    sentence = noise(2.4, 24_000).tobytes()
    expected = spoken = ends = flushes = followed = resident = 0
    for number in range(DAY * rate // poll + 1):
        if number % 1_125 == 0:
            session.push(sentence, 24_000, end=True)
            flushes += 1
            expected += 38_400
        if number % 2_250 == 1:
            interrupted = session.interrupt() * 16
            assert 0 < interrupted < 38_400
            expected += interrupted - 38_400
            flushes -= 1
        played = number * poll
        for tick in due(view, played, rate):
            spoken += tick.sample_count
            ends += tick.end_of_speech
        late = Fraction(played, rate) - Fraction(tick.time_ms, 1_000)
        assert 0 <= late < Fraction(1, 25)
        while (seen := follower.next(timeout=0)) is not None:
            followed += seen.sample_count
        if number == 5_000:
            gc.collect()
            resident = psutil.Process().memory_info().rss
    gc.collect()
    assert tick.time_ms == pytest.approx(DAY * 1_000, abs=1_700)
    assert psutil.Process().memory_info().rss - resident < 8_000_000
    assert spoken == followed == expected
    assert ends == flushes


def test_the_last_tick_of_a_day_lives_like_the_first(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    due(view, DAY, 1)
    session.push(noise(1.0, 48_000), 48_000, end=True)
    ticks = take(view, 200)
    np.testing.assert_array_equal(original(ticks), noise(1.0, 48_000))
    assert (numbers(ticks).std(0)[52:55] > 0).all()
