"""The guard of a kiosk's screen tells whether the screen shows what it is given."""

import subprocess
import sys
from pathlib import Path

from tests.desktop.screens import Screen

#: Shows grey pictures, and prints at each second of an invented clock whether the screen stands still.
SCRIPT = """
import sys
import cv2, numpy
from bithuman_app.desktop.kiosk.guard import open_guard

guard = open_guard(None)
screen = guard.prepare()
cv2.namedWindow("kiosk", cv2.WINDOW_NORMAL | cv2.WINDOW_GUI_NORMAL)
for second in range(12):
    grey = 10 * second if sys.argv[1] == "living" else 100
    cv2.imshow("kiosk", numpy.full((screen.height, screen.width, 3), grey, numpy.uint8))
    cv2.waitKey(200)
    print(int(guard.look(float(second)).frozen), end="")
"""


def frozen(screen: Screen, tmp_path: Path, kind: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, kind],
        env={"HOME": str(tmp_path), "QT_QPA_PLATFORM": "xcb", **screen.environment},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_screen_that_changes_is_alive(screen: Screen, tmp_path: Path) -> None:
    assert frozen(screen, tmp_path, "living") == "0" * 12


def test_screen_that_stands_still_is_noticed(screen: Screen, tmp_path: Path) -> None:
    seconds = frozen(screen, tmp_path, "still")

    assert seconds.startswith("000000")
    assert seconds.endswith("1")
