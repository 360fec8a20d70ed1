"""Sounds that are not speech, four seconds each at 16 kHz."""

import numpy as np
from numpy.typing import NDArray

SECONDS = 4
COUNT = SECONDS * 16_000


def _white(seed: int) -> NDArray[np.float64]:
    return np.random.default_rng(seed).standard_normal(COUNT)


def digital_silence() -> NDArray[np.float32]:
    return np.zeros(COUNT, np.float32)


def faint_hiss() -> NDArray[np.float32]:
    return (_white(1) * 0.001).astype(np.float32)


def loud_hiss() -> NDArray[np.float32]:
    return (_white(2) * 0.01).astype(np.float32)


def room_noise() -> NDArray[np.float32]:
    """Noise that falls by 3 dB an octave, as ventilation does, at -40 dBFS."""
    spectrum = np.fft.rfft(_white(3)) / np.sqrt(np.maximum(np.arange(COUNT // 2 + 1), 1))
    noise = np.fft.irfft(spectrum)
    return (0.01 * noise / noise.std()).astype(np.float32)


def mains_hum() -> NDArray[np.float32]:
    time = np.arange(COUNT) / 16_000
    hum = sum(np.sin(2 * np.pi * 50 * harmonic * time) / harmonic for harmonic in (1, 2, 3, 5))
    return (0.05 * hum + 0.001 * _white(4)).astype(np.float32)


def keyboard_clicks() -> NDArray[np.float32]:
    random = np.random.default_rng(5)
    clicks = np.zeros(COUNT)
    for start in random.integers(0, COUNT - 400, 20):
        clicks[start : start + 400] += 0.2 * random.standard_normal(400) * np.exp(-np.arange(400) / 60)
    return np.clip(clicks, -1, 1).astype(np.float32)
