"""One who pushes, one who interrupts, several who watch, all at once."""

import threading
import time

import numpy as np

from bithuman_app.avatar.model import Avatar
from bithuman_app.performance.gestures import GESTURES
from bithuman_app.session import InputFullError, Session, SessionClosedError
from tests.session.live import noise, sound, take_utterance


def test_a_crowd_of_threads_leaves_a_session_whole(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=1.0)
    stop = threading.Event()
    errors: list[Exception] = []

    def run(work: object) -> threading.Thread:
        def loop() -> None:
            number = 0
            try:
                while not stop.is_set():
                    work(number)  # type: ignore[operator]
                    number += 1
            except Exception as error:
                errors.append(error)

        thread = threading.Thread(target=loop)
        thread.start()
        return thread

    def push(number: int) -> None:
        try:
            session.push(noise(0.1, seed=number % 5), 16_000 + 1_000 * (number % 3), timeout=0.05)
            if number % 4 == 0:
                session.flush()
        except InputFullError:
            pass

    def interrupt(number: int) -> None:
        assert session.interrupt() >= 0
        session.play_gesture(GESTURES[number % len(GESTURES)], force=True)
        time.sleep(0.003)

    drivers = [session.view(), session.view(late_after=1)]
    followers = [session.view(follow=True), session.view(follow=True, late_after=None)]
    last: dict[int, int] = {}

    def watch(which: int) -> object:
        def work(number: int) -> None:
            view = (*drivers, *followers)[which]
            tick = view.next() if which < 2 else view.next(timeout=0.01)  # type: ignore[call-arg]
            if tick is None:
                return
            assert tick.index > last.get(which, -1)
            assert tick.samples.dtype == np.int16
            last[which] = tick.index
            if number % 7 == which:
                tick.image()

        return work

    threads = [run(push), run(interrupt), *(run(watch(which)) for which in range(4))]
    time.sleep(1.0)
    stop.set()
    for thread in threads:
        thread.join(20)
    assert errors == []
    assert not any(thread.is_alive() for thread in threads)
    session.interrupt()
    view = session.view()
    session.push(noise(0.5), end=True)
    np.testing.assert_array_equal(sound(take_utterance(view)), noise(0.5)[:, 0])


def test_closing_wakes_everybody(avatar: Avatar) -> None:
    session = Session(avatar)
    follower, another = session.view(follow=True), session.view(follow=True)
    woken: list[object] = []

    def follow() -> None:
        try:
            follower.next()
        except SessionClosedError:
            woken.append("follower")

    threads = [
        threading.Thread(target=follow),
        threading.Thread(target=lambda: woken.append(session.wait_ready())),
        threading.Thread(target=lambda: woken.append(list(another))),
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    session.close()
    session.close()
    for thread in threads:
        thread.join(10)
    assert sorted(map(str, woken)) == ["False", "[]", "follower"]


def test_closing_a_view_wakes_the_one_who_waits_in_it(avatar: Avatar) -> None:
    follower = Session(avatar).view(follow=True)
    seen: list[object] = []
    waiting = threading.Thread(target=lambda: seen.extend(follower))
    waiting.start()
    follower.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert seen == []


def test_waiting_for_speech_ends_when_there_is_some(avatar: Avatar) -> None:
    session = Session(avatar)
    found: list[bool] = []
    waiting = threading.Thread(target=lambda: found.append(session.wait_ready(10)))
    waiting.start()
    session.push(noise(0.12))
    waiting.join(10)
    assert found == [True]
    assert not Session(avatar).wait_ready(0.01)
