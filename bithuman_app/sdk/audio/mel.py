"""Log-mel spectra of the kind that lip-sync networks of the Wav2Lip family look at."""

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

_SAMPLE_RATE: Final = 16_000
_WINDOW: Final = 800
_HOP: Final = 200
_BANDS: Final = 80
_LOWEST_HZ, _HIGHEST_HZ = 55.0, 7600.0
_PREEMPHASIS: Final = 0.97
_REFERENCE_DB, _FLOOR_DB = 20.0, -100.0
_LIMIT: Final = 4.0


def get_mel_chunks(
    audio_np: NDArray[np.floating], fps: int, mel_step_size: int = 16
) -> list[NDArray[np.float32]]:
    """Return one float32 (80, ``mel_step_size``) piece of spectrum for each video frame of 16 kHz sound.

    80 mel bands from 55 to 7600 Hz, 50 ms Hann window every 12.5 ms, pre-emphasis 0.97, decibels below
    a reference of 20 dB scaled to ±4. The last pieces end with the sound and so overlap more.
    """
    spectrum = _log_mel(np.asarray(audio_np, np.float64))
    columns = spectrum.shape[1]
    per_frame = _SAMPLE_RATE / _HOP / fps
    chunks = []
    for index in range(max(1, int(np.ceil((columns - mel_step_size) / per_frame)) + 1)):
        start = max(0, min(int(index * per_frame), columns - mel_step_size))
        piece = spectrum[:, start : start + mel_step_size]
        missing = mel_step_size - piece.shape[1]
        chunks.append(np.pad(piece, ((0, 0), (0, missing)), constant_values=-_LIMIT))
    return chunks


def _log_mel(samples: NDArray[np.float64]) -> NDArray[np.float32]:
    """Return float32 (80, frames) in [-4, 4]."""
    emphasised = np.append(samples[:1], samples[1:] - _PREEMPHASIS * samples[:-1])
    padded = np.pad(emphasised, _WINDOW // 2)
    windows = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_WINDOW) / _WINDOW)
    magnitudes = np.abs(np.fft.rfft(windows * hann, axis=1))
    decibels = 20 * np.log10(np.maximum(10 ** (_FLOOR_DB / 20), magnitudes @ _filters().T)) - _REFERENCE_DB
    scaled = np.clip(2 * _LIMIT * (decibels - _FLOOR_DB) / -_FLOOR_DB - _LIMIT, -_LIMIT, _LIMIT)
    return np.ascontiguousarray(scaled.T, np.float32)


@cache
def _filters() -> NDArray[np.float64]:
    """Triangular filters (80, 401) of equal area, evenly spaced on Slaney's mel scale.

    Slaney, *Auditory Toolbox*, 1998: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels
    for a factor of 6.4).
    """
    lowest, highest = _to_mel(np.array([_LOWEST_HZ, _HIGHEST_HZ]))
    edges = _to_hertz(np.linspace(lowest, highest, _BANDS + 2))
    bins = np.fft.rfftfreq(_WINDOW, 1 / _SAMPLE_RATE)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: NDArray[np.float64] = triangles * (2 / (edges[2:] - edges[:-2]))[:, None]
    return filters


def _to_mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(
        hertz < 1000, hertz * 3 / 200, 15 + 27 * np.log(np.maximum(hertz, 1) / 1000) / np.log(6.4)
    )


def _to_hertz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
