"""The screens of this computer, and the one that was asked for."""

import ctypes
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ...errors import UnavailableError, UsageError

_MOST_SCREENS: Final = 32


@dataclass(frozen=True)
class Screen:
    """``x`` and ``y`` are where it lies on the desktop, all in the desktop's pixels."""

    name: str
    x: int
    y: int
    width: int
    height: int
    primary: bool = False

    def __str__(self) -> str:
        """Return a line such as ``HDMI-1 1920x1080 at 0,0``."""
        return f"{self.name} {self.width}x{self.height} at {self.x},{self.y}"


def screens() -> list[Screen]:
    """Return the screens in the system's order, numbered from 1 for people.

    Raises ``UnavailableError`` if there is none.
    """
    if sys.platform == "darwin":
        found = _quartz_screens()
    else:
        from .x11 import X11

        with X11() as x11:
            found = x11.screens()
    if not found:
        raise UnavailableError("no screen is connected")
    return found


def choose(wanted: str | None, found: Sequence[Screen]) -> Screen:
    """Return the screen with a number (from 1) or a name; without one the primary, else the first.

    Raises ``UsageError`` that lists the screens if there is no such one.
    """
    if not wanted:
        return next((screen for screen in found if screen.primary), found[0])
    for number, screen in enumerate(found, 1):
        if wanted == str(number) or wanted.lower() == screen.name.lower():
            return screen
    listed = "; ".join(f"{number}: {screen}" for number, screen in enumerate(found, 1))
    raise UsageError(f"there is no screen {wanted!r}; the screens are {listed}")


class _Rectangle(ctypes.Structure):
    """Quartz's ``CGRect``."""

    _fields_ = (
        ("x", ctypes.c_double),
        ("y", ctypes.c_double),
        ("width", ctypes.c_double),
        ("height", ctypes.c_double),
    )


def _quartz_screens() -> list[Screen]:
    graphics: Any = ctypes.CDLL(
        "/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices"
    )
    graphics.CGDisplayBounds.restype = _Rectangle
    graphics.CGMainDisplayID.restype = ctypes.c_uint32
    numbers = (ctypes.c_uint32 * _MOST_SCREENS)()
    count = ctypes.c_uint32()
    graphics.CGGetActiveDisplayList(_MOST_SCREENS, numbers, ctypes.byref(count))
    found = []
    for index, number in enumerate(numbers[: count.value], 1):
        bounds = graphics.CGDisplayBounds(ctypes.c_uint32(number))
        x, y, width, height = (round(value) for value in (bounds.x, bounds.y, bounds.width, bounds.height))
        primary = number == graphics.CGMainDisplayID()
        found.append(Screen(f"display-{index}", x, y, width, height, primary))
    return found
