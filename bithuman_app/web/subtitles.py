"""Which word is said when."""

import json
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Utterances whose words are kept; more never wait.
_MOST_UTTERANCES: Final = 64


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is to be shown, and when it starts in its utterance, in seconds."""

    text: str
    start: float


class Subtitles:
    """Hands out the words of utterances while their sound goes by."""

    def __init__(self) -> None:
        self._words: dict[int, deque[Word]] = {}
        self._utterance: int | None = None
        self._seconds = 0.0

    def add(self, utterance: int, words: Sequence[Word]) -> None:
        """Keep the words of an utterance, in order."""
        self._words[utterance] = deque(words)
        while len(self._words) > _MOST_UTTERANCES:
            del self._words[next(iter(self._words))]

    def advance(self, utterance: int | None, seconds: float, end: bool) -> list[Word]:
        """Return the words that start in the next ``seconds`` of an utterance's sound; at its end, all."""
        if utterance is None:
            return []
        if utterance != self._utterance:
            self._utterance, self._seconds = utterance, 0.0
        self._seconds += seconds
        waiting = self._words.get(utterance)
        found: list[Word] = []
        while waiting and (end or waiting[0].start < self._seconds):
            found.append(waiting.popleft())
        if end:
            self._words.pop(utterance, None)
        return found

    def clear(self) -> None:
        """Forget everything."""
        self._words.clear()
        self._utterance = None


def read_words(path: Path) -> list[Word]:
    """Return the words of a recording from the JSON beside it: its text, and when each word starts.

    The labels there are bare; punctuation comes from the text, whose words are the same in number.
    """
    content = json.loads(path.read_text(encoding="utf-8"))
    starts = [float(word["start"]) for word in content["words"]]
    texts = content["text"].split()
    if len(texts) != len(starts):
        texts = [str(word["label"]) for word in content["words"]]
    return [Word(text, start) for text, start in zip(texts, starts, strict=True)]
