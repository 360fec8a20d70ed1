"""Training sequences: speech put together, disguised and disturbed, as the program's own features."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import fftconvolve, lfilter

from bithuman_app.lipsync.features import BLOCK_SAMPLES, FEATURES, MEL_BANDS, MelPower, RelativeLogMel

from .corpus import SAMPLE_RATE
from .labels import COLUMNS, HEARD_COLUMNS, LIP_COLUMNS, REST, Labelled
from .noises import Audio, Generator, NoiseSource

#: A sequence is this long; one row of labels every 20 ms.
SEQUENCE_SECONDS: Final = 6
SEQUENCE_SAMPLES: Final = SEQUENCE_SECONDS * SAMPLE_RATE
ROW_SAMPLES: Final = 320
SEQUENCE_ROWS: Final = SEQUENCE_SAMPLES // ROW_SAMPLES
SEQUENCE_HOPS: Final = 2 * SEQUENCE_ROWS

#: Shares of the sequences or of the stretches in them.
REVERBERANT_SHARE: Final = 0.4
NOISY_SHARE: Final = 0.6
BABBLE_SHARE: Final = 0.25
WHISPERED_SHARE: Final = 0.04
COMPRESSED_SHARE: Final = 0.35
#: How long before a voice the lips begin to move, and how long after it they take to come to rest, in rows.
_ANTICIPATION_ROWS: Final = 5
_SETTLING_ROWS: Final = 25


@dataclass(frozen=True)
class Silences:
    """How much is not speech: the share of sequences without any, and of noise that comes and goes."""

    no_speech: float
    interrupted: float


@dataclass(frozen=True)
class Source:
    """A labelled source and how often it is drawn."""

    labelled: Labelled
    weight: float


def _resampled(
    samples: Audio, labels: NDArray[np.float32], ratio: float
) -> tuple[Audio, NDArray[np.float32]]:
    """Play audio ``ratio`` times as fast: pitch, formants and pace change together, labels keep up."""
    rows = int(len(labels) / ratio)
    audio = np.interp(np.arange(rows * ROW_SAMPLES) * ratio, np.arange(len(samples)), samples)
    places = np.arange(rows) * ratio
    below = np.minimum(places.astype(int), len(labels) - 1)
    above = np.minimum(below + 1, len(labels) - 1)
    share = (places - below)[:, None].astype(np.float32)
    return audio.astype(np.float32), labels[below] * (1 - share) + labels[above] * share


def _whispered(samples: Audio, random: Generator) -> Audio:
    """Replace the voice by noise of the same spectral envelope (linear prediction, order 16)."""
    window, step, order = 512, 256, 16
    taper = np.hanning(window)
    spoken = np.zeros(len(samples))
    for start in range(0, len(samples) - window, step):
        frame = samples[start : start + window] * taper
        power = np.abs(np.fft.rfft(frame, 2 * window)) ** 2
        correlation = np.fft.irfft(power)[: order + 1]
        if correlation[0] < 1e-6:
            continue
        matrix = correlation[np.abs(np.arange(order)[:, None] - np.arange(order))]
        matrix += np.eye(order) * correlation[0] * 1e-3
        coefficients = np.linalg.solve(matrix, correlation[1:])
        residual = max(correlation[0] - coefficients @ correlation[1:], 1e-9)
        noise = random.standard_normal(window) * np.sqrt(residual / window)
        spoken[start : start + window] += lfilter([1], np.concatenate([[1], -coefficients]), noise) * taper
    return spoken.astype(np.float32)


def _reverberated(samples: Audio, random: Generator) -> Audio:
    """Put speech into a room of 0.1 to 0.6 s reverberation, from close by to where the room is as loud."""
    length = int(SAMPLE_RATE * random.uniform(0.1, 0.6))
    response = random.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
    response *= np.exp(random.uniform(np.log(0.05), 0)) / np.sqrt((response**2).sum())
    response[0] = 1
    return fftconvolve(samples, response)[: len(samples)].astype(np.float32)


def _compressed(samples: Audio, random: Generator) -> Audio:
    """Make loud parts quieter and quiet parts louder, as microphones of telephones and web sites do."""
    keeping = np.exp(-1 / (SAMPLE_RATE * np.exp(random.uniform(np.log(0.02), np.log(0.5)))))
    level = lfilter([1 - keeping], [1, -keeping], np.abs(samples))
    gain = np.maximum(level, 0.02 * level.max() + 1e-6) ** -random.uniform(0.2, 0.8)
    compressed: Audio = (samples * gain / gain.mean()).astype(np.float32)
    return compressed


def _settle(labels: NDArray[np.float32], first: int, last: int) -> None:
    """Let the lips come to rest in a pause between rows ``first`` and ``last``, in place, not at once."""
    rows = np.arange(first, last)
    for edge, span in ((first - 1, _SETTLING_ROWS), (last, _ANTICIPATION_ROWS)):
        if 0 <= edge < len(labels):
            share = np.maximum(1 - np.abs(rows - edge) / span, 0)[:, None].astype(np.float32)
            lips = labels[edge, LIP_COLUMNS]
            labels[first:last, LIP_COLUMNS] += share * (lips - labels[first:last, LIP_COLUMNS])


class SequenceMaker:
    """Draws training sequences; equal seeds give equal sequences."""

    def __init__(self, sources: list[Source], noises: NoiseSource, silences: Silences, seed: int) -> None:
        """Keep the sources."""
        self._sources = sources
        self._silences = silences
        weights = np.array([source.weight for source in sources])
        self._weights = weights / weights.sum()
        self._noises = noises
        self._random = np.random.default_rng(seed)

    def _stretch(self) -> tuple[Audio, NDArray[np.float32]]:
        """Return up to 6 s of one utterance at another pitch and pace, and its labels."""
        random = self._random
        labelled = self._sources[int(random.choice(len(self._sources), p=self._weights))].labelled
        number = int(random.integers(len(labelled.starts) - 1))
        # Utterances may begin between two rows; labels are on the grid of the whole source.
        first = -(-int(labelled.starts[number]) // ROW_SAMPLES)
        last = int(labelled.starts[number + 1]) // ROW_SAMPLES
        longest = SEQUENCE_ROWS
        if last - first > longest:
            first += int(random.integers(last - first - longest))
            last = first + longest
        if last - first < 15:
            return self._stretch()
        samples = labelled.samples[first * ROW_SAMPLES : last * ROW_SAMPLES].astype(np.float32) / 32768
        labels = labelled.labels[first:last].astype(np.float32)
        if random.random() < WHISPERED_SHARE:
            samples = _whispered(samples, random)
        ratio = float(np.clip(np.exp(random.normal(0, 0.13)), 0.72, 1.4))
        return _resampled(samples, labels, ratio)

    def _speech(self) -> tuple[Audio, NDArray[np.float32]]:
        """Return a sequence of speech with pauses."""
        random = self._random
        audio = np.zeros(SEQUENCE_SAMPLES, np.float32)
        labels = np.tile(REST, (SEQUENCE_ROWS, 1))
        row = int(random.exponential(15)) if random.random() < 0.6 else 0
        pauses = [(0, min(row, SEQUENCE_ROWS))]
        while row < SEQUENCE_ROWS:
            samples, truth = self._stretch()
            count = min(len(truth), SEQUENCE_ROWS - row)
            gain = 10 ** (random.normal(0, 2) / 20)
            audio[row * ROW_SAMPLES : (row + count) * ROW_SAMPLES] = samples[: count * ROW_SAMPLES] * gain
            labels[row : row + count] = truth[:count]
            end = row + count
            row = end + int(random.exponential(15) if random.random() < 0.6 else 0)
            pauses.append((end, min(row, SEQUENCE_ROWS)))
        for pause in pauses:
            _settle(labels, *pause)
        return audio, labels

    def _babble(self) -> Audio:
        """Return several voices at once, of unit RMS."""
        crowd = np.zeros(SEQUENCE_SAMPLES, np.float32)
        for _ in range(self._random.integers(3, 7)):
            samples = self._stretch()[0]
            crowd += np.tile(samples, SEQUENCE_SAMPLES // len(samples) + 1)[:SEQUENCE_SAMPLES]
        return crowd / np.float32(max(float(np.sqrt(np.mean(crowd**2))), 1e-4))

    def _noise(self) -> Audio:
        """Return a noise of unit RMS, sometimes setting in, stopping or giving way to another."""
        random = self._random
        noise = self._noises.draw(SEQUENCE_SAMPLES, random)
        if self._silences.interrupted and random.random() < self._silences.interrupted:
            other = self._noises.draw(SEQUENCE_SAMPLES, random) if random.random() < 0.4 else 0 * noise
            change, back = np.sort(random.integers(0, SEQUENCE_SAMPLES, 2))
            if random.random() < 0.5:
                noise, other = other, noise
            noise = noise.copy()
            noise[change:back] = other[change:back]
        return noise

    def audio(self) -> tuple[Audio, NDArray[np.float32]]:
        """Return a sequence as heard, float32 (96000,), and its labels (300, 73)."""
        random = self._random
        if random.random() < self._silences.no_speech:
            labels = np.tile(REST, (SEQUENCE_ROWS, 1))
            audio = self._noise() * np.float32(0.08)
            if random.random() < 0.1:
                audio *= 0
        else:
            audio, labels = self._speech()
            if random.random() < REVERBERANT_SHARE:
                audio = _reverberated(audio, random)
            if random.random() < COMPRESSED_SHARE:
                audio = _compressed(audio, random)
            speaking = max(0.05, float((labels[:, COLUMNS.index("sil")] < 0.5).mean()))
            loudness = float(np.sqrt(np.mean(audio**2) / speaking))
            if random.random() < NOISY_SHARE:
                is_babble = random.random() < BABBLE_SHARE
                noise = self._babble() * 0.7 if is_babble else self._noise()
                audio = audio + noise * np.float32(loudness * 10 ** (-random.uniform(2, 30) / 20))
        hiss = random.standard_normal(SEQUENCE_SAMPLES).astype(np.float32)
        audio = audio + hiss * np.float32(10 ** (random.uniform(-90, -50) / 20))
        audio = np.clip(audio * 10 ** (random.uniform(-30, 6) / 20), -1, 1).astype(np.float32)
        if random.random() < 0.06:
            audio = np.clip(audio * 8, -0.7, 0.7)
        if random.random() < 0.1:
            audio = _companded(audio)
        return audio, labels

    def features(self, audio: Audio) -> NDArray[np.float32]:
        """Return the program's features of a sequence, through a random channel: (600, 41)."""
        random = self._random
        mel, relative = MelPower(), RelativeLogMel()
        power = np.concatenate([mel.push(block) for block in audio.reshape(-1, BLOCK_SAMPLES)])
        if random.random() < 0.6:
            knots = int(random.integers(3, 7))
            curve = np.interp(
                np.arange(MEL_BANDS), np.linspace(0, MEL_BANDS - 1, knots), random.normal(0, 1, knots)
            )
            power *= np.exp(curve).astype(np.float32)
        if random.random() < 0.15:
            power[:, int(random.integers(26, 39)) :] *= 1e-4
        if random.random() < 0.15:
            power[:, : int(random.integers(1, 5))] *= 1e-3
        return relative.push(power)

    def pool(self, count: int) -> tuple[NDArray[np.float16], NDArray[np.float16]]:
        """Return features (count, 600, 41) and labels (count, 300, 73) of that many sequences."""
        features = np.empty((count, SEQUENCE_HOPS, FEATURES), np.float16)
        labels = np.empty((count, SEQUENCE_ROWS, HEARD_COLUMNS.stop), np.float16)
        for number in range(count):
            audio, labels[number] = self.audio()
            features[number] = self.features(audio)
        return features, labels


def _companded(audio: Audio) -> Audio:
    """Return audio after an 8-bit mu-law codec, as telephones have."""
    squeezed = np.sign(audio) * np.log1p(255 * np.abs(audio)) / np.log(256)
    stepped = np.round(squeezed * 127) / 127
    return (np.sign(stepped) * np.expm1(np.abs(stepped) * np.log(256)) / 255).astype(np.float32)
