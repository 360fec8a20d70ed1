"""A connection to the X server: windows, their properties, messages, and what other programs have to say."""

import ctypes
import select
import sys
from collections.abc import Callable, Iterator, Sequence
from ctypes import byref, c_int, c_ulong, c_void_p
from typing import Any, Final, NoReturn, Self

from . import xlib
from .xlib import Attributes, Event

#: The most of a property that is read, in 32-bit units: 16 MB.
_MOST_UNITS: Final = 1 << 22


class XConnection:
    """A connection of our own, beside that of OpenCV's window. For one thread at a time."""

    def __init__(self, display: int) -> None:
        """``display`` is what Xlib opened; see ``open``."""
        self.library: Any = xlib.library()
        #: Xlib's pointer to the connection.
        self.display = c_void_p(display)
        self.root = int(self.library.XDefaultRootWindow(self.display))
        self._atoms: dict[str, int] = {}

    @classmethod
    def open(cls, display: str | None = None, end: Callable[[], NoReturn] | None = None) -> Self | None:
        """Connect to a server such as ``:0``, by default the one of ``DISPLAY``; None if there is none.

        ``end`` is called if any server goes away; without it the process ends then.
        """
        if sys.platform != "linux":
            return None
        try:
            opened = xlib.library().XOpenDisplay(None if display is None else display.encode("utf-8"))
        except OSError:
            return None
        if not opened:
            return None
        xlib.on_errors(end)  # each time, for OpenCV's window sets handlers of its own
        return cls(opened)

    def close(self) -> None:
        """Disconnect; windows made through it go. May be called again."""
        if self.display:
            self.library.XCloseDisplay(self.display)
            self.display = c_void_p(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def atom(self, name: str) -> int:
        """Return the number of a name."""
        if name not in self._atoms:
            self._atoms[name] = int(self.library.XInternAtom(self.display, name.encode("ascii"), 0))
        return self._atoms[name]

    def atom_name(self, atom: int) -> str | None:
        """Return the name of a number, None if it has none."""
        text = self.library.XGetAtomName(self.display, atom)
        if not text:
            return None
        name = ctypes.string_at(text).decode(errors="replace")
        self.library.XFree(text)
        return name

    # Windows

    def make_window(self) -> int:
        """Return a new window that nobody sees and that is told of changes of its properties."""
        window = int(
            self.library.XCreateWindow(
                self.display, self.root, -10, -10, 1, 1, 0, 0, xlib.INPUT_ONLY, None, 0, None
            )
        )
        self.watch(window)
        return window

    def watch(self, window: int) -> None:
        """Be told of changes of a window's properties, be it another program's."""
        self.library.XSelectInput(self.display, window, xlib.PROPERTY_CHANGE_MASK)

    def tree(self, window: int) -> tuple[int, list[int]]:
        """Return the parent of a window, 0 without, and the windows inside it, lowest first."""
        root, parent, count = c_ulong(), c_ulong(), ctypes.c_uint()
        found = ctypes.POINTER(c_ulong)()
        if not self.library.XQueryTree(
            self.display, window, byref(root), byref(parent), byref(found), byref(count)
        ):
            return 0, []
        children = found[: count.value] if found else []
        if found:
            self.library.XFree(found)
        return parent.value, children

    def children(self, window: int) -> list[int]:
        """Return the windows inside another, lowest first; none if it has gone."""
        return self.tree(window)[1]

    def all_windows(self, window: int | None = None) -> Iterator[int]:
        """Yield a window (by default the root) and all inside it."""
        window = self.root if window is None else window
        yield window
        for child in self.children(window):
            yield from self.all_windows(child)

    def outermost(self, window: int) -> int:
        """Return the window manager's frame around a window, or the window itself."""
        while (parent := self.tree(window)[0]) not in (0, self.root):
            window = parent
        return window

    def attributes(self, window: int) -> Attributes | None:
        """Return what a window is like, None if it has gone."""
        attributes = Attributes()
        found = self.library.XGetWindowAttributes(self.display, window, byref(attributes))
        return attributes if found else None

    def is_visible(self, window: int) -> bool:
        """Return whether a window is there and shown, if perhaps behind others."""
        attributes = self.attributes(window)
        return attributes is not None and bool(attributes.map_state == xlib.VIEWABLE)

    def area(self, window: int) -> tuple[int, int, int, int] | None:
        """Return a window's inside on the desktop: x, y, width, height; None if it has gone."""
        attributes = self.attributes(window)
        if attributes is None:
            return None
        x, y, child = c_int(), c_int(), c_ulong()
        self.library.XTranslateCoordinates(
            self.display, window, self.root, 0, 0, byref(x), byref(y), byref(child)
        )
        return x.value, y.value, attributes.width, attributes.height

    # Properties

    def numbers(self, window: int, name: str) -> list[int]:
        """Return a property of 32-bit numbers, empty if there is none."""
        return list(self._property(window, self.atom(name), 32)[1])

    def take_bytes(self, window: int, name: str) -> tuple[int, bytes]:
        """Return the type and the bytes of a property, and delete it; (0, b"") if there is none."""
        kind, values = self._property(window, self.atom(name), 8, delete=True)
        return kind, bytes(values)

    def set_numbers(self, window: int, name: str, kind: int, values: Sequence[int]) -> None:
        """Set a property of 32-bit numbers of a type such as ``XA_WINDOW``."""
        self.set_numbers_of(window, self.atom(name), kind, values)

    def set_numbers_of(self, window: int, property_atom: int, kind: int, values: Sequence[int]) -> None:
        """Set a property, known by its atom, of 32-bit numbers."""
        data = (c_ulong * len(values))(*values)
        self._set(window, property_atom, kind, 32, data, len(values))

    def set_bytes(self, window: int, property_atom: int, kind: int, data: bytes) -> None:
        """Set a property of bytes."""
        self._set(window, property_atom, kind, 8, data, len(data))

    def remove(self, window: int, name: str) -> None:
        """Delete a property."""
        self.library.XDeleteProperty(self.display, window, self.atom(name))

    def _set(self, window: int, atom: int, kind: int, form: int, data: Any, count: int) -> None:
        self.library.XChangeProperty(self.display, window, atom, kind, form, xlib.REPLACE, data, count)

    def _property(self, window: int, atom: int, form: int, delete: bool = False) -> tuple[int, Sequence[int]]:
        kind, found_form, count, left, values = c_ulong(), c_int(), c_ulong(), c_ulong(), c_void_p()
        failed = self.library.XGetWindowProperty(
            *(self.display, window, atom, 0, _MOST_UNITS, int(delete), xlib.ANY_PROPERTY_TYPE),
            *(byref(kind), byref(found_form), byref(count), byref(left), byref(values)),
        )
        if failed or not values:
            return 0, []
        # Xlib hands 32-bit numbers over as longs.
        item = c_ulong if form == 32 else ctypes.c_ubyte
        array = ctypes.cast(values, ctypes.POINTER(item * count.value)).contents
        found = list(array) if found_form.value == form else []
        self.library.XFree(values)
        return int(kind.value), found

    # Talking to other programs

    def send(self, target: int, window: int, name: str, data: Sequence[int], mask: int = 0) -> None:
        """Send ``target`` a message about ``window``, up to five numbers; ``mask`` is ``XSendEvent``'s."""
        event = Event()
        event.client.type, event.client.window, event.client.format = xlib.CLIENT_MESSAGE, window, 32
        event.client.message_type = self.atom(name)
        event.client.data[: len(data)] = data
        self.send_event(target, event, mask)

    def ask_manager(self, window: int, name: str, data: Sequence[int]) -> None:
        """Send the window manager a request about a window (EWMH)."""
        self.send(self.root, window, name, data, xlib.SUBSTRUCTURE_MASK)

    def send_event(self, target: int, event: Event, mask: int = 0) -> None:
        """Send any event."""
        self.library.XSendEvent(self.display, target, 0, mask, byref(event))
        self.flush()

    def own(self, selection: str, window: int) -> None:
        """Have a window own a selection."""
        self.library.XSetSelectionOwner(self.display, self.atom(selection), window, xlib.CURRENT_TIME)
        self.flush()

    def convert(self, selection: str, form: str, property_name: str, window: int, time: int) -> None:
        """Ask the owner of a selection to put it, in this form, into a property of a window."""
        self.library.XConvertSelection(
            *(self.display, self.atom(selection), self.atom(form), self.atom(property_name), window, time)
        )
        self.flush()

    def flush(self) -> None:
        """Send what waits to be sent, and wait until the server has done it."""
        self.library.XSync(self.display, 0)

    def events(self) -> Iterator[Event]:
        """Yield what has come, without waiting."""
        while self.library.XPending(self.display):
            event = Event()
            self.library.XNextEvent(self.display, byref(event))
            yield event

    def next_event(self, timeout: float | None, wake: int | None = None) -> Event | None:
        """Return the next event; None if none came in time, or a file descriptor has something to read."""
        if not self.library.XPending(self.display):
            readable = [int(self.library.XConnectionNumber(self.display)), *([] if wake is None else [wake])]
            select.select(readable, [], [], timeout)
        return next(self.events(), None)
