"""A library of two avatars for the tests of commands, and a way to run commands in this process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bithuman_app import cli, logs, resources
from bithuman_app.avatar import container


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Library:
    """Runs commands that see one shipped and one installed avatar."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.shipped = self._add("assets/avatars/maya_512.imx", title="Maya", licence="CC0-1.0")
        self.installed = self._add("own/zoe.imx", title="Zoë [bold]")
        self._capture = capture

    def run(self, *arguments: str | Path) -> Outcome:
        self._capture.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        captured = self._capture.readouterr()
        return Outcome(code, captured.out, captured.err)

    def write(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path

    def _add(self, place: str, **manifest: object) -> Path:
        path = self.folder / place
        path.parent.mkdir(parents=True)
        blocks = {"picture": np.zeros((4, 6, 3), np.uint8), "thumbnail": b"\x89PNG"}
        container.write(path, {"width": 6, "height": 4, **manifest}, blocks, compress=["picture"])
        return path


def open_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Library]:
    """Yield a library in a folder of the test's own, which is also the working directory."""
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.setenv("BITHUMAN_APP_AVATAR_DIRECTORY", str(tmp_path / "own"))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "assets")
    monkeypatch.chdir(tmp_path)
    yield Library(tmp_path, capsys)
    logs.close()
