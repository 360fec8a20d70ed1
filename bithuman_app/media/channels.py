"""Sample formats and channels: any decoded frame to float, mono or stereo."""

from typing import Any, Final

import av
import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]  #: (channels, n), full scale is ±1

#: What one half of a stereo mix takes from each channel of a surround layout (ITU-R BS.775: the
#: centre and the surrounds at -3 dB, no low-frequency effects).
_LEFT: Final = {"FL": 1.0, "FC": 0.7071, "BL": 0.7071, "SL": 0.7071, "BC": 0.5, "FLC": 1.0}
_RIGHT: Final = {"FR": 1.0, "FC": 0.7071, "BR": 0.7071, "SR": 0.7071, "BC": 0.5, "FRC": 1.0}


def to_float(frame: av.AudioFrame) -> Samples:
    """Return a decoded frame as float32 (channels, n), full scale ±1; NaN and infinity become 0."""
    samples: NDArray[Any] = frame.to_ndarray()
    if not frame.format.is_planar:
        samples = samples.reshape(-1, len(frame.layout.channels)).T
    floats: Samples = samples.astype(np.float32)
    if samples.dtype == np.uint8:
        return (floats - 128.0) / 128.0
    if samples.dtype.kind == "i":
        return floats / np.float32(2.0 ** (8 * samples.dtype.itemsize - 1))
    floats[~np.isfinite(floats)] = 0.0
    return floats


def to_mono(samples: Samples) -> Samples:
    """Average the channels of (channels, n) into (1, n)."""
    mono: Samples = samples.mean(axis=0, keepdims=True, dtype=np.float32)
    return mono


def to_stereo(samples: Samples, names: tuple[str, ...]) -> Samples:
    """Mix (channels, n) into (2, n); ``names`` are FFmpeg's channel names (``FL``, ``FR``, ``FC`` …).

    Mono is doubled; a surround layout is mixed by ITU-R BS.775, scaled so that nothing clips that
    did not; channels without known places are averaged.
    """
    if len(samples) == 2:
        return samples
    weights = np.array([[side.get(name, 0.0) for name in names] for side in (_LEFT, _RIGHT)], np.float32)
    if len(samples) == 1 or len(names) != len(samples) or not weights.any(axis=1).all():
        return np.repeat(to_mono(samples), 2, axis=0)
    mixed: Samples = (weights / weights.sum(axis=1).max()) @ samples
    return mixed
