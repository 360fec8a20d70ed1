"""The features that the network hears: log-mel spectra relative to the voice's own running level.

All of it is causal and works on fixed blocks of ``BLOCK_SAMPLES`` samples, so equal audio gives
bit-identical features however it arrived.
"""

from typing import Final

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from .curves import SAMPLE_RATE, SAMPLES_PER_FRAME

WINDOW_SAMPLES: Final = 400  # 25 ms
HOP_SAMPLES: Final = 160  # 10 ms
BLOCK_SAMPLES: Final = SAMPLES_PER_FRAME
HOPS_PER_BLOCK: Final = BLOCK_SAMPLES // HOP_SAMPLES
FFT_SAMPLES: Final = 512
MEL_BANDS: Final = 40
FEATURES: Final = MEL_BANDS + 1

#: Keeps the logarithm finite; the power of about -70 dBFS, where the network was trained to hear nothing.
POWER_FLOOR: Final = np.float32(1e-7)
#: Scales a squared spectrum to twice the mean square of white noise: half the sum of the squared window.
SPECTRUM_SCALE: Final = 75.0

#: The running level, in natural-log power: where it starts, and the least it falls to.
LEVEL_START: Final = -7.0
LEVEL_MINIMUM: Final = -13.0
#: Part of the way to a louder hop that the level goes in one hop.
LEVEL_RISE: Final = 0.3
#: The same towards a quieter hop; the distance counts up to ``LEVEL_FALL_LIMIT`` only, so pauses hold it.
LEVEL_FALL: Final = 0.01
LEVEL_FALL_LIMIT: Final = 4.0


def mel_filters(
    bands: int = MEL_BANDS, lowest_hz: float = 60.0, highest_hz: float = 7600.0
) -> NDArray[np.float32]:
    """Return triangular mel filters, float32 (257, bands), each summing to 1 (HTK's mel scale)."""

    def mel(hertz: float) -> float:
        return 2595.0 * float(np.log10(1.0 + hertz / 700.0))

    edges = 700.0 * (10.0 ** (np.linspace(mel(lowest_hz), mel(highest_hz), bands + 2) / 2595.0) - 1.0)
    hertz = np.arange(FFT_SAMPLES // 2 + 1)[:, None] * (SAMPLE_RATE / FFT_SAMPLES)
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (hertz - low) / (centre - low), (high - hertz) / (high - centre)
    filters = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    scaled: NDArray[np.float32] = filters / np.maximum(filters.sum(0), np.float32(1e-6))
    return scaled


class MelPower:
    """Audio blocks to mel-band power, keeping the overlap of the analysis window between blocks."""

    def __init__(self) -> None:
        """Start as after endless digital silence."""
        self._filters = mel_filters()
        self._window = np.hanning(WINDOW_SAMPLES).astype(np.float32)
        self.reset()

    def reset(self) -> None:
        """Forget all audio."""
        self._overlap = np.zeros(WINDOW_SAMPLES - HOP_SAMPLES, np.float32)

    def push(self, audio: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 (blocks * 640,) audio, return float32 (blocks * 4, 40) power, a row per 10 ms."""
        samples = np.concatenate([self._overlap, audio])
        self._overlap = samples[-len(self._overlap) :]
        hops = len(audio) // HOP_SAMPLES
        step = samples.itemsize
        windows = as_strided(samples, (hops, WINDOW_SAMPLES), (HOP_SAMPLES * step, step))
        spectrum = np.fft.rfft(windows * self._window, FFT_SAMPLES)
        power = (spectrum.real**2 + spectrum.imag**2) / np.float32(SPECTRUM_SCALE)
        # Block by block: how a product of matrices is rounded depends on their sizes.
        bands: NDArray[np.float32] = np.concatenate(
            [rows @ self._filters for rows in power.reshape(-1, HOPS_PER_BLOCK, power.shape[1])]
        )
        return bands


class RelativeLogMel:
    """Mel power to network features: each band relative to the running level, and that level."""

    def __init__(self) -> None:
        """Start at the level of ordinary speech."""
        self.reset()

    def reset(self) -> None:
        """Forget the level."""
        self._level = LEVEL_START

    def push(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 (hops, 40) power, return float32 (hops, 41) features."""
        logarithm = np.log(power + POWER_FLOOR)
        loudness = np.log(power.mean(1) * np.float32(0.5) + POWER_FLOOR).tolist()
        levels = np.array([self._follow(value) for value in loudness], np.float32)
        features = np.empty((len(power), FEATURES), np.float32)
        features[:, :MEL_BANDS] = (logarithm - levels[:, None]) / 4 + np.float32(0.5)
        features[:, MEL_BANDS] = (levels + 8) / 4
        return features

    def _follow(self, loudness: float) -> float:
        distance = loudness - self._level
        if distance > 0:
            self._level += LEVEL_RISE * distance
        else:
            self._level -= LEVEL_FALL * min(-distance, LEVEL_FALL_LIMIT)
        self._level = max(self._level, LEVEL_MINIMUM)
        return self._level
