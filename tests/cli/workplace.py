"""An empty working directory for tests of commands that bake, and a way to run them in this process."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app import cli, logs
from tests import faces


@dataclass(frozen=True)
class Outcome:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Workplace:
    """Runs commands inside a folder of the test's own."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capture = capture

    def run(self, *arguments: str | Path) -> Outcome:
        self._capture.readouterr()
        code = cli.run([str(argument) for argument in arguments])
        captured = self._capture.readouterr()
        return Outcome(code, captured.out, captured.err)

    def save(self, name: str, image: NDArray[np.uint8]) -> Path:
        path = self.folder / name
        path.write_bytes(cv2.imencode(path.suffix, image)[1].tobytes())
        return path

    def portrait(self, name: str) -> Path:
        """Write the picture of a shipped character, 512 x 512, as ``NAME.png``."""
        small = cv2.resize(faces.picture(name), (512, 512), interpolation=cv2.INTER_AREA)
        return self.save(f"{name}.png", np.asarray(small, np.uint8))

    def files(self) -> set[str]:
        """Return the names of all files there, hidden ones too."""
        return {path.name for path in self.folder.iterdir() if path.is_file()}


def open_workplace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Workplace]:
    """Yield an empty folder, which is also the working directory."""
    folder = tmp_path / "here"
    folder.mkdir()
    for name in ("LOG", "AVATAR", "CACHE"):
        monkeypatch.setenv(f"BITHUMAN_APP_{name}_DIRECTORY", str(tmp_path / name.lower()))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    monkeypatch.chdir(folder)
    yield Workplace(folder, capsys)
    logs.close()
