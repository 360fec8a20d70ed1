"""How quick the voice is, and what listening costs."""

import time
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..media.speech_probability import SAMPLE_RATE, SpeechProbability
from .speech import Speaker

#: What is said: short and long first clauses, numbers, no punctuation at all.
_TEXTS: Final = (
    "Hello there, my name is Maya, and I can say whatever you type. What would you like to hear?",
    "Yes.",
    "The weather will be sunny tomorrow with some clouds in the evening and a little wind from the west.",
    "I paid $3.2 million on 10/12/2019 at 9:30am, Dr. Smith! That was a lot of money in those days.",
    "this is what somebody writes who never found the comma on the keyboard and goes on and on and on until "
    "nobody remembers how the sentence began or what it was about",
)


def measure_voice(speech: NDArray[np.float32], quick: bool = False) -> dict[str, float]:
    """Return the figures of speaking and of listening, on one thread.

    ``speech`` is float32 (n,), 16 kHz mono, to listen to. Processor time counts all threads.

    - ``voice_load_ms``: from nothing to ready to speak, if nothing was loaded before.
    - ``voice_first_sound_ms``, ``…_p95``, ``…_max``: from the call to the first samples, by the clock.
    - ``voice_realtime_factor``: seconds of sound made in one second of processor time.
    - ``voice_activity_core_percent``: share of a core that listening to one microphone takes.
    """
    started = time.perf_counter()
    speaker = Speaker()
    load_ms = (time.perf_counter() - started) * 1000
    first, made, cpu = [], 0.0, 0.0
    for _ in range(2 if quick else 10):
        for text in _TEXTS:
            started, began = time.perf_counter(), time.process_time()
            pieces = speaker.say(text)
            piece = next(pieces)
            first.append((time.perf_counter() - started) * 1000)
            made += piece.seconds + sum(piece.seconds for piece in pieces)
            cpu += time.process_time() - began
    return {
        "voice_load_ms": round(load_ms, 1),
        "voice_first_sound_ms": round(float(np.median(first)), 2),
        "voice_first_sound_ms_p95": round(float(np.percentile(first, 95)), 2),
        "voice_first_sound_ms_max": round(max(first), 2),
        "voice_realtime_factor": round(made / cpu, 1),
        "voice_activity_core_percent": round(100 * _listening(speech, 2 if quick else 10), 3),
    }


def _listening(speech: NDArray[np.float32], repeats: int) -> float:
    """Return seconds of processor time that one second of sound takes."""
    detector = SpeechProbability()
    detector.push(speech[:SAMPLE_RATE])
    began = time.process_time()
    for _ in range(repeats):
        detector.push(speech)
    return (time.process_time() - began) * SAMPLE_RATE / (repeats * len(speech))
