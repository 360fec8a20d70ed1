import numpy as np
import pytest

from bithuman_app.lipsync import loudness


def test_a_full_scale_square_wave_is_zero_decibels():
    assert loudness(np.ones(640, np.float32)).tolist() == [0]


def test_a_full_scale_sine_is_three_decibels_below():
    sine = np.sin(2 * np.pi * 1_000 * np.arange(6_400) / 16_000)
    np.testing.assert_allclose(loudness(sine), -3.01, atol=0.01)


def test_digital_silence_is_minus_one_hundred():
    assert loudness(np.zeros(640, np.float32)).tolist() == [-100]


@pytest.mark.parametrize(("count", "frames"), [(0, 0), (1, 1), (640, 1), (641, 2)])
def test_there_is_a_value_for_each_begun_frame(count, frames):
    assert loudness(np.ones(count, np.float32)).shape == (frames,)


def test_a_frame_depends_on_its_own_samples_only():
    noise = np.random.default_rng(0).uniform(-1, 1, 3_200)
    np.testing.assert_array_equal(loudness(noise)[2:3], loudness(noise[1_280:1_920]))
