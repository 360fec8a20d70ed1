"""The page before its tabs are there, and how it becomes whole."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest

from bithuman_app.stage import Wardrobe
from bithuman_app.web import Access, Server, application, create_app
from bithuman_app.web.page import front
from tests.web.page.conftest import Open, Start
from tests.web.page.opened import PATIENCE, AppPage, AppServer


@pytest.fixture
def held(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """Let the tabs of servers wait until the event is set."""
    release = threading.Event()
    load = application.load_page

    def load_later(*arguments: object) -> object:
        release.wait(PATIENCE)
        return load(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(application, "load_page", load_later)
    yield release
    release.set()


def test_stage_is_live_before_the_tabs_and_stays_the_same(
    held: threading.Event, start: Start, open_app: Open
) -> None:
    page = open_app(start())
    page.page.get_by_text("Opening the tabs").wait_for()
    page.until_live()
    page.page.evaluate("window.first = stage")

    held.set()
    page.until_tabs()

    assert page.page.evaluate("window.first === stage")
    assert page.page.get_by_text("Opening the tabs").count() == 0
    assert page.problems == []


def test_tabs_that_came_later_work(held: threading.Event, start: Start, open_app: Open) -> None:
    page = open_app(start())
    page.page.get_by_text("Opening the tabs").wait_for()
    held.set()
    page.until_tabs()
    tab = page.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("Here I am.")
    tab.get_by_label("What shall it say?").press("Enter")

    page.until("heard.length === 3")


def test_tabs_that_cannot_be_loaded_are_one_clear_line(
    avatar_file: Path, open_app: Open, tmp_path: Path
) -> None:
    def load() -> NoReturn:
        raise RuntimeError("not today")

    access = Access("127.0.0.1")
    app = front.create_front(create_app(Wardrobe(str(avatar_file)), access), access, load)
    with ExitStack() as ending:
        server = ending.enter_context(Server(app, port=0))
        page = open_app(AppServer(server, app.state.hall, tmp_path))

        page.page.get_by_text("The tabs could not be opened.").wait_for()
        page.until_live()


def test_each_user_has_a_stage_and_one_more_is_told(start: Start, open_app: Open) -> None:
    server = start(sessions=2)
    first, second = open_app(server), open_app(server)
    for page in (first, second):
        page.until_tabs()

    third = open_app(server)

    third.until_wired()
    third.until("stage.status.refusal === 'taken'")
    assert len(server.hall.stages()) == 2


def test_words_go_to_the_stage_of_who_sent_them(start: Start, open_app: Open) -> None:
    server = start(sessions=2)
    first, second = open_app(server), open_app(server)
    for page in (first, second):
        page.until_tabs()
    tab = second.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("Only for me.")
    tab.get_by_label("What shall it say?").press("Enter")

    second.until("said.length")
    assert (second.page.evaluate("heard"), first.page.evaluate("heard")) == (["Only", "for", "me."], [])


def test_who_has_no_stage_is_told_so(start: Start, open_app: Open) -> None:
    server = start(sessions=1)
    open_app(server).until_tabs()
    waiting = open_app(server)
    waiting.until_wired()
    tab = waiting.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("And me?")
    tab.get_by_label("What shall it say?").press("Enter")

    assert "No avatar is on stage for you yet" in waiting.toast()


def test_two_pages_of_one_user_show_the_same(app_page: AppPage) -> None:
    beside = AppPage(app_page.page.context.new_page(), app_page.page.url)
    beside.until_tabs()
    tab = app_page.open_tab("Say")

    tab.get_by_label("What shall it say?").fill("For both of us.")
    tab.get_by_label("What shall it say?").press("Enter")

    beside.until("stage.status.state === 'speaking' || heard.length > 0")


def test_answer_is_not_lost_when_the_server_ends_the_stream_as_something_is_sent(app_page: AppPage) -> None:
    answers = app_page.hold_answers()
    box = app_page.open_tab("Say").get_by_label("What shall it say?")
    ended = answers.read_to_the_end()  # of what opening the tab has asked for

    box.fill("你好")
    with app_page.page.expect_response("**/gradio_api/queue/join*"):
        box.press("Enter")
    answers.let_go(ended)

    assert "There is nothing that an English voice could read" in app_page.toast()
