"""Barge-in: silence at once, a mouth that closes, and how much was heard."""

import threading

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.session import Session
from tests.session.live import jaw, noise, sound, take, take_utterance

Speech = NDArray[np.float32]


def test_nothing_more_is_spoken_after_an_interrupt(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(2.0), end=True)
    session.push(noise(2.0), end=True)
    take(view, 10)
    session.interrupt()
    ticks = take(view, 200)
    assert not any(tick.speaking or tick.end_of_speech for tick in ticks)
    assert (session.ready, session.speaking, session.queued_ms) == (False, False, 0)


def test_the_first_tick_after_an_interrupt_says_so(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    view.next()
    session.interrupt()
    assert [tick.after_interrupt for tick in take(view, 3)] == [True, False, False]


def test_the_mouth_closes_over_120_ms(avatar: Avatar, speech: Speech) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(speech)
    while jaw(tick := view.next()) < 0.25:
        pass
    session.interrupt()
    closing = [jaw(tick), *(jaw(tick) for tick in take(view, 3))]
    assert closing[0] > closing[1] > closing[2] > closing[3] == 0
    assert max(np.abs(np.diff(closing))) < 0.6 * closing[0]


def test_it_tells_how_much_was_given_out(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(2.0))
    take(view, 12)
    assert session.interrupt() == 480


def test_what_a_device_has_not_played_yet_does_not_count(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view(unplayed_ms=lambda: 130)
    session.push(noise(2.0))
    take(view, 12)
    assert session.interrupt() == 350


def test_the_silence_that_fills_up_a_tick_does_not_count(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view(unplayed_ms=lambda: 10)
    session.push(noise(0.25), end=True)
    take(view, 9)
    assert session.interrupt() == 240


def test_speech_that_was_heard_to_its_end_is_not_interrupted(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(0.4), end=True)
    take(view, 20)
    assert session.interrupt() == 0


def test_an_utterance_that_still_sounds_counts_although_the_next_was_begun(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view(unplayed_ms=lambda: 300)
    session.push(noise(1.0), end=True)
    session.push(noise(1.0), end=True)
    take(view, 27)  # 80 ms of the second; the first ended 220 ms ahead of what is heard
    assert session.interrupt() == 780


def test_nothing_was_played_before_anything_was_pushed(avatar: Avatar) -> None:
    session = Session(avatar)
    session.view().next()
    assert session.interrupt() == 0


def test_nothing_was_played_that_no_view_took(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(noise(1.0))
    assert session.interrupt() == 0
    assert session.view().next().after_interrupt


def test_the_view_that_plays_counts_not_the_one_that_only_looks(avatar: Avatar) -> None:
    session = Session(avatar)
    looks, plays = session.view(), session.view(unplayed_ms=lambda: 0)
    session.push(noise(1.0))
    take(looks, 12)
    take(plays, 0)
    assert session.interrupt() == 0


def test_devices_are_told_to_fall_silent(avatar: Avatar) -> None:
    session = Session(avatar)
    told: list[str] = []
    views = [session.view(on_interrupt=lambda: told.append("one")), session.view(on_interrupt=told.clear)]
    session.interrupt()
    assert told == []  # the second cleared what the first said
    views[1].close()
    session.interrupt()
    assert told == ["one"]


def test_a_device_that_fails_does_not_stop_an_interrupt(
    avatar: Avatar, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> int:
        raise OSError("the device is gone")

    session = Session(avatar)
    view = session.view(unplayed_ms=fail, on_interrupt=fail)
    session.push(noise(1.0))
    take(view, 5)
    assert session.interrupt() == 200
    assert not session.ready
    assert "the device is gone" in caplog.text


def test_a_device_may_use_the_session_while_it_is_asked(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view(unplayed_ms=lambda: session.queued_ms * 0, on_interrupt=lambda: view.next() and None)
    session.push(noise(1.0))
    take(view, 5)
    assert session.interrupt() == 200


def test_an_interrupt_does_not_wait_for_painting(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session(avatar)
    view = session.view()
    painting, go_on = threading.Event(), threading.Event()

    def paint(pose: object) -> NDArray[np.uint8]:
        painting.set()
        assert go_on.wait(10)
        return np.zeros((2, 2, 3), np.uint8)

    monkeypatch.setattr(session._painter, "paint", paint)
    session.push(noise(1.0))
    tick = view.next()
    painter = threading.Thread(target=tick.image)
    painter.start()
    assert painting.wait(10)
    assert session.interrupt() == 40
    go_on.set()
    painter.join(10)


def test_speech_after_an_interrupt_is_heard_from_its_first_sample(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(noise(1.0, 44_100), 44_100)
    session.push(b"\1")  # half a sample, forgotten too
    take(view, 7)
    session.interrupt()
    session.push(noise(0.5, seed=1), end=True)
    ticks = take_utterance(view)
    np.testing.assert_array_equal(sound(ticks), noise(0.5, seed=1)[:, 0])
    assert ticks[0].after_interrupt
    assert not any(tick.after_interrupt for tick in ticks[1:])


def test_utterances_are_numbered_on_after_an_interrupt(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    first = session.push(noise(1.0))
    session.interrupt()
    second = session.push(noise(0.2), end=True)
    assert second > first
    assert {tick.utterance for tick in take_utterance(view)} == {second}


def test_a_hundred_interrupts_a_minute_leave_a_session_as_good_as_new(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    for number in range(100):  # one each 600 ms, most of them amid speech
        session.push(noise(0.5, 24_000, seed=number), 24_000)
        if number % 3 == 0:
            session.flush()
        ticks = take(view, 15 - number % 7)
        given = sum(tick.sample_count for tick in ticks) // 16
        ended = any(tick.end_of_speech for tick in ticks)
        assert session.interrupt() == (0 if ended else given)
        assert [tick.speaking for tick in take(view, number % 7)] == [False] * (number % 7)
    session.push(noise(0.5), end=True)
    np.testing.assert_array_equal(sound(take_utterance(view)), noise(0.5)[:, 0])
