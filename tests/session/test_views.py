"""Several who watch one session."""

import threading

import numpy as np
import pytest

from bithuman_app.avatar.model import Avatar
from bithuman_app.session import Session, SessionClosedError
from tests.session.live import due, noise, numbers, original, sound, take, take_utterance


def test_two_views_see_the_same_ticks(avatar: Avatar) -> None:
    session = Session(avatar)
    here, there = session.view(), session.view()
    session.push(noise(0.4), end=True)
    one, other = zip(*((here.next(), there.next()) for _ in range(15)), strict=True)
    np.testing.assert_array_equal(numbers(list(one)), numbers(list(other)))
    np.testing.assert_array_equal(sound(list(one)), sound(list(other)))
    assert [tick.index for tick in one] == [tick.index for tick in other] == list(range(15))


def test_a_view_begins_in_the_present(avatar: Avatar) -> None:
    session = Session(avatar)
    take(session.view(), 10)
    assert session.view().next().index == 10


def test_a_late_view_drops_pictures_but_no_sound(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, slow = session.view(), session.view()
    session.push(noise(2.0))
    take(fast, 20)
    (tick,) = take(slow, 1)
    assert (tick.index, tick.dropped, slow.backlog) == (19, 19, 0)
    np.testing.assert_array_equal(sound([tick]), noise(2.0)[: 20 * 640, 0])
    np.testing.assert_array_equal(original([tick]), noise(2.0)[: 20 * 640])


def test_a_view_a_little_behind_drops_nothing(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, slow = session.view(), session.view(late_after=3)
    take(fast, 3)
    assert [(tick.index, tick.dropped) for tick in take(slow, 3)] == [(0, 0), (1, 0), (2, 0)]


def test_a_late_view_hears_of_every_end_of_speech(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, slow = session.view(), session.view()
    for _ in range(3):
        session.push(noise(0.4), end=True)
    take(fast, 60)
    ticks = [slow.next()]
    while slow.backlog:
        ticks.append(slow.next())
    assert [tick.end_of_speech for tick in ticks] == [True, True, True, False]
    assert [tick.utterance for tick in ticks] == [0, 1, 2, None]


def test_a_recorder_gets_every_picture_however_late(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, recorder = session.view(), session.view(follow=True, late_after=None)
    session.push(noise(1.0), end=True)
    seen = take(fast, 40)
    recorded = take(recorder, 40)
    assert [tick.index for tick in recorded] == list(range(40))
    np.testing.assert_array_equal(numbers(recorded), numbers(seen))


def test_a_recorder_gets_every_picture_although_the_driver_leaps(avatar: Avatar) -> None:
    session = Session(avatar)
    driver, recorder = session.view(), session.view(follow=True, late_after=None)
    session.push(noise(1.0), end=True)
    for played in range(0, 3, 1):
        due(driver, played, 1)
    assert [tick.index for tick in take(recorder, 51)] == list(range(51))


def test_a_view_that_stays_away_too_long_is_told_what_it_missed(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, away = session.view(), session.view()
    session.push(noise(0.4), end=True)
    take(fast, 1_000)
    first = away.next()
    assert (first.missed, first.dropped, first.index) == (250, 749, 999)
    assert first.end_of_speech  # it was among what was missed
    assert not away.next().end_of_speech


def test_a_view_that_never_pulls_costs_a_bounded_backlog(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, away = session.view(), session.view()
    take(fast, 2_000)
    assert away.backlog == 750


def test_a_follower_never_lets_time_pass(avatar: Avatar) -> None:
    session = Session(avatar)
    follower = session.view(follow=True)
    assert follower.next(timeout=0) is None
    session.view().next()
    tick = follower.next(timeout=0)
    assert tick is not None
    assert tick.index == 0
    assert follower.next(timeout=0) is None


def test_a_follower_waits_for_what_others_make(avatar: Avatar) -> None:
    session = Session(avatar)
    follower, driver = session.view(follow=True), session.view()
    indices: list[int] = []
    watching = threading.Thread(target=lambda: indices.extend(tick.index for tick in follower))
    watching.start()
    for _ in range(5):
        driver.next()
    while follower.backlog:
        pass
    session.close()
    watching.join(10)
    assert indices[-1] == 4


def test_closing_a_view_ends_its_ticks_and_leaves_the_others(avatar: Avatar) -> None:
    session = Session(avatar)
    with session.view() as gone:
        gone.next()
    stays = session.view()
    gone.close()
    with pytest.raises(SessionClosedError, match="view is closed"):
        gone.next()
    assert stays.next().index == 1


def test_an_interrupt_takes_late_views_to_the_present(avatar: Avatar) -> None:
    session = Session(avatar)
    fast, slow = session.view(), session.view(late_after=None)
    session.push(noise(2.0))
    take(fast, 20)
    session.interrupt()
    tick = slow.next()
    assert (tick.index, tick.speaking, tick.after_interrupt, tick.dropped) == (20, False, True, 0)


def test_each_flush_is_reported_to_each_view_once(avatar: Avatar) -> None:
    session = Session(avatar)
    views = [session.view(), session.view(), session.view(late_after=None)]
    session.push(noise(0.4), end=True)
    session.flush()
    counts = [[tick.end_of_speech for tick in take(view, 30)].count(True) for view in views]
    assert counts == [2, 2, 2]


def test_a_late_limit_below_one_is_refused(avatar: Avatar) -> None:
    with pytest.raises(ValueError, match="late_after"):
        Session(avatar).view(late_after=0)


def test_views_in_threads_of_their_own_all_hear_everything(avatar: Avatar) -> None:
    session = Session(avatar, queue_seconds=0.5)
    heard: list[list[np.ndarray]] = [[], [], []]
    views = [session.view(late_after=late) for late in (3, 1, None)]
    at: list[float] = [0.0, 0.0, 0.0]
    moved = threading.Condition()

    def keep_together(number: int, index: float) -> None:
        """Wait for the slowest: who is 30 s behind may lose sound, and idle ticks cost nothing to make."""
        with moved:
            at[number] = index
            moved.notify_all()
            moved.wait_for(lambda: index == float("inf") or index < min(at) + 200, 60)

    def watch(number: int) -> None:
        for tick in views[number]:
            heard[number].append(tick.samples[: tick.sample_count])
            if number == 1:
                tick.image()
            keep_together(number, float("inf") if tick.end_of_speech else tick.index)
            if tick.end_of_speech:
                return

    threads = [threading.Thread(target=watch, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(30):
        session.push(noise(0.1, seed=seed), end=seed == 29)
    for thread in threads:
        thread.join(90)
    expected = np.concatenate([noise(0.1, seed=seed)[:, 0] for seed in range(30)])
    for samples in heard:
        np.testing.assert_array_equal(np.concatenate(samples), expected)


def test_many_sessions_in_one_process_do_not_disturb_each_other(avatar: Avatar) -> None:
    sessions = [Session(avatar, seed=number) for number in range(20)]
    views = [session.view() for session in sessions]
    for number, session in enumerate(sessions):
        session.push(noise(0.3, seed=number), end=True)
    ticks = [[view.next() for view in views] for _ in range(10)]
    for number in range(20):
        alone = Session(avatar, seed=number)
        alone.push(noise(0.3, seed=number), end=True)
        together = [row[number] for row in ticks]
        np.testing.assert_array_equal(numbers(together), numbers(take(alone.view(), 10)))
        np.testing.assert_array_equal(sound(together), noise(0.3, seed=number)[:, 0])


def test_sessions_in_threads_give_what_they_give_alone(avatar: Avatar) -> None:
    def perform(seed: int) -> np.ndarray:
        session = Session(avatar, seed=seed)
        view = session.view()
        session.push(noise(0.3, seed=seed), end=True)
        return np.stack([tick.image() for tick in take_utterance(view)])

    found: dict[int, np.ndarray] = {}
    threads = [
        threading.Thread(target=lambda seed=seed: found.update({seed: perform(seed)})) for seed in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for seed in range(4):
        np.testing.assert_array_equal(found[seed], perform(seed))
