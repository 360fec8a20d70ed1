"""How loud audio is, frame by frame."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import SAMPLES_PER_FRAME

#: What digital silence counts as, in dBFS.
QUIETEST_DB: Final = -100.0


def clean(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return float32 (n,) in [-1, 1]: values beyond are clipped, NaN and infinities become silence.

    Samples that are so already are returned themselves, not a copy. Raises ``ValueError`` if ``samples``
    is not one channel of floating-point audio.
    """
    array = np.asarray(samples)
    if array.ndim != 1 or array.dtype.kind != "f":
        raise ValueError(f"audio must be one channel of floats, not {array.dtype} of shape {array.shape}")
    if array.dtype == np.float32 and len(array) and array.min() >= -1 and array.max() <= 1:
        return array  # a NaN is neither
    finite = np.where(np.isfinite(array), array, 0.0)
    return np.clip(finite, -1.0, 1.0).astype(np.float32)


def loudness(samples: NDArray[np.floating]) -> NDArray[np.float32]:
    """Return the RMS level of each 40 ms frame in dBFS, float32 (ceil(n / 640),).

    ``samples`` is 16 kHz mono in [-1, 1]; a last frame that is not full is filled up with silence.
    Each frame depends on its own samples only. A full-scale square wave is 0, silence -100.
    Raises ``ValueError`` if ``samples`` is not one channel of floating-point audio.
    """
    audio = clean(samples)
    missing = -len(audio) % SAMPLES_PER_FRAME
    frames = np.pad(audio, (0, missing)).reshape(-1, SAMPLES_PER_FRAME).astype(np.float64)
    power = np.maximum((frames**2).mean(1), 10 ** (QUIETEST_DB / 10))
    levels: NDArray[np.float32] = (10 * np.log10(power)).astype(np.float32)
    return levels
