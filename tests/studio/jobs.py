"""Small jobs for a bench; they are real ones, done in its process."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

from bithuman_app.errors import DataError
from bithuman_app.media.files import replace_when_written
from bithuman_app.studio.workers import Report

#: For whoever waits: the machine may be busy, and workers give way to everybody.
PATIENCE = 180.0


@dataclass(frozen=True)
class Note:
    """Adds a line to a file."""

    title: str
    diary: Path
    outputs: tuple[Path, ...] = ()

    def run(self, report: Report) -> str:
        report(1, 2, "writing")
        with self.diary.open("a") as file:
            file.write(f"{self.title}\n")
        return self.title.upper()


@dataclass(frozen=True)
class Endless:
    """Writes a file and never comes to its end."""

    title: str
    output: Path

    @property
    def outputs(self) -> tuple[Path, ...]:
        return (self.output,)

    def run(self, report: Report) -> None:
        with replace_when_written(self.output) as partial:
            while True:
                partial.write_bytes(b"half of it")
                report(1, 2, "writing for ever")
                time.sleep(0.02)


@dataclass(frozen=True)
class Refusing:
    """Fails as bad input does."""

    title: str
    outputs: tuple[Path, ...] = ()

    def run(self, report: Report) -> None:
        raise DataError(f"{self.title}: cannot be read")


@dataclass(frozen=True)
class Dying:
    """Takes the whole process with it."""

    title: str
    outputs: tuple[Path, ...] = ()

    def run(self, report: Report) -> None:
        os.abort()
