"""The functions of Xlib and its extensions that a kiosk needs, with their types, by ``ctypes``."""

import ctypes
from ctypes import POINTER, c_char_p, c_int, c_long, c_uint, c_ulong, c_void_p
from functools import cache
from typing import Any, Final

KEY_PRESS: Final = 2
BUTTON_PRESS: Final = 4
MOTION: Final = 6
CLIENT_MESSAGE: Final = 33
SHIFT, CONTROL = 1 << 0, 1 << 2
BUTTON_PRESS_MASK, BUTTON_RELEASE_MASK, MOTION_MASK = 1 << 2, 1 << 3, 1 << 6
SUBSTRUCTURE_MASK: Final = (1 << 19) | (1 << 20)
VIEWABLE: Final = 2
GRABBED: Final = 0
_ASYNC: Final = 1
CURRENT_TIME: Final = 0
ALL_PLANES: Final = ctypes.c_ulong(-1).value
Z_PIXMAP: Final = 2

_HANDLER: Final = ctypes.CFUNCTYPE(c_int, c_void_p, c_void_p)
_LAST_HANDLER: Final = ctypes.CFUNCTYPE(c_int, c_void_p)


class KeyEvent(ctypes.Structure):
    """``XKeyEvent``; events of buttons and motion begin alike."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
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
    """``XClientMessageEvent`` with longs."""

    _fields_ = (
        ("type", c_int),
        ("serial", c_ulong),
        ("send_event", c_int),
        ("display", c_void_p),
        ("window", c_ulong),
        ("message_type", c_ulong),
        ("format", c_int),
        ("data", c_long * 5),
    )


class Event(ctypes.Union):
    """``XEvent``."""

    _fields_ = (("type", c_int), ("key", KeyEvent), ("message", ClientMessage), ("pad", c_long * 24))


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


@cache
def x11() -> Any:
    """Return libX11 with the types of what is used of it. Raises ``OSError`` where there is none."""
    library: Any = ctypes.CDLL("libX11.so.6")
    display, window, atom = c_void_p, c_ulong, c_ulong
    integers = POINTER(c_int)
    windows = POINTER(c_ulong)
    _declare(library, "XOpenDisplay", c_void_p, c_char_p)
    _declare(library, "XCloseDisplay", c_int, display)
    _declare(library, "XDefaultRootWindow", window, display)
    _declare(library, "XDisplayWidth", c_int, display, c_int)
    _declare(library, "XDisplayHeight", c_int, display, c_int)
    _declare(library, "XSync", c_int, display, c_int)
    _declare(library, "XPending", c_int, display)
    _declare(library, "XNextEvent", c_int, display, POINTER(Event))
    _declare(library, "XSendEvent", c_int, display, window, c_int, c_long, POINTER(Event))
    _declare(library, "XInternAtom", atom, display, c_char_p, c_int)
    _declare(library, "XGetAtomName", c_void_p, display, atom)
    _declare(library, "XFree", c_int, c_void_p)
    _declare(
        library, "XGetWindowProperty", c_int, display, window, atom, c_long, c_long, c_int, atom,
        POINTER(atom), integers, POINTER(c_ulong), POINTER(c_ulong), POINTER(c_void_p),
    )  # fmt: skip
    _declare(
        library, "XQueryTree", c_int, display, window, windows, windows, POINTER(windows), POINTER(c_uint)
    )
    _declare(library, "XGetWindowAttributes", c_int, display, window, POINTER(Attributes))
    _declare(library, "XTranslateCoordinates", c_int, display, window, window, c_int, c_int, integers,
             integers, windows)  # fmt: skip
    _declare(library, "XGetImage", POINTER(Image), display, c_ulong, c_int, c_int, c_uint, c_uint, c_ulong,
             c_int)  # fmt: skip
    _declare(library, "XDestroyImage", c_int, POINTER(Image))
    _declare(library, "XMoveResizeWindow", c_int, display, window, c_int, c_int, c_uint, c_uint)
    _declare(library, "XRaiseWindow", c_int, display, window)
    _declare(library, "XCreateBitmapFromData", c_ulong, display, window, c_char_p, c_uint, c_uint)
    _declare(library, "XCreatePixmapCursor", c_ulong, display, c_ulong, c_ulong, POINTER(Color),
             POINTER(Color), c_uint, c_uint)  # fmt: skip
    _declare(library, "XFreePixmap", c_int, display, c_ulong)
    _declare(library, "XDefineCursor", c_int, display, window, c_ulong)
    _declare(library, "XGrabKeyboard", c_int, display, window, c_int, c_int, c_int, c_ulong)
    _declare(library, "XGrabPointer", c_int, display, window, c_int, c_uint, c_int, c_int, window, c_ulong,
             c_ulong)  # fmt: skip
    _declare(library, "XLookupKeysym", c_ulong, POINTER(KeyEvent), c_int)
    _declare(library, "XResetScreenSaver", c_int, display)
    _declare(library, "XSetErrorHandler", c_void_p, _HANDLER)
    _declare(library, "XSetIOErrorHandler", c_void_p, _LAST_HANDLER)
    return library


@cache
def extension(name: str) -> Any:
    """Return an extension's library (``Xrandr``, ``Xfixes``, ``Xss``, ``Xext``), None where there is none."""
    versions = {"Xrandr": 2, "Xfixes": 3, "Xss": 1, "Xext": 6}
    try:
        library: Any = ctypes.CDLL(f"lib{name}.so.{versions[name]}")
    except OSError:
        return None
    display, window = c_void_p, c_ulong
    if name == "Xrandr":
        _declare(library, "XRRQueryVersion", c_int, display, POINTER(c_int), POINTER(c_int))
        _declare(library, "XRRGetMonitors", POINTER(Monitor), display, window, c_int, POINTER(c_int))
        _declare(library, "XRRFreeMonitors", None, c_void_p)
    elif name == "Xfixes":
        _declare(library, "XFixesQueryVersion", c_int, display, POINTER(c_int), POINTER(c_int))
        _declare(library, "XFixesHideCursor", None, display, window)
    elif name == "Xss":
        _declare(library, "XScreenSaverQueryExtension", c_int, display, POINTER(c_int), POINTER(c_int))
        _declare(library, "XScreenSaverSuspend", None, display, c_int)
    else:
        _declare(library, "DPMSQueryExtension", c_int, display, POINTER(c_int), POINTER(c_int))
        _declare(library, "DPMSInfo", c_int, display, POINTER(ctypes.c_ushort), POINTER(ctypes.c_ubyte))
        _declare(library, "DPMSForceLevel", c_int, display, ctypes.c_ushort)
    return library


