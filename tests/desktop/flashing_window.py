"""A window whose avatar turns white while it beeps: ``python -m tests.desktop.flashing_window BEEPS``.

Everything but the picture is the real thing. It ends by itself when all has been said.
"""

import sys
import threading
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


def beep() -> NDArray[np.float32]:
    """Return a beep and silence after it."""
    times = np.arange(round(PERIOD_SECONDS * RATE)) / RATE
    tone = 0.5 * np.sin(2 * np.pi * 1000 * times) * (times < BEEP_SECONDS)
    return tone.astype(np.float32)


def flash(tick: Tick) -> NDArray[np.uint8]:
    """Return white while there is sound, black otherwise, as large as an avatar's picture."""
    loud = tick.speaking and bool(np.abs(tick.samples).max() > 3000)
    picture = np.full((512, 512, 3), 255 if loud else 0, np.uint8)
    return np.asarray(cv2.rectangle(picture, (0, 0), (511, 511), (128, 128, 128), 2), np.uint8)


def main(beeps: int) -> None:
    def begun(window: Window) -> None:
        def perform() -> None:
            while not window.output.audible:
                waiting.wait(0.05)
            waiting.wait(1.0)
            window.stage.speak([np.tile(beep(), beeps)], RATE)
            while window.stage.saying or window.stage.state is State.SPEAKING:
                waiting.wait(0.1)
            waiting.wait(0.5)
            window.ask_to_close()

        threading.Thread(target=perform, daemon=True).start()

    waiting = threading.Event()
    Tick.image = flash  # type: ignore[method-assign]
    stage = Stage(Wardrobe("maya"))
    black = np.zeros((512, 512, 3), np.uint8)
    run_window(lambda: stage, WindowOptions(), picture=black, begun=begun)
    stage.close()


if __name__ == "__main__":
    main(int(sys.argv[1]))
