"""A window whose avatar turns white while it beeps: ``python -m tests.desktop.flashing_window BEEPS STOPS``.

Afterwards it says STOPS long tones and is interrupted in the middle of each; it prints when each began and
was stopped, in seconds of ``time.monotonic``. Everything but the picture is the real thing. It ends by
itself.
"""

import sys
import threading
import time
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from bithuman_app.desktop.opening import run_window
from bithuman_app.desktop.options import WindowOptions
from bithuman_app.desktop.window import Window
from bithuman_app.session import Tick
from bithuman_app.stage import Stage, State, Wardrobe

RATE: Final = 48_000
BEEP_SECONDS: Final = 0.16
#: Beeps begin where ticks do: flash and beep are the same moment.
PERIOD_SECONDS: Final = 0.8
TONE_SECONDS: Final = 20.0


def tone(seconds: float, loud_seconds: float) -> NDArray[np.float32]:
    """Return a tone and silence after it."""
    times = np.arange(round(seconds * RATE)) / RATE
    return (0.5 * np.sin(2 * np.pi * 1000 * times) * (times < loud_seconds)).astype(np.float32)


def flash(tick: Tick) -> NDArray[np.uint8]:
    """Return white while there is sound, black otherwise, as large as an avatar's picture."""
    loud = tick.speaking and bool(np.abs(tick.samples).max() > 3000)
    picture = np.full((512, 512, 3), 255 if loud else 0, np.uint8)
    return np.asarray(cv2.rectangle(picture, (0, 0), (511, 511), (128, 128, 128), 2), np.uint8)


def perform(window: Window, beeps: int, stops: int) -> None:
    stage, waiting = window.stage, threading.Event()
    while not window.output.audible:
        waiting.wait(0.05)
    waiting.wait(1.0)
    stage.speak([np.tile(tone(PERIOD_SECONDS, BEEP_SECONDS), beeps)] if beeps else [], RATE)
    while stage.saying or stage.state is State.SPEAKING:
        waiting.wait(0.1)
    for _ in range(stops):
        waiting.wait(0.5)
        print(f"began at {time.monotonic():.4f}", flush=True)
        stage.speak([tone(TONE_SECONDS, TONE_SECONDS)], RATE)
        enough = window.output.heard() + 1.5 * RATE
        while window.output.heard() < enough:
            waiting.wait(0.02)
        now = time.monotonic()
        stage.interrupt()
        print(f"stopped at {now:.4f}", flush=True)
    waiting.wait(1.0)
    window.ask_to_close()


def main(beeps: int, stops: int) -> None:
    def begun(window: Window) -> None:
        threading.Thread(target=perform, args=(window, beeps, stops), daemon=True).start()

    Tick.image = flash  # type: ignore[method-assign]
    stage = Stage(Wardrobe("maya"))
    run_window(lambda: stage, WindowOptions(), picture=np.zeros((512, 512, 3), np.uint8), begun=begun)
    stage.close()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
