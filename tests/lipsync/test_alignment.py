import numpy as np
import pytest

from bithuman_app.errors import DataError
from bithuman_app.lipsync import articulate
from bithuman_app.lipsync.alignment import align
from tests.lipsync.speech_sample import phonemes, samples

TRUE = phonemes()
#: The sample's phonemes as words: a gap longer than the pieces of one word parts them.
WORDS: list[list[str]] = []
for before, phoneme in zip([None, *TRUE], TRUE, strict=False):
    if before is None or phoneme.start > before.end + 0.01:
        WORDS.append([])
    WORDS[-1].append(phoneme.label)
FOUND = align(WORDS, samples(), articulate(samples()))


def errors(found, side):
    pairs = zip(found, TRUE, strict=True)
    return np.array([abs(getattr(ours, side) - getattr(true, side)) for ours, true in pairs])


def test_every_phoneme_is_found_in_order():
    assert [phoneme.label for phoneme in FOUND] == [phoneme.label for phoneme in TRUE]
    starts = [phoneme.start for phoneme in FOUND]
    assert starts == sorted(starts)


@pytest.mark.parametrize("side", ["start", "end"])
def test_half_of_the_boundaries_lie_within_a_frame_and_most_within_two(side):
    wrong = errors(FOUND, side)
    assert np.median(wrong) < 0.03
    assert np.mean(wrong < 0.08) > 0.75
    assert np.mean(wrong) < 0.06


def test_pauses_between_sentences_belong_to_no_phoneme():
    spoken = np.zeros(len(samples()) // 160, bool)
    for phoneme in FOUND:
        spoken[round(phoneme.start * 100) : round(phoneme.end * 100)] = True
    assert not spoken[:28].any()
    assert not spoken[440:465].any()


def test_a_quiet_recording_is_aligned_alike():
    quiet = samples() * np.float32(10 ** (-30 / 20))
    found = align(WORDS, quiet, articulate(quiet))
    moved = [abs(a.start - b.start) for a, b in zip(found, FOUND, strict=True)]
    assert np.mean(np.array(moved) < 0.04) > 0.9


def test_a_text_that_does_not_fit_is_refused():
    with pytest.raises(DataError, match="too long to be spoken"):
        align(WORDS, samples()[:16_000], articulate(samples()[:16_000]))


def test_a_silent_recording_is_refused():
    silence = np.zeros(16_000, np.float32)
    with pytest.raises(DataError, match="silent"):
        align([["h", "aɪ"]], silence, articulate(silence))


def test_a_recording_too_long_for_the_search_is_refused():
    with pytest.raises(DataError, match="up to 300 s"):
        align(WORDS, np.zeros(301 * 16_000, np.float32), articulate(samples()[:640]))


def test_a_label_that_is_no_phone_is_refused():
    with pytest.raises(ValueError, match="'7' is no phone"):
        align([["7"]], samples(), articulate(samples()))
