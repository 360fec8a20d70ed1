"""What lip sync costs: processor time of one live voice, its delay, its size on disk."""

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..lipsync import ArticulationStream
from ..lipsync.curves import SAMPLE_RATE, SAMPLES_PER_FRAME
from ..lipsync.network import MODEL
from ..lipsync.stream import DEFAULT_LOOK_AHEAD_MS
from ..resources import asset


def measure_lipsync(samples: NDArray[np.float32], repeats: int = 3) -> dict[str, Any]:
    """Return ``lipsync_cpu_percent`` of one core, ``lipsync_lookahead_ms`` and ``lipsync_model_mb``.

    ``samples`` is float32 (n,) at 16 kHz, at least a second of speech; it is pushed frame by frame as a
    live session does, ``repeats`` times over. The network is loaded before the clock starts.
    """
    stream = ArticulationStream()
    blocks = samples[: len(samples) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME].reshape(-1, SAMPLES_PER_FRAME)
    stream.push(blocks[0])
    started = time.process_time()
    for _ in range(repeats):
        for block in blocks:
            stream.push(block)
    heard = repeats * blocks.size / SAMPLE_RATE
    return {
        "lipsync_cpu_percent": round(100 * (time.process_time() - started) / heard, 3),
        "lipsync_lookahead_ms": DEFAULT_LOOK_AHEAD_MS,
        "lipsync_model_mb": round(asset("models", MODEL).stat().st_size / 1e6, 3),
    }
