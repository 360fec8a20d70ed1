"""Which word is said when."""

import json
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from numpy.typing import NDArray

from ..lipsync.phonemes import Phoneme

#: Utterances whose words are kept; more never wait.
_MOST_UTTERANCES: Final = 64
#: An utterance of one of the sessions that a stage has one after the other.
UtteranceKey = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it is to be shown, and when it starts, in seconds."""

    text: str
    start: float


@dataclass(frozen=True, slots=True, eq=False)
class Passage:
    """A piece of speech: ``samples`` int16 or float32 (n,), and what is known of it.

    The times of ``words`` and ``phonemes`` count from the beginning of this piece, in seconds. With
    phonemes, which must be all that are said in it, the mouth is exact; without, it follows the sound.
    """

    samples: NDArray[Any]
    words: Sequence[Word] = ()
    phonemes: Sequence[Phoneme] | None = None


class Script:
    """The words of the utterances that are being said or wait. Any thread may call."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._words: OrderedDict[UtteranceKey, list[Word]] = OrderedDict()

    def add(self, utterance: UtteranceKey, words: Iterable[Word]) -> None:
        """Append words to an utterance, in order; their times count from its beginning."""
        with self._lock:
            self._words.setdefault(utterance, []).extend(words)
            while len(self._words) > _MOST_UTTERANCES:
                self._words.popitem(last=False)

    def between(self, utterance: UtteranceKey, index: int, seconds: float) -> list[Word]:
        """Return the words from number ``index`` on that start before ``seconds``."""
        with self._lock:
            found = []
            for word in self._words.get(utterance, [])[index:]:
                if word.start >= seconds:
                    break
                found.append(word)
            return found

    def clear(self) -> None:
        """Forget everything."""
        with self._lock:
            self._words.clear()


class Subtitles:
    """Hands out the words of a script while one view's sound goes by."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._utterance: UtteranceKey | None = None
        self._seconds = 0.0
        self._given = 0

    def advance(self, utterance: UtteranceKey | None, seconds: float, end: bool) -> tuple[Word, ...]:
        """Return the words that start in the next ``seconds`` of an utterance's sound; at its end, all."""
        if utterance is None:
            return ()
        if utterance != self._utterance:
            self._utterance, self._seconds, self._given = utterance, 0.0, 0
        self._seconds += seconds
        found = self._script.between(utterance, self._given, float("inf") if end else self._seconds)
        self._given += len(found)
        return tuple(found)


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
