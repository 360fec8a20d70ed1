"""What a live session costs the server, all in: lip sync, rendering, encoding, sending."""

import contextlib
import multiprocessing
import time
from multiprocessing.connection import Connection as Pipe
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from websockets.sync.client import connect
from websockets.typing import Origin

from ..stage import Stage, Wardrobe
from .access import Access
from .app import create_app
from .server import Server

_WARM_UP_TICKS: Final = 25
_SECONDS: Final = 8.0
_QUICK_SECONDS: Final = 3.0


def measure_web_session(name: str, speech: NDArray[np.float32], quick: bool = False) -> dict[str, float]:
    """Return what one page costs the server while an avatar (name or file) is shown live to it.

    ``speech`` is float32 (n,), 16 kHz mono. The page is pretended by another process, so that processor
    time is the server's alone, all threads. Real time passes: some seconds, or 25 if not ``quick``.

    - ``web_session_cpu_percent``: share of a core while the avatar talks all the time.
    - ``web_session_idle_cpu_percent``: while it is silent.
    - ``web_session_hidden_cpu_percent``: while the page is hidden.
    - ``web_session_fps``: pictures a second that arrived while it talked.
    """
    seconds = _QUICK_SECONDS if quick else _SECONDS
    stages: list[Stage] = []
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    app = create_app(Wardrobe(name), Access("127.0.0.1"), on_stage=stages.append)
    try:
        with Server(app, port=0) as server:
            here, there = multiprocessing.get_context("spawn").Pipe()
            page = multiprocessing.get_context("spawn").Process(target=_watch, args=(server.port, there))
            page.start()
            try:
                here.recv()
                idle, _ = _measure(here, seconds)
                sound = np.resize(speech, round((seconds + 4) * 16_000))
                stages[0].speak([sound], 16_000)
                time.sleep(1.0)
                talking, pictures = _measure(here, seconds)
                stages[0].interrupt()
                here.send("hide")
                time.sleep(1.0)
                hidden, _ = _measure(here, seconds)
            finally:
                here.send("end")
                page.join(10)
                page.kill()
    finally:
        cv2.setNumThreads(threads)
    return {
        "web_session_cpu_percent": round(talking, 2),
        "web_session_idle_cpu_percent": round(idle, 2),
        "web_session_hidden_cpu_percent": round(hidden, 2),
        "web_session_fps": round(pictures, 2),
    }


def _measure(page: Pipe, seconds: float) -> tuple[float, float]:
    """Return percent of a core, and pictures that the page got a second."""
    page.send("count")
    before = page.recv()
    wall, cpu = time.perf_counter(), time.process_time()
    time.sleep(seconds)
    passed = time.perf_counter() - wall
    percent = 100 * (time.process_time() - cpu) / passed
    page.send("count")
    return percent, (page.recv() - before) / passed


def _watch(port: int, orders: Pipe) -> None:
    """Be a page: take what comes and count the pictures."""
    pictures = 0
    origin = Origin(f"http://127.0.0.1:{port}")
    with connect(f"ws://127.0.0.1:{port}/socket", origin=origin, compression=None) as socket:
        while True:
            with contextlib.suppress(TimeoutError):
                pictures += isinstance(socket.recv(0.02), bytes)
            if pictures == _WARM_UP_TICKS:
                orders.send("ready")
                pictures += 1
            while orders.poll():
                order = orders.recv()
                if order == "end":
                    return
                if order == "count":
                    orders.send(pictures)
                else:
                    socket.send('{"type": "visible", "on": false}')
