"""As much of Xlib and its extensions as this program needs, with their types, by ``ctypes``.

Numbers are those of ``X.h``, ``Xlib.h``, ``Xutil.h`` and ``Xatom.h``. ``x_connection`` makes it comfortable.
"""

import ctypes
from collections.abc import Callable, Mapping
from ctypes import POINTER, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from functools import cache
from typing import Any, Final, NoReturn

KEY_PRESS: Final = 2
BUTTON_PRESS: Final = 4
MOTION: Final = 6
PROPERTY_NOTIFY: Final = 28
SELECTION_REQUEST: Final = 30
SELECTION_NOTIFY: Final = 31
CLIENT_MESSAGE: Final = 33
SHIFT, CONTROL = 1 << 0, 1 << 2
BUTTON_PRESS_MASK, BUTTON_RELEASE_MASK, MOTION_MASK = 1 << 2, 1 << 3, 1 << 6
SUBSTRUCTURE_MASK: Final = (1 << 19) | (1 << 20)
PROPERTY_CHANGE_MASK: Final = 1 << 22
ANY_PROPERTY_TYPE: Final = 0
XA_ATOM: Final = 4
XA_WINDOW: Final = 33
INPUT_ONLY: Final = 2
REPLACE: Final = 0
VIEWABLE: Final = 2
ICONIC: Final = 3
GRABBED: Final = 0
ASYNCHRONOUS: Final = 1
CURRENT_TIME: Final = 0
ALL_PLANES: Final = c_ulong(-1).value
Z_PIXMAP: Final = 2

_HEAD: Final = (
    ("type", c_int),
    ("serial", c_ulong),
    ("send_event", c_int),
    ("display", c_void_p),
)


class KeyEvent(ctypes.Structure):
    """``XKeyEvent``; events of buttons and motion begin alike."""

    _fields_ = (
        *_HEAD,
        ("window", c_ulong),
        ("root", c_ulong),
        ("subwindow", c_ulong),
        ("time", c_ulong),
        ("x", c_int),
        ("y", c_int),
        ("x_root", c_int),
        ("y_root", c_int),
        ("state", c_uint),
        ("keycode", c_uint),
        ("same_screen", c_int),
    )


