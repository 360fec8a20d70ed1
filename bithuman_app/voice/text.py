"""Text cut into what is spoken in one breath: the first clause at once, then sentence by sentence."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from typing import Final

#: A word longer than this is cut, so that no input can make a word of any length.
_LONGEST_WORD: Final = 60
#: Characters of what is spoken at once, at most; about 15 seconds.
_LONGEST_PIECE: Final = 250
#: The first piece is short, so that the first sound comes soon; about 5 seconds.
_LONGEST_FIRST_PIECE: Final = 90
#: A clause shorter than this is not spoken by itself.
_SHORTEST_CLAUSE: Final = 12
#: Numbers of more digits than this are read digit by digit.
_LONGEST_NUMBER: Final = 15

_CLOSERS: Final = "\"'”’»)]}*_`"
_SENTENCE_END: Final = ".!?…。！？"
_CLAUSE_END: Final = ",;:—–，；："
#: Words before which a clause without punctuation is best cut.
_LINKS: Final = frozenset(
    (  # noqa: SIM905
        "and but or so because which who that when where while if then than although though until before "
        "after with without from into about for to in on at by as"
    ).split()
)
_ABBREVIATIONS: Final = frozenset(
    (  # noqa: SIM905
        "dr mr mrs ms prof st rev gen sen rep gov capt col lt sgt jr sr vs etc e.g i.e approx vol fig dept "
        "est inc ltd co corp jan feb mar apr jun jul aug sep sept oct nov dec"
    ).split()
)
#: Abbreviations only before a number.
_NUMBERING: Final = frozenset({"no", "nos", "p", "pp", "ch"})
#: Symbols that are read aloud although they are like those that are left out.
_READ_SYMBOLS: Final = frozenset("°")
_SILENT_CATEGORIES: Final = frozenset({"So", "Sk", "Cc", "Cf", "Cs", "Co", "Cn", "Me"})
_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)")
_MARKUP: Final = re.compile(r"^(?:[*_~`]+|#+$|>+$)|[*_~`]+$|\*\*|`")
_MARKUP_BEFORE_END: Final = re.compile(r"[*_~`]+(?=[.,;:!?…]+$)")
_DIGITS: Final = re.compile(rf"\d[\d.,]{{{_LONGEST_NUMBER},}}")

#: Seconds of silence after a piece, by what it ends with.
SENTENCE_PAUSE: Final = 0.30
CLAUSE_PAUSE: Final = 0.14
PARAGRAPH_PAUSE: Final = 0.50
_NO_PAUSE: Final = 0.02


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is written, and as it is to be read; nothing is read of an emoji or of other scripts."""

    written: str
    read: str

    @property
    def skipped(self) -> bool:
        """Return whether it has letters or digits and is not read all the same."""
        return not self.read and any(letter.isalnum() for letter in self.written)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that are spoken together, and how long the silence after them is, in seconds."""

    words: tuple[Word, ...]
    pause: float


def pieces(text: str) -> list[Piece]:
    """Return what is spoken of ``text``, in order; nothing if nothing in it can be read.

    All its words are there, also those that are not read. Links of Markdown are replaced by their label,
    its marks are not read.
    """
    found: list[Piece] = []
    for line in _LINK.sub(r"\1", text).splitlines():
        words = [_word(part) for written in line.split() for part in _parts(written)]
        sentences = list(_sentences(words))
        for number, sentence in enumerate(sentences, 1):
            pause = PARAGRAPH_PAUSE if number == len(sentences) else SENTENCE_PAUSE
            found += _breaths(sentence, pause, first=not found)
    return _without_silent(found)


def _parts(written: str) -> list[str]:
    return [written[start : start + _LONGEST_WORD] for start in range(0, len(written), _LONGEST_WORD)]


def _word(written: str) -> Word:
    text = unicodedata.normalize("NFKC", written)
    text = "".join(c for c in text if unicodedata.category(c) not in _SILENT_CATEGORIES or c in _READ_SYMBOLS)
    text = _MARKUP_BEFORE_END.sub("", _MARKUP.sub("", text))
    letters = [letter for letter in text if letter.isalpha()]
    if not all(_is_latin(letter) for letter in letters):
        return Word(written, "")
    if any(letter.isnumeric() and not letter.isascii() for letter in text):
        return Word(written, "")
    # Numbers and words without end would be read as one breath without end.
    text = _DIGITS.sub(lambda match: " ".join(match.group().strip(".,").replace(",", "")), text)
    if not letters and not any(letter.isalnum() for letter in text) and not set(text) <= set("-–—,;:.!?…"):
        text = text if any(letter in "%$£€+=&@°" for letter in text) else ""
    return Word(written, " ".join(text.split()))


@cache
def _is_latin(letter: str) -> bool:
    # Marks such as the ordinal indicators are letters too, but of no alphabet.
    return unicodedata.name(letter, "").startswith("LATIN ") or letter in "ªº"


def _sentences(words: Sequence[Word]) -> Iterator[list[Word]]:
    sentence: list[Word] = []
    for word, following in zip_longest(words, words[1:]):
        sentence.append(word)
        if following is None or _ends_sentence(word.written, following.written):
            yield sentence
            sentence = []


def _ends_sentence(word: str, following: str) -> bool:
    bare = word.rstrip(_CLOSERS)
    if not bare or bare[-1] not in _SENTENCE_END or following[0].islower():
        return False
    if bare[-1] != ".":
        return True
    name = bare[:-1].lstrip("(\"'“‘*_[").lower()
    if name in _NUMBERING and following[0].isdigit():
        return False
    return name not in _ABBREVIATIONS and not (len(name) == 1 and name.isalpha())


def _ends_clause(word: str) -> bool:
    bare = word.rstrip(_CLOSERS)
    return bool(bare) and (bare[-1] in _CLAUSE_END or bare in ("-", "--"))


def _length(words: Sequence[Word]) -> int:
    return sum(len(word.read) + 1 for word in words)


def _breaths(sentence: Sequence[Word], pause: float, first: bool) -> list[Piece]:
    """Cut a sentence that is too long; of the first sentence of all the first clause is cut off."""
    rest = list(sentence)
    cut: list[Piece] = []
    while rest:
        early = first and not cut
        longest = _LONGEST_FIRST_PIECE if early else _LONGEST_PIECE
        if _length(rest) <= longest and not early:
            break
        at, clause_pause = _cut(rest, longest, early)
        if at >= len(rest):
            break
        cut.append(Piece(tuple(rest[:at]), clause_pause))
        rest = rest[at:]
    return [*cut, Piece(tuple(rest), pause)]


def _cut(words: Sequence[Word], longest: int, early: bool) -> tuple[int, float]:
    """Return after how many words to cut, and the pause there.

    The best place is the end of a clause, the first if ``early``, otherwise the last; then before a word
    that links clauses; then anywhere.
    """
    fitting = 1
    while fitting < len(words) and _length(words[: fitting + 1]) <= longest:
        fitting += 1
    counts = range(1, min(fitting, len(words) - 1) + 1)
    long_enough = [count for count in counts if _length(words[:count]) >= _SHORTEST_CLAUSE and count > 1]
    clauses = [count for count in long_enough if _ends_clause(words[count - 1].written)]
    if clauses:
        return (clauses[0] if early else clauses[-1]), CLAUSE_PAUSE
    if _length(words) <= longest:
        return len(words), _NO_PAUSE
    links = [count for count in long_enough if words[count].written.lower() in _LINKS]
    return (links[-1] if links else fitting), _NO_PAUSE


def _without_silent(found: Sequence[Piece]) -> list[Piece]:
    """Join pieces of which nothing can be read to those before them, at the start to the one after."""
    joined: list[Piece] = []
    leading: tuple[Word, ...] = ()
    for piece in found:
        if any(letter.isalnum() or letter in "%$£€+=&@°" for word in piece.words for letter in word.read):
            joined.append(Piece(leading + piece.words, piece.pause))
            leading = ()
        elif joined:
            joined[-1] = Piece(joined[-1].words + piece.words, max(joined[-1].pause, piece.pause))
        else:
            leading += piece.words
    return joined
