"""When words and phonemes are heard, from the times of the voice's symbols."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .pronunciation import Symbol

_STRESS: Final = frozenset("ˈˌ")
_NOT_SPOKEN: Final = frozenset(" .,;:!?…—–“”\"'()")
#: Marks that belong to the phoneme before them.
_MODIFIERS: Final = frozenset("ːʰʲ̃ᵝ")
#: The letters of the voice's alphabet that are no IPA.
_IPA: Final[Mapping[str, str]] = MappingProxyType({
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "T": "ɾ", "ᵊ": "ə", "ᵻ": "ɨ",
    "S": "ʃ", "ʤ": "dʒ", "ʧ": "tʃ", "ʦ": "ts", "ʣ": "dz", "ʥ": "dʑ", "ʨ": "tɕ", "ꭧ": "tʂ",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Timed:
    """A word or phoneme, and the seconds between which it is heard."""

    label: str
    start: float
    end: float


def phonemes_of(
    symbols: Sequence[Symbol], times: NDArray[np.float64], bounds: tuple[float, float]
) -> list[tuple[Timed, int]]:
    """Return phonemes in IPA, each with the number of its word.

    ``times`` float64 (symbols, 2) are start and end of each symbol in seconds; phonemes are cut at
    ``bounds``. Stress marks lengthen the phoneme after them, other marks the one before.
    """
    times = np.clip(times, *bounds)
    found: list[tuple[Timed, int]] = []
    stress_start: float | None = None
    for symbol, (start, end) in zip(symbols, times.tolist(), strict=True):
        if symbol.letter in _STRESS:
            stress_start = start if stress_start is None else stress_start
        elif symbol.letter in _NOT_SPOKEN:
            stress_start = None
        elif symbol.letter in _MODIFIERS:
            if found:
                before, word = found[-1]
                found[-1] = Timed(before.label + symbol.letter, before.start, end), word
        else:
            begin = start if stress_start is None else stress_start
            found.append((Timed(_IPA.get(symbol.letter, symbol.letter), begin, end), symbol.word))
            stress_start = None
    return [(timed, word) for timed, word in found if timed.end > timed.start]


def words_of(written: Sequence[str], phonemes: Sequence[tuple[Timed, int]]) -> tuple[Timed, ...]:
    """Return the words with their times; one that is not heard joins the one before it.

    At the start it joins the one after it. If none is heard, all are one word that takes no time.
    """
    labels: list[str] = []
    spans: list[tuple[float, float]] = []
    leading: list[str] = []
    for number, word in enumerate(written):
        own = [timed for timed, owner in phonemes if owner == number]
        if own:
            labels.append(" ".join([*leading, word]))
            spans.append((own[0].start, own[-1].end))
            leading = []
        elif labels:
            labels[-1] += " " + word
        else:
            leading.append(word)
    if leading:
        return (Timed(" ".join(leading), 0.0, 0.0),)
    return tuple(Timed(label, start, end) for label, (start, end) in zip(labels, spans, strict=True))
