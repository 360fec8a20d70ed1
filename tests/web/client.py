"""A page without a browser: what it sends and gets."""

import contextlib
import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from bithuman_app.web import Server
from bithuman_app.web.protocol import WebTick

#: Long, because the machine may be busy; nothing waits that long when all is well.
PATIENCE = 120.0


@dataclass
class Visitor:
    """A page without a browser: an identity, and sockets."""

    server: Server
    cookie: str | None = None
    connections: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> http.client.HTTPResponse:
        """Send a request as a page of the server does, keep its cookie, and return the answer, read."""
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        given = {"Origin": f"http://{self.host}", "Cookie": self.cookie or "", **(headers or {})}
        connection.request(method, path, body, given)
        answer = connection.getresponse()
        answer.content = answer.read()  # type: ignore[attr-defined]
        if cookie := answer.getheader("Set-Cookie"):
            self.cookie = cookie.split(";")[0]
        connection.close()
        return answer

    def open(self, origin: str | None = "own", **headers: str) -> "Socket":
        """Open the socket; without an identity yet, the page is asked for first."""
        if self.cookie is None:
            self.request("GET", "/")
        connecting = connect(
            f"ws://{self.host}/socket",
            origin=f"http://{self.host}" if origin == "own" else origin,  # type: ignore[arg-type]
            additional_headers={"Cookie": self.cookie or "", **headers},
            compression=None,
            max_size=None,
            open_timeout=PATIENCE,
            close_timeout=1,
        )
        return Socket(self.connections.enter_context(connecting))

    def close(self) -> None:
        """Close all sockets."""
        self.connections.close()


class Socket:
    """One connection; what arrives is read until what is looked for comes."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    def send(self, kind: str, **content: Any) -> None:
        self.connection.send(json.dumps({"type": kind, **content}))

    def receive(self, timeout: float = PATIENCE) -> WebTick | dict[str, Any]:
        message = self.connection.recv(timeout)
        return WebTick.unpack(message) if isinstance(message, bytes) else json.loads(message)

    def receive_or_none(self) -> WebTick | dict[str, Any] | None:
        """Return the next message, None if the connection has ended."""
        with contextlib.suppress(ConnectionClosed):
            return self.receive()
        return None

    def tick(self, wanted: Callable[[WebTick], bool] = lambda tick: True) -> WebTick:
        """Return the next tick that is wanted."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = self.receive()
            if isinstance(message, WebTick) and wanted(message):
                return message
        raise AssertionError("no such tick came")

    def control(self, kind: str) -> dict[str, Any]:
        """Return the next control message of a kind."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            message = self.receive()
            if isinstance(message, dict) and message["type"] == kind:
                return message
        raise AssertionError(f"no {kind} came")

    def read_until_quiet(self, last: WebTick, seconds: float = 0.5) -> WebTick:
        """Return the last tick after ``last`` before nothing comes for some time."""
        with contextlib.suppress(TimeoutError):
            while True:
                message = self.receive(seconds)
                last = message if isinstance(message, WebTick) else last
        return last

    def close_code(self) -> int:
        """Read to the end and return why it ended."""
        with contextlib.suppress(Exception):
            while True:
                self.receive()
        code = self.connection.close_code
        assert code is not None
        return code
