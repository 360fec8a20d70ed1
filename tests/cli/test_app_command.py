"""``bithuman-app`` by itself: the page, from its start to its clean end."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app import cli
from bithuman_app.settings import Settings

PATIENCE = 180


class Running:
    """The program in a process of its own."""

    def __init__(self, folder: Path, *arguments: str, **variables: str) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("BITHUMAN_APP_")
        }
        (folder / "settings.toml").touch()
        environment |= {
            "BITHUMAN_APP_SETTINGS": str(folder / "settings.toml"),
            "BITHUMAN_APP_LOG_DIRECTORY": str(folder / "log"),
            "TMPDIR": str(folder),
            **variables,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "bithuman_app", *arguments, "--no-window"],
            stderr=subprocess.PIPE, text=True, env=environment, cwd=folder,
        )  # fmt: skip
        self.lines: list[str] = []

    def address(self) -> str:
        """Wait until it says where the page is."""
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.lines.append(line.rstrip())
            if found := re.search(r"http://\S+", line):
                return found.group()
        raise AssertionError(f"it does not say where the page is: {self.lines}")

    def end(self, number: signal.Signals) -> tuple[int, str]:
        """Send a signal; return the exit code and what it said last."""
        self.process.send_signal(number)
        _, said = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, said


Begin = Callable[..., Running]


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Begin]:
    """Start the program; what still runs at the end of the test is killed."""
    started: list[Running] = []

    def start(*arguments: str, **variables: str) -> Running:
        started.append(Running(tmp_path, *arguments, **variables))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.communicate()


def wait_for_tabs(address: str) -> None:
    for _ in range(PATIENCE):  # each answer waits for a second
        if '"ready":true' in page_at(address + "page/ready"):
            return
    raise AssertionError("the tabs do not come")


def page_at(address: str) -> str:
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        return str(answer.read().decode())


@pytest.mark.parametrize("arguments", [[], ["app"]], ids=["without a command", "app"])
def test_page_is_served(begin: Begin, arguments: list[str]) -> None:
    running = begin(*arguments, "--no-browser", "--port", "0")

    assert 'id="live"' in page_at(running.address())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signal_is_a_clean_end(begin: Begin, number: signal.Signals, tmp_path: Path) -> None:
    running = begin("--no-browser", "--port", "0")
    wait_for_tabs(running.address())

    assert running.end(number) == (0, "")
    assert list(tmp_path.glob("bithuman-app-*")) == []


def test_signal_while_the_tabs_are_loaded_is_a_clean_end(begin: Begin, tmp_path: Path) -> None:
    running = begin("--no-browser", "--port", "0")
    running.address()

    assert running.end(signal.SIGINT) == (0, "")
    assert list(tmp_path.glob("bithuman-app-*")) == []


def test_next_port_is_taken_and_told(begin: Begin) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        running = begin("--no-browser", "--port", str(port))

        address = running.address()

    assert f"port {port} is taken" in running.lines
    assert int(address.rstrip("/").rpartition(":")[2]) > port


def test_page_is_opened_in_the_browser(begin: Begin, tmp_path: Path) -> None:
    told = tmp_path / "told"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > {told}.new && mv {told}.new {told}\n')
    browser.chmod(0o755)

    address = begin("--port", "0", BROWSER=f"{browser} %s").address()

    for _ in range(10 * PATIENCE):
        if told.exists():
            break
        time.sleep(0.1)
    assert told.read_text().strip() == address


def test_password_of_the_environment_is_asked_for(begin: Begin) -> None:
    running = begin("--no-browser", "--port", "0", BITHUMAN_APP_PASSWORD="open sesame")

    assert "password" in page_at(running.address()).lower()
    assert "open sesame" not in "\n".join(running.lines)


@pytest.fixture
def quiet_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave no setting from outside."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BITHUMAN_APP_{name.upper()}", raising=False)
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "code", "line"),
    [
        (["--host", "0.0.0.0"], 64, "choose a password"),
        (["--password", "short"], 64, "--password cannot be this"),
        (["--port", "70000"], 64, "--port cannot be 70000"),
        (["--sessions", "0"], 64, "--sessions cannot be 0"),
        (["--avatar", "nobody"], 66, "nobody"),
        (["--host", "203.0.113.7", "--password", "long enough"], 69, "cannot listen on 203.0.113.7"),
        (["--no-such-option"], 2, "No such option"),
    ],
)
def test_what_cannot_be_is_one_line(
    arguments: list[str], code: int, line: str, quiet_place: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run([*arguments, "--no-browser", "--no-window"]) == code

    said = capsys.readouterr().err.strip()
    assert line in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ([], ["app"]),
        (["--port", "1"], ["app", "--port", "1"]),
        (["--debug", "--port", "1"], ["--debug", "app", "--port", "1"]),
        (["--settings", "mine.toml"], ["--settings", "mine.toml", "app"]),
        (["--help"], ["--help"]),
        (["--debug", "--version"], ["--debug", "--version"]),
        (["list", "--json"], ["list", "--json"]),
    ],
)
def test_command_line_without_a_command_means_the_page(given: list[str], meant: list[str]) -> None:
    assert cli._with_command(given) == meant
