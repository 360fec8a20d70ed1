"""A kiosk's guard on macOS: no Dock, no menu bar, no way to another program, no pointer."""

import ctypes
from ctypes import c_bool, c_char_p, c_double, c_int, c_uint32, c_ulong, c_void_p
from typing import Any, Final

from .guard import Happened
from .screens import Screen, choose, screens
from .visit import Presence

#: NSApplicationPresentationOptions: hide the Dock and the menu bar; no Apple menu, no switching of
#: programs, no forced quit, no logging out, no hiding.
_OPTIONS: Final = (1 << 1) | (1 << 3) | (1 << 4) | (1 << 5) | (1 << 6) | (1 << 7) | (1 << 8)
_SESSION_STATE: Final = 0  # kCGEventSourceStateCombinedSessionState
_POINTER_EVENTS: Final = (1, 5)  # kCGEventLeftMouseDown, kCGEventMouseMoved
_KEY_DOWN: Final = 10  # kCGEventKeyDown
_CHORD: Final = 0x20000 | 0x40000  # kCGEventFlagMaskShift | kCGEventFlagMaskControl
_Q_KEY: Final = 12  # kVK_ANSI_Q
_LOOK_EVERY: Final = 0.5


class QuartzGuard:
    """Does what ``guard.Guard`` says, on macOS."""

    def __init__(self, wanted: str | None) -> None:
        """Find the screen; raises as ``guard.open_guard`` does."""
        self._screen = choose(wanted, screens())
        frameworks = "/System/Library/Frameworks"
        self._services: Any = _typed(
            ctypes.CDLL(f"{frameworks}/ApplicationServices.framework/ApplicationServices")
        )
        self._next_look = self._last_look = float("-inf")
        self._hidden = False

    def prepare(self) -> Screen:
        """Do what ``Guard`` says."""
        return self._screen

    def look(self, now: float) -> Happened:
        """Do what ``Guard`` says."""
        if now >= self._next_look:
            self._next_look = now + _LOOK_EVERY
            self._take_over()
        since, self._last_look = now - self._last_look, now
        presence = []
        if self._seconds_since(_KEY_DOWN) < since:
            presence.append(Presence.KEY)
        if min(self._seconds_since(kind) for kind in _POINTER_EVENTS) < since:
            presence.append(Presence.POINTER)
        return Happened(tuple(presence), self._chord_is_down())

    def close(self) -> None:
        """Do what ``Guard`` says."""
        if self._hidden:
            self._services.CGDisplayShowCursor(0)
            _set_presentation(0)

    def _take_over(self) -> None:
        """Make ours the front program, again if something has come before it."""
        if not self._hidden:
            self._services.CGDisplayHideCursor(0)
            self._hidden = True
        _set_presentation(_OPTIONS)

    def _seconds_since(self, kind: int) -> float:
        return float(self._services.CGEventSourceSecondsSinceLastEventType(_SESSION_STATE, kind))

    def _chord_is_down(self) -> bool:
        flags = int(self._services.CGEventSourceFlagsState(_SESSION_STATE))
        return flags & _CHORD == _CHORD and bool(self._services.CGEventSourceKeyState(_SESSION_STATE, _Q_KEY))


def _typed(services: Any) -> Any:
    services.CGEventSourceSecondsSinceLastEventType.restype = c_double
    services.CGEventSourceSecondsSinceLastEventType.argtypes = [c_int, c_uint32]
    services.CGEventSourceFlagsState.restype = ctypes.c_uint64
    services.CGEventSourceFlagsState.argtypes = [c_int]
    services.CGEventSourceKeyState.restype = c_bool
    services.CGEventSourceKeyState.argtypes = [c_int, ctypes.c_uint16]
    services.CGDisplayHideCursor.argtypes = services.CGDisplayShowCursor.argtypes = [c_uint32]
    return services


def _set_presentation(options: int) -> None:
    """Set the application's presentation options and bring it to the front (AppKit, by messages)."""
    runtime: Any = ctypes.CDLL("/usr/lib/libobjc.dylib")
    runtime.objc_getClass.restype = runtime.sel_registerName.restype = c_void_p
    runtime.objc_getClass.argtypes = runtime.sel_registerName.argtypes = [c_char_p]

    def send(receiver: Any, message: str, *values: Any, kinds: tuple[Any, ...] = ()) -> Any:
        kind = ctypes.CFUNCTYPE(c_void_p, c_void_p, c_void_p, *kinds)
        function = kind(("objc_msgSend", runtime))
        return function(receiver, runtime.sel_registerName(message.encode()), *values)

    application = send(runtime.objc_getClass(b"NSApplication"), "sharedApplication")
    send(application, "setPresentationOptions:", options, kinds=(c_ulong,))
    if options:
        send(application, "activateIgnoringOtherApps:", True, kinds=(c_bool,))
