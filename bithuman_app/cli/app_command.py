"""``bithuman-app`` without a command, and ``bithuman-app app``: the window and the page."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from ._common import console
from ._threads import keep_numpy_to_one_thread

if TYPE_CHECKING:
    from ..settings import Settings
    from ..stage import Stage
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
    window: Annotated[
        bool | None,
        typer.Option(
            "--window/--no-window", help="Show the avatar in a window too, where there is a screen."
        ),
    ] = None,
) -> None:
    """Show the live avatar in a window and in the browser. The program does this without a command.

    Both show the same avatar; either may be closed.
    """
    keep_numpy_to_one_thread()
    from ..desktop.preflight import has_screen, require_screen

    if window:
        require_screen()
    from ..settings import load

    given: dict[str, object] = {
        "avatar": avatar,
        "host": host,
        "port": port,
        "password": password,
        "sessions": sessions,
        "browser": browser,
    }
    settings = load(**given)
    if has_screen() if window is None else window:
        from ._window_and_page import Together

        with _ended_by_signal() as ended:
            Together(settings, lambda stage: _serving(settings, given, stage), ended).run(_say)
    else:
        serve(settings, given)


def serve(settings: "Settings", given: dict[str, object]) -> None:
    """Serve the page until Ctrl-C or SIGTERM; raises ``UserError`` if it cannot begin."""
    with _ended_by_signal() as ended, _serving(settings, given) as server:
        while not (ended.is_set() or server.wait(0)):
            ended.wait(_WAIT_SECONDS)


@contextmanager
def _serving(
    settings: "Settings", given: dict[str, object], shared: "Stage | None" = None
) -> Iterator["Server"]:
    """Serve the page, of a stage that is there already if there is one; raises ``UserError``."""
    from ..web import Access, Server
    from ..web.application import application
    from ._first_stage import open_wardrobe

    password = settings.password.get_secret_value() if settings.password else None
    access = Access(settings.host, password)
    wardrobe = shared.wardrobe if shared else open_wardrobe(settings)
    with (
        application(wardrobe, access, settings, given, shared=shared) as app,
        Server(app, settings.host, settings.port) as server,
    ):
        _tell(server, settings)
        _warm_voice(settings)
        yield server


def _say(text: str) -> None:
    console().print(text, markup=False)


def _tell(server: "Server", settings: "Settings") -> None:
    if settings.port and server.port != settings.port:
        _say(f"port {settings.port} is taken")
    _say(f"the avatar is at {server.url} (Ctrl-C ends it)")
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

    # No daemon: a thread that is inside of a library when Python ends aborts the process.
    threading.Thread(target=load, name="voice").start()


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
