"""Files dropped on the window by another program."""

import ast
import os
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app.desktop.drop import accept_drops
from bithuman_app.desktop.drop.uri_list import files_of
from tests.desktop.drag_source import URI_LIST, DragSource, uri_list
from tests.desktop.processes import Program, until
from tests.desktop.screens import Screen

Dropper = Callable[..., bool]


@pytest.fixture
def drop_window(screen: Screen, tmp_path: Path) -> Iterator[Program]:
    """Open a window that prints what is dropped on it."""
    root = Path(__file__).parents[2]
    environment = {**os.environ, **screen.environment, "PYTHONPATH": str(root), "QT_QPA_PLATFORM": "xcb"}
    command = [sys.executable, "-m", "tests.desktop.dropping"]
    program = Program(command, environment, tmp_path / "dropping.log", cwd=root)
    until(lambda: "ready" in program.output, "the window to take drops")
    yield program
    program.stop()


@pytest.fixture
def drop(drop_window: Program, screen: Screen) -> Dropper:
    """Drop data on the middle of that window."""
    x, y, width, height = screen.area(screen.window("drop here"))

    def drop_it(data: bytes, leave: bool = False, **options: object) -> bool:
        source = DragSource(screen.display, data, **options)  # type: ignore[arg-type]
        try:
            return source.drop(x + width // 2, y + height // 2, leave)
        finally:
            source.close()

    return drop_it


def dropped(program: Program, times: int = 1) -> list[list[str]]:
    """Wait for so many drops, and return the files of each."""

    def found() -> list[str] | None:
        whole = program.output.split("\n")[:-1]
        lines = [line for line in whole if line.startswith("dropped ")]
        return lines if len(lines) >= times else None

    lines: list[str] = until(found, f"{times} drops")
    return [ast.literal_eval(line.removeprefix("dropped ")) for line in lines]


# What the other program says


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"file:///tmp/a.wav\r\n", ["/tmp/a.wav"]),
        (b"file:///tmp/a%20b.wav\r\nfile:///tmp/c.png", ["/tmp/a b.wav", "/tmp/c.png"]),
        (b"# from a file manager\r\nfile:///tmp/a.wav\n\0", ["/tmp/a.wav"]),
        (b"file:///tmp/gr%C3%BC%C3%9Fe.wav", ["/tmp/grüße.wav"]),
        ("file:///tmp/grüße.wav".encode(), ["/tmp/grüße.wav"]),
        (b"file://localhost/tmp/a.wav", ["/tmp/a.wav"]),
        (b"file:/tmp/a.wav", ["/tmp/a.wav"]),
        (b"file:///tmp/50%25.wav", ["/tmp/50%.wav"]),
        (b"file:///tmp/what%3F%23.wav", ["/tmp/what?#.wav"]),
        (b"file:///tmp/what?#.wav", ["/tmp/what?#.wav"]),
        (b"", []),
    ],
)
def test_files_are_read_from_a_list(data, expected):
    assert files_of(data) == ([Path(path) for path in expected], [])


def test_a_name_that_is_no_text_is_read_as_the_disk_has_it():
    (path,), _ = files_of(b"file:///tmp/%FF%FE.wav")
    assert os.fsencode(path) == b"/tmp/\xff\xfe.wav"


def test_this_computer_may_be_named():
    (path,), _ = files_of(f"file://{socket.gethostname()}/tmp/a.wav".encode())
    assert path == Path("/tmp/a.wav")


@pytest.mark.parametrize(
    "uri", ["https://example.org/a.wav", "file://elsewhere/a.wav", "a.wav", "file:a.wav", "file:///a%00b", "http://["]
)  # fmt: skip
def test_what_is_no_file_of_this_computer_is_told_apart(uri):
    assert files_of(uri.encode() + b"\r\nfile:///tmp/a.wav") == ([Path("/tmp/a.wav")], [uri])


# Drops


def test_two_files_arrive_in_their_order(drop: Dropper, drop_window: Program):
    paths = [Path("/tmp/one.wav"), Path("/tmp/and two.wav")]
    assert drop(uri_list(paths))
    assert dropped(drop_window) == [[str(path) for path in paths]]


def test_names_may_have_any_letters(drop: Dropper, drop_window: Program):
    paths = [Path("/tmp/Grüße 100 %.wav"), Path("/tmp/日本語 #1.png")]
    assert drop(uri_list(paths))
    assert dropped(drop_window) == [[str(path) for path in paths]]


def test_one_drop_follows_another(drop: Dropper, drop_window: Program):
    assert drop(uri_list([Path("/tmp/first.wav")]))
    assert drop(uri_list([Path("/tmp/second.wav")]))
    assert dropped(drop_window, times=2) == [["/tmp/first.wav"], ["/tmp/second.wav"]]


def test_a_program_that_offers_many_forms_is_understood(drop: Dropper, drop_window: Program):
    forms = ["x-special/gnome-icon-list", "text/plain", "UTF8_STRING", URI_LIST]
    assert drop(uri_list([Path("/tmp/a.wav")]), forms=forms)
    assert dropped(drop_window) == [["/tmp/a.wav"]]


def test_a_list_that_comes_in_pieces_is_put_together(drop: Dropper, drop_window: Program):
    paths = [Path(f"/tmp/a rather long name of a file, number {number}.wav") for number in range(100)]
    assert drop(uri_list(paths), in_pieces=True)
    assert dropped(drop_window) == [[str(path) for path in paths]]


def test_text_is_not_taken(drop: Dropper, drop_window: Program):
    assert not drop(b"some words", forms=["text/plain"])
    assert "dropped" not in drop_window.output


def test_a_drag_that_leaves_drops_nothing(drop: Dropper, drop_window: Program):
    assert not drop(uri_list([Path("/tmp/a.wav")]), leave=True)
    assert drop(uri_list([Path("/tmp/b.wav")]))
    assert dropped(drop_window) == [["/tmp/b.wav"]]


def test_a_page_of_the_network_is_refused_in_one_line(drop: Dropper, drop_window: Program):
    assert not drop(b"https://example.org/picture.png\r\n")
    until(lambda: "problem Only files of this computer" in drop_window.output, "a word about it")


def test_without_a_screen_there_are_no_drops(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("DISPLAY", raising=False)
    assert accept_drops(lambda files: None) is None
