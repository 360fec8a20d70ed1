import numpy as np
import pytest

from bithuman_app.lipsync import VISEME_NAMES, Curves, articulate
from bithuman_app.lipsync.coarticulation import from_phonemes, meet, with_exact_contacts
from bithuman_app.lipsync.phonemes import Phoneme
from tests.lipsync.speech_sample import phonemes, samples

SAMPLE = [Phoneme(p.label, p.start, p.end) for p in phonemes()]
HEARD = articulate(samples())
EXACT = from_phonemes(SAMPLE, len(HEARD))


def spoken(labels, seconds=0.1, start=0.4):
    """Phonemes that follow each other from ``start`` on, each lasting ``seconds``."""
    return [Phoneme(p, start + i * seconds, start + (i + 1) * seconds) for i, p in enumerate(labels)]


def curves(labels, seconds=0.1, frames=50):
    return from_phonemes(spoken(labels, seconds), frames)


def viseme(curves, name):
    return curves.visemes[:, VISEME_NAMES.index(name)]


@pytest.mark.parametrize("phone", "pbm")
@pytest.mark.parametrize("seconds", [0.03, 0.05, 0.1])
@pytest.mark.parametrize("vowel", ["ɑ", "i", "u"])
def test_a_bilabial_shuts_the_lips_in_at_least_one_frame(phone, seconds, vowel):
    result = from_phonemes(
        [Phoneme(vowel, 0.4, 0.6), Phoneme(phone, 0.6, 0.6 + seconds), Phoneme(vowel, 0.6 + seconds, 0.9)], 30
    )
    shut = (result["closure"] == 1) & (result["opening"] == 0)
    assert shut.any()
    assert shut.sum() <= 1 + seconds * 25 + 2


@pytest.mark.parametrize("phone", "fv")
def test_a_labiodental_touches_the_teeth_and_leaves_a_slit(phone):
    result = curves(["ɑ", phone, "ɑ"], 0.06)
    touching = result["lip_teeth"] == 1
    assert touching.any()
    assert result["opening"][touching].max() <= 0.1
    assert result["closure"].max() == 0


def test_the_mouth_opens_again_between_two_closures():
    result = curves(["p", "ɪ", "p"], 0.07)
    first, second = np.flatnonzero(result["closure"] == 1)[[0, -1]]
    assert result["opening"][first:second].max() > 0.1
    assert result["closure"][first:second].min() < 0.3


def test_every_bilabial_of_the_speech_sample_is_complete():
    for phoneme in SAMPLE:
        if phoneme.label in "pbm":
            near = slice(int(phoneme.start * 25) - 2, int(phoneme.end * 25) + 2)
            assert EXACT["closure"][near].max() == 1, phoneme


def test_lips_lead_the_sound():
    result = from_phonemes([Phoneme("ɑ", 1.0, 1.3)], 60)
    assert result["opening"][24] > 0.2
    assert result["opening"][: round((1.0 - 0.25) * 25)].max() == 0


def test_rounding_is_anticipated_in_the_consonant_before():
    assert curves(["s", "u"])["rounding"][11] > curves(["s", "i"])["rounding"][11] + 0.1


def test_a_long_vowel_is_clearer_than_a_short_one():
    long, short = curves("tɛt", 0.2), curves("tɛt", 0.04)
    assert long["opening"].max() > 1.3 * short["opening"].max()


def test_without_phonemes_the_mouth_rests():
    result = from_phonemes([], 10)
    assert not result.articulation.any()
    np.testing.assert_array_equal(viseme(result, "sil"), 1)


@pytest.mark.parametrize("pause", [[], [Phoneme("_", 0.6, 1.4)]], ids=["gap", "labelled"])
def test_the_mouth_comes_to_exact_rest_in_a_pause(pause):
    result = from_phonemes([Phoneme("ɑ", 0.4, 0.6), *pause, Phoneme("ɑ", 1.4, 1.6)], 60)
    assert not result.articulation[23:28].any()
    np.testing.assert_array_equal(viseme(result, "sil")[23:28], 1)


def test_the_short_gap_between_two_words_does_not_close_the_mouth():
    with_gap = from_phonemes([Phoneme("ɑ", 0.4, 0.6), Phoneme("ɑ", 0.65, 0.9)], 40)
    assert with_gap["opening"][12:20].min() > 0.5 * with_gap["opening"].max()


def test_visemes_sum_to_one_and_curves_stay_in_their_scales():
    np.testing.assert_allclose(EXACT.visemes.sum(1), 1, atol=1e-6)
    assert np.abs(EXACT.articulation).max() <= 1
    assert np.delete(EXACT.articulation, 1, axis=1).min() >= 0


def test_no_frames_give_empty_curves():
    assert len(from_phonemes(spoken("ɑ"), 0)) == 0


def test_exact_and_heard_curves_are_in_step():
    def correlation(lag):
        return np.corrcoef(EXACT["opening"][5 + lag : lag - 5], HEARD["opening"][5:-5])[0, 1]

    lags = range(-4, 5)
    assert abs(max(lags, key=correlation)) <= 1
    assert correlation(0) > 0.6


def test_where_the_paths_meet_the_contacts_are_exact():
    result = meet(HEARD, EXACT)
    np.testing.assert_array_equal(result["closure"], EXACT["closure"])
    np.testing.assert_array_equal(result["lip_teeth"], EXACT["lip_teeth"])
    assert result["opening"][EXACT["closure"] == 1].max() == 0


def test_where_the_paths_meet_away_from_contacts_the_opening_is_the_mean():
    result = meet(HEARD, EXACT)
    free = (EXACT["closure"] == 0) & (EXACT["lip_teeth"] == 0)
    mean = (HEARD["opening"] + EXACT["opening"]) / 2
    np.testing.assert_allclose(result["opening"][free], mean[free], atol=1e-6)


def test_exact_contacts_replace_those_that_were_heard():
    heard = Curves(np.full((3, 7), 0.5, np.float32), np.full((3, 15), 1 / 15, np.float32))
    exact = from_phonemes([], 3)
    result = with_exact_contacts(heard, exact)
    assert result["closure"].max() == 0
    np.testing.assert_allclose(result["opening"], 0.5)
    np.testing.assert_allclose(result.visemes.sum(1), 1, atol=1e-6)
    assert viseme(result, "PP").max() == 0


@pytest.mark.parametrize("combine", [meet, with_exact_contacts])
def test_paths_of_different_length_do_not_meet(combine):
    with pytest.raises(ValueError, match="frames of curves"):
        combine(HEARD, from_phonemes(SAMPLE, len(HEARD) - 1))
