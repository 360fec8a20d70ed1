"""Text to speech, offline: sound piece by piece, with the times of words and phonemes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import UsageError
from .pronunciation import Symbol, load_pronouncer
from .sound import faded, levelled, limited
from .synthesis import MOST_SYMBOLS, load_voice
from .text import Piece, Word, pieces
from .timbres import TIMBRES
from .timing import Timed, phonemes_of, words_of

Samples = NDArray[np.float32]

__all__ = ["FASTEST", "LONGEST_TEXT", "SLOWEST", "Speaker", "SpokenPiece", "Timed"]

#: Characters that ``say`` takes at once; about five minutes.
LONGEST_TEXT: Final = 5000
SLOWEST: Final = 0.5
FASTEST: Final = 2.0
#: Phonemes are heard earlier than the network's durations say: by 45 ms at its own pace, less when it
#: speaks fast. Fitted to the energy of vowels and sibilants at paces of 0.6, 1 and 1.6.
_LATENESS: Final = 0.030
_LATENESS_BY_PACE: Final = 0.015
#: What is this much quieter than the loudest sample, at either end, is silence.
_SILENCE: Final = 0.01
#: Seconds that are kept around the sound of a piece.
_MARGIN: Final = 0.03


@dataclass(frozen=True, slots=True, eq=False)
class SpokenPiece:
    """A clause or a sentence as sound; pieces are played one after the other without a gap.

    ``samples`` float32 (n,) mono in [-1, 1], at ``rate`` samples a second; silence after the piece is part
    of it. ``start`` says when it begins, in seconds after the first piece's beginning. ``words`` and
    ``phonemes`` have times in seconds from the beginning of this piece. The labels of the words, joined
    by spaces, are the text as it was written; one label may hold several words if not all are heard.
    The labels of the phonemes are IPA. ``skipped`` are words that this voice cannot read.
    """

    samples: Samples
    rate: int
    start: float
    words: tuple[Timed, ...]
    phonemes: tuple[Timed, ...]
    skipped: tuple[str, ...]

    @property
    def seconds(self) -> float:
        """Return how long the piece is."""
        return len(self.samples) / self.rate


class Speaker:
    """Speaks English text. Threads may share it; loading is done once a process."""

    def __init__(self, voice: str = "heart", *, speed: float = 1.0, seed: int = 0, threads: int = 1) -> None:
        """Load the voice and make it ready to speak at once.

        ``voice`` is a name in ``timbres.TIMBRES``; ``speed`` a factor on the pace, 0.5 to 2. The same
        text, voice, speed and seed give the same samples on one machine. Raises ``UsageError`` for other
        values, ``UnavailableError`` if hibari-tts is not installed.
        """
        if voice not in TIMBRES:
            raise UsageError(f"there is no voice {voice!r}; there are {', '.join(TIMBRES)}")
        if not SLOWEST <= speed <= FASTEST:
            raise UsageError(f"the speed must be from {SLOWEST} to {FASTEST}, not {speed}")
        self._timbre = TIMBRES[voice]
        self._speed = float(speed)
        self._seed = seed
        self._pronouncer = load_pronouncer()
        self._voice = load_voice(threads)
        # The first run of a network allocates what all later ones need.
        self._voice.speak(["a"], self._timbre, 1.0, np.random.default_rng(0))

    def say(self, text: str) -> Iterator[SpokenPiece]:
        """Return pieces of sound, the first clause first; each is made when it is asked for.

        To stop, stop asking. What is written in other scripts than Latin is not read (see
        ``SpokenPiece.skipped``); other languages in Latin letters are read as if they were English.
        Raises ``UsageError`` at once if the text is too long or nothing in it can be read.
        """
        if len(text) > LONGEST_TEXT:
            raise UsageError(
                f"the text has {len(text)} characters; at most {LONGEST_TEXT} can be spoken at once"
            )
        planned = pieces(text)
        if not planned:
            shown = " ".join(text.split())
            shown = shown if len(shown) <= 40 else shown[:37] + "..."
            raise UsageError(f"there is nothing that an English voice could read in the text {shown!r}")
        return self._speak(planned)

    def _speak(self, planned: Sequence[Piece]) -> Iterator[SpokenPiece]:
        samples_before = 0
        for number, piece in enumerate(planned):
            pause = piece.pause if number < len(planned) - 1 else 0.0
            symbols = self._pronouncer.pronounce([word.read for word in piece.words], self._voice.knows)
            noise = np.random.default_rng([self._seed, number])
            sound, phonemes = self._sound(symbols, pause, noise)
            yield SpokenPiece(
                samples=sound,
                rate=self._voice.sample_rate,
                start=samples_before / self._voice.sample_rate,
                words=words_of([word.written for word in piece.words], phonemes),
                phonemes=tuple(timed for timed, _ in phonemes),
                skipped=tuple(_skipped(piece.words, phonemes)),
            )
            samples_before += len(sound)

    def _sound(
        self, symbols: Sequence[Symbol], pause: float, noise: np.random.Generator
    ) -> tuple[Samples, list[tuple[Timed, int]]]:
        """Return sound, and its phonemes, each with the number of its word."""
        parts: list[Samples] = []
        phonemes: list[tuple[Timed, int]] = []
        rate = self._voice.sample_rate
        lateness = _LATENESS + _LATENESS_BY_PACE / self._speed
        for part in _runs(symbols):
            spoken = self._voice.speak([s.letter for s in part], self._timbre, self._speed, noise)
            times = np.stack([spoken.starts, spoken.ends], 1) - lateness
            first, last = _bounds(spoken.samples, rate, phonemes_of(part, times, (0.0, np.inf)))
            begin = sum(map(len, parts)) / rate
            within = (begin, begin + (last - first) / rate)
            phonemes += phonemes_of(part, times + (begin - first / rate), within)
            parts.append(faded(spoken.samples[first:last], rate))
        if parts:
            parts.append(np.zeros(round(pause * rate), np.float32))
        sound = np.concatenate(parts) if parts else np.zeros(0, np.float32)
        return limited(levelled(sound, rate)), phonemes


def _runs(symbols: Sequence[Symbol]) -> Iterator[Sequence[Symbol]]:
    """Cut symbols so that the network is never given too many, at spaces where there are any."""
    rest = list(symbols)
    while len(rest) > MOST_SYMBOLS:
        spaces = [i for i, symbol in enumerate(rest[:MOST_SYMBOLS]) if symbol.letter == " " and i]
        at = spaces[-1] if spaces else MOST_SYMBOLS
        yield rest[:at]
        rest = rest[at:]
    if rest:
        yield rest


def _bounds(samples: Samples, rate: int, phonemes: Sequence[tuple[Timed, int]]) -> tuple[int, int]:
    """Return where speech in ``samples`` begins and ends, with a margin.

    It is what is loud, and the phonemes: a last *th* may be as quiet as silence.
    """
    loud = np.flatnonzero(np.abs(samples) > _SILENCE * np.abs(samples).max(initial=0))
    starts = [int(loud[0])] if len(loud) else []
    ends = [int(loud[-1])] if len(loud) else []
    if phonemes:
        starts.append(int(phonemes[0][0].start * rate))
        ends.append(int(phonemes[-1][0].end * rate))
    margin = round(_MARGIN * rate)
    first = max(0, min(starts, default=0) - margin)
    return first, max(first, min(len(samples), max(ends, default=0) + margin))


def _skipped(words: Sequence[Word], phonemes: Sequence[tuple[Timed, int]]) -> Iterator[str]:
    heard = {number for _, number in phonemes}
    for number, word in enumerate(words):
        if number not in heard and any(letter.isalnum() for letter in word.written):
            yield word.written
