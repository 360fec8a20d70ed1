"""Does somebody speak? Starts and ends of speech, from the probabilities of ``media.speech_probability``."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..media.speech_probability import (
    QUIETEST_DB,
    SAMPLE_RATE,
    WINDOW_SAMPLES,
    Samples,
    SpeechProbability,
    clean_samples,
)

#: Speech that has begun goes on down to this much below the probability that begins it; the same
#: distance as in Silero's own iterator.
HYSTERESIS: Final = 0.15
_LOWEST_THRESHOLD: Final = 0.02


@dataclass(frozen=True, slots=True, eq=False)
class SpeechStart:
    """Somebody began to speak.

    ``sample`` counts from the start of the stream and lies up to the pre-roll before the first window
    of speech; ``samples`` float32 (n,) is all sound from there to the window that decided.
    """

    sample: int
    samples: Samples


@dataclass(frozen=True, slots=True)
class SpeechEnd:
    """Somebody stopped; ``sample`` is the end of the last window of speech."""

    sample: int


ActivityEvent = SpeechStart | SpeechEnd


class SpeechActivity:
    """Turns sound into starts and ends of speech, with hysteresis and shortest durations.

    The same sound gives the same events at the same samples however it is cut. One instance serves one
    microphone and is not meant to be shared by threads.
    """

    def __init__(
        self,
        sensitivity: float = 0.5,
        *,
        minimum_speech_ms: float = 96,
        minimum_silence_ms: float = 400,
        pre_roll_ms: float = 300,
        silent_below_db: float = QUIETEST_DB,
    ) -> None:
        """Choose what counts as speech.

        ``sensitivity`` 0..1: speech begins where its probability reaches ``1 - sensitivity``. It must
        last ``minimum_speech_ms`` to be reported, silence ``minimum_silence_ms`` to end it; both are
        rounded up to windows of 32 ms. Windows below ``silent_below_db`` are silence. Raises
        ``ValueError`` for values that make no sense, and what ``SpeechProbability`` raises.
        """
        if not 0 <= sensitivity <= 1:
            raise ValueError(f"sensitivity must be from 0 to 1, not {sensitivity}")
        for name, value in (
            ("minimum_speech_ms", minimum_speech_ms),
            ("minimum_silence_ms", minimum_silence_ms),
            ("pre_roll_ms", pre_roll_ms),
        ):
            if not 0 <= value <= 10_000:
                raise ValueError(f"{name} must be from 0 to 10000, not {value}")
        self._starts_at = min(max(1 - sensitivity, _LOWEST_THRESHOLD), 1 - _LOWEST_THRESHOLD)
        self._stays_at = max(self._starts_at - HYSTERESIS, _LOWEST_THRESHOLD / 2)
        self._speech_windows = _windows(minimum_speech_ms)
        self._silence_windows = _windows(minimum_silence_ms)
        self._pre_roll = round(pre_roll_ms * SAMPLE_RATE / 1000)
        # What may be wanted again: the pre-roll and the windows that decided, whole windows.
        kept = self._speech_windows + -(-self._pre_roll // WINDOW_SAMPLES)
        self._recent: deque[Samples] = deque(maxlen=kept)
        self._detector = SpeechProbability(silent_below_db)
        self.reset()

    def reset(self) -> None:
        """Forget all sound; the next sample is number 0."""
        self._detector.reset()
        self._recent.clear()
        self._waiting = np.zeros(0, np.float32)
        self._windows = 0
        self._run = 0
        self._silent = 0
        self._speaking = False
        self._last_speech_end = 0
        self._probability = 0.0

    @property
    def speaking(self) -> bool:
        """Return whether a start was reported whose end was not."""
        return self._speaking

    @property
    def probability(self) -> float:
        """Return the probability of speech in the last whole window, 0..1."""
        return self._probability

    def push(self, samples: NDArray[np.floating]) -> list[ActivityEvent]:
        """Take float (n,) at 16 kHz in [-1, 1], return what was found out.

        Raises ``ValueError`` if it is not one channel of floats.
        """
        clean = clean_samples(samples)
        probabilities = self._detector.push(clean)
        heard = np.concatenate([self._waiting, clean])
        used = len(probabilities) * WINDOW_SAMPLES
        self._waiting = heard[used:]
        events: list[ActivityEvent] = []
        for index, probability in enumerate(probabilities.tolist()):
            window = heard[index * WINDOW_SAMPLES : (index + 1) * WINDOW_SAMPLES]
            events += self._hear(window, probability)
        return events

    def finish(self) -> list[ActivityEvent]:
        """End the stream: return the end of speech that is still going on, if any, and start anew."""
        events: list[ActivityEvent] = [SpeechEnd(self._last_speech_end)] if self._speaking else []
        self.reset()
        return events

    def _hear(self, window: Samples, probability: float) -> Iterator[ActivityEvent]:
        self._probability = probability
        self._recent.append(window)
        self._windows += 1
        threshold = self._stays_at if self._run else self._starts_at
        if probability >= threshold:
            self._run += 1
            self._silent = 0
            self._last_speech_end = self._windows * WINDOW_SAMPLES
            if not self._speaking and self._run >= self._speech_windows:
                self._speaking = True
                yield self._start()
            return
        self._silent += 1
        if not self._speaking:
            self._run = 0
        elif self._silent >= self._silence_windows:
            self._speaking = False
            self._run = 0
            yield SpeechEnd(self._last_speech_end)

    def _start(self) -> SpeechStart:
        recent = np.concatenate(self._recent)
        now = self._windows * WINDOW_SAMPLES
        first = max(now - self._run * WINDOW_SAMPLES - self._pre_roll, now - len(recent))
        return SpeechStart(first, recent[len(recent) - (now - first) :])


def _windows(milliseconds: float) -> int:
    return max(1, -int(-milliseconds * SAMPLE_RATE // (1000 * WINDOW_SAMPLES)))
