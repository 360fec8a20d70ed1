"""How text is cut into what is spoken in one breath."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bithuman_app.voice.text import PARAGRAPH_PAUSE, SENTENCE_PAUSE, pieces


def written(text):
    return [" ".join(word.written for word in piece.words) for piece in pieces(text)]


def read(text):
    return [" ".join(word.read for word in piece.words if word.read) for piece in pieces(text)]


def test_the_first_clause_comes_first_then_whole_sentences():
    text = "Hello there, my name is Ada. I can talk, sing, and listen. Good bye!"
    assert written(text) == [
        "Hello there,",
        "my name is Ada.",
        "I can talk, sing, and listen.",
        "Good bye!",
    ]


def test_a_clause_too_short_to_stand_alone_is_not_cut_off():
    assert written("Well, if you say so, I will.") == ["Well, if you say so,", "I will."]


def test_a_long_first_clause_is_cut_before_a_linking_word():
    text = "this sentence has no comma at all and it goes on much longer than anybody could say in one breath"
    first, second = written(text)
    assert len(first) <= 90
    assert second.split()[0] in {"and", "than", "in", "at"}


def test_a_sentence_of_many_words_is_never_spoken_in_one_go():
    assert max(map(len, written("word " * 900))) <= 250


@pytest.mark.parametrize(
    "text",
    [
        "Dr. Smith met J. K. Rowling.",
        "This is No. 5 of ten.",
        "He likes fruit, e.g. apples.",
        "It costs 3.50 dollars.",
        "See example.com for more.",
    ],
)
def test_a_point_inside_a_sentence_does_not_end_it(text):
    assert written(text)[-1].endswith(text.split()[-1])
    assert sum(piece.count(".") for piece in written(text)) == text.count(".")
    assert len([piece for piece in pieces(text) if piece.pause >= SENTENCE_PAUSE]) == 1


def test_no_is_a_sentence_where_no_number_follows():
    assert written("Is it you? No. I am Ada.") == ["Is it you?", "No.", "I am Ada."]


def test_paragraphs_are_parted_by_a_longer_silence():
    first, second, third = pieces("One sentence. Another one.\n\nA new paragraph.")
    assert first.pause == SENTENCE_PAUSE
    assert second.pause == third.pause == PARAGRAPH_PAUSE


def test_marks_of_markdown_are_shown_but_not_read():
    assert read("# News\n- **bold** and `code` and _this_.") == ["News", "- bold and code and this."]


def test_of_a_link_the_label_is_left():
    assert written("Read [our guide](https://example.com/x) now.") == ["Read our guide now."]


def test_emoji_are_shown_with_their_neighbours_but_not_read():
    assert written("Hi! 🙂 🎉") == ["Hi! 🙂 🎉"]
    assert read("Hi! 🙂 🎉") == ["Hi!"]


def test_other_scripts_are_shown_but_not_read():
    (piece,) = pieces("Привет Ada")
    assert [(word.read, word.skipped) for word in piece.words] == [("", True), ("Ada", False)]


def test_accents_and_wide_letters_are_read():
    assert read("café ＡＢＣ") == ["café ABC"]


def test_a_number_of_many_digits_is_read_digit_by_digit():
    assert read("1234567890123456") == ["1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6"]


@pytest.mark.parametrize("text", ["", " \n ", "🙂", "...", "你好", "---", "\x00\u200d"])
def test_nothing_to_read_gives_no_pieces(text):
    assert pieces(text) == []


@given(st.text(max_size=300).filter(lambda text: "](" not in text))
def test_every_word_appears_once_and_in_order(text):
    found = written(text)
    assert not found or "".join("".join(found).split()) == "".join(text.split())


@given(st.text(max_size=300))
def test_every_piece_has_something_to_read(text):
    assert all(piece.strip() for piece in read(text))
