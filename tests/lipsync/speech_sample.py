"""The shipped spoken sample and its phonemes, as 16 kHz audio."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset


@dataclass(frozen=True)
class Phoneme:
    label: str
    start: float
    end: float


@cache
def samples() -> NDArray[np.float32]:
    return read_audio(asset("audio", "speech.wav"))


@cache
def phonemes() -> tuple[Phoneme, ...]:
    data = json.loads(asset("audio", "speech.json").read_text(encoding="utf-8"))
    return tuple(Phoneme(p["label"], p["start"], p["end"]) for p in data["phonemes"])


def frames_of(phoneme: Phoneme) -> slice:
    """The frames in which a phoneme's mouth shape is due: lips lead the sound by about 50 ms."""
    return slice(int((phoneme.start - 0.05) * 25) - 1, int((phoneme.end - 0.05) * 25) + 2)
