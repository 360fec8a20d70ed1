"""Is somebody speaking? Silero's voice activity detector on sound that arrives in pieces of any size.

The network (MIT licence, 1.3 MB) gives one probability for each 32 ms. `SpeechActivity` makes starts and
ends of speech from them.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ..resources import asset
from ._onnx import load_network

Samples = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
#: The network takes windows of 32 ms, each preceded by the last 4 ms of the one before.
WINDOW_SAMPLES: Final = 512
_CONTEXT_SAMPLES: Final = 64
_STATE_SHAPE: Final = (2, 1, 128)
_RATE: Final = np.array(SAMPLE_RATE, np.int64)

#: Speech that has begun goes on down to this much below the probability that begins it; the same
#: distance as in Silero's own iterator.
HYSTERESIS: Final = 0.15
_LOWEST_THRESHOLD: Final = 0.02
#: The level in dBFS below which there is nothing to hear.
QUIETEST_DB: Final = -100.0


@cache
def _network() -> ort.InferenceSession:
    return load_network(asset("voice", "silero_vad_16k.onnx"))


class SpeechProbability:
    """One stream through the network. Not meant to be shared by threads."""

    def __init__(self, silent_below_db: float = QUIETEST_DB) -> None:
        """Load the network; raises ``MissingInputError`` or ``DataError`` if its file is damaged.

        A window whose root mean square is below ``silent_below_db`` (dBFS) is no speech, whatever it is:
        a voice in the next room is a voice too. Raises ``ValueError`` if that is above 0 or no number.
        """
        if not silent_below_db <= 0:
            raise ValueError(f"silent_below_db must be at most 0, not {silent_below_db}")
        self._least_power = 10 ** (silent_below_db / 10)
        self._network = _network()
        self.reset()

    def reset(self) -> None:
        """Forget all sound."""
        self._state = np.zeros(_STATE_SHAPE, np.float32)
        self._context = np.zeros(_CONTEXT_SAMPLES, np.float32)
        self._waiting = np.zeros(0, np.float32)

    def push(self, samples: NDArray[np.floating]) -> NDArray[np.float32]:
        """Take float (n,) at 16 kHz in [-1, 1], return a probability for each window completed.

        Probabilities are float32 (windows,), window ``i`` of the stream being samples 512 i … 512 i + 511.
        NaN and infinities count as silence. They do not depend on how the sound is cut into pieces.
        Raises ``ValueError`` if it is not one channel of floats.
        """
        heard = np.concatenate([self._waiting, _clean(samples)])
        count = len(heard) // WINDOW_SAMPLES
        self._waiting = heard[count * WINDOW_SAMPLES :]
        windows = heard[: count * WINDOW_SAMPLES].reshape(count, WINDOW_SAMPLES)
        return np.array([self._hear(window) for window in windows], np.float32)

    def _hear(self, window: Samples) -> float:
        inputs = {
            "input": np.concatenate([self._context, window])[None],
            "state": self._state,
            "sr": _RATE,
        }
        probability, self._state = self._network.run(None, inputs)
        self._context = window[-_CONTEXT_SAMPLES:]
        power = float(np.mean(np.square(window, dtype=np.float64)))
        return float(probability[0, 0]) if power >= self._least_power else 0.0


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
        clean = _clean(samples)
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


def _clean(samples: NDArray[np.floating]) -> Samples:
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype.kind != "f":
        raise ValueError(f"sound must be one channel of floats, not {array.dtype} of shape {array.shape}")
    return np.clip(np.where(np.isfinite(array), array, 0.0), -1.0, 1.0).astype(np.float32)
