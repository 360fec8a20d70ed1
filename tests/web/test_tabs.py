"""Tabs that are hidden, asleep or waiting for the server."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.session import Tick
from tests.web.browsing import OpenPage
from tests.web.client import PATIENCE
from tests.web.conftest import FLAGS, Open, Serve, chromium_path
from tests.web.tabs import Chromium, Tab


class Painter:
    """Paints what a stage shows, and counts."""

    def __init__(self) -> None:
        self.painted = 0
        self._lock = threading.Lock()

    def __call__(self, tick: Tick) -> NDArray[np.uint8]:
        with self._lock:
            self.painted += 1
        return tick.image()


@pytest.fixture
def chromium() -> Iterator[Chromium]:
    with Chromium(chromium_path(), FLAGS) as browser:
        yield browser


def hide(chromium: Chromium, tab: Tab) -> None:
    """Show another tab, and wait until what was on its way has come."""
    chromium.open().show()
    tab.until("document.hidden")
    wait_a_second(tab)


def open_little_window(tab: Tab) -> None:
    """Press the key for it; a browser held up for seconds forgets that a key was pressed, so try again."""
    tab.evaluate("window.problems = 0; void stage.on('problem', () => (problems += 1))")
    for attempt in range(1, 6):
        tab.press("p")
        tab.until(f"stage.status.pictureInPicture || problems >= {attempt}")
        if tab.evaluate("stage.status.pictureInPicture"):
            return
    raise AssertionError("there is no little window")


def wait_a_second(tab: Tab) -> None:
    tab.evaluate("new Promise((done) => setTimeout(done, 1000))")


def test_nothing_is_painted_for_a_hidden_tab_and_it_comes_back_live(serve: Serve, chromium: Chromium) -> None:
    painter = Painter()
    tab = chromium.open(serve(picture=painter).url)
    tab.until_live()
    hide(chromium, tab)

    before = None
    deadline = time.monotonic() + PATIENCE
    while (now := (painter.painted, tab.drawn())) != before:
        assert time.monotonic() < deadline, "pictures are still painted"
        before = now
        wait_a_second(tab)
    tab.show()
    tab.until_live()


def test_the_little_window_goes_on_while_its_tab_is_hidden(serve: Serve, chromium: Chromium) -> None:
    tab = chromium.open(serve().url)
    tab.until_live()
    open_little_window(tab)
    hide(chromium, tab)

    frames = "document.pictureInPictureElement.getVideoPlaybackQuality().totalVideoFrames"
    tab.until(f"{frames} >= {int(tab.evaluate(frames)) + 10}")


def test_a_tab_that_slept_is_live_again(serve: Serve, chromium: Chromium) -> None:
    tab = chromium.open(serve().url)
    tab.until_live()
    hide(chromium, tab)
    tab.send("Page.setWebLifecycleState", state="frozen")
    with ThreadPoolExecutor(1) as beside:  # a frozen page answers nothing
        beside.submit(threading.Event().wait, 1.0).result()
    tab.send("Page.setWebLifecycleState", state="active")

    tab.show()

    tab.until_live()


#: Notes how long the connection waits before it tries again.
NOTE_WAITING = """
window.waits = [];
const later = window.setTimeout;
window.setTimeout = (work, delay, ...rest) => {
  if (String(work).includes("#open")) window.waits.push(delay);
  return later(work, delay, ...rest);
};
"""


def test_a_page_tries_again_at_least_once_a_second(serve: Serve, visit: Open) -> None:
    server = serve()
    page: OpenPage = visit(server)
    page.page.add_init_script(NOTE_WAITING)
    page.page.reload()
    page.until_live()

    server.stop()

    page.until("window.waits.length >= 7")
    waits = page.page.evaluate("window.waits")
    assert waits[0] <= 100
    assert max(waits) == 1000
