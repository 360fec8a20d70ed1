"""Sentences to be spoken: random words of a language, common ones more often."""

import random
import re
from functools import cache
from typing import Final

import wordfreq

VOCABULARY: Final = 6_000
#: espeak-ng reads Japanese in kana only.
_READABLE: Final = {"ja": re.compile(r"[ぁ-ゖァ-ヺー]+")}


@cache
def _words(language: str) -> tuple[str, ...]:
    words = [word for word in wordfreq.top_n_list(language, VOCABULARY) if any(map(str.isalpha, word))]
    readable = _READABLE.get(language)
    return tuple(word for word in words if readable is None or readable.fullmatch(word))


def sentence(language: str, choice: random.Random) -> str:
    """Return 3 to 12 words of a language (ISO 639-1) with some punctuation.

    Words have spaces between them in every language. Half are drawn evenly, half by the
    logarithm of their rank.
    """
    words = _words(language)
    chosen = []
    count = choice.randint(3, 12)
    for number in range(count):
        common = choice.random() < 0.5
        rank = int(len(words) ** choice.random()) if common else choice.randrange(len(words))
        word = words[min(rank, len(words) - 1)]
        if number < count - 1 and choice.random() < 0.1:
            word += choice.choice(",.;,")
        chosen.append(word)
    return " ".join(chosen) + choice.choice("..?!")
