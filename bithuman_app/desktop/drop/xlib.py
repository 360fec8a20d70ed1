"""As much of Xlib as taking a drop needs; numbers are those of ``X.h``, ``Xlib.h`` and ``Xatom.h``."""

import ctypes
import select
import sys
from collections.abc import Iterator, Sequence
from typing import Any, Final, Self

PROPERTY_NOTIFY: Final = 28
SELECTION_REQUEST: Final = 30
SELECTION_NOTIFY: Final = 31
CLIENT_MESSAGE: Final = 33
PROPERTY_CHANGE_MASK: Final = 1 << 22
XA_ATOM: Final = 4
XA_CARDINAL: Final = 6
XA_WINDOW: Final = 33
_ANY_PROPERTY_TYPE: Final = 0
_INPUT_ONLY: Final = 2
_REPLACE: Final = 0
#: The most of a property that is read, in 32-bit units: 16 MB.
_MOST_UNITS: Final = 1 << 22

_HEAD: Final = (
    ("type", ctypes.c_int),
    ("serial", ctypes.c_ulong),
    ("send_event", ctypes.c_int),
    ("display", ctypes.c_void_p),
)


class ClientMessage(ctypes.Structure):
    """``XClientMessageEvent`` of format 32."""

    _fields_ = (
        *_HEAD,
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
    )


