"""What a kiosk asks of an X server: its screens, all keys, no pointer, no sleep, and the front place."""

import ctypes
import os
import zlib
from collections.abc import Callable, Iterator
from ctypes import byref, c_int
from typing import Final, NoReturn, Self

from ...errors import UnavailableError
from .. import xlib
from ..x_connection import XConnection
from .screens import Screen

_FROM_PAGER: Final = 2  # EWMH: a request by the user's own tool, which window managers obey
_ADD: Final = 1
_DPMS_ON: Final = 0


class X11:
    """A connection of our own to the X server, beside that of the window. For one thread."""

    def __init__(self, end: Callable[[], NoReturn] | None = None) -> None:
        """Connect to ``DISPLAY``; ``end`` is called if the server goes away, and must not return.

        Raises ``UnavailableError`` if the server cannot be reached.
        """
        try:
            xlib.library()
        except OSError as error:
            raise UnavailableError("there is no X11 library; on Debian: apt install libx11-6") from error
        connection = XConnection.open(end=end)
        if connection is None:
            raise UnavailableError(f"the screen {os.environ.get('DISPLAY', '')} cannot be opened")
        self._x, self._library, self._display = connection, connection.library, connection.display
        self._root = connection.root
        self._blank = self._blank_cursor()

    def close(self) -> None:
        """Disconnect: keys and pointer are everybody's again, and the screen may sleep."""
        self._x.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Screens

    def screens(self) -> list[Screen]:
        """Return the monitors that RandR 1.5 knows, else the whole display as one."""
        if found := self._monitors():
            return found
        width = self._library.XDisplayWidth(self._display, 0)
        height = self._library.XDisplayHeight(self._display, 0)
        return [Screen("screen", 0, 0, width, height, primary=True)]

    def _monitors(self) -> list[Screen]:
        randr = xlib.extension("Xrandr")
        major, minor, count = c_int(), c_int(), c_int()
        if randr is None or not randr.XRRQueryVersion(self._display, byref(major), byref(minor)):
            return []
        if (major.value, minor.value) < (1, 5):
            return []
        monitors = randr.XRRGetMonitors(self._display, self._root, 1, byref(count))
        found = [self._screen(monitors[index]) for index in range(count.value)]
        if monitors:
            randr.XRRFreeMonitors(monitors)
        return found

    def _screen(self, monitor: xlib.Monitor) -> Screen:
        name = self._x.atom_name(monitor.name) or "screen"
        return Screen(name, monitor.x, monitor.y, monitor.width, monitor.height, bool(monitor.primary))

    # Keys and pointer

    def take_keys(self) -> bool:
        """Let every key come here, past the window manager too; False while another program has them."""
        result = self._library.XGrabKeyboard(
            *(self._display, self._root, 0, xlib.ASYNCHRONOUS, xlib.ASYNCHRONOUS, xlib.CURRENT_TIME)
        )
        return bool(result == xlib.GRABBED)

    def take_pointer(self) -> bool:
        """Let every click come here, and show no pointer; False while another program has it."""
        mask = xlib.BUTTON_PRESS_MASK | xlib.BUTTON_RELEASE_MASK | xlib.MOTION_MASK
        result = self._library.XGrabPointer(
            *(self._display, self._root, 0, mask, xlib.ASYNCHRONOUS, xlib.ASYNCHRONOUS),
            *(0, self._blank, xlib.CURRENT_TIME),
        )
        return bool(result == xlib.GRABBED)

    def hide_pointer(self, window: int) -> None:
        """Show no pointer anywhere, even where it could not be taken, as long as we are connected."""
        self._library.XDefineCursor(self._display, window, self._blank)
        fixes = xlib.extension("Xfixes")
        major, minor = c_int(5), c_int(0)
        if fixes is not None and fixes.XFixesQueryVersion(self._display, byref(major), byref(minor)):
            fixes.XFixesHideCursor(self._display, self._root)

    def events(self) -> Iterator[xlib.Event]:
        """Yield what has come, without waiting."""
        return self._x.events()

    def key_symbols(self, event: xlib.Event) -> set[int]:
        """Return the symbols that a key may mean, whatever the layout that is active."""
        return {self._library.XLookupKeysym(byref(event.key), column) for column in range(4)}

    def _blank_cursor(self) -> int:
        nothing = self._library.XCreateBitmapFromData(self._display, self._root, b"\0", 1, 1)
        black = xlib.Color()
        cursor: int = self._library.XCreatePixmapCursor(
            self._display, nothing, nothing, byref(black), byref(black), 0, 0
        )
        self._library.XFreePixmap(self._display, nothing)
        return cursor

    # Sleep

    def suspend_saver(self) -> None:
        """Let neither the screen saver nor the monitor's power saving begin as long as we are connected."""
        saver = xlib.extension("Xss")
        base, error = c_int(), c_int()
        if saver is not None and saver.XScreenSaverQueryExtension(self._display, byref(base), byref(error)):
            saver.XScreenSaverSuspend(self._display, 1)

    def stir(self) -> None:
        """Act as if a key had been pressed, for whoever measures idleness, and switch the monitor on."""
        self._library.XResetScreenSaver(self._display)
        power = xlib.extension("Xext")
        base, error = c_int(), c_int()
        level, enabled = ctypes.c_ushort(), ctypes.c_ubyte()
        if power is not None and power.DPMSQueryExtension(self._display, byref(base), byref(error)):
            power.DPMSInfo(self._display, byref(level), byref(enabled))
            if enabled.value and level.value != _DPMS_ON:
                power.DPMSForceLevel(self._display, _DPMS_ON)
        self._x.flush()

    # The window

    def own_window(self) -> int | None:
        """Return this process's window, None if it has none on the screen."""
        for window in self._x.numbers(self._root, "_NET_CLIENT_LIST") or self._x.children(self._root):
            if self._x.is_visible(window) and self._x.numbers(window, "_NET_WM_PID") == [os.getpid()]:
                return window
        return None

    def covers(self, window: int, screen: Screen) -> bool:
        """Tell whether a window fills a screen and nothing lies over it."""
        return self._x.area(window) == _area_of(screen) and not self._obscured(window)

    def has_focus(self, window: int) -> bool:
        """Tell whether a window is the active one for the window manager, if there is one."""
        active = self._x.numbers(self._root, "_NET_ACTIVE_WINDOW")
        return not active or active[0] == window

    def bring_forward(self, window: int, screen: Screen) -> None:
        """Put a window before all others, active, and over the whole of a screen."""
        if self._x.numbers(self._root, "_NET_SUPPORTING_WM_CHECK"):
            self._x.ask_manager(window, "_NET_ACTIVE_WINDOW", [_FROM_PAGER])
            for state in ("_NET_WM_STATE_FULLSCREEN", "_NET_WM_STATE_ABOVE"):
                self._x.ask_manager(window, "_NET_WM_STATE", [_ADD, self._x.atom(state), 0, _FROM_PAGER])
        if self._x.area(window) != _area_of(screen):
            self._library.XMoveResizeWindow(self._display, window, *_area_of(screen))
        self._library.XRaiseWindow(self._display, self._x.outermost(window))
        self._x.flush()

    def fingerprint(self, window: int, side: int) -> int | None:
        """Return a number for what a window shows in its middle, ``side`` pixels square; None if unknown."""
        area = self._x.area(window)
        if area is None or min(area[2:]) < side:
            return None
        left, top = (area[2] - side) // 2, (area[3] - side) // 2
        image = self._library.XGetImage(
            self._display, window, left, top, side, side, xlib.ALL_PLANES, xlib.Z_PIXMAP
        )
        if not image:
            return None
        content = image.contents
        number = zlib.crc32(ctypes.string_at(content.data, content.bytes_per_line * content.height))
        self._library.XDestroyImage(image)
        return number

    def _obscured(self, window: int) -> bool:
        """Tell whether another visible window lies over a part of this one."""
        own = self._x.outermost(window)
        x, y, width, height = self._x.area(window) or (0, 0, 0, 0)
        for other in reversed(self._x.children(self._root)):
            if other == own:
                return False
            attributes = self._x.attributes(other)
            if attributes is None or attributes.map_state != xlib.VIEWABLE:
                continue
            if attributes.c_class == xlib.INPUT_ONLY:
                continue
            if (
                attributes.x < x + width
                and attributes.x + attributes.width > x
                and attributes.y < y + height
                and attributes.y + attributes.height > y
            ):
                return True
        return True


def _area_of(screen: Screen) -> tuple[int, int, int, int]:
    return screen.x, screen.y, screen.width, screen.height
