"""A program for tests: a window of OpenCV's that says what is dropped on it."""

import sys
import time

import numpy as np

from bithuman_app.desktop.drop import accept_drops
from bithuman_app.desktop.screen_window import ScreenWindow


def main() -> None:
    screen = ScreenWindow("drop here", 400, 300)
    screen.show(np.full((300, 400, 3), 90, np.uint8))
    drops = accept_drops(
        lambda files: print("dropped", [str(file) for file in files], flush=True),
        lambda text: print("problem", text, flush=True),
    )
    assert drops is not None
    said = False
    deadline = time.monotonic() + 300
    while not screen.closed and time.monotonic() < deadline:
        screen.wait(0.02)
        if drops.ready and not said:
            said = True
            print("ready", flush=True)
    drops.close()
    screen.close()
    sys.exit()


if __name__ == "__main__":
    main()
