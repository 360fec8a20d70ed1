"""English words to the symbols of the voice, keeping account of which word each symbol belongs to.

hibari-tts first writes out what is not a word (``$5`` becomes *5 dollars*), then looks the words up. The
words of the result are matched with those that were given.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from ..errors import UnavailableError
from .synthesis import MISSING

_PUNCTUATION: Final = ".,;:!?…—–-\"'“”‘’()[]"


@dataclass(frozen=True, slots=True)
class Symbol:
    """One letter of the voice's alphabet, and the number of the word that it is spoken in."""

    letter: str
    word: int


class Pronouncer:
    """The lexicon, the rules and the small network for words that are in no lexicon; threads may share it."""

    def __init__(self) -> None:
        """Load them; raises ``UnavailableError`` if hibari-tts is not installed."""
        if find_spec("hibari") is None:
            raise UnavailableError(MISSING)
        self._lexicon: Any = import_module("hibari.g2p").G2P()
        self._write_out: Callable[[str], str] = import_module("hibari.g2p.normalize").normalize
        self._lock = threading.Lock()

    def pronounce(self, words: Sequence[str], knows: Callable[[str], bool]) -> list[Symbol]:
        """Return the symbols of a sentence, those only that the voice ``knows``.

        ``words`` are read; one may be empty. A word that cannot be pronounced has no symbols.
        """
        try:
            symbols = self._sentence(words)
        except Exception:  # the lexicon fails on a few odd combinations of digits and signs
            symbols = [symbol for number, word in enumerate(words) for symbol in self._alone(number, word)]
        return [symbol for symbol in symbols if knows(symbol.letter)]

    def _alone(self, number: int, word: str) -> list[Symbol]:
        try:
            return [Symbol(symbol.letter, number) for symbol in [*self._sentence([word]), Symbol(" ", 0)]]
        except Exception:
            return []

    def _sentence(self, words: Sequence[str]) -> list[Symbol]:
        given = [(part, number) for number, word in enumerate(words) for part in word.split()]
        if not given:
            return []
        with self._lock:
            written_out = self._write_out(" ".join(part for part, _ in given))
            tokens = self._lexicon.phonemize_tokens(self._lexicon.tokenize(written_out))
        spoken = [""]
        for token in tokens:
            spoken[-1] += token.text
            if token.whitespace:
                spoken.append("")
        owners = _owners([part for part, _ in given], spoken)
        symbols: list[Symbol] = []
        place = 0
        for token in tokens:
            word = given[owners[place]][1]
            symbols += [Symbol(letter, word) for letter in token.phonemes or ""]
            if token.whitespace:
                symbols.append(Symbol(" ", word))
                place += 1
        return symbols


@cache
def load_pronouncer() -> Pronouncer:
    """Return the pronouncer, loaded once a process."""
    return Pronouncer()


def _owners(given: Sequence[str], spoken: Sequence[str]) -> list[int]:
    """Return for each spoken word the number of the given word that it comes from, never decreasing."""
    bare_given, bare_spoken = ([_bare(word) for word in words] for words in (given, spoken))
    matcher = SequenceMatcher(None, bare_given, bare_spoken, autojunk=False)
    owners: list[int] = []
    for _, first, last, start, end in matcher.get_opcodes():
        owners += _shares(first, last, end - start)
    return [min(owner, len(given) - 1) for owner in owners]


def _shares(first: int, last: int, count: int) -> Iterator[int]:
    """Share ``count`` spoken words among the given words ``first`` … ``last`` - 1, or the one before them."""
    if first == last:
        first, last = max(0, first - 1), max(1, first)
    for position in range(count):
        yield first + position * (last - first) // count


def _bare(word: str) -> str:
    return word.strip(_PUNCTUATION).casefold() or word
