"""What OpenCV's window cannot tell or do on X11: whether it is minimised, and staying above the others."""

import os
from typing import Final, Self

from . import xlib
from .x_connection import XConnection

_ADD: Final = 1
_APPLICATION: Final = 1  # EWMH: who asks


class XWindow:
    """A window of this process, seen through a connection of its own. For one thread."""

    def __init__(self, connection: XConnection, number: int) -> None:
        self._x = connection
        #: X11's number of the window.
        self.number = number

    @classmethod
    def find(cls) -> Self | None:
        """Return this process' window, None if there is none, or no window manager that lists it."""
        connection = XConnection.open()
        if connection is None:
            return None
        for number in connection.numbers(connection.root, "_NET_CLIENT_LIST"):
            if connection.numbers(number, "_NET_WM_PID")[:1] == [os.getpid()]:
                return cls(connection, number)
        connection.close()
        return None

    @property
    def minimised(self) -> bool:
        """Return whether nobody can see it because it is an icon, or on another desktop of some managers."""
        return self._x.numbers(self.number, "WM_STATE")[:1] == [xlib.ICONIC]

    def stay_above(self) -> None:
        """Ask the window manager to keep it above other windows (EWMH, _NET_WM_STATE_ABOVE)."""
        above = self._x.atom("_NET_WM_STATE_ABOVE")
        self._x.ask_manager(self.number, "_NET_WM_STATE", [_ADD, above, 0, _APPLICATION])

    def close(self) -> None:
        """Close the connection; the window stays."""
        self._x.close()
