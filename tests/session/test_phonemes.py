"""Speech whose phonemes are known: the lips do exactly what they ask for, live as offline."""

import itertools
import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.avatar.model import Avatar
from bithuman_app.lipsync import articulate, loudness
from bithuman_app.lipsync.coarticulation import from_phonemes, meet
from bithuman_app.lipsync.phonemes import Phoneme, phoneme_map
from bithuman_app.media.audio import read_audio
from bithuman_app.performance import Performer
from bithuman_app.resources import asset
from bithuman_app.session import Session, SessionClosedError, Tick
from bithuman_app.session.offline import perform
from tests.session.live import numbers, sixteen_bit, take, take_utterance

SECONDS = 3.6
SPEECH = read_audio(asset("audio", "speech.wav"), limit_seconds=SECONDS)
PHONEMES = [
    Phoneme(p["label"], p["start"], p["end"])
    for p in json.loads(asset("audio", "speech.json").read_text(encoding="utf-8"))["phonemes"]
    if p["end"] < SECONDS
]


def spoken(avatar: Avatar, phonemes: list[Phoneme] | None = PHONEMES) -> list[Tick]:
    """Return the ticks of the whole speech, pushed at once."""
    session = Session(avatar)
    session.push(SPEECH, phonemes=phonemes, end=True)
    return take_utterance(session.view())


def pressed(tick: Tick) -> float:
    """Return how firmly the lips are closed; a complete closure presses them by 0.35."""
    return float(tick.pose.coefficients[INDEX["mouthPressLeft"]])


def jaw(tick: Tick) -> float:
    return float(tick.pose.coefficients[INDEX["jawOpen"]])


def moved(phonemes: list[Phoneme], seconds: float) -> list[Phoneme]:
    return [Phoneme(p.label, p.start + seconds, p.end + seconds) for p in phonemes]


def test_live_gives_the_frames_of_the_offline_performance(avatar: Avatar) -> None:
    ticks = spoken(avatar)
    frames = list(perform(avatar, SPEECH, phonemes=PHONEMES))
    assert len(ticks) == len(frames)
    for tick, frame in zip(ticks[::6], frames[::6], strict=True):
        np.testing.assert_array_equal(tick.image(), frame.image)


def test_the_mouth_does_what_the_exact_path_and_the_network_agree_on(avatar: Avatar) -> None:
    heard = articulate(SPEECH)
    curves = meet(heard, from_phonemes(PHONEMES, len(heard)))
    poses = Performer(0, avatar.style).perform(curves, loudness(SPEECH))
    for tick, pose in zip(spoken(avatar), poses, strict=True):
        np.testing.assert_array_equal(tick.pose.coefficients, pose.coefficients)


@pytest.mark.parametrize("phoneme", [p for p in PHONEMES if p.label in "pbm"])
def test_the_lips_are_closed_in_the_middle_of_p_b_and_m(avatar: Avatar, phoneme: Phoneme) -> None:
    middle = (phoneme.start + phoneme.end) / 2 - phoneme_map().lead
    tick = spoken(avatar)[round(middle * 25)]
    assert pressed(tick) > 0.34
    assert jaw(tick) < 0.01


@settings(max_examples=8, deadline=None)
@given(
    cuts=st.lists(st.integers(0, len(SPEECH)), max_size=8).map(sorted),
    pulled=st.lists(st.integers(0, 3), min_size=9, max_size=9),
)
def test_it_does_not_matter_how_the_sound_is_cut(avatar: Avatar, cuts: list[int], pulled: list[int]) -> None:
    session = Session(avatar)
    view = session.view()
    ticks: list[Tick] = []
    known: list[Phoneme] | None = PHONEMES
    for (start, stop), count in zip(itertools.pairwise([0, *cuts, len(SPEECH)]), pulled, strict=False):
        session.push(SPEECH[start:stop], phonemes=known)
        known = None
        while count and session.ready:
            ticks.append(view.next())
            count -= 1
    session.flush()
    ticks += take_utterance(view)
    np.testing.assert_array_equal(numbers(ticks), numbers(spoken(avatar)))


