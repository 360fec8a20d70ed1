"""The program without a command, where there is a screen: one avatar in a window and on a page."""

import http.client
import json
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from tests.desktop.conftest import Launch
from tests.desktop.drag_source import drop
from tests.desktop.processes import PATIENCE, Program, until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

LOUD = 0.01


class Both:
    """The program with its window and its page."""

    def __init__(self, screen: Screen, launch: Launch, *arguments: object) -> None:
        self.screen = screen
        self.program: Program = launch("--no-browser", "--port", 0, *arguments)
        self.window = screen.window("bithuman-app")
        address = until(self._address, "the page")
        self.host = address[1]

    def _address(self) -> re.Match[str] | None:
        return re.search(r"http://(127\.0\.0\.1:\d+)/", self.program.output)

    def title(self) -> str:
        return self.screen.title(self.window)

    def press(self, *keys: str) -> None:
        self.screen.focus(self.window)
        self.screen.press(*keys)

    def get(self, path: str = "/") -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        connection.request("GET", path)
        answer = connection.getresponse()
        answer.read()
        return answer

    @contextmanager
    def socket(self) -> Iterator[ClientConnection]:
        """Watch as a page does."""
        cookie = (self.get("/stage/").getheader("Set-Cookie") or "").split(";")[0]
        with connect(
            f"ws://{self.host}/stage/socket",
            origin=f"http://{self.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": cookie},
            max_size=None,
            close_timeout=1,
        ) as connection:
            yield connection


def hear(connection: ClientConnection, kind: str) -> dict[str, Any]:
    """Return the next message of a kind that the page is told."""

    def next_one() -> dict[str, Any] | None:
        message = connection.recv(PATIENCE)
        content: dict[str, Any] = json.loads(message) if isinstance(message, str) else {}
        return content if content.get("type") == kind else None

    found: dict[str, Any] = until(next_one, f"the message {kind}")
    return found


@pytest.fixture
def both(screen: Screen, launch: Launch, avatar_file: Path) -> Both:
    return Both(screen, launch, "--avatar", avatar_file)


def test_the_page_goes_on_when_the_window_is_closed(both: Both) -> None:
    both.press("q")
    until(lambda: "the window is closed; the page goes on" in both.program.output, "the window to close")

    assert both.get().status == 200
    both.program.process.send_signal(signal.SIGINT)
    assert both.program.wait() == 0


def test_sigterm_ends_both(both: Both) -> None:
    both.program.process.terminate()

    assert both.program.wait() == 0


def test_a_change_of_the_avatar_in_the_window_appears_on_the_page(both: Both) -> None:
    with both.socket() as page:
        shown = hear(page, "welcome")["avatar"]
        both.press("n")

        until(lambda: hear(page, "avatar")["avatar"] != shown, "another avatar on the page")


def test_a_change_of_the_avatar_on_the_page_appears_in_the_window(both: Both) -> None:
    with both.socket() as page:
        page.send(json.dumps({"type": "avatar", "name": "leo"}))

        until(lambda: both.title().startswith("Leo"), "the other avatar in the window")


def test_the_sound_is_in_the_window_until_the_page_is_chosen(
    both: Both, sound_server: SoundServer, long_speech: Path
) -> None:
    with sound_server.listen() as speaker, both.socket() as page:
        drop(both.screen, both.window, [long_speech])
        until(lambda: speaker.loudness(0.5) > LOUD, "sound from the window")

        both.press("s")
        until(lambda: hear(page, "options")["sound"] == "page", "the page to be told")
        until(lambda: speaker.loudness(0.5) == 0, "silence in the window, long before the recording's end")


def test_without_a_screen_there_is_only_the_page(launch: Launch, avatar_file: Path) -> None:
    program = launch("--no-browser", "--port", 0, "--avatar", avatar_file)
    until(lambda: "the avatar is at http://127.0.0.1:" in program.output, "the page")

    program.process.terminate()

    assert program.wait() == 0


def test_a_window_that_is_asked_for_needs_a_screen(launch: Launch) -> None:
    program = launch("--window", "--no-browser")

    assert program.wait() == 69
    assert "there is no screen for a window" in program.output


def test_no_window_leaves_the_screen_alone(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    program = launch("--no-window", "--no-browser", "--port", 0, "--avatar", avatar_file)
    until(lambda: "the avatar is at http://127.0.0.1:" in program.output, "the page")

    assert screen.windows("bithuman-app") == []