def grab_keyboard(display: c_void_p, window: int) -> bool:
    """Let all keys come to this connection; False while another program has them."""
    library = x11()
    return bool(library.XGrabKeyboard(display, window, 0, _ASYNC, _ASYNC, CURRENT_TIME) == GRABBED)


def grab_pointer(display: c_void_p, window: int, cursor: int) -> bool:
    """Let all clicks and motion come to this connection, under this cursor; False while another has them."""
    mask = BUTTON_PRESS_MASK | BUTTON_RELEASE_MASK | MOTION_MASK
    return bool(
        x11().XGrabPointer(display, window, 0, mask, _ASYNC, _ASYNC, 0, cursor, CURRENT_TIME) == GRABBED
    )


def on_errors(end: Any) -> None:
    """Ignore refused requests (windows come and go), and call ``end`` when the server is gone.

    By default Xlib ends the process for either. ``end`` must not return.
    """
    library = x11()
    _KEPT[:] = [_HANDLER(lambda _display, _event: 0), _LAST_HANDLER(lambda _display: end())]
    library.XSetErrorHandler(_KEPT[0])
    library.XSetIOErrorHandler(_KEPT[1])


#: Xlib holds no reference of its own.
_KEPT: list[Any] = []


def _declare(library: Any, name: str, result: Any, *arguments: Any) -> None:
    function = getattr(library, name)
    function.restype, function.argtypes = result, list(arguments)
