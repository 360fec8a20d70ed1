"""Quiet and loud talkers are heard alike, and noise is left alone."""

import numpy as np
import pytest

from bithuman_app.lipsync.stream import ArticulationStream
from bithuman_app.voice.activity import SpeechActivity
from bithuman_app.voice.gain import CEILING, LARGEST_GAIN_DB, TARGET_DB, AutomaticGain
from tests.voice import sounds

BLOCK = 160
SECOND = 16_000


def level(samples):
    """Return the root mean square in dBFS."""
    return 10 * np.log10(np.mean(np.square(samples, dtype=np.float64)))


def at_level(samples, decibels):
    return (samples * 10 ** ((decibels - level(samples)) / 20)).astype(np.float32)


def heard(sound, gain=None, block=BLOCK):
    """Return what comes out when a microphone delivers a sound in small blocks."""
    activity, gain = SpeechActivity(), gain or AutomaticGain()
    pieces = []
    for start in range(0, len(sound), block):
        piece = sound[start : start + block]
        activity.push(piece)
        pieces.append(gain.process(piece, activity.probability))
    return np.concatenate(pieces)


def curves(sound):
    return ArticulationStream().push(sound).articulation


@pytest.mark.parametrize("decibels", [-48, -35, -20, -14])
def test_speech_comes_out_at_the_target_whatever_its_level(decibels):
    out = heard(at_level(sounds.recorded_speech(), decibels))
    assert level(out[2 * SECOND :]) == pytest.approx(TARGET_DB, abs=3)


@pytest.mark.parametrize("decibels", [-48, -12])
def test_the_mouth_moves_alike_for_a_quiet_and_a_loud_talker(decibels):
    speech = sounds.recorded_speech()
    usual = curves(heard(at_level(speech, -22)))[25:]
    other = curves(heard(at_level(speech, decibels)))[25:]
    openness = usual[:, 0].max()
    assert np.abs(other - usual).mean() < 0.02 * openness
    assert other[:, 0].mean() == pytest.approx(usual[:, 0].mean(), rel=0.1)


@pytest.mark.parametrize("noise", [sounds.room_noise, sounds.typing, sounds.music])
def test_noise_is_left_as_it_is(noise):
    quiet = at_level(noise(), -45)
    np.testing.assert_allclose(heard(quiet), quiet, atol=1e-6)


def test_noise_after_a_quiet_talker_does_not_swell():
    noise = sounds.room_noise()
    gain = AutomaticGain()
    heard(at_level(sounds.recorded_speech(), -48), gain)
    assert gain.gain_db > 20
    out = heard(noise, gain)
    np.testing.assert_allclose(out[2 * SECOND :], noise[2 * SECOND :], atol=1e-6)


def test_a_loud_talker_stays_lowered_in_a_pause():
    gain = AutomaticGain()
    heard(at_level(sounds.recorded_speech(), -10), gain)
    lowered = gain.gain_db
    heard(sounds.room_noise(), gain)
    assert gain.gain_db == pytest.approx(lowered)
    assert lowered < -5


def test_the_gain_is_held_through_a_short_pause():
    gain = AutomaticGain()
    heard(at_level(sounds.recorded_speech(), -40), gain)
    before = gain.gain_db
    for _ in range(50):
        gain.process(np.zeros(BLOCK, np.float32), 0.0)
    assert gain.gain_db == pytest.approx(before)


def test_a_whisper_is_not_lifted_beyond_the_limit():
    gain = AutomaticGain()
    whisper = at_level(sounds.recorded_speech(), -75)
    for start in range(0, len(whisper), BLOCK):
        gain.process(whisper[start : start + BLOCK], 1.0)
    assert gain.gain_db == LARGEST_GAIN_DB


def test_a_shout_after_a_whisper_does_not_clip():
    gain = AutomaticGain()
    heard(at_level(sounds.recorded_speech(), -50), gain)
    shout = np.clip(at_level(sounds.recorded_speech(), -8), -1, 1)
    out = heard(shout, gain)
    assert np.abs(out).max() <= CEILING + 1e-6
    assert np.abs(out).max() < 10 * np.abs(out).std()  # it is still a voice, not one spike


def test_one_keystroke_taken_for_speech_changes_nothing():
    gain = AutomaticGain()
    stroke = at_level(sounds.typing()[:512], -50)
    np.testing.assert_array_equal(gain.process(stroke, 0.9), stroke)


def test_the_same_blocks_give_the_same_sound_after_a_reset():
    gain = AutomaticGain()
    speech = at_level(sounds.recorded_speech()[: 3 * SECOND], -40)
    first = heard(speech, gain)
    gain.reset()
    np.testing.assert_array_equal(heard(speech, gain), first)


def test_no_sample_is_held_back():
    gain = AutomaticGain()
    for count in (0, 1, 159, 161, 640, 4001):
        assert gain.process(np.full(count, 0.01, np.float32), 1.0).shape == (count,)


def test_damaged_samples_count_as_silence():
    out = AutomaticGain().process(np.array([np.nan, np.inf, 2.0, 0.5], np.float32), float("nan"))
    assert np.isfinite(out).all()
    assert np.abs(out).max() <= 1


@pytest.mark.parametrize("sound", [np.zeros((2, 160), np.float32), np.zeros(160, np.int16)])
def test_only_one_channel_of_floats_is_taken(sound):
    with pytest.raises(ValueError, match="one channel of floats"):
        AutomaticGain().process(sound, 0.0)


def test_a_senseless_rate_is_refused():
    with pytest.raises(ValueError, match="sample_rate"):
        AutomaticGain(0)
