"""Showing people how ``curves`` gets on; nothing is shown where nobody watches."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import UserError
from ._avatar_output import printable
from ._common import console
from ._curve_sheet import CurveSheet

if TYPE_CHECKING:
    from rich.progress import Progress


class CurveProgress:
    """A bar over all recordings on a terminal, one line for every file that is done or failed."""

    def __init__(self, bar: "Progress | None", recordings: int, quiet: bool) -> None:
        """``quiet`` leaves out the lines about success."""
        self._bar = bar
        self._task = bar.add_task("listening", total=recordings) if bar is not None else None
        self._ended = 0
        self._quiet = quiet

    def advance(self, part: float) -> None:
        """Show that this part, 0..1, of the current recording is done."""
        if self._bar is not None and self._task is not None:
            self._bar.update(self._task, completed=self._ended + part)

    def finished(self, output: Path, sheet: CurveSheet) -> None:
        """Say that a file is there."""
        self._ended += 1
        if not self._quiet:
            aligned = f", {len(sheet.phonemes)} phonemes" if sheet.phonemes else ""
            self._say(f"{output}: {sheet.seconds:.1f} s of sound, {len(sheet.curves)} frames{aligned}")

    def failed(self, error: UserError) -> None:
        """Say that a file will not be there, and why."""
        self._ended += 1
        self._say(f"bithuman-app: {error}")

    def _say(self, line: str) -> None:
        target = self._bar.console if self._bar is not None else console()
        target.print(printable(line), markup=False, soft_wrap=True)


@contextmanager
def curve_progress(recordings: int, quiet: bool) -> Iterator[CurveProgress]:
    """Show progress while the ``with`` block runs."""
    if not console().is_terminal:
        yield CurveProgress(None, recordings, quiet)
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(), transient=True) as bar:
        yield CurveProgress(bar, recordings, quiet)
