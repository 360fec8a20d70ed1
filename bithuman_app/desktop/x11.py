"""What OpenCV's window cannot tell or do on X11: whether it is minimised, and staying above the others."""

import ctypes
import os
import sys
from typing import Any, Final, Self

_CARDINAL_OR_WINDOW: Final = 0  # AnyPropertyType
_CLIENT_MESSAGE: Final = 33
_SUBSTRUCTURE: Final = (1 << 19) | (1 << 20)  # SubstructureNotifyMask | SubstructureRedirectMask
_ICONIC: Final = 3
_ADD: Final = 1


class _ClientMessage(ctypes.Structure):
    """Xlib's ``XClientMessageEvent``, as large as an ``XEvent``."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("rest", ctypes.c_long * 12),
    )


class XWindow:
    """A window of this process, seen through a connection of its own. For one thread."""

    def __init__(self, x11: Any, display: int, number: int) -> None:
        self._x11, self._display = x11, display
        #: X11's number of the window.
        self.number = number

    @classmethod
    def find(cls) -> Self | None:
        """Return this process' window, None if there is none, or no window manager that lists it."""
        if sys.platform != "linux":
            return None
        try:
            x11 = _declare(ctypes.CDLL("libX11.so.6"))
        except OSError:
            return None
        display = x11.XOpenDisplay(None)
        if not display:
            return None
        root = cls(x11, display, int(x11.XDefaultRootWindow(display)))
        for number in root._property("_NET_CLIENT_LIST"):
            found = cls(x11, display, number)
            if found._property("_NET_WM_PID")[:1] == [os.getpid()]:
                return found
        x11.XCloseDisplay(display)
        return None

    @property
    def minimised(self) -> bool:
        """Return whether nobody can see it because it is an icon, or on another desktop of some managers."""
        return self._property("WM_STATE")[:1] == [_ICONIC]

    @property
    def screen_size(self) -> tuple[int, int]:
        """Return width and height of the screen in pixels."""
        return (
            int(self._x11.XDisplayWidth(self._display, 0)),
            int(self._x11.XDisplayHeight(self._display, 0)),
        )

    def stay_above(self) -> None:
        """Ask the window manager to keep it above other windows (EWMH, _NET_WM_STATE_ABOVE)."""
        event = _ClientMessage()
        event.type = _CLIENT_MESSAGE
        event.window = self.number
        event.message_type = self._atom("_NET_WM_STATE")
        event.format = 32
        event.data[0], event.data[1], event.data[3] = _ADD, self._atom("_NET_WM_STATE_ABOVE"), 1
        root = self._x11.XDefaultRootWindow(self._display)
        self._x11.XSendEvent(self._display, root, 0, _SUBSTRUCTURE, ctypes.byref(event))
        self._x11.XSync(self._display, 0)

    def close(self) -> None:
        """Close the connection; the window stays."""
        self._x11.XCloseDisplay(self._display)

    def _atom(self, name: str) -> int:
        return int(self._x11.XInternAtom(self._display, name.encode("ascii"), 0))

    def _property(self, name: str) -> list[int]:
        """Return a property of 32-bit numbers, empty if the window has none of that name."""
        kind, form = ctypes.c_ulong(), ctypes.c_int()
        count, left = ctypes.c_ulong(), ctypes.c_ulong()
        values = ctypes.POINTER(ctypes.c_ulong)()  # Xlib hands 32-bit numbers over as longs
        failed = self._x11.XGetWindowProperty(
            *(self._display, self.number, self._atom(name), 0, 1024, 0, _CARDINAL_OR_WINDOW),
            *(ctypes.byref(kind), ctypes.byref(form), ctypes.byref(count), ctypes.byref(left)),
            ctypes.byref(values),
        )
        if failed or not values:
            return []
        found = [int(values[index]) for index in range(count.value)] if form.value == 32 else []
        self._x11.XFree(values)
        return found


#: Xlib ends the process when a window is gone that is asked about; this handler lets it live.
_ERROR_HANDLER: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)


def _declare(x11: Any) -> Any:
    pointer, number = ctypes.c_void_p, ctypes.c_ulong
    x11.XOpenDisplay.restype = pointer
    x11.XOpenDisplay.argtypes = [ctypes.c_char_p]
    x11.XCloseDisplay.argtypes = [pointer]
    x11.XDefaultRootWindow.argtypes = [pointer]
    x11.XDefaultRootWindow.restype = number
    x11.XDisplayWidth.argtypes = x11.XDisplayHeight.argtypes = [pointer, ctypes.c_int]
    x11.XInternAtom.argtypes = [pointer, ctypes.c_char_p, ctypes.c_int]
    x11.XInternAtom.restype = number
    x11.XSendEvent.argtypes = [pointer, number, ctypes.c_int, ctypes.c_long, pointer]
    x11.XSync.argtypes = [pointer, ctypes.c_int]
    x11.XFree.argtypes = [pointer]
    x11.XGetWindowProperty.argtypes = [
        *(pointer, number, number, ctypes.c_long, ctypes.c_long, ctypes.c_int, number),
        *(pointer, pointer, pointer, pointer, pointer),
    ]
    x11.XSetErrorHandler(_ERROR_HANDLER)
    return x11
