"""One stage in a window and on a page: the window first, the page as soon as it is there."""

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from ..errors import UserError

if TYPE_CHECKING:
    from ..desktop.window import Window
    from ..settings import Settings
    from ..stage import Stage
    from ..web import Server

#: A page of a stage, served until the block is left.
Serving = Callable[["Stage"], AbstractContextManager["Server"]]

_log = logging.getLogger(__name__)
_LOOK_SECONDS = 0.2


class Together:
    """Shows the window in this thread and the page from another. The one that is closed leaves the other."""

    def __init__(self, settings: "Settings", serving: Serving, ended: threading.Event) -> None:
        """``serving(stage)`` is a context in which the page is served; ``ended`` ends both."""
        self._settings, self._serving, self._ended = settings, serving, ended
        self._stage: Stage | None = None
        self._page: _Page | None = None

    def run(self, say: Callable[[str], None]) -> None:
        """Return when both are over; ``say`` tells people what goes on. Raises ``UserError``."""
        try:
            self._show_window()
            page = self._page
            if page is None or self._stage is None or self._ended.is_set():
                return
            page.ready.wait()
            if page.problem is not None:
                raise page.problem
            self._stage.choose_sound("page")
            say("the window is closed; the page goes on (Ctrl-C ends it)")
            while page.is_alive() and not self._ended.wait(_LOOK_SECONDS):
                pass
        finally:
            if self._page is not None:
                self._page.leave()
            if self._stage is not None:
                self._stage.close()

    def _show_window(self) -> None:
        from ..desktop.opening import run_window
        from ..desktop.options import WindowOptions
        from ._first_stage import rest_picture

        picture = rest_picture(self._settings)
        try:
            run_window(
                self._load,
                WindowOptions(page=True),
                picture=picture,
                begun=self._begin,
                each_moment=self._check,
            )
        except _Ended:
            return

    def _load(self) -> "Stage":
        from ._first_stage import open_stage

        self._stage = open_stage(self._settings)
        self._stage.choose_sound("window")
        return self._stage

    def _begin(self, window: "Window") -> None:
        assert self._stage is not None
        self._page = _Page(self._serving, self._stage, window.overlay.notice)
        self._page.start()

    def _check(self) -> None:
        if self._ended.is_set():
            raise _Ended


class _Ended(BaseException):
    """The program is to end."""


class _Page(threading.Thread):
    """Serves the page until it is told to leave."""

    def __init__(self, serving: Serving, stage: "Stage", notice: Callable[[str], None]) -> None:
        super().__init__(name="page", daemon=True)
        self._serving, self._stage, self._notice = serving, stage, notice
        self._leaving = threading.Event()
        self.ready = threading.Event()
        #: Why there is no page.
        self.problem: UserError | None = None

    def leave(self) -> None:
        """End the page, and wait for that."""
        self._leaving.set()
        self.join()

    def run(self) -> None:
        """Serve."""
        try:
            with self._serving(self._stage) as server:
                self.ready.set()
                while not (self._leaving.wait(_LOOK_SECONDS) or server.wait(0)):
                    pass
        except UserError as error:
            self.problem = error
            self._notice(f"there is no page: {error}")
        except Exception:
            _log.exception("the page ended")
            self._notice("the page has ended because of a fault of ours")
        finally:
            self.ready.set()
