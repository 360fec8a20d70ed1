"""How likely is it that somebody speaks? Silero's voice activity detector, on sound in pieces of any size.

The network (MIT licence, 1.2 MB) gives one probability for each 32 ms; windows that come together are heard
in one run, which costs little more than for one. Lip sync closes the mouth by it, and the voice room makes
starts and ends of speech from it.
"""

from functools import cache
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from ..resources import asset
from .network import load_network

Samples = NDArray[np.float32]

SAMPLE_RATE: Final = 16_000
#: The network takes windows of 32 ms, each preceded by the last 4 ms of the one before.
WINDOW_SAMPLES: Final = 512
_CONTEXT_SAMPLES: Final = 64
_STATE_SHAPE: Final = (2, 1, 128)
#: Windows that are in memory at once.
_WINDOWS_AT_ONCE: Final = 64

#: The level in dBFS below which there is nothing to hear.
QUIETEST_DB: Final = -100.0


@cache
def _network() -> ort.InferenceSession:
    return load_network(asset("voice", "voice_detector.onnx"))


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
        # The context of the next window, then what there is of it.
        self._heard = np.zeros(_CONTEXT_SAMPLES, np.float32)

    def push(self, samples: NDArray[np.floating]) -> NDArray[np.float32]:
        """Take float (n,) at 16 kHz in [-1, 1], return a probability for each window completed.

        Probabilities are float32 (windows,), window ``i`` of the stream being samples 512 i … 512 i + 511.
        NaN and infinities count as silence. They do not depend on how the sound is cut into pieces.
        Raises ``ValueError`` if it is not one channel of floats.
        """
        heard = np.concatenate([self._heard, clean_samples(samples)])
        count = (len(heard) - _CONTEXT_SAMPLES) // WINDOW_SAMPLES
        self._heard = heard[count * WINDOW_SAMPLES :].copy()
        found = [np.zeros(0, np.float32)]
        for first in range(0, count, _WINDOWS_AT_ONCE):
            some = min(count - first, _WINDOWS_AT_ONCE)
            found.append(self._hear(heard[first * WINDOW_SAMPLES :], some))
        return np.concatenate(found)

    def _hear(self, heard: Samples, count: int) -> NDArray[np.float32]:
        """Return the probabilities of the first ``count`` windows of sound that begins with their context."""
        shape, step = (count, _CONTEXT_SAMPLES + WINDOW_SAMPLES), heard.itemsize
        windows = np.ascontiguousarray(as_strided(heard, shape, (WINDOW_SAMPLES * step, step)))
        inputs = {"windows": windows, "state": self._state}
        probabilities, self._state = self._network.run(None, inputs)
        power = np.square(windows[:, _CONTEXT_SAMPLES:], dtype=np.float64).mean(1)
        audible: NDArray[np.float32] = probabilities[:, 0] * (power >= self._least_power)
        return audible


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
