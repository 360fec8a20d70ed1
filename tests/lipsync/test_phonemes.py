import json

import numpy as np
import pytest

from bithuman_app import resources
from bithuman_app.errors import DataError, MissingInputError, UnavailableError, UsageError
from bithuman_app.lipsync import pronunciation
from bithuman_app.lipsync.curves import ARTICULATION_NAMES
from bithuman_app.lipsync.phonemes import Phoneme, flatten, phoneme_map, split
from bithuman_app.lipsync.pronunciation import pronounce
from tests.lipsync.speech_sample import phonemes


def target(phone, curve):
    return phoneme_map().gestures[phone].target[ARTICULATION_NAMES.index(curve)]


@pytest.fixture
def damaged_table(tmp_path, monkeypatch):
    """Let the program see a table of phones with the given content, for one test."""

    def damage(content):
        (tmp_path / "models").mkdir()
        if content is not None:
            (tmp_path / "models" / "phoneme_articulation.json").write_text(content)
        monkeypatch.setattr(resources, "_INSTALLED", tmp_path)
        phoneme_map.cache_clear()

    yield damage
    monkeypatch.undo()
    phoneme_map.cache_clear()


@pytest.mark.parametrize("phone", "pbm")
def test_bilabials_aim_at_closed_lips(phone):
    assert target(phone, "closure") == 1
    assert target(phone, "opening") == 0


@pytest.mark.parametrize("phone", "fv")
def test_labiodentals_aim_at_the_teeth(phone):
    assert target(phone, "lip_teeth") == 1
    assert target(phone, "closure") == 0


def test_open_vowels_aim_wider_than_close_ones():
    assert target("ɑ", "opening") > target("ɛ", "opening") > target("i", "opening") > target("u", "opening")


def test_rounded_and_spread_vowels_aim_at_opposite_widths():
    assert target("u", "width") < -0.5 < 0.5 < target("i", "width")
    assert target("u", "rounding") > 0.8 > 0.1 > target("i", "rounding")


@pytest.mark.parametrize(
    ("label", "phones"),
    [
        ("p", ("p",)),
        ("pʰ", ("p",)),
        ("uː", ("u",)),
        ("n̩", ("n",)),
        ("ã", ("a",)),
        ("ç", ("ç",)),
        ("aɪ", ("a", "ɪ")),
        ("I", ("a", "ɪ")),
        ("tʃ", ("ʃ",)),
        ("t͡s", ("s",)),
        ("ʤ", ("ʒ",)),
        ("ˈ", ()),
        ("7", ()),
        ("", ("_",)),
        ("sil", ("_",)),
    ],
)
def test_labels_are_split_into_phones(label, phones):
    assert split(label) == phones


def test_every_label_of_the_speech_sample_is_known():
    assert all(split(phoneme.label) for phoneme in phonemes())


def test_a_diphthong_shares_its_time():
    assert flatten([Phoneme("aɪ", 1.0, 1.2)]) == [Phoneme("a", 1.0, 1.1), Phoneme("ɪ", 1.1, 1.2)]


def test_a_lone_length_mark_lengthens_the_phone_before_it():
    assert flatten([Phoneme("a", 0.0, 0.1), Phoneme("ː", 0.1, 0.2)]) == [Phoneme("a", 0.0, 0.2)]


def test_overlapping_phonemes_are_cut_where_the_next_begins():
    flat = flatten([Phoneme("s", 0.1, 0.3), Phoneme("a", 0.0, 0.2)])
    assert flat == [Phoneme("a", 0.0, 0.1), Phoneme("s", 0.1, 0.3)]


def test_a_missing_table_is_named(damaged_table):
    damaged_table(None)
    with pytest.raises(MissingInputError, match=r"phoneme_articulation\.json is missing"):
        phoneme_map()


@pytest.mark.parametrize(
    "content",
    ["{", "[]", json.dumps({"curves": ["opening"]}), json.dumps({"curves": list(ARTICULATION_NAMES)})],
)
def test_a_damaged_table_is_named(damaged_table, content):
    damaged_table(content)
    with pytest.raises(DataError, match=r"phoneme_articulation\.json cannot be read"):
        phoneme_map()


def test_the_table_is_finite_and_complete():
    for gesture in phoneme_map().gestures.values():
        assert np.isfinite(gesture.target).all()
        assert (gesture.dominance > 0).all()


def test_ipa_between_slashes_needs_no_lexicon(monkeypatch):
    monkeypatch.setattr(pronunciation, "find_spec", lambda name: None)
    assert pronounce("/ˈɡuːtn̩ taːk/") == [("ɡ", "uː", "t", "n̩"), ("t", "aː", "k")]


def test_a_missing_lexicon_says_what_to_install(monkeypatch):
    pronunciation._english.cache_clear()
    monkeypatch.setattr(pronunciation, "find_spec", lambda name: None)
    with pytest.raises(UnavailableError, match=r"pip install 'bithuman-app\[voice\]'"):
        pronounce("Good day")


def test_a_text_without_phones_is_refused():
    with pytest.raises(UsageError, match="nothing to speak"):
        pronounce("/ˈ 77 ./")


def test_english_text_is_pronounced_as_the_speech_sample_says():
    pytest.importorskip("hibari")
    assert pronounce("Give me a voice") == [("ɡ", "ɪ", "v"), ("m", "i"), ("ɐ",), ("v", "Y", "s")]
