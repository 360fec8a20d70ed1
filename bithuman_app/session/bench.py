"""How quick a live session is, and how many of them a core carries."""

import threading
import time
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..lipsync import FRAMES_PER_SECOND, SAMPLE_RATE, SAMPLES_PER_FRAME
from .session import Session

#: Of how much of its time a session talks, in the figure of sessions per core: a conversation in turns.
TALKING_SHARE: Final = 0.5
_CHUNK: Final = SAMPLE_RATE // 100


def measure_sessions(avatar: Avatar, speech: NDArray[np.float32], quick: bool = False) -> dict[str, float]:
    """Return the figures of live sessions of an avatar, whose size they depend on.

    ``speech`` is float32 (n,), 16 kHz mono. Processor time counts all threads of the process.

    - ``session_first_frame_ms``: from the first sound to the first talking picture, when sound comes in
      chunks of 10 ms in real time: the sound that it takes, and what hearing and painting take then.
    - ``session_first_frame_sound_ms``: the sound alone.
    - ``session_idle_core_percent``, ``session_talking_core_percent``: share of a core of one session.
    - ``sessions_per_core_512``: how many sessions one core carries, each talking half its time.
    - ``session_interrupt_ms_max``: the longest interrupt while another thread pulls and looks.
    - ``tick_jitter_p99_ms``: how late pictures are, 99th percentile, when a consumer asks each 40 ms.
    """
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        frames = 100 if quick else 500
        idle, talking = _idle(avatar, frames), _talking(avatar, speech, frames)
        core = (1 - TALKING_SHARE) * idle + TALKING_SHARE * talking
        return {
            **_first_frame(avatar, speech, 5 if quick else 25),
            "session_idle_core_percent": round(100 * idle, 2),
            "session_talking_core_percent": round(100 * talking, 2),
            "sessions_per_core_512": round(1 / core, 1),
            "session_interrupt_ms_max": round(_longest_interrupt(avatar, speech, 20 if quick else 100), 3),
            "tick_jitter_p99_ms": round(_jitter(avatar, speech, 100 if quick else 500), 3),
        }
    finally:
        cv2.setNumThreads(threads)


def _first_frame(avatar: Avatar, speech: NDArray[np.float32], repeats: int) -> dict[str, float]:
    totals, sounds = [], []
    for seed in range(repeats):
        session = Session(avatar, seed)
        view = session.view()
        view.next().image()
        pushed = 0
        started = time.perf_counter()
        while not session.ready:
            session.push(speech[pushed : pushed + _CHUNK])
            pushed += _CHUNK
        view.next().image()
        sounds.append(pushed * 1000 / SAMPLE_RATE)
        totals.append(sounds[-1] + (time.perf_counter() - started) * 1000)
    return {
        "session_first_frame_ms": round(float(np.median(totals)), 2),
        "session_first_frame_sound_ms": float(np.max(sounds)),
    }


def _idle(avatar: Avatar, frames: int) -> float:
    """Return the share of a core that an idle session takes."""
    view = Session(avatar).view()
    view.next().image()
    started = time.process_time()
    for _ in range(frames):
        view.next().image()
    return (time.process_time() - started) * FRAMES_PER_SECOND / frames


def _talking(avatar: Avatar, speech: NDArray[np.float32], frames: int) -> float:
    """Return the share of a core that a session takes which talks all the time."""
    session = Session(avatar)
    view = session.view()
    sound = np.resize(speech, (frames + 10) * SAMPLES_PER_FRAME)
    session.push(sound[: 8 * SAMPLES_PER_FRAME])
    view.next().image()
    session.push(sound[8 * SAMPLES_PER_FRAME :])
    started = time.process_time()
    for _ in range(frames):
        view.next().image()
    return (time.process_time() - started) * FRAMES_PER_SECOND / frames


def _longest_interrupt(avatar: Avatar, speech: NDArray[np.float32], repeats: int) -> float:
    session = Session(avatar)
    view = session.view()

    def look() -> None:
        for tick in view:
            tick.image()

    looking = threading.Thread(target=look)
    looking.start()
    longest = 0.0
    for _ in range(repeats):
        session.push(speech)
        time.sleep(0.02)
        started = time.perf_counter()
        session.interrupt()
        longest = max(longest, time.perf_counter() - started)
    session.close()
    looking.join()
    return longest * 1000


def _jitter(avatar: Avatar, speech: NDArray[np.float32], frames: int) -> float:
    """Return how late pictures are, 99th percentile in ms, beyond the median."""
    session = Session(avatar)
    view = session.view()
    session.push(np.resize(speech, (frames + 10) * SAMPLES_PER_FRAME))
    view.next().image()
    started = time.perf_counter()
    finished = []
    for number in range(frames):
        due = started + number / FRAMES_PER_SECOND
        time.sleep(max(0.0, due - time.perf_counter()))
        view.next().image()
        finished.append((time.perf_counter() - due) * 1000)
    return float(np.percentile(finished, 99) - np.median(finished))
