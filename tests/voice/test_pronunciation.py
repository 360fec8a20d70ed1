"""Words to symbols, each of which knows its word."""

import pytest

from bithuman_app.voice.pronunciation import load_pronouncer
from bithuman_app.voice.synthesis import load_voice


def by_word(text):
    words = text.split()
    said = [""] * len(words)
    for symbol in load_pronouncer().pronounce(words, load_voice().knows):
        if symbol.letter not in "ˈˌ .,!?":
            said[symbol.word] += symbol.letter
    return dict(zip(words, said, strict=True))


def test_words_of_the_lexicon_have_their_symbols():
    assert by_word("hello world") == {"hello": "həlO", "world": "wɜɹld"}


def test_the_same_letters_are_read_by_what_they_mean():
    assert by_word("I read it yesterday")["read"] != by_word("I will read it")["read"]


def test_what_is_written_out_belongs_to_the_word_it_stands_for():
    said = by_word("I paid $5 on 10/12/2019 at noon")
    assert said["$5"] == "fIvdɑləɹz"
    assert said["10/12/2019"].startswith("ɑktObəɹ")
    assert said["noon"] == "nun"


def test_words_moved_by_writing_out_stay_with_their_phrase():
    said = by_word("It costs $3.2 million today")
    assert said["million"].startswith("mɪljᵊn")
    assert said["today"] == "tədA"


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Dr. Who", "dɑktəɹ"),
        ("5km away", "fIvkəlɑməTəɹz"),
        ("50% off", "fɪftipəɹsɛnt"),
        ("9:30am sharp", "nInθ"),
    ],
)
def test_abbreviations_and_units_are_read_in_full(text, sounds):
    assert by_word(text)[text.split()[0]].startswith(sounds)


def test_an_unknown_word_is_read_by_its_spelling():
    assert by_word("xyzzy blorptastic")["blorptastic"].startswith("blɔɹpt")


def test_a_word_that_the_lexicon_fails_on_leaves_the_others_alone():
    said = by_word("the " + "9" * 60 + " end")
    assert said["the"]
    assert said["end"] == "ɛnd"


def test_symbols_come_in_the_order_of_the_words():
    symbols = load_pronouncer().pronounce(
        ["I", "owe", "20", "pounds", "-", "£20,", "really!"], load_voice().knows
    )
    order = [symbol.word for symbol in symbols]
    assert order == sorted(order)


@pytest.mark.parametrize("words", [[], [""], ["", "🙂"]])
def test_nothing_has_no_symbols(words):
    assert load_pronouncer().pronounce(words, load_voice().knows) == []