@pytest.mark.parametrize("rate", [16_000, 24_000])
def test_times_count_from_the_start_of_the_sound_they_come_with(avatar: Avatar, rate: int) -> None:
    pieces = read_audio_at(rate)
    cut = 2 * rate  # in the pause after "welcome"
    session, whole = Session(avatar), Session(avatar)
    whole.push(pieces, rate, phonemes=PHONEMES, end=True)
    session.push(pieces[:cut], rate, phonemes=[p for p in PHONEMES if p.start < 2])
    session.push(pieces[cut:], rate, phonemes=moved([p for p in PHONEMES if p.start >= 2], -2.0), end=True)
    np.testing.assert_allclose(
        numbers(take_utterance(session.view())), numbers(take_utterance(whole.view())), atol=1e-5
    )


def read_audio_at(rate: int) -> NDArray[np.int16]:
    times = np.arange(round(SECONDS * rate)) / rate
    return sixteen_bit(np.interp(times, np.arange(len(SPEECH)) / 16_000, SPEECH).astype(np.float32))


def test_looking_whether_it_is_ready_does_not_settle_what_is_spoken(avatar: Avatar) -> None:
    def first_tick(look: bool, later: list[Phoneme]) -> NDArray[np.float64]:
        session = Session(avatar)
        session.push(SPEECH[:1_600], phonemes=[])
        assert not look or session.ready
        session.push(SPEECH[1_600:], phonemes=later)
        return numbers([session.view().next()])

    soon = [Phoneme("ɑ", 0.0, 0.3)]  # the lips are on their way to it in the first tick
    np.testing.assert_array_equal(first_tick(True, soon), first_tick(False, soon))
    assert (first_tick(True, soon) != first_tick(True, [])).any()


def test_phonemes_may_be_known_before_their_sound(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(b"", phonemes=PHONEMES)
    session.push(SPEECH, end=True)
    np.testing.assert_array_equal(numbers(take_utterance(session.view())), numbers(spoken(avatar)))


def test_they_belong_to_their_utterance_alone(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(SPEECH[:16_000], phonemes=PHONEMES, end=True)
    session.push(SPEECH, end=True)
    view = session.view()
    take_utterance(view)
    heard = [pressed(tick) for tick in take_utterance(view)]
    np.testing.assert_array_equal(heard, [pressed(tick) for tick in spoken(avatar, phonemes=None)])


def test_the_next_utterance_counts_from_its_own_start(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(SPEECH[:16_000], end=True)
    session.push(SPEECH, phonemes=PHONEMES, end=True)
    view = session.view()
    take_utterance(view)
    exact = [pressed(tick) for tick in take_utterance(view)]
    np.testing.assert_array_equal(exact, [pressed(tick) for tick in spoken(avatar)])


def test_an_interrupt_forgets_them(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.push(SPEECH, phonemes=PHONEMES)
    take(view, 20)
    session.interrupt()
    session.push(SPEECH, end=True)
    heard = [pressed(tick) for tick in take_utterance(view)]
    np.testing.assert_array_equal(heard, [pressed(tick) for tick in spoken(avatar, phonemes=None)])


def test_the_first_tick_needs_no_more_sound_than_without(avatar: Avatar) -> None:
    session = Session(avatar)
    session.push(SPEECH[:1_599], phonemes=PHONEMES)
    assert not session.ready
    session.push(SPEECH[1_599:1_600])
    assert session.ready


@pytest.mark.parametrize(
    "phoneme",
    [
        Phoneme("a", -0.1, 0.2),
        Phoneme("a", 0.3, 0.2),
        Phoneme("a", 0.0, math.inf),
        Phoneme("a", math.nan, 1.0),
        Phoneme(None, 0.0, 1.0),  # type: ignore[arg-type]
    ],
)
def test_impossible_phonemes_are_refused_and_nothing_is_taken(avatar: Avatar, phoneme: Phoneme) -> None:
    session = Session(avatar)
    with pytest.raises(ValueError, match="phoneme"):
        session.push(SPEECH, phonemes=[*PHONEMES, phoneme])
    assert session.queued_ms == 0


def test_a_closed_session_takes_none(avatar: Avatar) -> None:
    session = Session(avatar)
    session.close()
    with pytest.raises(SessionClosedError):
        session.push(b"", phonemes=PHONEMES)
