"""Speech and other sounds at 16 kHz, made when a test asks for them."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

from bithuman_app.media.audio import read_audio
from bithuman_app.media.resampling import Resampler
from bithuman_app.resources import asset
from bithuman_app.voice.speech import Speaker
from bithuman_app.voice.timbres import TIMBRES

Samples = NDArray[np.float32]
RATE = 16_000
SECONDS = 6
COUNT = SECONDS * RATE

_STORIES = (
    "The weather will be sunny tomorrow, with some clouds in the evening and a little wind from the west.",
    "Could you tell me where the station is, because my train leaves in a quarter of an hour?",
    "She bought two loaves of bread and a bottle of milk, and then walked home along the river.",
    "When the meeting was over, nobody remembered who had asked for it in the first place.",
    "My brother plays the piano better than anybody else in our street, or so he says.",
    "Please wait for a moment while I look it up, it should not take longer than a minute.",
)


def _loud(samples: NDArray[np.floating], decibels: float) -> Samples:
    """Return a sound brought to a root mean square in dBFS."""
    level = np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    return np.clip(samples * (10 ** (decibels / 20) / level), -1, 1).astype(np.float32)


@cache
def recorded_speech() -> Samples:
    """The shipped sample, 10 s."""
    return read_audio(asset("audio", "speech.wav"))


@cache
def spoken(text: str, voice: str = "heart") -> Samples:
    sound = np.concatenate([piece.samples for piece in Speaker(voice).say(text)])
    resampler = Resampler(24_000, RATE, 1)
    return np.concatenate([resampler.push(sound[None]), resampler.finish()], axis=1)[0]


def room_noise(seed: int = 1, count: int = COUNT) -> Samples:
    """Noise that falls by 3 dB an octave, as ventilation does, at -50 dBFS."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(count))
    spectrum /= np.sqrt(np.maximum(np.arange(len(spectrum)), 1))
    return _loud(np.fft.irfft(spectrum, count), -50)


def white_noise() -> Samples:
    return _loud(np.random.default_rng(2).standard_normal(COUNT), -30)


def typing() -> Samples:
    """Bursts of key strokes over the noise of a room."""
    random = np.random.default_rng(3)
    sound = np.zeros(COUNT)
    time = 0.2
    while time < SECONDS - 0.2:
        length = int(random.uniform(0.01, 0.04) * RATE)
        stroke = random.standard_normal(length) * np.exp(-np.arange(length) / (0.15 * length))
        start = int(time * RATE)
        sound[start : start + length] += stroke * random.uniform(0.1, 0.4)
        time += random.uniform(0.08, 0.3) if random.random() < 0.9 else random.uniform(0.4, 0.9)
    return np.clip(sound + room_noise(), -1, 1).astype(np.float32)


def music() -> Samples:
    """Chords of a plucked instrument, a melody above, a bass and a drum."""
    random = np.random.default_rng(4)
    time = np.arange(COUNT) / RATE
    sound = np.zeros(COUNT)
    for bar in range(SECONDS * 2):
        start = bar * 0.5
        chord = [(0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)][bar // 2 % 4]
        notes = [(57 + step, 0.3) for step in chord] + [
            (69 + int(random.choice(chord)), 0.5),
            (33 + chord[0], 0.6),
        ]
        since = time - start
        heard = since >= 0
        for note, strength in notes:
            hertz = 440 * 2 ** ((note - 69) / 12)
            for harmonic in range(1, 8):
                decay = np.exp(-since * (1.5 + harmonic)) * heard
                sound += strength / harmonic * np.sin(2 * np.pi * hertz * harmonic * since) * decay
        sound += 0.8 * heard * np.exp(-since * 40) * random.standard_normal(COUNT)
    return _loud(sound, -22)


def melody(lowest_hertz: float = 110, seed: int = 2) -> Samples:
    """One bowed instrument: harmonic, with vibrato and attacks, as syllables are."""
    random = np.random.default_rng(seed)
    sound = np.zeros(COUNT)
    place = 0
    while place < COUNT - 2000:
        length = min(int(random.uniform(0.12, 0.5) * RATE), COUNT - place)
        time = np.arange(length) / RATE
        hertz = lowest_hertz * 2 ** (random.choice([0, 2, 4, 5, 7, 9, 12]) / 12)
        phase = 2 * np.pi * np.cumsum(hertz * (1 + 0.008 * np.sin(2 * np.pi * 5.5 * time))) / RATE
        note = sum(np.sin(k * phase) / k for k in range(1, min(25, int(7000 / hertz)) + 1))
        swell = np.minimum(1, time / 0.03) * np.minimum(1, (length / RATE - time) / 0.05)
        sound[place : place + length] += note * swell
        place += length + int(random.uniform(0, 0.1) * RATE)
    return _loud(sound, -20)


def violin() -> Samples:
    return melody(440, seed=1)


def cello() -> Samples:
    return melody(110, seed=2)


@cache
def babble(voices: int = 48, decibels: float = -30, seed: int = 5) -> Samples:
    """Many people talking at once in a room that reverberates for 0.6 s, as in a canteen."""
    random = np.random.default_rng(seed)
    names = [name for name in TIMBRES if name != "robot"]
    sound = np.zeros(COUNT)
    for number in range(voices):
        one = spoken(_STORIES[number % len(_STORIES)], names[number % len(names)])
        repeated = np.tile(one, 1 + 2 * COUNT // len(one))
        start = int(random.integers(len(one)))
        sound += repeated[start : start + COUNT] * random.uniform(0.5, 1)
    decay = 0.6 * RATE
    room = random.standard_normal(round(decay)) * 10 ** (-3 * np.arange(round(decay)) / decay)
    size = COUNT + len(room)
    return _loud(np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(room, size), size)[:COUNT], decibels)
