"""How much memory a process takes that loads one avatar and talks."""

import multiprocessing
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

_MEGABYTE = 1024 * 1024


def resident_megabytes() -> float:
    """Return the resident memory of this process in MB; where the system does not tell, the most so far."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return peak_megabytes()
    return pages * resource.getpagesize() / _MEGABYTE


def peak_megabytes() -> float:
    """Return the most resident memory that this process ever had, in MB."""
    try:
        lines = Path("/proc/self/status").read_text("ascii", "replace").splitlines()
    except OSError:
        lines = []
    for line in lines:  # getrusage would count what the parent had when it started this process
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / _MEGABYTE if sys.platform == "darwin" else most / 1024


def measure_talking(avatar: Path, speech: Path) -> tuple[float, float]:
    """Return resident and peak memory in MB of a fresh process that performs ``speech`` with an avatar."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_talk, avatar, speech).result()


def _talk(avatar: Path, speech: Path) -> tuple[float, float]:
    import cv2

    from ..avatar import open_avatar
    from ..media.audio import read_audio
    from ..session.offline import perform

    cv2.setNumThreads(1)
    for _ in perform(open_avatar(avatar), read_audio(speech)):
        pass
    return resident_megabytes(), peak_megabytes()
