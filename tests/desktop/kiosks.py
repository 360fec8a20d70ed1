"""A kiosk under test: the watchdog, the process that it watches, and what they write."""

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

import psutil

from bithuman_app.desktop.kiosk.incidents import Incidents
from bithuman_app.desktop.x_connection import XConnection
from tests.desktop.processes import Program, until
from tests.desktop.screens import Screen

TITLE = "bithuman-app"


class RunningKiosk:
    """A kiosk that was started with its log in ``logs``."""

    def __init__(self, program: Program, logs: Path) -> None:
        self.program = program
        self._logs = logs

    @property
    def log(self) -> str:
        with suppress(FileNotFoundError):
            return (self._logs / "bithuman-app.log").read_text(encoding="utf-8")
        return ""

    @property
    def incidents(self) -> Incidents:
        return Incidents.read(self._logs / "kiosk.json")

    @property
    def starts(self) -> int:
        """Return how many times the avatar came on the screen."""
        return self.log.count("the avatar is on the screen")

    @property
    def watched(self) -> int:
        """Return the process id of what the watchdog watches, once there is something."""
        children = until(lambda: psutil.Process(self.program.process.pid).children(), "a watched process")
        pid: int = children[0].pid
        return pid

    def wait_until_shown(self, times: int = 1) -> None:
        """Wait until the avatar has come on the screen so often."""
        until(lambda: self.starts >= times, f"the avatar on the screen, {self.log}{self.program.output}")

    def wait_until_alone(self, screen: Screen, times: int = 1) -> None:
        """Wait until it has come on the screen so often, fills it, and every key goes to it."""
        self.wait_until_shown(times)
        until(lambda: fills(screen) and screen.keys_are_taken(), "the kiosk to have screen and keys")

    def wait_for_log(self, words: str) -> None:
        until(lambda: words in self.log, f"{words!r} in the log")

    def strike(self, number: signal.Signals) -> None:
        """Send a signal to the process that is watched."""
        os.kill(self.watched, number)


def fills(screen: Screen, area: tuple[int, int, int, int] | None = None) -> bool:
    """Tell whether the kiosk's window covers the whole screen, or an area of it."""
    wanted = area or (0, 0, screen.width, screen.height)
    windows = screen.windows(TITLE)
    with suppress(AssertionError):  # it can go between two questions
        return any(screen.area(window) == wanted for window in windows)
    return False


class _CursorImage(ctypes.Structure):
    """XFixes' ``XFixesCursorImage``."""

    _fields_ = (
        ("x", ctypes.c_short),
        ("y", ctypes.c_short),
        ("width", ctypes.c_ushort),
        ("height", ctypes.c_ushort),
        ("xhot", ctypes.c_ushort),
        ("yhot", ctypes.c_ushort),
        ("serial", ctypes.c_ulong),
        ("pixels", ctypes.POINTER(ctypes.c_ulong)),
        ("atom", ctypes.c_ulong),
        ("name", ctypes.c_char_p),
    )


class _SaverInfo(ctypes.Structure):
    """The screen saver extension's ``XScreenSaverInfo``."""

    _fields_ = (
        ("window", ctypes.c_ulong),
        ("state", ctypes.c_int),
        ("kind", ctypes.c_int),
        ("til_or_since", ctypes.c_ulong),
        ("idle", ctypes.c_ulong),
        ("event_mask", ctypes.c_ulong),
    )


class Witness:
    """A client of an X server that looks at its pointer and its screen saver."""

    def __init__(self, display: str) -> None:
        connection = XConnection.open(display)
        assert connection is not None
        self._x, self._display = connection, connection.display
        # Functions of the extensions that the program itself does not need.
        self._fixes, self._saver = ctypes.CDLL("libXfixes.so.3"), ctypes.CDLL("libXss.so.1")
        self._fixes.XFixesGetCursorImage.restype = ctypes.POINTER(_CursorImage)
        self._saver.XScreenSaverAllocInfo.restype = ctypes.POINTER(_SaverInfo)
        self._root = ctypes.c_ulong(connection.root)
        major, minor = ctypes.c_int(5), ctypes.c_int(0)
        assert self._fixes.XFixesQueryVersion(self._display, ctypes.byref(major), ctypes.byref(minor))

    def pointer_is_visible(self) -> bool:
        """Tell whether any pixel of the pointer is not transparent."""
        image = self._fixes.XFixesGetCursorImage(self._display).contents
        return any(image.pixels[index] & 0xFF000000 for index in range(image.width * image.height))

    def saver_is_on(self) -> bool:
        info = self._saver.XScreenSaverAllocInfo()
        assert self._saver.XScreenSaverQueryInfo(self._display, self._root, info)
        on: bool = info.contents.state == 1
        return on

    def close(self) -> None:
        self._x.close()
