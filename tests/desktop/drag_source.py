"""Another program from which files are dragged: the source's side of the Xdnd protocol."""

import ctypes
import time
from collections.abc import Sequence
from pathlib import Path

from bithuman_app.desktop import xlib
from bithuman_app.desktop.x_connection import XConnection
from bithuman_app.desktop.xlib import Event
from tests.desktop.processes import PATIENCE, until
from tests.desktop.screens import Screen

URI_LIST = "text/uri-list"
_PIECE = 1000


def uri_list(paths: Sequence[Path]) -> bytes:
    """Return what file managers send."""
    return b"".join(path.absolute().as_uri().encode("ascii") + b"\r\n" for path in paths)


def drop(screen: Screen, window: str, files: Sequence[Path]) -> None:
    """Drag files onto the middle of a window once it takes drops."""
    until(lambda: "XdndProxy(WINDOW)" in screen.property(window, "XdndProxy"), "the window to take drops")
    x, y, width, height = screen.area(window)
    source = DragSource(screen.display, uri_list(files))
    try:
        assert source.drop(x + width // 2, y + height // 2)
    finally:
        source.close()


class DragSource:
    """Drags data over a screen; use it in one thread, and close it."""

    def __init__(
        self, display: str, data: bytes, forms: Sequence[str] = (URI_LIST,), in_pieces: bool = False
    ) -> None:
        connection = XConnection.open(display)
        assert connection is not None
        self._x = connection
        self._data, self._forms, self._in_pieces = data, forms, in_pieces
        self._window = connection.make_window()
        self._unsent: list[bytes] = []
        connection.own("XdndSelection", self._window)

    def close(self) -> None:
        self._x.close()

    def drop(self, x: int, y: int, leave: bool = False) -> bool:
        """Drag the data to a point of the screen and let go of it; return whether it was taken there."""
        target, proxy = self._find(x, y)
        forms = [self._x.atom(form) for form in self._forms]
        more = len(forms) > 3
        if more:
            self._x.set_numbers(self._window, "XdndTypeList", xlib.XA_ATOM, forms)
        self._x.send(proxy, target, "XdndEnter", [self._window, 5 << 24 | more, *forms[:3]])
        copy = self._x.atom("XdndActionCopy")
        for step in (-2, -1, 0):
            self._x.send(proxy, target, "XdndPosition", [self._window, 0, (x + step) << 16 | y, 0, copy])
            accepted = self._answer("XdndStatus") & 1
        if leave or not accepted:
            self._x.send(proxy, target, "XdndLeave", [self._window])
            return False
        self._x.send(proxy, target, "XdndDrop", [self._window, 0, 0])
        return bool(self._answer("XdndFinished") & 1)

    def _find(self, x: int, y: int) -> tuple[int, int]:
        """Return the window at a point that takes drops, and the window to which to send them."""
        for window in self._windows_at(x, y):
            if self._x.numbers(window, "XdndAware"):
                (proxy,) = self._x.numbers(window, "XdndProxy") or [window]
                assert self._x.numbers(proxy, "XdndProxy") == [proxy], "a proxy names itself"
                return window, proxy
        raise AssertionError("nothing there takes drops")

    def _windows_at(self, x: int, y: int) -> list[int]:
        """Return the windows at a point, from the outermost to the innermost."""
        found = [self._x.root]
        inner_x, inner_y, child = ctypes.c_int(), ctypes.c_int(), ctypes.c_ulong(self._x.root)
        while child.value:
            self._x.library.XTranslateCoordinates(
                *(self._x.display, self._x.root, found[-1], x, y),
                *(ctypes.byref(inner_x), ctypes.byref(inner_y), ctypes.byref(child)),
            )
            found += [child.value] if child.value else []
        return found

    def _answer(self, name: str) -> int:
        """Serve the data until a message of this name comes, and return its flags."""
        wanted = self._x.atom(name)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            event = self._x.next_event(0.1)
            if event is None:
                continue
            if event.type == xlib.CLIENT_MESSAGE and event.client.message_type == wanted:
                return int(event.client.data[1])
            if event.type == xlib.SELECTION_REQUEST:
                self._serve(event)
            elif event.type == xlib.PROPERTY_NOTIFY and event.changed.state == 1:
                self._send_piece()
        raise AssertionError(f"no {name} came")

    def _serve(self, event: Event) -> None:
        request = event.request
        if self._in_pieces:
            self._requestor, self._property = request.requestor, request.property
            cut = [self._data[at : at + _PIECE] for at in range(0, len(self._data), _PIECE)]
            self._unsent = [*cut, b""]
            self._x.watch(request.requestor)
            self._x.set_numbers_of(request.requestor, request.property, self._x.atom("INCR"), [1])
        else:
            self._x.set_bytes(request.requestor, request.property, request.target, self._data)
        answer = Event()
        selection = answer.selection
        selection.type, selection.requestor = xlib.SELECTION_NOTIFY, request.requestor
        selection.selection, selection.target = request.selection, request.target
        selection.property, selection.time = request.property, request.time
        self._x.send_event(request.requestor, answer)

    def _send_piece(self) -> None:
        if self._unsent:
            kind = self._x.atom(URI_LIST)
            self._x.set_bytes(self._requestor, self._property, kind, self._unsent.pop(0))
            self._x.flush()