class SelectionRequest(ctypes.Structure):
    """``XSelectionRequestEvent``."""

    _fields_ = (
        *_HEAD,
        ("owner", ctypes.c_ulong),
        ("requestor", ctypes.c_ulong),
        ("selection", ctypes.c_ulong),
        ("target", ctypes.c_ulong),
        ("property", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
    )


class SelectionNotify(ctypes.Structure):
    """``XSelectionEvent``."""

    _fields_ = (
        *_HEAD,
        ("requestor", ctypes.c_ulong),
        ("selection", ctypes.c_ulong),
        ("target", ctypes.c_ulong),
        ("property", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
    )


class PropertyNotify(ctypes.Structure):
    """``XPropertyEvent``."""

    _fields_ = (
        *_HEAD,
        ("window", ctypes.c_ulong),
        ("atom", ctypes.c_ulong),
        ("time", ctypes.c_ulong),
        ("state", ctypes.c_int),
    )


class Event(ctypes.Union):
    """``XEvent``: one of them, as ``type`` says."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("client", ClientMessage),
        ("request", SelectionRequest),
        ("selection", SelectionNotify),
        ("changed", PropertyNotify),
        ("room", ctypes.c_long * 24),
    )


#: Xlib ends the process when a window has gone that it is asked about, unless there is a handler.
_ERROR_HANDLER: Final = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda *_: 0)


class XConnection:
    """A connection to the X server. For one thread at a time."""

    def __init__(self, x11: Any, display: int) -> None:
        self._x11, self._display = x11, display
        self.root = int(x11.XDefaultRootWindow(display))

    @classmethod
    def open(cls, display: str | None = None) -> Self | None:
        """Connect to a server such as ``:0``, by default the one of ``DISPLAY``; None if there is none."""
        if sys.platform != "linux":
            return None
        try:
            x11 = _declare(ctypes.CDLL("libX11.so.6"))
        except OSError:
            return None
        opened = x11.XOpenDisplay(None if display is None else display.encode("ascii"))
        return cls(x11, opened) if opened else None

    def close(self) -> None:
        """Disconnect; windows made through it go."""
        self._x11.XCloseDisplay(self._display)

    def atom(self, name: str) -> int:
        """Return the number of a name."""
        return int(self._x11.XInternAtom(self._display, name.encode("ascii"), 0))

    # Windows

    def make_window(self) -> int:
        """Return a new window that nobody sees and that is told of changes of its properties."""
        window = int(
            self._x11.XCreateWindow(
                self._display, self.root, -10, -10, 1, 1, 0, 0, _INPUT_ONLY, None, 0, None
            )
        )
        self.watch(window)
        return window

    def watch(self, window: int) -> None:
        """Be told of changes of a window's properties, be it another program's."""
        self._x11.XSelectInput(self._display, window, PROPERTY_CHANGE_MASK)

    def children(self, window: int) -> list[int]:
        """Return the windows inside another, lowest first; none if it has gone."""
        root, parent = ctypes.c_ulong(), ctypes.c_ulong()
        found, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        known = self._x11.XQueryTree(
            *(self._display, window, ctypes.byref(root), ctypes.byref(parent)),
            *(ctypes.byref(found), ctypes.byref(count)),
        )
        if not known or not found:
            return []
        inside = [int(found[index]) for index in range(count.value)]
        self._x11.XFree(found)
        return inside

    def all_windows(self, window: int | None = None) -> Iterator[int]:
        """Yield a window (by default the root) and all inside it."""
        window = self.root if window is None else window
        yield window
        for child in self.children(window):
            yield from self.all_windows(child)

    # Properties

    def numbers(self, window: int, name: str) -> list[int]:
        """Return a property of 32-bit numbers, empty if there is none."""
        return [int(value) for value in self._property(window, self.atom(name), 32)[1]]

    def take_bytes(self, window: int, name: str) -> tuple[int, bytes]:
        """Return the type and the bytes of a property, and delete it; (0, b"") if there is none."""
        kind, values = self._property(window, self.atom(name), 8, delete=True)
        return kind, bytes(values)

    def set_numbers(self, window: int, name: str, kind: int, values: Sequence[int]) -> None:
        """Set a property of 32-bit numbers of a type such as ``XA_WINDOW``."""
        self.set_numbers_of(window, self.atom(name), kind, values)

    def set_numbers_of(self, window: int, property_atom: int, kind: int, values: Sequence[int]) -> None:
        """Set a property, known by its atom, of 32-bit numbers."""
        data = (ctypes.c_ulong * len(values))(*values)
        self._x11.XChangeProperty(self._display, window, property_atom, kind, 32, _REPLACE, data, len(values))

    def set_bytes(self, window: int, property_atom: int, kind: int, data: bytes) -> None:
        """Set a property of bytes."""
        self._x11.XChangeProperty(self._display, window, property_atom, kind, 8, _REPLACE, data, len(data))

    def remove(self, window: int, name: str) -> None:
        """Delete a property."""
        self._x11.XDeleteProperty(self._display, window, self.atom(name))

    # Talking to other programs

    def send(self, target: int, window: int, name: str, data: Sequence[int]) -> None:
        """Send ``target`` a message about ``window``, up to five numbers."""
        event = Event()
        event.client.type, event.client.window, event.client.format = CLIENT_MESSAGE, window, 32
        event.client.message_type = self.atom(name)
        for place, number in enumerate(data):
            event.client.data[place] = number
        self.send_event(target, event)

    def send_event(self, target: int, event: Event) -> None:
        """Send any event."""
        self._x11.XSendEvent(self._display, target, 0, 0, ctypes.byref(event))
        self.flush()

    def own(self, selection: str, window: int) -> None:
        """Have a window own a selection."""
        self._x11.XSetSelectionOwner(self._display, self.atom(selection), window, 0)
        self.flush()

    def convert(self, selection: str, form: str, property_name: str, window: int, time: int) -> None:
        """Ask the owner of a selection to put it, in this form, into a property of a window."""
        self._x11.XConvertSelection(
            *(self._display, self.atom(selection), self.atom(form), self.atom(property_name), window, time)
        )
        self.flush()

    def flush(self) -> None:
        """Send what waits to be sent, and wait until the server has done it."""
        self._x11.XSync(self._display, 0)

    def next_event(self, timeout: float | None, wake: int | None = None) -> Event | None:
        """Return the next event; None if none came in time, or a file descriptor has something to read."""
        if not self._x11.XPending(self._display):
            readable = [int(self._x11.XConnectionNumber(self._display)), *([] if wake is None else [wake])]
            select.select(readable, [], [], timeout)
            if not self._x11.XPending(self._display):
                return None
        event = Event()
        self._x11.XNextEvent(self._display, ctypes.byref(event))
        return event

    def _property(self, window: int, atom: int, form: int, delete: bool = False) -> tuple[int, Sequence[int]]:
        kind, found_form = ctypes.c_ulong(), ctypes.c_int()
        count, left = ctypes.c_ulong(), ctypes.c_ulong()
        values = ctypes.c_void_p()
        failed = self._x11.XGetWindowProperty(
            *(self._display, window, atom, 0, _MOST_UNITS, int(delete), _ANY_PROPERTY_TYPE),
            *(ctypes.byref(kind), ctypes.byref(found_form), ctypes.byref(count), ctypes.byref(left)),
            ctypes.byref(values),
        )
        if failed or not values.value:
            return 0, []
        # Xlib hands 32-bit numbers over as longs.
        item = ctypes.c_ulong if form == 32 else ctypes.c_ubyte
        array = ctypes.cast(values, ctypes.POINTER(item * count.value)).contents
        found = list(array) if found_form.value == form else []
        self._x11.XFree(values)
        return int(kind.value), found


def _declare(x11: Any) -> Any:
    pointer, number, integer = ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int
    signatures: dict[str, tuple[Any, list[Any]]] = {
        "XOpenDisplay": (pointer, [ctypes.c_char_p]),
        "XCloseDisplay": (integer, [pointer]),
        "XDefaultRootWindow": (number, [pointer]),
        "XInternAtom": (number, [pointer, ctypes.c_char_p, integer]),
        "XCreateWindow": (
            number,
            [pointer, number, *[integer] * 2, *[ctypes.c_uint] * 3, integer, ctypes.c_uint, pointer, number,
             pointer],
        ),
        "XSelectInput": (integer, [pointer, number, ctypes.c_long]),
        "XQueryTree": (integer, [pointer, number, pointer, pointer, pointer, pointer]),
        "XChangeProperty": (integer, [pointer, number, number, number, *[integer] * 2, pointer, integer]),
        "XDeleteProperty": (integer, [pointer, number, number]),
        "XSendEvent": (integer, [pointer, number, integer, ctypes.c_long, pointer]),
        "XSetSelectionOwner": (integer, [pointer, number, number, number]),
        "XConvertSelection": (integer, [pointer, *[number] * 5]),
        "XSync": (integer, [pointer, integer]),
        "XPending": (integer, [pointer]),
        "XConnectionNumber": (integer, [pointer]),
        "XNextEvent": (integer, [pointer, pointer]),
        "XFree": (integer, [pointer]),
        "XGetWindowProperty": (
            integer,
            [pointer, number, number, *[ctypes.c_long] * 2, integer, number, *[pointer] * 5],
        ),
    }  # fmt: skip
    for name, (result, arguments) in signatures.items():
        function = getattr(x11, name)
        function.restype, function.argtypes = result, arguments
    x11.XSetErrorHandler(_ERROR_HANDLER)
    return x11
