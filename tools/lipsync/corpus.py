"""Speech with the phonemes in it, as the stages pass it on: one file a source."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

SAMPLE_RATE: Final = 16_000
#: Utterances are whole numbers of 10 ms hops long.
HOP_SAMPLES: Final = 160
#: Generated speech peaks here.
PEAK: Final = 0.7


@dataclass(frozen=True, slots=True)
class Segment:
    """A phoneme (IPA; ``_`` is silence) from ``start`` to ``end`` in seconds."""

    start: float
    end: float
    symbol: str


@dataclass(frozen=True, slots=True)
class Utterance:
    """16 kHz int16 audio (n,), its phonemes (none for recordings) and the voice that speaks."""

    samples: NDArray[np.int16]
    voice: str
    segments: list[Segment] = field(default_factory=list)

    @property
    def seconds(self) -> float:
        """Return the duration."""
        return len(self.samples) / SAMPLE_RATE


def utterance(
    audio: NDArray[np.floating], rate: int, voice: str, segments: list[Segment] | None = None
) -> Utterance:
    """Return audio of any rate and level as an utterance: 16 kHz, peak ``PEAK``, whole hops."""
    divisor = int(np.gcd(rate, SAMPLE_RATE))
    resampled = resample_poly(audio.astype(np.float64), SAMPLE_RATE // divisor, rate // divisor)
    resampled = resampled[: len(resampled) // HOP_SAMPLES * HOP_SAMPLES]
    peak = max(float(np.abs(resampled).max(initial=0)), 1e-3)
    return Utterance((resampled * (PEAK / peak * 32767)).astype(np.int16), voice, segments or [])


def enough(utterances: Iterator[Utterance], seconds: float) -> list[Utterance]:
    """Return the first utterances that together last ``seconds``."""
    taken: list[Utterance] = []
    total = 0.0
    while total < seconds:
        taken.append(next(utterances))
        total += taken[-1].seconds
    return taken


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a file to write beside ``path``, which it becomes when it is complete."""
    unfinished = path.with_name("partial-" + path.name)
    yield unfinished
    os.replace(unfinished, path)


def save(path: Path, utterances: list[Utterance]) -> None:
    """Write utterances to one ``.npz``, replacing it only when complete."""
    path.parent.mkdir(parents=True, exist_ok=True)
    about = [[u.voice, len(u.samples), [[s.start, s.end, s.symbol] for s in u.segments]] for u in utterances]
    samples = np.concatenate([u.samples for u in utterances])
    with replacing(path) as unfinished:
        np.savez(unfinished, samples=samples, about=np.frombuffer(json.dumps(about).encode(), np.uint8))


def load(path: Path) -> Iterator[Utterance]:
    """Yield the utterances of a file written by ``save``."""
    with np.load(path) as stored:
        samples, about = stored["samples"], json.loads(stored["about"].tobytes())
    start = 0
    for voice, count, segments in about:
        yield Utterance(samples[start : start + count], voice, [Segment(*s) for s in segments])
        start += count
