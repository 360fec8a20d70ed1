"""The whole page on a free port, with settings and folders of its own."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from bithuman_app.settings import Settings, load
from bithuman_app.stage import Wardrobe
from bithuman_app.studio import workers
from bithuman_app.web import Access, Server
from bithuman_app.web.application import application
from bithuman_app.web.page.loading import import_gradio
from tests.web.page.opened import AppPage, AppServer

Start = Callable[..., AppServer]
Open = Callable[..., AppPage]


def isolate(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Keep what the program reads and writes in a folder."""
    for name in Settings.model_fields:
        patch.delenv(f"BITHUMAN_APP_{name.upper()}", raising=False)
    folder.mkdir(exist_ok=True)
    (folder / "settings.toml").touch()
    patch.chdir(folder)
    patch.setenv("BITHUMAN_APP_SETTINGS", str(folder / "settings.toml"))
    for name in ("avatar", "cache", "log"):
        patch.setenv(f"BITHUMAN_APP_{name.upper()}_DIRECTORY", str(folder / name))


def serving(ending: ExitStack, folder: Path, avatar: Path, given: dict[str, Any]) -> AppServer:
    """Return a server with the page; ``given`` are settings as the command line gives them."""
    import_gradio()  # beforehand, so that no test waits for it beside a live avatar
    settings = load(avatar=str(avatar), **given)
    password = settings.password.get_secret_value() if settings.password else None
    access = Access(settings.host, password)
    wardrobe = Wardrobe(str(avatar), settings.avatar_directory)
    app = ending.enter_context(application(wardrobe, access, settings, given))
    server = ending.enter_context(Server(app, settings.host, 0))
    return AppServer(server, app.state.hall, folder)


@pytest.fixture(scope="module", autouse=True)
def impatient_workers() -> Iterator[None]:
    """Let the workshop's processes give way to nobody: a machine that runs tests is busy for long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workers, "POLITE", 0)
        yield


@pytest.fixture(scope="module")
def app_server(avatar_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    """Return a server for all tests of a module, with room for many users."""
    folder = tmp_path_factory.mktemp("app")
    with pytest.MonkeyPatch.context() as patch, ExitStack() as ending:
        isolate(patch, folder)
        yield serving(ending, folder, avatar_file, {"sessions": 64})


@pytest.fixture
def start(avatar_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Start servers with settings of their own; they end with the test."""
    isolate(monkeypatch, tmp_path / "own")
    with ExitStack() as ending:
        yield lambda **given: serving(ending, tmp_path / "own", avatar_file, given)


@pytest.fixture
def open_app(browser: Browser) -> Iterator[Open]:
    """Open the page, each time for another user."""
    with ExitStack() as ending:

        def open_page(server: AppServer, **options: Any) -> AppPage:
            context = ending.enter_context(browser.new_context(**options))
            return AppPage(context.new_page(), server.url)

        yield open_page


@pytest.fixture
def app_page(app_server: AppServer, open_app: Open) -> AppPage:
    """Return the page of a new user, with all tabs there and the avatar live."""
    page = open_app(app_server, viewport={"width": 1280, "height": 900})
    page.until_tabs()
    return page
