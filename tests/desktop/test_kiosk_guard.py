"""The guard of a kiosk's screen tells whether the screen shows what it is given."""

import subprocess
import sys
from pathlib import Path

from tests.desktop.processes import PATIENCE
from tests.desktop.screens import Screen

#: Shows grey pictures, each until it is seen, and prints at each second of an invented clock whether the
#: screen stands still, until it does.
SCRIPT = """
import os, sys
import cv2, numpy
from bithuman_app.desktop.kiosk.guard import open_guard
from tests.desktop.screens import Camera

kind, seconds = sys.argv[1], int(sys.argv[2])
guard, camera = open_guard(None), Camera(os.environ["DISPLAY"])
screen = guard.prepare()
cv2.namedWindow("kiosk", cv2.WINDOW_NORMAL | cv2.WINDOW_GUI_NORMAL)
cv2.resizeWindow("kiosk", screen.width, screen.height)  # its middle is seen before the guard comes
for second in range(seconds):
    grey = 50 + 10 * (second % 12 if kind == "living" else 5)
    cv2.imshow("kiosk", numpy.full((screen.height, screen.width, 3), grey, numpy.uint8))
    while True:
        cv2.waitKey(50)
        frozen = guard.look(float(second)).frozen
        if frozen or camera.grab(screen.width // 2, screen.height // 2, 1, 1).max() == grey:
            break
    print(int(frozen), end="")
    if frozen:
        break
"""


def frozen(screen: Screen, tmp_path: Path, kind: str, seconds: int) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, kind, str(seconds)],
        env={"HOME": str(tmp_path), "QT_QPA_PLATFORM": "xcb", **screen.environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    return done.stdout


def test_screen_that_changes_is_alive(screen: Screen, tmp_path: Path) -> None:
    assert frozen(screen, tmp_path, "living", seconds=20) == "0" * 20


def test_screen_that_stands_still_is_noticed(screen: Screen, tmp_path: Path) -> None:
    seconds = frozen(screen, tmp_path, "still", seconds=900)

    assert seconds.startswith("000000")
    assert seconds.endswith("1")
