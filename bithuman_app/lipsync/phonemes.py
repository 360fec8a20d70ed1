"""Phones of the International Phonetic Alphabet and what lips, jaw and tongue aim at in each of them.

The table is the data file ``models/phoneme_articulation.json``: for each phone a viseme, a target for
each articulation curve and how strongly the phone insists on it (its dominance, see `coarticulation`).
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, MissingInputError
from ..resources import asset
from .curves import ARTICULATION_NAMES, VISEME_NAMES

#: The label of a silence, which is also the result of reading an empty label.
SILENCE: Final = "_"
_SILENT_LABELS: Final = frozenset({"", SILENCE, "sil", "sp", "pau", "<eps>", "spn"})

#: Single letters that stand for several phones: the alphabet of misaki (used by Kokoro and hibari),
#: ligatures, and vowels that IPA writes with one letter although the lips do two things.
_SPELLED_OUT: Final[Mapping[str, str]] = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "Q": "əʊ", "W": "aʊ", "Y": "ɔɪ", "T": "ɾ", "ᵊ": "ə", "ᵻ": "ɨ",
    "ʤ": "dʒ", "ʧ": "tʃ", "ʦ": "ts", "ʣ": "dz", "ʨ": "tɕ", "ʥ": "dʑ", "ꭧ": "tʂ", "ɡ": "g",
}  # fmt: skip
#: A plosive before one of these is the start of an affricate; the lips take the fricative's shape.
_FRICATIVES: Final = frozenset("szʃʒɕʑʂʐ")


@dataclass(frozen=True, slots=True)
class Phoneme:
    """A phone in any of the spellings that ``split`` reads, and when it is heard, in seconds."""

    label: str
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Gesture:
    """What a mouth aims at in one phone.

    ``target`` and ``dominance`` are float64 (7,), in the order of ``ARTICULATION_NAMES``: where each
    curve would go if the phone were held, and how strongly it draws the curve there.
    """

    viseme: str
    target: NDArray[np.float64]
    dominance: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PhonemeMap:
    """The whole table.

    ``anticipation`` and ``carry_over`` are float64 (7,), the seconds in which a phone's dominance over
    each curve falls to 1/e before and after it; ``lead`` is how many seconds lips are ahead of the
    sound.
    """

    gestures: Mapping[str, Gesture]
    anticipation: NDArray[np.float64]
    carry_over: NDArray[np.float64]
    lead: float


@cache
def phoneme_map() -> PhonemeMap:
    """Return the shipped table. Raises ``MissingInputError`` or ``DataError`` if its file is damaged."""
    path = asset("models", "phoneme_articulation.json")
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if tuple(data["curves"]) != ARTICULATION_NAMES:
            raise ValueError("it has other curves than this program")
        gestures = {symbol: _gesture(entry) for symbol, entry in data["phones"].items()}
        if SILENCE not in gestures:
            raise ValueError("it has no silence")
        return PhonemeMap(
            gestures,
            _vector(data["anticipation_ms"]) / 1000,
            _vector(data["carry_over_ms"]) / 1000,
            float(data["lead_ms"]) / 1000,
        )
    except OSError as error:
        raise MissingInputError(
            f"the table of phones {path.name} is missing: install the program again"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise DataError(f"the table of phones {path.name} cannot be read: {error}") from error


def _gesture(entry: Mapping[str, object]) -> Gesture:
    viseme = entry["viseme"]
    if viseme not in VISEME_NAMES:
        raise ValueError(f"there is no viseme {viseme!r}")
    return Gesture(str(viseme), _vector(entry["target"]), _vector(entry["dominance"]))


def _vector(values: object) -> NDArray[np.float64]:
    vector = np.array(values, np.float64)
    if vector.shape != (len(ARTICULATION_NAMES),) or not np.isfinite(vector).all():
        raise ValueError("a row does not have one number for each curve")
    return vector


@lru_cache(4096)
def split(label: str) -> tuple[str, ...]:
    """Return the phones of the table that one label stands for, in order; ``()`` if it stands for none.

    Diphthongs become two phones, affricates their fricative; stress, length, tone and other marks are
    skipped. An empty label, ``_``, ``sil``, ``sp`` and ``pau`` are silence. The letters of misaki's
    alphabet (``A`` for eɪ, ``I`` for aɪ, …) are understood.
    """
    if label in _SILENT_LABELS:
        return (SILENCE,)
    known = phoneme_map().gestures
    # Decomposed, a nasal ã is an a with a mark; ç is a phone of its own.
    letters = unicodedata.normalize("NFD", label).replace("c\u0327", "ç")
    spelled = "".join(_SPELLED_OUT.get(letter, letter) for letter in letters)
    phones = [letter for letter in spelled if letter in known and letter != SILENCE]
    return tuple(
        phone
        for phone, following in zip_longest(phones, phones[1:])
        if not (phone in "td" and following in _FRICATIVES)
    )


def flatten(phonemes: Iterable[Phoneme]) -> list[Phoneme]:
    """Return the phonemes with every label split into phones of the table, sharing its time equally.

    A label that stands for no phone (a lone length or stress mark) lengthens the phone before it.
    Phonemes come out sorted by their start; one that overlaps the next is cut there.
    """
    ordered = sorted(phonemes, key=lambda phoneme: phoneme.start)
    flat: list[Phoneme] = []
    for phoneme, following in zip_longest(ordered, ordered[1:]):
        start, end = phoneme.start, phoneme.end
        if following is not None:
            end = min(end, following.start)
        phones = split(phoneme.label)
        if not phones and flat:
            flat[-1] = Phoneme(flat[-1].label, flat[-1].start, max(end, flat[-1].end))
        step = (end - start) / max(len(phones), 1)
        flat += [Phoneme(p, start + i * step, start + (i + 1) * step) for i, p in enumerate(phones)]
    return [phoneme for phoneme in flat if phoneme.end > phoneme.start]
