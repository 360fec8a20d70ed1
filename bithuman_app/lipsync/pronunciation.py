"""From text to the phones of its words: English by the lexicon of hibari-tts, or IPA written out.

hibari-tts (Apache-2.0) is optional: it weighs 14 MB and only ``--text`` and the voices need it. Text
between slashes, as in ``/ɡuːtn̩ taːk/``, is taken as IPA, in any language and without it.
"""

import unicodedata
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from ..errors import UnavailableError, UsageError
from .phonemes import SILENCE, split

#: What is said where the lexicon is missing.
MISSING: Final = (
    "finding out how English text is pronounced needs the package hibari-tts: "
    "pip install 'bithuman-app[voice]', or give the pronunciation in IPA between slashes"
)
#: Unicode categories of the marks that belong to the phone before them.
_MODIFIERS: Final = frozenset({"Lm", "Sk", "Mn"})
_STRESS: Final = frozenset("ˈˌ")


def pronounce(text: str) -> list[tuple[str, ...]]:
    """Return the phones of each word of ``text``, as labels that ``phonemes.split`` reads.

    Between slashes ``text`` is IPA, its words separated by spaces; otherwise it is English. Raises
    ``UsageError`` if nothing can be spoken in it, ``UnavailableError`` if the lexicon is not installed.
    """
    stripped = text.strip()
    if len(stripped) > 2 and stripped[0] == stripped[-1] == "/":
        spoken = stripped[1:-1]
    else:
        spoken = " ".join(_english()(line) for line in stripped.splitlines() if line.strip())
    words = [tuple(_phones(word)) for word in spoken.split()]
    words = [word for word in words if word]
    if not words:
        raise UsageError(f"there is nothing to speak in the text {_shortened(stripped)!r}")
    return words


def _phones(word: str) -> list[str]:
    """Cut a word into phones, each with the marks behind it; stress and punctuation are left out."""
    labels: list[str] = []
    for letter in unicodedata.normalize("NFC", word):
        if letter != SILENCE and split(letter):
            labels.append(letter)
        elif labels and letter not in _STRESS and unicodedata.category(letter) in _MODIFIERS:
            labels[-1] += letter
    return labels


@cache
def _english() -> Any:
    if find_spec("hibari") is None:
        raise UnavailableError(MISSING)
    return import_module("hibari.g2p").G2P()


def _shortened(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."
