"""Is there a screen? To be asked before OpenCV opens a window: its Qt ends the process if there is none."""

import ctypes
import os
import subprocess
import sys
import threading
from typing import Final

from ..errors import UnavailableError
from .x_connection import XConnection

#: A screen that does not answer within this time is no screen.
_ANSWER_SECONDS: Final = 5.0
#: What OpenCV's window needs, and the Debian packages that have it.
_LIBRARIES: Final = {
    "libX11.so.6": "libx11-6",
    "libxcb.so.1": "libxcb1",
    "libGL.so.1": "libgl1",
    "libXext.so.6": "libxext6",
    "libSM.so.6": "libsm6",
    "libICE.so.6": "libice6",
    "libglib-2.0.so.0": "libglib2.0-0",
}
_ADVICE: Final = "'bithuman-app render' and the page need none"


def require_screen() -> None:
    """Return if a window can be opened; raise ``UnavailableError`` that says why not and what to do.

    On Linux it also chooses X11, which is what OpenCV's window speaks, on Wayland through XWayland.
    """
    if sys.platform == "linux":
        _require_x11()
        # Desktops with Wayland set this to "wayland", a plugin that OpenCV's wheels do not bring.
        os.environ["QT_QPA_PLATFORM"] = "xcb"
    elif sys.platform == "darwin":
        _require_aqua()


def has_screen() -> bool:
    """Return whether a window can be opened."""
    try:
        require_screen()
    except UnavailableError:
        return False
    return True


def missing_packages() -> list[str]:
    """Return the Debian packages of those libraries that OpenCV's window needs and that are not there."""
    return [package for library, package in _LIBRARIES.items() if _load(library) is None]


def _require_x11() -> None:
    display = os.environ.get("DISPLAY")
    if not display:
        wayland = os.environ.get("WAYLAND_DISPLAY")
        reason = "Wayland runs without XWayland" if wayland else "DISPLAY is not set"
        raise UnavailableError(f"there is no screen for a window ({reason}); {_ADVICE}")
    missing = missing_packages()
    if missing:
        raise UnavailableError(f"a window needs these packages: {' '.join(missing)}")
    opened: list[bool] = []
    attempt = threading.Thread(target=lambda: opened.append(_opens_display()), daemon=True)
    attempt.start()
    attempt.join(_ANSWER_SECONDS)
    if not opened or not opened[0]:
        reason = "cannot be opened" if opened else "does not answer"
        raise UnavailableError(f"the screen {display} (DISPLAY) {reason}; {_ADVICE}")


def _opens_display() -> bool:
    """Return whether the X server lets us in."""
    connection = XConnection.open()
    if connection is None:
        return False
    connection.close()
    return True


def _require_aqua() -> None:
    """Only processes of somebody who is logged in at the screen can open windows on macOS."""
    try:
        manager = subprocess.run(
            ["launchctl", "managername"], capture_output=True, text=True, timeout=_ANSWER_SECONDS, check=False
        ).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return
    if manager and manager != "Aqua":
        raise UnavailableError(f"nobody is logged in at the screen of this Mac; {_ADVICE}")


def _load(library: str) -> ctypes.CDLL | None:
    try:
        return ctypes.CDLL(library)
    except OSError:
        return None
