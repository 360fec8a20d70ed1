"""A real server on a free port, and a real browser."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset
from bithuman_app.web import Access, Server, Wardrobe, create_app
from tests.web.browsing import OpenPage
from tests.web.client import Visitor


@pytest.fixture(scope="session")
def avatar_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("avatar") / "maya.imx"
    save_avatar(bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(256, 256), name="maya")), path)
    return path


Serve = Callable[..., Server]


@pytest.fixture
def serve(avatar_file: Path) -> Iterator[Serve]:
    """Start servers that end with the test."""
    servers: list[Server] = []

    def start(password: str | None = None, port: int = 0, **options: Any) -> Server:
        access = Access("127.0.0.1", password)
        server = Server(create_app(Wardrobe(str(avatar_file)), access, **options), port=port)
        server.start()
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.stop()


@pytest.fixture
def visitor(serve: Serve) -> Iterator[Visitor]:
    """Return a visitor of a server with one session."""
    one = Visitor(serve())
    yield one
    one.close()


FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
    f"--use-file-for-fake-audio-capture={asset('audio', 'speech.wav')}",
)


def chromium_path() -> str:
    """Return where Chromium is; without it the test is skipped, or fails where it must be there."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        if os.environ.get("CI"):
            pytest.fail("there is no Chromium to test the page in")
        pytest.skip("there is no Chromium to test the page in")
    return path


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium into whose microphone somebody speaks all the time."""
    path = chromium_path()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*FLAGS])
        yield chromium
        chromium.close()


Open = Callable[..., OpenPage]


@pytest.fixture
def visit(browser: Browser) -> Iterator[Open]:
    """Open pages, each visitor (``context``) with cookies of their own."""
    contexts: list[BrowserContext] = []

    def open_page(server: Server, beside: OpenPage | None = None, **options: Any) -> OpenPage:
        if beside is None:
            contexts.append(browser.new_context(**options))
        context = beside.page.context if beside else contexts[-1]
        return OpenPage(context.new_page(), server.url)

    yield open_page
    for context in contexts:
        context.close()
