"""Who keeps a kiosk's window in front, its screen awake, and its visitors from getting out."""

import logging
import os
import sys
from dataclasses import dataclass
from typing import Final, Protocol

from .screens import Screen, choose
from .visit import Presence

#: Seconds between two looks at what lies over the window.
LOOK_EVERY: Final = 0.5
#: Seconds between two signs of life to those who would switch the screen off.
STIR_EVERY: Final = 20.0
#: A pointer that moves less far, in pixels, was shaken by the table.
_MOVED: Final = 8
#: A face that breathes, in so many pixels of the screen's middle, changes within so many seconds.
_MIDDLE: Final = 256
_FROZEN_AFTER: Final = 5.0
_Q_SYMBOLS: Final = frozenset({ord("q"), ord("Q")})
_EXIT_NO_SCREEN: Final = 69
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Happened:
    """What visitors did since the last look; ``leave`` is the staff's chord.

    ``frozen``: the screen has shown the same for longer than a living face does.
    """

    presence: tuple[Presence, ...] = ()
    leave: bool = False
    frozen: bool = False


class Guard(Protocol):
    """The guard of one screen. All methods are called by the window's thread."""

    def prepare(self) -> Screen:
        """Return the screen to fill, once, before the window opens."""

    def look(self, now: float) -> Happened:
        """Do what is due at a time in seconds, called at each frame; return what visitors did."""

    def close(self) -> None:
        """Leave screen, keys and pointer to others."""


def open_guard(wanted: str | None) -> Guard:
    """Return this system's guard of a screen (its number from 1 or its name).

    Raises ``UnavailableError`` without any screen, ``UsageError`` if there is no such one.
    """
    if sys.platform == "darwin":
        from .quartz import QuartzGuard

        return QuartzGuard(wanted)
    return X11Guard(wanted)


class X11Guard:
    """A guard on X11, and on Wayland as far as XWayland lets it."""

    def __init__(self, wanted: str | None) -> None:
        """Connect, and find the screen; raises as ``open_guard`` does."""
        from .x11 import X11

        self._wanted = wanted
        self._x11 = X11(end=lambda: os._exit(_EXIT_NO_SCREEN))
        self._screen = choose(wanted, self._x11.screens())
        self._hidden_over: int | None = None
        self._next_look = self._next_stir = float("-inf")
        self._pointer: tuple[int, int] | None = None
        self._fingerprint: int | None = None
        self._changed = float("inf")

    def prepare(self) -> Screen:
        """Do what ``Guard`` says."""
        self._x11.suspend_saver()
        return self._screen

    def look(self, now: float) -> Happened:
        """Do what ``Guard`` says."""
        if now >= self._next_stir:
            self._next_stir = now + STIR_EVERY
            self._x11.stir()
        if now >= self._next_look:
            self._next_look = now + LOOK_EVERY
            self._follow_screen()
            self._keep_front(now)
        return self._happened(now)

    def close(self) -> None:
        """Do what ``Guard`` says."""
        self._x11.close()

    def _follow_screen(self) -> None:
        """Go where the screen is: monitors are switched off and on, and change their size."""
        found = self._x11.screens()
        wanted = self._wanted if any(self._is_wanted(screen, found) for screen in found) else None
        screen = choose(wanted, found)
        if screen != self._screen:
            _log.warning("the screen changed from %s to %s", self._screen, screen)
            self._screen = screen

    def _is_wanted(self, screen: Screen, found: list[Screen]) -> bool:
        number = str(found.index(screen) + 1)
        return self._wanted is not None and self._wanted.lower() in (number, screen.name.lower())

    def _keep_front(self, now: float) -> None:
        # Asked again and again: another program may hold them for a while, or the grab be broken.
        self._x11.take_keys()
        self._x11.take_pointer()
        window = self._x11.own_window()
        if window is None:
            return
        if window != self._hidden_over:
            self._x11.hide_pointer(window)
            self._hidden_over = window
            self._changed = now
        if not self._x11.covers(window, self._screen) or not self._x11.has_focus(window):
            self._x11.bring_forward(window, self._screen)
        fingerprint = self._x11.fingerprint(window, _MIDDLE)
        if fingerprint is None or fingerprint != self._fingerprint:
            self._fingerprint, self._changed = fingerprint, now

    def _happened(self, now: float) -> Happened:
        from .. import xlib

        presence: list[Presence] = []
        leave = False
        for event in self._x11.events():
            if event.type == xlib.KEY_PRESS:
                presence.append(Presence.KEY)
                chord = xlib.CONTROL | xlib.SHIFT
                pressed = event.key.state & chord == chord
                leave |= pressed and bool(self._x11.key_symbols(event) & _Q_SYMBOLS)
            elif event.type == xlib.BUTTON_PRESS or (
                event.type == xlib.MOTION and self._moved(event.key.x_root, event.key.y_root)
            ):
                presence.append(Presence.POINTER)
        return Happened(tuple(dict.fromkeys(presence)), leave, now - self._changed > _FROZEN_AFTER)

    def _moved(self, x: int, y: int) -> bool:
        """Tell whether the pointer went further than a shake since it was last seen to move."""
        before, here = self._pointer, (x, y)
        if before is not None and max(abs(x - before[0]), abs(y - before[1])) < _MOVED:
            return False
        self._pointer = here
        return before is not None
