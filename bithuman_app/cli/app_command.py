"""``bithuman-app`` without a command, and ``bithuman-app app``: the page that people open."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ._common import console

if TYPE_CHECKING:
    from ..settings import Settings
    from ..web import Server

_WAIT_SECONDS = 0.5


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("app")(open_app)


def open_app(
    avatar: Annotated[
        str | None, typer.Option("--avatar", metavar="NAME|FILE", help="Who is on stage at first.")
    ] = None,
    host: Annotated[
        str | None, typer.Option("--host", metavar="ADDRESS", help="Serve the page at this address.")
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="N", help="First port to try; 0 takes any.")
    ] = None,
    password: Annotated[
        str | None,
        typer.Option(
            "--password",
            metavar="WORDS",
            help="Ask visitors for it. Others can see command lines; BITHUMAN_APP_PASSWORD is safer.",
        ),
    ] = None,
    sessions: Annotated[int | None, typer.Option("--sessions", metavar="N", help="Users at a time.")] = None,
    browser: Annotated[
        bool | None, typer.Option("--browser/--no-browser", help="Open the page in the browser.")
    ] = None,
) -> None:
    """Open the live avatar in the browser. This is what the program does without a command."""
    from ..settings import load

    given: dict[str, object] = {
        "avatar": avatar,
        "host": host,
        "port": port,
        "password": password,
        "sessions": sessions,
        "browser": browser,
    }
    serve(load(**given), given)


def serve(settings: "Settings", given: dict[str, object]) -> None:
    """Serve the page until Ctrl-C or SIGTERM; raises ``UserError`` if it cannot begin."""
    from ..stage import Wardrobe
    from ..web import Access, Server
    from ..web.application import application

    password = settings.password.get_secret_value() if settings.password else None
    access = Access(settings.host, password)
    wardrobe = Wardrobe(settings.avatar, settings.avatar_directory)
    with (
        application(wardrobe, access, settings, given) as app,
        Server(app, settings.host, settings.port) as server,
    ):
        _tell(server, settings)
        _warm_voice(settings)
        with _ended_by_signal() as ended:
            while not (ended.is_set() or server.wait(0)):
                ended.wait(_WAIT_SECONDS)


def _tell(server: "Server", settings: "Settings") -> None:
    if settings.port and server.port != settings.port:
        console().print(f"port {settings.port} is taken", markup=False)
    console().print(f"the avatar is at {server.url} (Ctrl-C ends it)", markup=False)
    if settings.browser:
        import webbrowser

        # Some browsers keep the caller waiting until they are closed.
        threading.Thread(target=webbrowser.open, args=[server.url], daemon=True).start()


def _warm_voice(settings: "Settings") -> None:
    """Load the offline voice in the background, so that the first words come as soon as all others."""

    def load() -> None:
        from ..errors import UserError
        from ..stage import speech

        with suppress(UserError):  # whoever asks it to speak is told
            speech.speaker(settings.voice, settings.voice_speed)

    threading.Thread(target=load, name="voice", daemon=True).start()


@contextmanager
def _ended_by_signal() -> Iterator[threading.Event]:
    """Yield an event that Ctrl-C and SIGTERM set."""
    ended = threading.Event()
    kinds = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(kind, lambda *_: ended.set()) for kind in kinds]
    try:
        yield ended
    finally:
        for kind, handler in zip(kinds, before, strict=True):
            signal.signal(kind, handler)
