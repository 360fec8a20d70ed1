"""Serve the page: ``python -m bithuman_app.web``."""

import argparse
import os
import signal
import sys
import webbrowser

from ..errors import UserError
from . import Access, Server, Wardrobe, create_app
from .server import DEFAULT_PORT

PASSWORD_VARIABLE = "BITHUMAN_APP_PASSWORD"


def main() -> int:
    """Serve until interrupted; return the exit code."""
    arguments = _parser().parse_args()
    try:
        _serve(arguments)
    except UserError as error:
        print(f"bithuman-app: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _serve(arguments: argparse.Namespace) -> None:
    access = Access(arguments.host, arguments.password or os.environ.get(PASSWORD_VARIABLE) or None)
    app = create_app(Wardrobe(arguments.avatar), access, arguments.sessions)
    with Server(app, arguments.host, arguments.port) as server:
        signal.signal(signal.SIGTERM, lambda *_: server.request_stop())
        if server.port != arguments.port and arguments.port:
            print(f"Port {arguments.port} is taken.", flush=True)
        print(f"The avatar is at {server.url} (Ctrl-C ends it)", flush=True)
        if not arguments.no_browser:
            webbrowser.open(server.url)
        try:
            while not server.wait(0.5):
                pass
        except KeyboardInterrupt:
            pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bithuman_app.web", description=__doc__)
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
    )
    parser.add_argument(
        "--port", type=_port, default=DEFAULT_PORT, help="first port to try (default: %(default)s)"
    )
    parser.add_argument("--password", help=f"ask visitors for it; better set {PASSWORD_VARIABLE}")
    parser.add_argument(
        "--sessions", type=_sessions, default=1, help="users at a time (default: %(default)s)"
    )
    parser.add_argument("--avatar", default="maya", help="name or .imx file (default: %(default)s)")
    parser.add_argument("--no-browser", action="store_true", help="do not open the page")
    return parser


def _port(text: str) -> int:
    return _whole(text, 0, 65_535)


def _sessions(text: str) -> int:
    return _whole(text, 1, 64)


def _whole(text: str, least: int, most: int) -> int:
    value = int(text)
    if not least <= value <= most:
        raise argparse.ArgumentTypeError(f"must be {least} to {most}")
    return value


if __name__ == "__main__":
    sys.exit(main())
