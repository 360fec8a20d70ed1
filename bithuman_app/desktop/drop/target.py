"""A window beside OpenCV's that takes drops for it: the proxy of the Xdnd protocol, version 5.

https://www.freedesktop.org/wiki/Specifications/XDND: the program that files are dragged from sends Enter,
Position (again and again), and Drop or Leave. Position is answered by Status, Drop by Finished, when the data
was fetched from the selection ``XdndSelection``.
"""

import logging
import os
import select
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, Self

from .. import xlib
from ..x_connection import XConnection
from ..xlib import ClientMessage, Event, SelectionNotify
from .uri_list import files_of

_log = logging.getLogger(__name__)

_VERSION: Final = 5
_FORM: Final = "text/uri-list"
#: Where the list is put by the program that has it.
_PROPERTY: Final = "BITHUMAN_APP_DROP"
_PROXY: Final = "XdndProxy"
_AWARE: Final = "XdndAware"
#: Bits of Status: it will be taken, and Position is wanted all the time.
_ACCEPT: Final = 1
_ALWAYS: Final = 2
#: A list that comes in pieces and grows beyond this is no list of files.
_MOST_BYTES: Final = 1 << 24

#: The window manager knows a window some time after it was opened; without a manager it never will.
_PATIENCE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.1

FilesCallback = Callable[[Sequence[Path]], None]


class DropTarget:
    """Takes files that are dropped on one window, in a thread, until it is closed."""

    def __init__(
        self,
        connection: XConnection,
        window: int | None,
        on_files: FilesCallback,
        on_problem: Callable[[str], None],
    ) -> None:
        """``window`` is X11's number of the window that people see; see ``open``."""
        self._x, self._window = connection, window or 0
        self._on_files, self._on_problem = on_files, on_problem
        self._proxy = connection.make_window()
        self._source = 0
        self._taken = False
        #: What has come so far of a list in pieces; None: there is none on its way.
        self._pieces: list[bytes] | None = None
        self._handlers: dict[int, Callable[[ClientMessage], None]] = {
            connection.atom("XdndEnter"): self._enter,
            connection.atom("XdndPosition"): self._position,
            connection.atom("XdndLeave"): self._leave,
            connection.atom("XdndDrop"): self._drop,
        }
        self._wake, self._waker = os.pipe()
        self._closed = False
        self._ready = False
        self._thread = threading.Thread(target=self._serve, name="drop target", daemon=True)
        self._thread.start()

    @classmethod
    def open(
        cls, on_files: FilesCallback, on_problem: Callable[[str], None], window: int | None = None
    ) -> Self | None:
        """Take drops on a window, or on this process' window as soon as it is there.

        Returns None if there is no X server.
        """
        connection = XConnection.open()
        return None if connection is None else cls(connection, window, on_files, on_problem)

    @property
    def ready(self) -> bool:
        """Return whether other programs can see by now that drops are taken."""
        return self._ready

    def close(self) -> None:
        """Take no more drops; may be called again."""
        if not self._closed:
            self._closed = True
            os.write(self._waker, b"x")
            if self._thread is not threading.current_thread():
                self._thread.join()

    # In the target's thread

    def _serve(self) -> None:
        try:
            if not self._window:
                self._find_window()
            if self._window:
                self._announce()
            while not self._closed:
                event = self._x.next_event(None, self._wake)
                if event is not None:
                    self._handle(event)
            self._x.remove(self._window, _PROXY)
            self._x.flush()
        finally:
            self._x.close()
            os.close(self._wake)
            os.close(self._waker)

    def _find_window(self) -> None:
        """Wait until a window of this process is there that the window manager knows, if there is one."""
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while not (self._closed or self._window):
            late = time.monotonic() > deadline
            self._window = _own_window(self._x, managed=not late)
            if late:
                return
            select.select([self._wake], [], [], 0 if self._window else _LOOK_SECONDS)

    def _announce(self) -> None:
        # The window manager's frame has no XdndAware, so sources look further and find the window itself.
        for window in (self._proxy, self._window):
            self._x.set_numbers(window, _PROXY, xlib.XA_WINDOW, [self._proxy])
            self._x.set_numbers(window, _AWARE, xlib.XA_ATOM, [_VERSION])
        self._x.flush()
        self._ready = True

    def _handle(self, event: Event) -> None:
        try:
            if event.type == xlib.CLIENT_MESSAGE:
                handler = self._handlers.get(event.client.message_type)
                if handler is not None:
                    handler(event.client)
            elif event.type == xlib.SELECTION_NOTIFY:
                self._receive(event.selection)
            elif event.type == xlib.PROPERTY_NOTIFY and self._pieces is not None:
                self._receive_piece(event)
        except Exception:
            _log.exception("a drop could not be taken")

    def _enter(self, message: ClientMessage) -> None:
        self._source = message.data[0]
        forms = [form for form in message.data[2:5] if form]
        if message.data[1] & 1:  # there are more than three
            forms = self._x.numbers(self._source, "XdndTypeList")
        self._taken = self._x.atom(_FORM) in forms
        self._pieces = None

    def _position(self, message: ClientMessage) -> None:
        answer = _ACCEPT | _ALWAYS if self._taken else 0
        action = self._x.atom("XdndActionCopy") if self._taken else 0
        self._x.send(message.data[0], message.data[0], "XdndStatus", [self._window, answer, 0, 0, action])

    def _leave(self, _message: ClientMessage) -> None:
        self._source = 0

    def _drop(self, message: ClientMessage) -> None:
        self._source = message.data[0]
        if self._taken:
            self._x.convert("XdndSelection", _FORM, _PROPERTY, self._proxy, message.data[2])
        else:
            self._finish(False)

    def _receive(self, event: SelectionNotify) -> None:
        if not event.property:
            self._finish(False)
            return
        kind, data = self._x.take_bytes(self._proxy, _PROPERTY)
        if kind == self._x.atom("INCR"):  # a long list comes in pieces (ICCCM 2.7.2)
            self._pieces = []
        else:
            self._deliver(data)

    def _receive_piece(self, event: Event) -> None:
        new = event.changed.state == 0
        if not new or event.changed.atom != self._x.atom(_PROPERTY) or self._pieces is None:
            return
        _, data = self._x.take_bytes(self._proxy, _PROPERTY)
        self._pieces.append(data)
        if not data or sum(map(len, self._pieces)) > _MOST_BYTES:
            whole, self._pieces = b"".join(self._pieces), None
            self._deliver(whole)

    def _deliver(self, data: bytes) -> None:
        files, others = files_of(data)
        # First, for the other program waits for it.
        self._finish(bool(files))
        _log.info("%s files were dropped, and %s other things", len(files), len(others))
        if files:
            self._on_files(files)
        if others or not files:
            self._on_problem("Only files of this computer can be dropped here; save it first")

    def _finish(self, taken: bool) -> None:
        if self._source:
            action = self._x.atom("XdndActionCopy") if taken else 0
            self._x.send(self._source, self._source, "XdndFinished", [self._window, int(taken), action])
        self._source = 0


def _own_window(connection: XConnection, managed: bool) -> int:
    """Return a window of this process, one that the window manager knows if ``managed``; 0 for none."""
    for window in connection.all_windows():
        own = connection.numbers(window, "_NET_WM_PID")[:1] == [os.getpid()]
        if own and (not managed or connection.numbers(window, "WM_STATE")):
            return window
    return 0