class ClientMessage(ctypes.Structure):
    """``XClientMessageEvent`` of format 32."""

    _fields_ = (
        *_HEAD,
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class SelectionRequest(ctypes.Structure):
    """``XSelectionRequestEvent``."""

    _fields_ = (
        *_HEAD,
        ("owner", c_ulong),
        ("requestor", c_ulong),
        ("selection", c_ulong),
        ("target", c_ulong),
        ("property", c_ulong),
        ("time", c_ulong),
    )


class SelectionNotify(ctypes.Structure):
    """``XSelectionEvent``."""

    _fields_ = (
        *_HEAD,
        ("requestor", c_ulong),
        ("selection", c_ulong),
        ("target", c_ulong),
        ("property", c_ulong),
        ("time", c_ulong),
    )


class PropertyNotify(ctypes.Structure):
    """``XPropertyEvent``."""

    _fields_ = (
        *_HEAD,
        ("window", c_ulong),
        ("atom", c_ulong),
        ("time", c_ulong),
        ("state", c_int),
    )


class Event(ctypes.Union):
    """``XEvent``: one of them, as ``type`` says."""

    _fields_ = (
        ("type", c_int),
        ("key", KeyEvent),
        ("client", ClientMessage),
        ("request", SelectionRequest),
        ("selection", SelectionNotify),
        ("changed", PropertyNotify),
        ("room", c_long * 24),
    )


class Color(ctypes.Structure):
    """``XColor``."""

    _fields_ = (
        ("pixel", c_ulong),
        ("red", ctypes.c_ushort),
        ("green", ctypes.c_ushort),
        ("blue", ctypes.c_ushort),
        ("flags", ctypes.c_char),
        ("pad", ctypes.c_char),
    )


class Attributes(ctypes.Structure):
    """``XWindowAttributes``."""

    _fields_ = (
        ("x", c_int),
        ("y", c_int),
        ("width", c_int),
        ("height", c_int),
        ("border_width", c_int),
        ("depth", c_int),
        ("visual", c_void_p),
        ("root", c_ulong),
        ("c_class", c_int),
        ("bit_gravity", c_int),
        ("win_gravity", c_int),
        ("backing_store", c_int),
        ("backing_planes", c_ulong),
        ("backing_pixel", c_ulong),
        ("save_under", c_int),
        ("colormap", c_ulong),
        ("map_installed", c_int),
        ("map_state", c_int),
        ("all_event_masks", c_long),
        ("your_event_mask", c_long),
        ("do_not_propagate_mask", c_long),
        ("override_redirect", c_int),
        ("screen", c_void_p),
    )


class Image(ctypes.Structure):
    """The beginning of ``XImage``."""

    _fields_ = (
        ("width", c_int),
        ("height", c_int),
        ("xoffset", c_int),
        ("format", c_int),
        ("data", c_void_p),
        ("byte_order", c_int),
        ("bitmap_unit", c_int),
        ("bitmap_bit_order", c_int),
        ("bitmap_pad", c_int),
        ("depth", c_int),
        ("bytes_per_line", c_int),
    )


class Monitor(ctypes.Structure):
    """``XRRMonitorInfo``."""

    _fields_ = (
        ("name", c_ulong),
        ("primary", c_int),
        ("automatic", c_int),
        ("noutput", c_int),
        ("x", c_int),
        ("y", c_int),
        ("width", c_int),
        ("height", c_int),
        ("mwidth", c_int),
        ("mheight", c_int),
        ("outputs", c_void_p),
    )


_HANDLER: Final = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_LAST_HANDLER: Final = ctypes.CFUNCTYPE(c_int, c_void_p)

#: Functions by their names: what they return, then what they take.
Signatures = Mapping[str, tuple[Any, ...]]
_INTEGERS: Final = POINTER(c_int)
_NUMBERS: Final = POINTER(c_ulong)
#: Names that say what a number or a pointer is.
_display, _window, _atom, _time = c_void_p, c_ulong, c_ulong, c_ulong

_LIBRARY: Final[Signatures] = {
    "XOpenDisplay": (c_void_p, c_char_p),
    "XCloseDisplay": (c_int, _display),
    "XConnectionNumber": (c_int, _display),
    "XDefaultRootWindow": (_window, _display),
    "XDisplayWidth": (c_int, _display, c_int),
    "XDisplayHeight": (c_int, _display, c_int),
    "XFree": (c_int, c_void_p),
    "XSetErrorHandler": (c_void_p, _HANDLER),
    "XSetIOErrorHandler": (c_void_p, _LAST_HANDLER),
    # Events
    "XSync": (c_int, _display, c_int),
    "XPending": (c_int, _display),
    "XNextEvent": (c_int, _display, POINTER(Event)),
    "XSendEvent": (c_int, _display, _window, c_int, c_long, POINTER(Event)),
    "XSelectInput": (c_int, _display, _window, c_long),
    "XLookupKeysym": (c_ulong, POINTER(KeyEvent), c_int),
    # Names, properties, selections
    "XInternAtom": (_atom, _display, c_char_p, c_int),
    "XGetAtomName": (c_void_p, _display, _atom),
    "XGetWindowProperty": (
        *(c_int, _display, _window, _atom, c_long, c_long, c_int, _atom),
        *(_NUMBERS, _INTEGERS, _NUMBERS, _NUMBERS, POINTER(c_void_p)),
    ),
    "XChangeProperty": (c_int, _display, _window, _atom, _atom, c_int, c_int, c_void_p, c_int),
    "XDeleteProperty": (c_int, _display, _window, _atom),
    "XSetSelectionOwner": (c_int, _display, _atom, _window, _time),
    "XConvertSelection": (c_int, _display, _atom, _atom, _atom, _window, _time),
    # Windows
    "XCreateWindow": (
        *(_window, _display, _window, c_int, c_int, c_uint, c_uint, c_uint, c_int, c_uint),
        *(c_void_p, c_ulong, c_void_p),
    ),
    "XQueryTree": (c_int, _display, _window, _NUMBERS, _NUMBERS, POINTER(_NUMBERS), POINTER(c_uint)),
    "XGetWindowAttributes": (c_int, _display, _window, POINTER(Attributes)),
    "XTranslateCoordinates": (
        *(c_int, _display, _window, _window, c_int, c_int, _INTEGERS, _INTEGERS, _NUMBERS),
    ),
    "XMoveResizeWindow": (c_int, _display, _window, c_int, c_int, c_uint, c_uint),
    "XRaiseWindow": (c_int, _display, _window),
    "XGetImage": (*(POINTER(Image), _display, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong, c_int),),
    "XDestroyImage": (c_int, POINTER(Image)),
    # Keys and pointer
    "XGrabKeyboard": (c_int, _display, _window, c_int, c_int, c_int, _time),
    "XUngrabKeyboard": (c_int, _display, _time),
    "XGrabPointer": (c_int, _display, _window, c_int, c_uint, c_int, c_int, _window, c_ulong, _time),
    "XUngrabPointer": (c_int, _display, _time),
    "XCreateBitmapFromData": (c_ulong, _display, _window, c_char_p, c_uint, c_uint),
    "XCreatePixmapCursor": (
        *(c_ulong, _display, c_ulong, c_ulong, POINTER(Color), POINTER(Color), c_uint, c_uint),
    ),
    "XFreePixmap": (c_int, _display, c_ulong),
    "XDefineCursor": (c_int, _display, _window, c_ulong),
    "XResetScreenSaver": (c_int, _display),
}
#: By the name of an extension's library, with its version.
_EXTENSIONS: Final[Mapping[str, tuple[int, Signatures]]] = {
    "Xrandr": (
        2,
        {
            "XRRQueryVersion": (c_int, _display, _INTEGERS, _INTEGERS),
            "XRRGetMonitors": (POINTER(Monitor), _display, _window, c_int, _INTEGERS),
            "XRRFreeMonitors": (None, c_void_p),
        },
    ),
    "Xfixes": (
        3,
        {
            "XFixesQueryVersion": (c_int, _display, _INTEGERS, _INTEGERS),
            "XFixesHideCursor": (None, _display, _window),
        },
    ),
    "Xss": (
        1,
        {
            "XScreenSaverQueryExtension": (c_int, _display, _INTEGERS, _INTEGERS),
            "XScreenSaverSuspend": (None, _display, c_int),
        },
    ),
    "Xext": (
        6,
        {
            "DPMSQueryExtension": (c_int, _display, _INTEGERS, _INTEGERS),
            "DPMSInfo": (c_int, _display, POINTER(ctypes.c_ushort), POINTER(ctypes.c_ubyte)),
            "DPMSForceLevel": (c_int, _display, ctypes.c_ushort),
        },
    ),
}


@cache
def library() -> Any:
    """Return libX11. Raises ``OSError`` where there is none."""
    return _declared(ctypes.CDLL("libX11.so.6"), _LIBRARY)


@cache
def extension(name: str) -> Any:
    """Return an extension's library (``Xrandr``, ``Xfixes``, ``Xss``, ``Xext``), None where there is none."""
    version, signatures = _EXTENSIONS[name]
    try:
        return _declared(ctypes.CDLL(f"lib{name}.so.{version}"), signatures)
    except OSError:
        return None


def on_errors(end: Callable[[], NoReturn] | None = None) -> None:
    """Ignore refused requests (windows come and go), and call ``end`` when the server is gone.

    By default Xlib ends the process for either, and does so for the second if ``end`` is None.
    """
    library().XSetErrorHandler(_IGNORE)
    if end is not None:
        _LAST[:] = [_LAST_HANDLER(lambda _display: end())]
        library().XSetIOErrorHandler(_LAST[0])


#: Xlib holds no references of its own.
_IGNORE: Final = _HANDLER(lambda _display, _event: 0)
_LAST: Final[list[Any]] = []


def _declared(loaded: Any, signatures: Signatures) -> Any:
    for name, (result, *arguments) in signatures.items():
        function = getattr(loaded, name)
        function.restype, function.argtypes = result, arguments
    return loaded
