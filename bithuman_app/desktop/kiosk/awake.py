"""Asking the desktop not to blank the screen: over D-Bus on Linux, by ``caffeinate`` on macOS."""

import ctypes
import logging
import os
import subprocess
import sys
from contextlib import suppress
from ctypes import byref, c_char_p, c_int, c_uint32, c_void_p
from typing import Any, Final

_SERVICE: Final = b"org.freedesktop.ScreenSaver"
#: Where desktops have put it: the specification's path, and the one that GNOME and KDE also know.
_PATHS: Final = (b"/org/freedesktop/ScreenSaver", b"/ScreenSaver")
_SESSION_BUS: Final = 0
_STRING: Final = ord("s")
_UINT32: Final = ord("u")
_END: Final = 0
_ANSWER_MS: Final = 2000
_log = logging.getLogger(__name__)


class Awake:
    """A wish to keep the screen lit, until it is closed or the process ends."""

    def __init__(self) -> None:
        """Ask whoever is there; that nobody answers is no failure."""
        self._bus: Any = None
        self._helper: subprocess.Popen[bytes] | None = None
        try:
            if sys.platform == "darwin":
                self._helper = subprocess.Popen(["caffeinate", "-d", "-i", "-w", str(os.getpid())])
            elif os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
                self._bus = _inhibit()
        except (OSError, AttributeError) as error:  # no such program; a library without what is needed
            _log.info("nobody can be asked to keep the screen lit: %s", error)

    @property
    def granted(self) -> bool:
        """Return whether somebody promised to keep the screen lit."""
        return self._bus is not None or self._helper is not None

    def close(self) -> None:
        """Take the wish back."""
        if self._bus is not None:
            library, connection = self._bus
            library.dbus_connection_close(connection)
            library.dbus_connection_unref(connection)
            self._bus = None
        if self._helper is not None:
            with suppress(OSError):
                self._helper.terminate()
            self._helper.wait()
            self._helper = None


def _inhibit() -> tuple[Any, c_void_p] | None:
    """Ask the session's screen saver; return the library and the connection that holds the promise.

    The promise lasts as long as the connection, so a crash takes it back too.
    """
    library = _dbus()
    connection = c_void_p(library.dbus_bus_get_private(_SESSION_BUS, None))
    if not connection:
        return None
    library.dbus_connection_set_exit_on_disconnect(connection, 0)
    for path in _PATHS:
        if _ask(library, connection, path):
            return library, connection
    library.dbus_connection_close(connection)
    library.dbus_connection_unref(connection)
    return None


def _ask(library: Any, connection: c_void_p, path: bytes) -> bool:
    message = c_void_p(library.dbus_message_new_method_call(_SERVICE, path, _SERVICE, b"Inhibit"))
    application, reason = c_char_p(b"bithuman-app"), c_char_p(b"the kiosk is running")
    library.dbus_message_append_args(
        message, c_int(_STRING), byref(application), c_int(_STRING), byref(reason), c_int(_END)
    )
    reply = c_void_p(library.dbus_connection_send_with_reply_and_block(connection, message, _ANSWER_MS, None))
    library.dbus_message_unref(message)
    if not reply:
        return False
    cookie = c_uint32()
    understood = library.dbus_message_get_args(reply, None, c_int(_UINT32), byref(cookie), c_int(_END))
    library.dbus_message_unref(reply)
    return bool(understood)


def _dbus() -> Any:
    """Return libdbus with the types of what is used of it; raises ``OSError`` where there is none."""
    library: Any = ctypes.CDLL("libdbus-1.so.3")
    for name, result, arguments in (
        ("dbus_bus_get_private", c_void_p, [c_int, c_void_p]),
        ("dbus_connection_set_exit_on_disconnect", None, [c_void_p, c_uint32]),
        ("dbus_connection_close", None, [c_void_p]),
        ("dbus_connection_unref", None, [c_void_p]),
        ("dbus_message_new_method_call", c_void_p, [c_char_p, c_char_p, c_char_p, c_char_p]),
        ("dbus_message_unref", None, [c_void_p]),
        ("dbus_connection_send_with_reply_and_block", c_void_p, [c_void_p, c_void_p, c_int, c_void_p]),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    # These two take a list of arguments that ends with 0, so only their results have types.
    library.dbus_message_append_args.restype = c_uint32
    library.dbus_message_get_args.restype = c_uint32
    return library
