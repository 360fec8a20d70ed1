import numpy as np
import pytest

from bithuman_app.lipsync import articulate
from tests.lipsync import noises
from tests.lipsync.speech_sample import samples

NOISES = [
    noises.digital_silence,
    noises.faint_hiss,
    noises.loud_hiss,
    noises.room_noise,
    noises.mains_hum,
    noises.keyboard_clicks,
    noises.typing,
    noises.breathing,
]
MUSIC = [noises.plucked_strings, noises.strings_and_drums]


@pytest.mark.parametrize("noise", NOISES, ids=lambda noise: noise.__name__)
def test_the_mouth_stays_exactly_at_rest_without_speech(noise):
    curves = articulate(noise())
    assert not curves.articulation.any()
    np.testing.assert_array_equal(curves.visemes[:, 0], 1)


@pytest.mark.parametrize("noise", MUSIC, ids=lambda noise: noise.__name__)
def test_instrumental_music_leaves_the_mouth_closed(noise):
    assert np.mean(articulate(noise())["opening"] > 0.03) <= 0.005


def test_the_mouth_comes_to_exact_rest_after_speech():
    curves = articulate(np.concatenate([samples()[5_000:29_000], noises.room_noise()]))
    speech_frames = 24_000 // 640
    assert curves.articulation[:speech_frames].any()
    assert not curves.articulation[speech_frames + 12 :].any()


def test_speech_over_room_noise_still_moves_the_mouth():
    speech = samples()[: 4 * 16_000]
    noisy = articulate(speech + noises.room_noise() * 0.3)
    clear = articulate(speech)
    assert np.corrcoef(noisy["opening"], clear["opening"])[0, 1] > 0.8


@pytest.mark.parametrize("decibels", [-10, -20, -30])
def test_quiet_speech_moves_the_mouth_as_far_as_loud_speech(decibels):
    speech = samples()
    quiet = articulate(speech * np.float32(10 ** (decibels / 20)))["opening"]
    loud = articulate(speech)["opening"]
    assert np.percentile(quiet, 95) == pytest.approx(np.percentile(loud, 95), rel=0.1)
    assert np.corrcoef(quiet, loud)[0, 1] > 0.85


def test_speech_over_an_organ_moves_the_mouth_as_alone():
    beside = articulate(samples() + noises.organ(len(samples())))
    alone = articulate(samples())
    assert np.corrcoef(beside["opening"], alone["opening"])[0, 1] > 0.8
