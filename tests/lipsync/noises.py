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


def typing() -> NDArray[np.float32]:
    """Key strokes: each a press and a softer release, ringing at two frequencies of the case."""
    random = np.random.default_rng(6)
    sound = 0.0005 * random.standard_normal(COUNT)
    time = np.arange(1_600) / 16_000
    place = 1_000
    while place < COUNT - 6_000:
        for start, strength in ((place, 0.25), (place + int(random.uniform(1_200, 2_200)), 0.12)):
            ring = sum(
                np.sin(2 * np.pi * f * time) * np.exp(-time * 90) for f in random.uniform(400, 3_500, 2)
            )
            sound[start : start + 1_600] += strength * (
                0.5 * ring + random.normal(0, 1, 1_600) * np.exp(-time * 400)
            )
        place += int(random.uniform(1_800, 5_500))
    return np.clip(sound, -1, 1).astype(np.float32)


def breathing() -> NDArray[np.float32]:
    """Breath through the nose, in and out: noise shaped by two broad resonances, rising and falling."""
    frequency = np.fft.rfftfreq(COUNT, 1 / 16_000)
    shape = np.exp(-(((frequency - 600) / 500) ** 2)) + 0.5 * np.exp(-(((frequency - 2_200) / 900) ** 2))
    noise = np.fft.irfft(np.fft.rfft(_white(7)) * shape, COUNT)
    time = np.arange(COUNT) / 16_000
    swell = np.maximum(np.sin(2 * np.pi * time / 1.6), 0) ** 2 + 0.6 * np.maximum(
        -np.sin(2 * np.pi * time / 1.6), 0
    )
    return (0.03 * noise / noise.std() * swell).astype(np.float32)


def plucked_strings() -> NDArray[np.float32]:
    """A tune on plucked strings (Karplus and Strong, 1983), two voices."""
    random = np.random.default_rng(8)
    sound = np.zeros(COUNT)
    for beat, semitones in enumerate([0, 4, 7, 12, 9, 7, 4, 2, 0, 5, 9, 12, 11, 7, 5, 2]):
        for pitch in (196.0, 98.0)[: 1 + (beat % 2 == 0)]:
            period = round(16_000 / (pitch * 2 ** (semitones / 12)))
            string = random.uniform(-1, 1, period)
            start, length = beat * 4_000, 8_000
            note = np.empty(length)
            for i in range(length):
                note[i] = string[i % period]
                string[i % period] = 0.498 * (string[i % period] + string[(i + 1) % period])
            end = min(start + length, COUNT)
            sound[start:end] += 0.2 * note[: end - start]
    return np.clip(sound, -1, 1).astype(np.float32)


def strings_and_drums() -> NDArray[np.float32]:
    """Sawtooth chords with vibrato over a beat of noise, as a band plays them."""
    random = np.random.default_rng(9)
    time = np.arange(COUNT) / 16_000
    sound = np.zeros(COUNT)
    for bar, chord in enumerate(((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7))):
        inside = (time >= bar) & (time < bar + 1)
        swell = np.minimum(1, 8 * (time - bar)) * np.minimum(1, 8 * (bar + 1 - time)) * inside
        for semitones in chord:
            vibrato = 0.004 * np.sin(2 * np.pi * 5.5 * time)
            phase = (130.8 * 2 ** (semitones / 12) * (time + vibrato / 5.5)) % 1
            sound += 0.06 * (2 * phase - 1) * swell
    for beat in range(16):
        start = beat * 4_000
        sound[start : start + 1_500] += 0.2 * random.standard_normal(1_500) * np.exp(-np.arange(1_500) / 250)
    return np.clip(sound, -1, 1).astype(np.float32)


def organ(count: int) -> NDArray[np.float32]:
    """A chord that is held, 5 dB below the spoken sample (-20 dBFS)."""
    time = np.arange(count) / 16_000
    chord = sum(np.sin(2 * np.pi * pitch * time) for pitch in (220, 277, 330, 440, 554, 880))
    return np.asarray(0.056 / np.sqrt(3) * chord, np.float32)
