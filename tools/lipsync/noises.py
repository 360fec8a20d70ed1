"""Sounds that are not speech, to hide speech under and to keep the mouth shut on."""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from .corpus import SAMPLE_RATE

Audio = NDArray[np.float32]
Generator = np.random.Generator


def _envelope(count: int, points: int, lowest: float, random: Generator) -> NDArray[np.float64]:
    """Return a curve through random heights, (count,)."""
    heights = random.uniform(lowest, 1, points)
    return np.interp(np.arange(count), np.linspace(0, count, points), heights)


def hiss(count: int, random: Generator) -> Audio:
    """Return noise from white to brown, sometimes swelling."""
    noise = random.standard_normal(count)
    if random.random() < 0.6:
        noise = lfilter([1], [1, -random.uniform(0.6, 0.99)], noise)
    if random.random() < 0.3:
        noise = noise * _envelope(count, 12, 0.05, random)
    return noise.astype(np.float32)


def tones(count: int, random: Generator) -> Audio:
    """Return chords, plucked or swelling notes, mains hum: up to four harmonic tones."""
    time = np.arange(count) / SAMPLE_RATE
    sound = np.zeros(count)
    for _ in range(random.integers(1, 5)):
        is_hum = random.random() < 0.2
        pitch = float(random.choice([50, 60, 100, 120])) if is_hum else np.exp(random.uniform(4.4, 7.8))
        if random.random() < 0.5:
            envelope = _envelope(count, int(random.integers(3, 40)), 0, random)
        else:
            notes = (time * random.uniform(0.5, 6) + random.random()) % 1
            envelope = np.exp(-notes * random.uniform(1, 6))
        slope = random.uniform(0.6, 2)
        for harmonic in range(1, int(random.integers(2, 9))):
            phase = random.uniform(0, 2 * np.pi)
            sound += np.sin(2 * np.pi * pitch * harmonic * time + phase) * envelope / harmonic**slope
    return sound.astype(np.float32)


def clicks(count: int, random: Generator) -> Audio:
    """Return knocks and key strokes: short decaying bursts, most of them coloured."""
    sound = np.zeros(count)
    for _ in range(random.integers(3, 60)):
        length = int(random.integers(40, 800))
        burst = random.standard_normal(length) * np.exp(
            -np.arange(length) / (length * random.uniform(0.1, 0.4))
        )
        if random.random() < 0.6:
            angle, radius = random.uniform(0.1, 2.2), random.uniform(0.5, 0.97)
            burst = lfilter([1], [1, -2 * radius * np.cos(angle), radius**2], burst)
        start = int(random.integers(0, count - length))
        sound[start : start + length] += burst / max(np.abs(burst).max(), 1e-6) * random.uniform(0.2, 1)
    return sound.astype(np.float32)


def breaths(count: int, random: Generator) -> Audio:
    """Return slow swells of soft noise between 300 and 4000 Hz, over almost silence."""
    sound = 0.003 * random.standard_normal(count)
    place = int(random.integers(0, SAMPLE_RATE))
    while place < count - SAMPLE_RATE // 4:
        length = min(int(random.uniform(0.25, 1.4) * SAMPLE_RATE), count - place)
        angle, radius = random.uniform(0.15, 1.2), random.uniform(0.6, 0.9)
        noise = lfilter(
            [1, -0.9], [1, -2 * radius * np.cos(angle), radius**2], random.standard_normal(length)
        )
        swell = np.sin(np.pi * np.linspace(0, 1, length) ** random.uniform(0.5, 1.5)) ** 1.5
        sound[place : place + length] += noise * swell * random.uniform(0.1, 1)
        place += length + int(random.uniform(0.3, 2.5) * SAMPLE_RATE)
    return sound.astype(np.float32)


SYNTHETIC: Final[tuple[Callable[[int, Generator], Audio], ...]] = (hiss, tones, clicks, breaths)


class NoiseSource:
    """Random noises; recorded music as often as all tones."""

    def __init__(self, music: list[Audio]) -> None:
        """Keep the recorded music, pieces of float32 at 16 kHz."""
        self._music = [piece for piece in music if len(piece) > 10 * SAMPLE_RATE]

    def draw(self, count: int, random: Generator) -> Audio:
        """Return ``count`` samples of unit RMS."""
        if self._music and random.random() < 0.3:
            piece = self._music[int(random.integers(len(self._music)))]
            start = int(random.integers(0, len(piece) - count))
            noise = piece[start : start + count].copy()
        else:
            noise = SYNTHETIC[int(random.integers(len(SYNTHETIC)))](count, random)
        return noise / np.float32(max(float(np.sqrt(np.mean(noise**2))), 1e-4))
