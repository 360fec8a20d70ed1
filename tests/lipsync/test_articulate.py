import numpy as np

from bithuman_app.lipsync import VISEME_NAMES, articulate
from tests.lipsync.speech_sample import frames_of, phonemes, samples

CURVES = articulate(samples())


def mean_over(labels, curve):
    return np.mean([curve[frames_of(p)].mean() for p in phonemes() if p.label in labels])


def test_lips_come_together_on_nearly_all_bilabials():
    closed = [CURVES["closure"][frames_of(p)].max() > 0.5 for p in phonemes() if p.label in "pbm"]
    assert len(closed) >= 8
    assert np.mean(closed) >= 0.75


def test_bilabials_close_more_than_other_sounds():
    assert mean_over("pbm", CURVES["closure"]) > 2 * mean_over("ntsɡkæɑI", CURVES["closure"])


def test_open_vowels_open_the_mouth_wider_than_consonants():
    assert mean_over("ɑæAI", CURVES["opening"]) > 1.5 * mean_over("pbmvsz", CURVES["opening"])


def test_rounded_sounds_are_rounder_than_spread_ones():
    assert mean_over("wuY", CURVES["rounding"]) > 2 * mean_over("iæA", CURVES["rounding"])


def test_curves_stay_within_their_scales():
    assert np.abs(CURVES.articulation).max() <= 1
    assert (np.delete(CURVES.articulation, 1, axis=1) >= 0).all()


def test_viseme_probabilities_sum_to_one():
    assert CURVES.visemes.shape[1] == len(VISEME_NAMES)
    np.testing.assert_allclose(CURVES.visemes.sum(1), 1, atol=1e-5)
    assert (CURVES.visemes >= 0).all()
