"""A screen without a monitor: an X server of the test's own, with a window manager."""

import ctypes
import os
import subprocess
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tests.desktop.processes import PATIENCE, Program, until

NEEDED: Final = ("Xvfb", "openbox", "xdotool", "xprop")
_Z_PIXMAP: Final = 2
_ALL_PLANES: Final = ctypes.c_ulong(-1)


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
        values = self._xdotool("getwindowgeometry", "--shell", window).splitlines()
        sizes = dict(line.split("=") for line in values if "=" in line)
        # Its place as xdotool gives it is beside the mark by the manager's frame.
        return *self._camera.place(int(window)), int(sizes["WIDTH"]), int(sizes["HEIGHT"])

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


class _XImage(ctypes.Structure):
    """The beginning of Xlib's ``XImage``."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_uint8)),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class _ClientMessage(ctypes.Structure):
    """Xlib's ``XClientMessageEvent``."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),  # an XEvent is larger
    )


class Camera:
    """Pictures of a screen through Xlib: one every few milliseconds, without a program in between."""

    def __init__(self, display: str) -> None:
        x11 = ctypes.CDLL("libX11.so.6")
        x11.XOpenDisplay.restype = ctypes.c_void_p
        x11.XDefaultRootWindow.argtypes = [ctypes.c_void_p]
        x11.XDefaultRootWindow.restype = ctypes.c_ulong
        x11.XGetImage.restype = ctypes.POINTER(_XImage)
        x11.XGetImage.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
            *(ctypes.c_ulong, ctypes.c_int),
        ]
        x11.XDestroyImage.argtypes = [ctypes.c_void_p]
        x11.XCloseDisplay.argtypes = [ctypes.c_void_p]
        x11.XTranslateCoordinates.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_ulong, ctypes.c_int, ctypes.c_int),
            *(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
        ]
        x11.XInternAtom.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int]
        x11.XInternAtom.restype = ctypes.c_ulong
        x11.XSendEvent.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_long, ctypes.c_void_p)
        ]
        x11.XSync.argtypes = [ctypes.c_void_p, ctypes.c_int]
        x11.XGrabKeyboard.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ulong)
        ]
        x11.XUngrabKeyboard.argtypes = x11.XUngrabPointer.argtypes = [ctypes.c_void_p, ctypes.c_ulong]
        x11.XGrabPointer.argtypes = [
            *(ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_uint, ctypes.c_int, ctypes.c_int),
            *(ctypes.c_ulong, ctypes.c_ulong, ctypes.c_ulong),
        ]
        self._x11: Any = x11
        self._display = ctypes.c_void_p(x11.XOpenDisplay(display.encode()))
        assert self._display, f"the display {display} cannot be opened"
        self._root = x11.XDefaultRootWindow(self._display)

    def grab(self, x: int, y: int, width: int, height: int) -> NDArray[np.uint8]:
        image = self._x11.XGetImage(self._display, self._root, x, y, width, height, _ALL_PLANES, _Z_PIXMAP)
        assert image, "the screen cannot be read"
        stride = image.contents.bytes_per_line
        pixels = np.ctypeslib.as_array(image.contents.data, (height, stride))
        picture = pixels[:, : 4 * width].reshape(height, width, 4)[:, :, :3].copy()
        self._x11.XDestroyImage(image)
        return np.ascontiguousarray(picture)

    def place(self, window: int) -> tuple[int, int]:
        """Return where on the screen the inside of a window begins."""
        x, y, child = ctypes.c_int(), ctypes.c_int(), ctypes.c_ulong()
        self._x11.XTranslateCoordinates(
            self._display, window, self._root, 0, 0, ctypes.byref(x), ctypes.byref(y), ctypes.byref(child)
        )
        return x.value, y.value

    def keys_are_taken(self) -> bool:
        status = self._x11.XGrabKeyboard(self._display, self._root, 0, 1, 1, 0)
        self._x11.XUngrabKeyboard(self._display, 0)
        self._x11.XSync(self._display, 0)
        return bool(status == 1)  # AlreadyGrabbed

    def pointer_is_taken(self) -> bool:
        status = self._x11.XGrabPointer(self._display, self._root, 0, 0, 1, 1, 0, 0, 0)
        self._x11.XUngrabPointer(self._display, 0)
        self._x11.XSync(self._display, 0)
        return bool(status == 1)  # AlreadyGrabbed

    def ask_to_close(self, window: int) -> None:
        """Send what a window manager sends when the cross is clicked (ICCCM, WM_DELETE_WINDOW)."""
        event = _ClientMessage()
        event.type = 33  # ClientMessage
        event.window = window
        event.message_type = self._x11.XInternAtom(self._display, b"WM_PROTOCOLS", 0)
        event.format = 32
        event.data[0] = self._x11.XInternAtom(self._display, b"WM_DELETE_WINDOW", 0)
        self._x11.XSendEvent(self._display, window, 0, 0, ctypes.byref(event))
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        self._x11.XCloseDisplay(self._display)
