"""The offline voice, as passages of speech."""

from collections.abc import Iterator
from functools import lru_cache

from ..lipsync.phonemes import Phoneme
from ..voice.speech import Speaker
from ..voice.timbres import TIMBRES
from .subtitles import Passage, Word

#: The names of the voices, the default first.
VOICES = tuple(TIMBRES)


@lru_cache(maxsize=8)
def speaker(voice: str = VOICES[0], speed: float = 1.0) -> Speaker:
    """Return a voice, which is loaded once; raises what ``Speaker`` raises."""
    return Speaker(voice, speed=speed)


def passages(text: str, voice: str, speed: float) -> Iterator[tuple[int, Passage]]:
    """Return the clauses of a text, each made when asked for, with their rate; raises ``UsageError``."""
    return _passages(speaker(voice, speed), text)


def _passages(one: Speaker, text: str) -> Iterator[tuple[int, Passage]]:
    pieces = one.say(text)  # what cannot be read is refused here, not when the first sound is asked for
    return (
        (
            piece.rate,
            Passage(
                piece.samples,
                [Word(word.label, word.start) for word in piece.words],
                [Phoneme(phoneme.label, phoneme.start, phoneme.end) for phoneme in piece.phonemes],
            ),
        )
        for piece in pieces
    )
