"""A screen without a monitor: an X server of the test's own, with a window manager."""

import ctypes
import os
import subprocess
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bithuman_app.desktop import xlib
from bithuman_app.desktop.x_connection import XConnection
from tests.desktop.processes import PATIENCE, Program, until

NEEDED: Final = ("Xvfb", "openbox", "xdotool", "xprop")
_ALREADY_GRABBED: Final = 1  # X.h: AlreadyGrabbed


class Screen:
    """An X server on a free display; close it in the end."""

    def __init__(self, folder: Path, width: int = 1280, height: int = 800) -> None:
        self.width, self.height = width, height
        reader, writer = os.pipe()
        self._server = Program(
            ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"],
            dict(os.environ),
            folder / "xvfb.log",
            pass_fds=(writer,),
        )
        os.close(writer)
        with os.fdopen(reader) as stream:
            number = stream.readline().strip()
        if not number:
            raise AssertionError(f"Xvfb did not start: {self._server.output}")
        self.display = f":{number}"
        #: What a program needs to find this screen.
        self.environment = {"DISPLAY": self.display}
        self._manager = Program(
            ["openbox", "--sm-disable"], self._variables({"HOME": str(folder)}), folder / "openbox.log"
        )
        self._camera = Camera(self.display)
        until(self._managed, "the window manager")

    def close(self) -> None:
        self._camera.close()
        self._manager.stop()
        self._server.stop()

    # Seeing

    def grab(self, area: tuple[int, int, int, int] | None = None) -> NDArray[np.uint8]:
        """Return the screen, or an area (x, y, width, height) of it, as BGR (h, w, 3)."""
        return self._camera.grab(*(area or (0, 0, self.width, self.height)))

    def in_front(self, title: str) -> bool:
        """Tell whether, for the window manager, no other window lies over one with this title."""
        stacked = self._run("xprop", "-root", "-notype", "_NET_CLIENT_LIST_STACKING").partition("#")[2]
        last = stacked.split(",")[-1].strip()
        return last in {hex(int(number)) for number in self.windows(title)}

    def windows(self, title: str) -> list[str]:
        """Return the numbers of the visible windows whose title has these words."""
        return self._xdotool("search", "--onlyvisible", "--name", title, check=False).split()

    def window(self, title: str) -> str:
        """Return the number of the window with this title once it is there."""
        found: str = until(lambda: self.windows(title), f"a window called {title}")[-1]
        return found

    def area(self, window: str) -> tuple[int, int, int, int]:
        """Return the inside of a window on the screen: x, y, width, height."""
        return self._camera.area(int(window))

    def property(self, window: str, name: str) -> str:
        """Return a property of a window as ``xprop`` writes it."""
        return self._run("xprop", "-id", window, name)

    def title(self, window: str) -> str:
        return self._xdotool("getwindowname", window).strip()

    def keys_are_taken(self) -> bool:
        """Tell whether every key goes to one program, past the window manager, as in a kiosk."""
        return self._camera.keys_are_taken()

    def pointer_is_taken(self) -> bool:
        """Tell whether every click goes to one program."""
        return self._camera.pointer_is_taken()

    # Doing

    def focus(self, window: str) -> None:
        """Let a window have the keyboard."""

        def focused() -> bool:
            self._xdotool("windowactivate", window, check=False)
            return self._xdotool("getwindowfocus", check=False).strip() == window

        until(focused, "the keyboard to belong to the window")

    def press(self, *keys: str) -> None:
        """Press keys, by X11's names, in the window that has the focus; ``ctrl+q`` is a chord."""
        for key in keys:
            self._xdotool("key", "--clearmodifiers", key)

    def click(self, x: int, y: int) -> None:
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def close_window(self, window: str) -> None:
        """Ask a window to close, as the cross in its corner does."""
        self._camera.ask_to_close(int(window))

    def _managed(self) -> bool:
        return "window id" in self._run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK", check=False)

    def _xdotool(self, *arguments: str, check: bool = True) -> str:
        return self._run("xdotool", *arguments, check=check)

    def _run(self, *command: str, check: bool = True) -> str:
        done = subprocess.run(
            command, env=self._variables({}), capture_output=True, text=True, timeout=PATIENCE, check=False
        )
        if check and done.returncode:
            raise AssertionError(f"{' '.join(command)}: {done.stderr or done.stdout}")
        return done.stdout

    def _variables(self, more: dict[str, str]) -> dict[str, str]:
        return {**os.environ, **self.environment, **more}


class Camera:
    """Pictures of a screen through Xlib: one every few milliseconds, without a program in between."""

    def __init__(self, display: str) -> None:
        connection = XConnection.open(display)
        assert connection is not None, f"the display {display} cannot be opened"
        self._x, self._library = connection, connection.library

    def grab(self, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
        """Return an area of the screen as BGR (h, w, 3)."""
        image = self._library.XGetImage(
            *(self._x.display, self._x.root, x, y, width, height, xlib.ALL_PLANES, xlib.Z_PIXMAP)
        )
        assert image, "the screen cannot be read"
        stride = image.contents.bytes_per_line
        data = ctypes.string_at(image.contents.data, stride * height)
        self._library.XDestroyImage(image)
        pixels = np.frombuffer(data, np.uint8).reshape(height, stride)[:, : 4 * width]
        return np.ascontiguousarray(pixels.reshape(height, width, 4)[:, :, :3])

    def area(self, window: int) -> tuple[int, int, int, int]:
        """Return the inside of a window on the screen: x, y, width, height."""
        area = self._x.area(window)
        assert area is not None, "the window has gone"
        return area

    def keys_are_taken(self) -> bool:
        """Tell whether another program has all keys."""
        now = xlib.CURRENT_TIME
        mode = xlib.ASYNCHRONOUS
        status = self._library.XGrabKeyboard(self._x.display, self._x.root, 0, mode, mode, now)
        self._library.XUngrabKeyboard(self._x.display, now)
        self._x.flush()
        return bool(status == _ALREADY_GRABBED)

    def pointer_is_taken(self) -> bool:
        """Tell whether another program has all clicks."""
        now = xlib.CURRENT_TIME
        mode = xlib.ASYNCHRONOUS
        status = self._library.XGrabPointer(self._x.display, self._x.root, 0, 0, mode, mode, 0, 0, now)
        self._library.XUngrabPointer(self._x.display, now)
        self._x.flush()
        return bool(status == _ALREADY_GRABBED)

    def ask_to_close(self, window: int) -> None:
        """Send what a window manager sends when the cross is clicked (ICCCM, WM_DELETE_WINDOW)."""
        self._x.send(window, window, "WM_PROTOCOLS", [self._x.atom("WM_DELETE_WINDOW")])

    def close(self) -> None:
        self._x.close()
