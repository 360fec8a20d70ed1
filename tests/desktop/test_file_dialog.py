"""Asking for a file, with programs that a test puts on the path."""

import sys
from pathlib import Path

import pytest

from bithuman_app.desktop.file_dialog import choose_file
from bithuman_app.errors import UnavailableError

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems bring their own dialog")


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the only folder in which programs are found."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, name: str, script: str) -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)


@pytest.mark.parametrize("name", ["zenity", "kdialog", "qarma", "yad"])
def test_the_file_that_was_chosen_is_returned(programs: Path, name: str) -> None:
    install(programs, name, "echo '/home/me/my  sound.wav'")

    assert choose_file() == Path("/home/me/my  sound.wav")


def test_nothing_is_chosen_when_the_dialog_is_cancelled(programs: Path) -> None:
    install(programs, "zenity", "exit 1")

    assert choose_file() is None


def test_without_such_a_program_it_says_what_to_do(programs: Path) -> None:
    with pytest.raises(UnavailableError, match="drop the file on the window, or install zenity"):
        choose_file()
