"""How likely is it that somebody speaks? Silero's voice activity detector, on sound in pieces of any size.

The network (MIT licence, 1.3 MB) gives one probability for each 32 ms. Lip sync closes the mouth by it,
and the voice room makes starts and ends of speech from it.
"""

from functools import cache
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ..resources import asset
from .network import load_network

Samples = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
#: The network takes windows of 32 ms, each preceded by the last 4 ms of the one before.
WINDOW_SAMPLES: Final = 512
_CONTEXT_SAMPLES: Final = 64
_STATE_SHAPE: Final = (2, 1, 128)
_RATE: Final = np.array(SAMPLE_RATE, np.int64)

#: The level in dBFS below which there is nothing to hear.
QUIETEST_DB: Final = -100.0


@cache
def _network() -> ort.InferenceSession:
    sizes = {"batch": 1, "sequence": _CONTEXT_SAMPLES + WINDOW_SAMPLES}
    return load_network(asset("voice", "silero_vad_16k.onnx"), sizes=sizes)


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
        heard = np.concatenate([self._waiting, clean_samples(samples)])
        if len(heard) < WINDOW_SAMPLES:
            self._waiting = heard
            return np.zeros(0, np.float32)
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
        return float(probability[0, 0]) if self._is_audible(window) else 0.0

    def _is_audible(self, window: Samples) -> bool:
        rough = float(window.dot(window)) / WINDOW_SAMPLES
        if rough > 2 * self._least_power:
            return True
        return float(np.mean(np.square(window, dtype=np.float64))) >= self._least_power


def clean_samples(samples: NDArray[np.floating]) -> Samples:
    """Return sound as float32 in [-1, 1], NaN and infinities as silence, or raise ``ValueError``.

    Sound that is so already is returned itself, not a copy.
    """
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype.kind != "f":
        raise ValueError(f"sound must be one channel of floats, not {array.dtype} of shape {array.shape}")
    if array.dtype == np.float32 and len(array) and array.min() >= -1 and array.max() <= 1:
        return array  # a NaN is neither
    return np.clip(np.where(np.isfinite(array), array, 0.0), -1.0, 1.0).astype(np.float32)
