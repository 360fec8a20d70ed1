"""What a kiosk asks of an X server: its screens, all keys, no pointer, no sleep, and the front place."""

import ctypes
import os
import zlib
from collections.abc import Callable, Iterator
from ctypes import byref, c_int, c_uint, c_ulong, c_void_p
from typing import Final, NoReturn, Self

from ...errors import UnavailableError
from . import _xlib
from .screens import Screen

_PROPERTY_LONGS: Final = 4096
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
            self._library = _xlib.x11()
        except OSError as error:
            raise UnavailableError("there is no X11 library; on Debian: apt install libx11-6") from error
        self._display = c_void_p(self._library.XOpenDisplay(None))
        if not self._display:
            raise UnavailableError(f"the screen {os.environ.get('DISPLAY', '')} cannot be opened")
        if end is not None:
            _xlib.on_errors(end)
        self._root = self._library.XDefaultRootWindow(self._display)
        self._atoms: dict[str, int] = {}
        self._blank = self._blank_cursor()

    def close(self) -> None:
        """Disconnect: keys and pointer are everybody's again, and the screen may sleep."""
        if self._display:
            self._library.XCloseDisplay(self._display)
            self._display = c_void_p(None)

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
        randr = _xlib.extension("Xrandr")
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

    def _screen(self, monitor: _xlib.Monitor) -> Screen:
        text = self._library.XGetAtomName(self._display, monitor.name)
        name = ctypes.string_at(text).decode(errors="replace") if text else "screen"
        self._library.XFree(text)
        return Screen(name, monitor.x, monitor.y, monitor.width, monitor.height, bool(monitor.primary))

    # Keys and pointer

    def take_keys(self) -> bool:
        """Let every key come here, past the window manager too; False while another program has them."""
        return _xlib.grab_keyboard(self._display, self._root)

    def take_pointer(self) -> bool:
        """Let every click come here, and show no pointer; False while another program has it."""
        return _xlib.grab_pointer(self._display, self._root, self._blank)

    def hide_pointer(self, window: int) -> None:
        """Show no pointer anywhere, even where it could not be taken, as long as we are connected."""
        self._library.XDefineCursor(self._display, window, self._blank)
        fixes = _xlib.extension("Xfixes")
        major, minor = c_int(5), c_int(0)
        if fixes is not None and fixes.XFixesQueryVersion(self._display, byref(major), byref(minor)):
            fixes.XFixesHideCursor(self._display, self._root)

    def events(self) -> Iterator[_xlib.Event]:
        """Yield what has come, without waiting."""
        while self._library.XPending(self._display):
            event = _xlib.Event()
            self._library.XNextEvent(self._display, byref(event))
            yield event

    def key_symbols(self, event: _xlib.Event) -> set[int]:
        """Return the symbols that a key may mean, whatever the layout that is active."""
        return {self._library.XLookupKeysym(byref(event.key), column) for column in range(4)}

    def _blank_cursor(self) -> int:
        nothing = self._library.XCreateBitmapFromData(self._display, self._root, b"\0", 1, 1)
        black = _xlib.Color()
        cursor: int = self._library.XCreatePixmapCursor(
            self._display, nothing, nothing, byref(black), byref(black), 0, 0
        )
        self._library.XFreePixmap(self._display, nothing)
        return cursor

    # Sleep

    def suspend_saver(self) -> None:
        """Let neither the screen saver nor the monitor's power saving begin as long as we are connected."""
        saver = _xlib.extension("Xss")
        base, error = c_int(), c_int()
        if saver is not None and saver.XScreenSaverQueryExtension(self._display, byref(base), byref(error)):
            saver.XScreenSaverSuspend(self._display, 1)

    def stir(self) -> None:
        """Act as if a key had been pressed, for whoever measures idleness, and switch the monitor on."""
        self._library.XResetScreenSaver(self._display)
        power = _xlib.extension("Xext")
        base, error = c_int(), c_int()
        level, enabled = ctypes.c_ushort(), ctypes.c_ubyte()
        if power is not None and power.DPMSQueryExtension(self._display, byref(base), byref(error)):
            power.DPMSInfo(self._display, byref(level), byref(enabled))
            if enabled.value and level.value != _DPMS_ON:
                power.DPMSForceLevel(self._display, _DPMS_ON)
        self._library.XSync(self._display, 0)

    # The window

    def own_window(self) -> int | None:
        """Return this process's window, None if it has none on the screen."""
        for window in self._longs(self._root, "_NET_CLIENT_LIST") or self._children(self._root):
            attributes = self._attributes(window)
            viewable = attributes is not None and attributes.map_state == _xlib.VIEWABLE
            if viewable and self._longs(window, "_NET_WM_PID") == [os.getpid()]:
                return window
        return None

    def covers(self, window: int, screen: Screen) -> bool:
        """Tell whether a window fills a screen and nothing lies over it."""
        return self._area(window) == _area_of(screen) and not self._obscured(window)

    def has_focus(self, window: int) -> bool:
        """Tell whether a window is the active one for the window manager, if there is one."""
        active = self._longs(self._root, "_NET_ACTIVE_WINDOW")
        return not active or active[0] == window

    def bring_forward(self, window: int, screen: Screen) -> None:
        """Put a window before all others, active, and over the whole of a screen."""
        if self._longs(self._root, "_NET_SUPPORTING_WM_CHECK"):
            self._ask(window, "_NET_ACTIVE_WINDOW", _FROM_PAGER, 0, 0)
            for state in ("_NET_WM_STATE_FULLSCREEN", "_NET_WM_STATE_ABOVE"):
                self._ask(window, "_NET_WM_STATE", _ADD, self._atom(state), 0, _FROM_PAGER)
        if self._area(window) != _area_of(screen):
            self._library.XMoveResizeWindow(self._display, window, *_area_of(screen))
        self._library.XRaiseWindow(self._display, self._outermost(window))
        self._library.XSync(self._display, 0)

    def fingerprint(self, window: int, side: int) -> int | None:
        """Return a number for what a window shows in its middle, ``side`` pixels square; None if unknown."""
        area = self._area(window)
        if area is None or min(area[2:]) < side:
            return None
        left, top = (area[2] - side) // 2, (area[3] - side) // 2
        image = self._library.XGetImage(
            self._display, window, left, top, side, side, _xlib.ALL_PLANES, _xlib.Z_PIXMAP
        )
        if not image:
            return None
        content = image.contents
        number = zlib.crc32(ctypes.string_at(content.data, content.bytes_per_line * content.height))
        self._library.XDestroyImage(image)
        return number

    def _obscured(self, window: int) -> bool:
        """Tell whether another visible window lies over a part of this one."""
        own = self._outermost(window)
        x, y, width, height = self._area(window) or (0, 0, 0, 0)
        for other in reversed(self._children(self._root)):
            if other == own:
                return False
            attributes = self._attributes(other)
            if attributes is None or attributes.map_state != _xlib.VIEWABLE or attributes.c_class == 2:
                continue
            if (
                attributes.x < x + width
                and attributes.x + attributes.width > x
                and attributes.y < y + height
                and attributes.y + attributes.height > y
            ):
                return True
        return True

    def _outermost(self, window: int) -> int:
        """Return the window manager's frame around a window, or the window itself."""
        while (parent := self._tree(window)[0]) not in (0, self._root):
            window = parent
        return window

    def _children(self, window: int) -> list[int]:
        return self._tree(window)[1]

    def _tree(self, window: int) -> tuple[int, list[int]]:
        """Return the parent (0 without) and the children, the lowest first."""
        root, parent, count = c_ulong(), c_ulong(), c_uint()
        children = ctypes.POINTER(c_ulong)()
        if not self._library.XQueryTree(
            self._display, window, byref(root), byref(parent), byref(children), byref(count)
        ):
            return 0, []
        found = children[: count.value] if children else []
        if children:
            self._library.XFree(children)
        return parent.value, found

    def _area(self, window: int) -> tuple[int, int, int, int] | None:
        """Return a window's inside on the desktop: x, y, width, height."""
        attributes = self._attributes(window)
        if attributes is None:
            return None
        x, y, child = c_int(), c_int(), c_ulong()
        self._library.XTranslateCoordinates(
            self._display, window, self._root, 0, 0, byref(x), byref(y), byref(child)
        )
        return x.value, y.value, attributes.width, attributes.height

    def _attributes(self, window: int) -> _xlib.Attributes | None:
        attributes = _xlib.Attributes()
        found = self._library.XGetWindowAttributes(self._display, window, byref(attributes))
        return attributes if found else None

    def _longs(self, window: int, name: str) -> list[int]:
        """Return a property's values, none if it is not there."""
        kind, form, count, rest, data = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        failed = self._library.XGetWindowProperty(
            self._display, window, self._atom(name), 0, _PROPERTY_LONGS, 0, 0,
            byref(kind), byref(form), byref(count), byref(rest), byref(data),
        )  # fmt: skip
        if failed or not data:
            return []
        values = ctypes.cast(data, ctypes.POINTER(c_ulong))[: count.value] if form.value == 32 else []
        self._library.XFree(data)
        return values

    def _ask(self, window: int, message: str, *values: int) -> None:
        """Send a request about a window to the window manager (EWMH)."""
        event = _xlib.Event()
        event.message.type = _xlib.CLIENT_MESSAGE
        event.message.window = window
        event.message.message_type = self._atom(message)
        event.message.format = 32
        event.message.data[: len(values)] = values
        self._library.XSendEvent(self._display, self._root, 0, _xlib.SUBSTRUCTURE_MASK, byref(event))

    def _atom(self, name: str) -> int:
        if name not in self._atoms:
            self._atoms[name] = self._library.XInternAtom(self._display, name.encode(), 0)
        return self._atoms[name]


def _area_of(screen: Screen) -> tuple[int, int, int, int]:
    return screen.x, screen.y, screen.width, screen.height
