"""Measures the native window on a screen and a sound server of its own; prints one JSON object.

    python benchmarks/window.py [--quick]

Needs Linux and the programs of the tests (Xvfb, openbox, xdotool, pulseaudio). A busy machine shows in every
figure but the offset of picture and sound.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil

from bithuman_app.resources import asset
from tests.desktop.processes import Program, until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer
from tests.desktop.sync_meter import measure

#: The black screen is lit by the picture of any avatar.
_LIT: Final = 16
_AROUND: Final = 64
Start = Callable[..., Program]


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="window-") as name:
        folder = Path(name)
        screen, server = Screen(folder), SoundServer(folder)
        try:
            start = _starter(folder, {**os.environ, **screen.environment, **server.environment})
            facts = _first_frame(screen, start, 3 if quick else 10)
            facts |= _sync(screen, server, start, 10 if quick else 50, 3 if quick else 10)
            facts |= _cost(screen, start, 5.0 if quick else 20.0)
        finally:
            screen.close()
            server.stop()
    print(json.dumps(facts, indent=2))


def _starter(folder: Path, environment: dict[str, str]) -> Start:
    environment |= {"BITHUMAN_APP_LOG_DIRECTORY": str(folder / "log")}

    def start(*arguments: object, module: str = "bithuman_app") -> Program:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        return Program(command, environment, folder / "program.log")

    return start


def _first_frame(screen: Screen, start: Start, times: int) -> dict[str, float]:
    """From the start of the process to the first picture on the screen."""
    middle = (screen.width // 2 - _AROUND, screen.height // 2 - _AROUND, 2 * _AROUND, 2 * _AROUND)
    waited, used = [], []
    for number in range(times + 1):
        begun = time.perf_counter()
        program = start("window")
        while screen.grab(middle).max() < _LIT:
            time.sleep(0.001)
        seconds = time.perf_counter() - begun
        if number:  # the first one reads the files from the disk
            waited.append(seconds)
            used.append(sum(psutil.Process(program.process.pid).cpu_times()[:2]))
        program.stop()
        until(lambda: screen.grab(middle).max() < _LIT, "the window to go")
    return {
        "window_first_frame_ms": round(1000 * statistics.median(waited)),
        "window_first_frame_ms_worst": round(1000 * max(waited)),
        "window_first_frame_cpu_ms": round(1000 * statistics.median(used)),
    }


def _sync(screen: Screen, server: SoundServer, start: Start, beeps: int, stops: int) -> dict[str, float]:
    """Flash against beep, and from a stop to silence."""
    measured = measure(screen, server, lambda: start(beeps, stops, module="tests.desktop.flashing_window"))
    return {
        "window_flashes_seen": len(measured.offsets),
        "window_picture_after_sound_ms": round(1000 * statistics.median(measured.offsets), 1),
        "window_picture_after_sound_ms_worst": round(1000 * max(measured.offsets, key=abs), 1),
        "window_stop_to_silence_ms": round(1000 * statistics.median(measured.tails)),
        "window_stop_to_silence_ms_worst": round(1000 * max(measured.tails)),
    }


def _cost(screen: Screen, start: Start, seconds: float) -> dict[str, float]:
    """Processor time and pictures a second: idle, and with a recording played."""
    facts: dict[str, Any] = {}
    for name, arguments in (
        ("idle", ()),
        ("talking", ("--audio-file", asset("audio", "speech.wav"))),
        ("fullscreen_idle", ("--fullscreen",)),
    ):
        program = start("window", *arguments)
        window = screen.window("– bithuman-app")
        until(lambda window=window: screen.area(window)[2] > 0, "the window")
        time.sleep(2.0)
        facts |= _watch(screen, program, window, name, seconds)
        program.stop()
    return facts


def _watch(screen: Screen, program: Program, window: str, name: str, seconds: float) -> dict[str, float]:
    x, y, width, height = screen.area(window)
    # The mouth and what is around it moves in every picture, if only by the breath.
    area = (x + width // 4, y + height // 2, width // 2, height // 4)
    process = psutil.Process(program.process.pid)
    before = sum(process.cpu_times()[:2])
    begun, pictures, last = time.perf_counter(), 0, screen.grab(area)
    while time.perf_counter() - begun < seconds:
        now = screen.grab(area)
        if not np.array_equal(now, last):
            pictures, last = pictures + 1, now
        time.sleep(0.004)
    passed = time.perf_counter() - begun
    used = sum(process.cpu_times()[:2]) - before
    return {
        f"window_{name}_fps": round(pictures / passed, 1),
        f"window_{name}_cpu_percent": round(100 * used / passed, 1),
        f"window_{name}_rss_mb": round(process.memory_info().rss / 2**20),
    }


if __name__ == "__main__":
    main()
