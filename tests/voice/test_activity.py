"""Who speaks, and when."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bithuman_app.media.speech_probability import SAMPLE_RATE, WINDOW_SAMPLES, SpeechProbability
from bithuman_app.voice.activity import SpeechActivity, SpeechEnd, SpeechStart
from tests.voice import sounds

NOT_SPEECH = [
    sounds.room_noise,
    sounds.white_noise,
    sounds.typing,
    sounds.music,
    sounds.violin,
    sounds.cello,
    sounds.babble,
]
SILENCE = np.zeros(SAMPLE_RATE, np.float32)


def in_pieces(sound, sizes):
    """Cut a sound into pieces whose sizes go round in a circle."""
    start = number = 0
    while start < len(sound):
        size = sizes[number % len(sizes)]
        yield sound[start : start + size]
        start += size
        number += 1


def sentence():
    """One sentence amid a second of silence on both sides."""
    return np.concatenate([SILENCE, sounds.spoken("How do you do, my dear friend?"), SILENCE])


@pytest.mark.parametrize("sound", NOT_SPEECH, ids=lambda sound: sound.__name__)
def test_what_is_no_speech_starts_nothing(sound):
    assert SpeechActivity().push(sound()) == []


@pytest.mark.parametrize("voice", ["heart", "tenor", "deep", "young"])
def test_most_of_a_sentence_is_speech(voice):
    probabilities = SpeechProbability().push(sounds.spoken("How do you do, my dear friend?", voice))
    assert (probabilities > 0.5).mean() > 0.7


@pytest.mark.parametrize("decibels", [-10, -25, -40])
def test_quiet_speech_is_found_as_well_as_loud(decibels):
    speech = sounds.recorded_speech()
    loud = SpeechProbability().push(speech) > 0.5
    quiet = SpeechProbability().push(speech * np.float32(10 ** (decibels / 20))) > 0.5
    assert (loud == quiet).mean() > 0.95


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_probabilities_are_the_same_however_the_sound_is_cut(sizes):
    sound = sounds.recorded_speech()[:16_000]
    whole = SpeechProbability().push(sound)
    stream = SpeechProbability()
    pieces = [stream.push(piece) for piece in in_pieces(sound, sizes)]
    np.testing.assert_array_equal(np.concatenate(pieces), whole)


@pytest.mark.parametrize("size", [1, 160, 512, 640, 5000])
def test_events_are_the_same_however_the_sound_is_cut(size):
    def events(pieces):
        activity = SpeechActivity()
        found = [event for piece in pieces for event in activity.push(piece)] + activity.finish()
        return [(type(e), e.sample, getattr(e, "samples", SILENCE[:0]).tolist()) for e in found]

    assert events(in_pieces(sentence(), [size])) == events([sentence()])


def test_a_sentence_starts_and_ends_once():
    activity = SpeechActivity()
    events = activity.push(sentence())
    assert [type(event) for event in events] == [SpeechStart, SpeechEnd]
    assert not activity.speaking


def test_a_start_brings_the_sound_before_it():
    sound = sentence()
    (start, _) = SpeechActivity(pre_roll_ms=300).push(sound)
    np.testing.assert_array_equal(start.samples, sound[start.sample : start.sample + len(start.samples)])
    first_sound = SAMPLE_RATE + np.flatnonzero(np.abs(sound[SAMPLE_RATE:]) > 0.02)[0]
    assert first_sound - 0.35 * SAMPLE_RATE < start.sample < first_sound


def test_the_pre_roll_never_reaches_before_the_stream():
    (start,) = SpeechActivity(pre_roll_ms=2000).push(sentence()[SAMPLE_RATE:])[:1]
    assert start.sample == 0


def test_an_end_lies_where_the_voice_fell_silent():
    sound = sentence()
    end = SpeechActivity().push(sound)[-1]
    last_sound = np.flatnonzero(np.abs(sound) > 0.02)[-1]
    assert abs(end.sample - last_sound) < 0.2 * SAMPLE_RATE


def test_a_pause_shorter_than_the_minimum_ends_nothing():
    short_pause = np.concatenate([sentence()[:-SAMPLE_RATE], SILENCE[:4800], sentence()[SAMPLE_RATE:]])
    kinds = [type(event) for event in SpeechActivity(minimum_silence_ms=800).push(short_pause)]
    assert kinds == [SpeechStart, SpeechEnd]


def test_speech_shorter_than_the_minimum_starts_nothing():
    assert SpeechActivity(minimum_speech_ms=5000).push(sentence()) == []


def test_finish_ends_speech_that_is_still_going_on():
    activity = SpeechActivity()
    activity.push(sentence()[: 2 * SAMPLE_RATE])
    assert activity.speaking
    (end,) = activity.finish()
    assert end.sample <= 2 * SAMPLE_RATE
    assert not activity.speaking


def test_after_finish_samples_are_counted_anew():
    activity = SpeechActivity()
    first = [event.sample for event in activity.push(sentence())]
    activity.finish()
    assert [event.sample for event in activity.push(sentence())] == first


def test_more_sensitivity_finds_more_speech():
    noise = sounds.room_noise(9, len(sentence()))
    drowned = np.clip(sentence() + 40 * noise, -1, 1).astype(np.float32)

    def speech_samples(sensitivity):
        activity = SpeechActivity(sensitivity)
        bounds = [event.sample for event in activity.push(drowned) + activity.finish()]
        return sum(end - start for start, end in list(pairwise(bounds))[::2])

    assert speech_samples(0.95) > speech_samples(0.5) > speech_samples(0.05)


def test_the_last_probability_is_at_hand_for_a_meter():
    activity = SpeechActivity()
    activity.push(sounds.recorded_speech()[: 20 * WINDOW_SAMPLES])
    expected = SpeechProbability().push(sounds.recorded_speech()[: 20 * WINDOW_SAMPLES])[-1]
    assert activity.probability == pytest.approx(float(expected))


def test_damaged_samples_count_as_silence():
    damaged = np.full(4 * WINDOW_SAMPLES, np.nan, np.float32)
    np.testing.assert_array_equal(
        SpeechProbability().push(damaged), SpeechProbability().push(np.zeros_like(damaged))
    )


@pytest.mark.parametrize("sound", [np.zeros((2, 512), np.float32), np.zeros(512, np.int16)])
def test_only_one_channel_of_floats_is_taken(sound):
    with pytest.raises(ValueError, match="one channel of floats"):
        SpeechActivity().push(sound)


def test_a_voice_quieter_than_the_setting_is_silence():
    distant = sentence() * np.float32(0.03)
    assert SpeechActivity().push(distant)
    assert SpeechActivity(silent_below_db=-40).push(distant) == []
    assert SpeechActivity(silent_below_db=-40).push(sentence())


@pytest.mark.parametrize(
    "options",
    [{"sensitivity": 1.5}, {"silent_below_db": 3}, {"minimum_speech_ms": -1}, {"pre_roll_ms": float("nan")}],
)
def test_senseless_settings_are_refused(options):
    with pytest.raises(ValueError, match="must be"):
        SpeechActivity(**options)
