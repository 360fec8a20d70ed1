"""A window of OpenCV's, with its whims kept in one place."""

import sys
import time
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .x11 import XWindow

#: OpenCV knows its windows by this; people see the title.
_NAME: Final = "bithuman-app"
#: How often it is asked whether it can be seen.
_LOOK_SECONDS: Final = 0.5
#: A window that no window manager has listed by now never will be.
_MEETING_SECONDS: Final = 10.0


class ScreenWindow:
    """One window, for the thread that made it, which on macOS must be the main thread."""

    def __init__(
        self,
        title: str,
        width: int,
        height: int,
        *,
        place: tuple[int, int] | None = None,
        on_top: bool = False,
    ) -> None:
        """Open it, its inside of this size, at a ``place`` or where the system likes.

        ``on_top`` keeps it above others.
        """
        cv2.namedWindow(_NAME, cv2.WINDOW_NORMAL | cv2.WINDOW_FREERATIO | cv2.WINDOW_GUI_NORMAL)
        cv2.resizeWindow(_NAME, width, height)
        if place is not None:
            cv2.moveWindow(_NAME, *place)
        cv2.setWindowTitle(_NAME, title)
        self._size = (width, height)
        self._on_top = on_top
        self._fullscreen = False
        self._x_window: XWindow | None = None
        self._shown = False
        self._looked = self._opened = 0.0
        self._minimised = False

    def show(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture, BGR (h, w, 3), over the whole inside; seen at the next ``wait``."""
        cv2.imshow(_NAME, picture)
        if not self._shown:
            self._shown = True
            self._opened = time.monotonic()
            cv2.pollKey()
            if self._on_top and sys.platform != "linux":  # Qt's window says yes and does nothing
                cv2.setWindowProperty(_NAME, cv2.WND_PROP_TOPMOST, 1)

    def wait(self, seconds: float) -> int | None:
        """Let the window live for a while; return the key that was pressed, which ends the wait."""
        key = int(cv2.waitKeyEx(max(1, int(seconds * 1000))))
        return None if key == -1 else key

    @property
    def closed(self) -> bool:
        """Return whether somebody has closed it."""
        try:
            return self._shown and cv2.getWindowProperty(_NAME, cv2.WND_PROP_VISIBLE) < 1
        except cv2.error:  # what Qt's window raises when it is gone
            return True

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of its inside in pixels."""
        try:
            _, _, width, height = cv2.getWindowImageRect(_NAME)
        except cv2.error:
            return self._size
        if width > 0 and height > 0:
            self._size = (int(width), int(height))
        return self._size

    @property
    def fullscreen(self) -> bool:
        """Return whether it fills the screen."""
        return self._fullscreen

    @fullscreen.setter
    def fullscreen(self, fullscreen: bool) -> None:
        self._fullscreen = fullscreen
        kind = cv2.WINDOW_FULLSCREEN if fullscreen else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(_NAME, cv2.WND_PROP_FULLSCREEN, kind)

    @property
    def hidden(self) -> bool:
        """Return whether nobody can see it, as far as that can be found out (on X11)."""
        now = time.monotonic()
        if now - self._looked > _LOOK_SECONDS:
            self._looked = now
            if self._x_window is None:
                self._meet(now)
            else:
                self._minimised = self._x_window.minimised
        return self._minimised

    @property
    def number(self) -> int | None:
        """Return X11's number of the window, None elsewhere."""
        return self._x_window.number if self._x_window is not None else None

    def rename(self, title: str) -> None:
        """Change the title."""
        cv2.setWindowTitle(_NAME, title)

    def close(self) -> None:
        """Close it; may be called again."""
        if self._x_window is not None:
            self._x_window.close()
            self._x_window = None
        try:
            cv2.destroyWindow(_NAME)
        except cv2.error:
            return
        cv2.pollKey()

    def _meet(self, now: float) -> None:
        """Find the window on X11, where the window manager lists it some time after it was opened."""
        if now - self._opened < _MEETING_SECONDS:
            self._x_window = XWindow.find()
            if self._x_window is not None and self._on_top:
                self._x_window.stay_above()
