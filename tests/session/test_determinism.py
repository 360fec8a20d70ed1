"""The same calls give the same ticks, and live gives what offline gives."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.performance.gestures import GESTURES
from bithuman_app.session import Session, Tick
from bithuman_app.session.offline import perform
from tests.session.live import noise, numbers, sixteen_bit, sound, take, take_utterance

Speech = NDArray[np.float32]


@pytest.mark.parametrize("seed", [0, 5])
def test_live_gives_the_frames_of_the_offline_performance(avatar: Avatar, speech: Speech, seed: int) -> None:
    session = Session(avatar, seed)
    session.push(speech, end=True)
    live = take_utterance(session.view())
    offline = list(perform(avatar, speech, seed=seed))
    assert len(live) == len(offline)
    for tick, frame in zip(live, offline, strict=True):
        np.testing.assert_array_equal(tick.image(), frame.image)


def test_live_gives_the_frames_of_the_offline_performance_on_another_background(
    avatar: Avatar, speech: Speech
) -> None:
    session = Session(avatar, size=(320, 200), background=(0, 255, 0))
    session.push(speech[:3_200], end=True)
    offline = perform(avatar, speech[:3_200], size=(320, 200), background=(0, 255, 0))
    for tick, frame in zip(take_utterance(session.view()), offline, strict=True):
        np.testing.assert_array_equal(tick.image(), frame.image)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 24_000), max_size=8).map(sorted))
def test_it_does_not_matter_how_speech_is_cut(avatar: Avatar, speech: Speech, cuts: list[int]) -> None:
    session = Session(avatar)
    for start, stop in itertools.pairwise([0, *cuts, len(speech)]):
        session.push(speech[start:stop])
    session.flush()
    expected = numbers_of_offline(avatar, speech)
    np.testing.assert_array_equal(numbers(take_utterance(session.view())), expected)


def numbers_of_offline(avatar: Avatar, speech: Speech) -> NDArray[np.float64]:
    session = Session(avatar)
    session.push(speech, end=True)
    return numbers(take_utterance(session.view()))


def act(avatar: Avatar, speech: Speech) -> list[Tick]:
    """Do a bit of everything."""
    session = Session(avatar, seed=9)
    view = session.view()
    ticks = take(view, 7)
    session.push(sixteen_bit(speech), 24_000)
    session.play_gesture("shake")
    ticks += take(view, 9)
    session.set_emotion("joy")
    session.interrupt()
    ticks += take(view, 20)
    session.push(speech, end=True)
    for name in GESTURES:
        session.play_gesture(name)
    return ticks + take(view, 60)


def test_the_same_calls_give_the_same_ticks(avatar: Avatar, speech: Speech) -> None:
    first, second = act(avatar, speech), act(avatar, speech)
    np.testing.assert_array_equal(numbers(first), numbers(second))
    np.testing.assert_array_equal(sound(first), sound(second))
    for one, other in zip(first[::10], second[::10], strict=True):
        np.testing.assert_array_equal(one.image(), other.image())


def test_looking_or_not_changes_nothing(avatar: Avatar, speech: Speech) -> None:
    def play(look: bool) -> NDArray[np.float64]:
        session = Session(avatar)
        ticks = []
        for start in range(0, len(speech), 960):
            session.push(speech[start : start + 960])
            ticks.append(session.view().next())
            if look:
                assert session.ready in (True, False)
                ticks[-1].image()
        return numbers(ticks)

    np.testing.assert_array_equal(play(True), play(False))


def test_another_seed_gives_another_performance_of_the_same_words(avatar: Avatar, speech: Speech) -> None:
    performances = []
    for seed in (0, 1):
        session = Session(avatar, seed)
        session.push(speech, end=True)
        performances.append(take_utterance(session.view()))
    one, other = performances
    np.testing.assert_array_equal(sound(one), sound(other))
    assert (numbers(one)[:, 52:55] != numbers(other)[:, 52:55]).any()


def test_sixteen_bit_and_float_speech_look_the_same(avatar: Avatar) -> None:
    performances = []
    for samples in (noise(0.4), noise(0.4) / np.float32(32_768)):
        session = Session(avatar)
        session.push(samples, end=True)
        performances.append(numbers(take_utterance(session.view())))
    np.testing.assert_array_equal(*performances)
