"""From speech to what a mouth does.

Audio at 16 kHz goes in, `Curves` come out: 25 frames a second of seven articulation curves and fifteen
viseme probabilities. The way through this room:

1. `features` turns blocks of 640 samples into log-mel features relative to the voice's own level;
2. `speech_gate` finds where somebody speaks, and lifts voices that are too quiet to hear;
3. `network` is the streaming network, one call a block;
4. `calibration` maps its numbers to the scales of `curves`, and to rest where nobody speaks;
5. `stream` ties them together: `ArticulationStream` for live audio, `articulate` for a whole clip.

Where the words are known there is a second way to the same curves: `pronunciation` finds the phones of a
text, `alignment` when each is heard, `phonemes` what a mouth does in it, and `coarticulation` makes
curves of them, alone or together with those that were heard; `exact_path` does so while they become known.

`loudness` gives the level of each frame, from which the performance takes its emphasis. Everything is
causal but for a stated look-ahead, deterministic, and the same however the audio is cut into pieces.
"""

import numpy as np
from numpy.typing import NDArray

from .curves import (
    ARTICULATION_NAMES,
    FRAMES_PER_SECOND,
    SAMPLE_RATE,
    SAMPLES_PER_FRAME,
    VISEME_NAMES,
    Curves,
)
from .loudness import loudness
from .stream import ArticulationStream

__all__ = [
    "ARTICULATION_NAMES",
    "FRAMES_PER_SECOND",
    "SAMPLES_PER_FRAME",
    "SAMPLE_RATE",
    "VISEME_NAMES",
    "ArticulationStream",
    "Curves",
    "articulate",
    "join",
    "loudness",
]


def join(pieces: list[Curves]) -> Curves:
    """Return consecutive curves as one; no pieces give zero frames."""
    articulation = [np.zeros((0, len(ARTICULATION_NAMES)), np.float32), *(c.articulation for c in pieces)]
    visemes = [np.zeros((0, len(VISEME_NAMES)), np.float32), *(c.visemes for c in pieces)]
    return Curves(np.concatenate(articulation), np.concatenate(visemes))


def articulate(samples: NDArray[np.floating], look_ahead_ms: int = 100) -> Curves:
    """Return the curves of a whole clip, ceil(n / 640) frames; frame ``i`` belongs to ``i * 40 ms``.

    ``samples`` is float (n,), 16 kHz mono in [-1, 1]. Raises what ``ArticulationStream`` raises.
    """
    stream = ArticulationStream(look_ahead_ms)
    return join([stream.push(samples), stream.flush()])
