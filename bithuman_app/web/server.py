"""The server in a thread of its own."""

import errno
import socket
import threading
from typing import Final, Self

import uvicorn
from starlette.types import ASGIApp

from ..errors import UnavailableError
from .protocol import MOST_MESSAGE_BYTES

DEFAULT_PORT: Final = 7860
#: How many ports after the wanted one are tried.
_PORTS_TRIED: Final = 100
_SHUT_DOWN_SECONDS: Final = 2
_START_SECONDS: Final = 30.0


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket on the first free port from ``port`` on (0: any).

    Raises ``UnavailableError`` if there is none, or the host is none of this machine.
    """
    last = min(port + _PORTS_TRIED, 65_535) if port else 0
    for candidate in range(port, last + 1):
        try:
            family = socket.getaddrinfo(host, candidate, type=socket.SOCK_STREAM)[0][0]
            listener = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            raise UnavailableError(f"cannot listen on {host}: {error.strerror or error}") from error
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((host, candidate))
            listener.listen(128)
            return listener
        except OSError as error:
            listener.close()
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise UnavailableError(f"cannot listen on {host}: {error.strerror}") from error
    raise UnavailableError(f"no port from {port} to {last} is free; choose another one with --port")


class Server:
    """Serves an application until stopped."""

    def __init__(self, app: ASGIApp, host: str = "127.0.0.1", port: int = DEFAULT_PORT) -> None:
        """Take a port (see ``listen``); requests wait until ``start``."""
        self._listener = listen(host, port)
        self.host, self.port = host, int(self._listener.getsockname()[1])
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            server_header=False,
            ws_max_size=MOST_MESSAGE_BYTES,
            ws_max_queue=32,
            ws_per_message_deflate=False,
            timeout_graceful_shutdown=_SHUT_DOWN_SECONDS,
            limit_concurrency=256,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="web", daemon=True
        )

    @property
    def url(self) -> str:
        """Return the page's address for a browser on this machine."""
        name = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)
        return f"http://{f'[{name}]' if ':' in name and name[0] != '[' else name}:{self.port}/"

    def start(self) -> None:
        """Serve from now on; returns when requests are answered. Raises ``UnavailableError``."""
        self._thread.start()
        waiting = threading.Event()
        for _ in range(int(_START_SECONDS / 0.01)):
            if self._server.started:
                return
            if not self._thread.is_alive():
                break
            waiting.wait(0.01)
        raise UnavailableError("the web server did not start; the log tells why")

    def request_stop(self) -> None:
        """Begin to stop, without waiting for it; a signal handler may call it."""
        self._server.should_exit = True

    def stop(self) -> None:
        """End all connections and free the port; may be called again."""
        self.request_stop()
        if self._thread.is_alive():
            self._thread.join(_SHUT_DOWN_SECONDS + 5)
        self._listener.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the server has ended, up to ``seconds``; return whether it has."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
