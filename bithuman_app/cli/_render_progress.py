"""Showing people how rendering gets on; nothing is shown where nobody watches."""

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self

from ..errors import UserError
from ..lipsync.curves import FRAMES_PER_SECOND
from ..studio.video_job import Rendered, VideoJob
from ._common import console

if TYPE_CHECKING:
    from rich.progress import Progress, Task, TaskID
    from rich.text import Text


class Display:
    """Progress bars on a terminal, one line for every file that is done or failed anywhere."""

    def __init__(self, jobs: list[VideoJob], quiet: bool) -> None:
        """``quiet`` leaves out the lines about success."""
        self.jobs = jobs
        self._quiet = quiet
        self._bars: Progress | None = _bars() if console().is_terminal else None
        self._tasks: dict[int, TaskID] = {}
        self._ended = 0
        self._started = time.perf_counter()
        self.rendered: dict[int, Rendered] = {}
        self.failures: dict[int, UserError] = {}

    def __enter__(self) -> Self:
        """Show the bars."""
        if self._bars is not None:
            self._bars.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Take the bars away and give the cursor back."""
        if self._bars is not None:
            self._bars.stop()

    @property
    def seconds(self) -> float:
        """Seconds since the display was made."""
        return time.perf_counter() - self._started

    def preparing(self, step: str, share: float) -> None:
        """Show how far the bake of a picture is, 0 to 1."""
        if self._bars is None:
            return
        if -1 not in self._tasks:
            self._tasks[-1] = self._bars.add_task("", total=1.0, frames=False)
        self._bars.update(self._tasks[-1], description=f"baking: {step}", completed=share)
        if share >= 1:
            self._bars.remove_task(self._tasks.pop(-1))

    def progressed(self, index: int, done: float, total: float) -> None:
        """Move one file's bar."""
        if self._bars is None:
            return
        if index not in self._tasks:
            name = _shown(self.jobs[index].audio.name)
            self._tasks[index] = self._bars.add_task(name, total=total, frames=True)
        self._bars.update(self._tasks[index], completed=done)

    def finished(self, index: int, rendered: Rendered) -> None:
        """Say that a video is there."""
        self.rendered[index] = rendered
        self._end(index)
        if not self._quiet:
            self._say(
                f"{_shown(str(rendered.output))}: {rendered.audio_seconds:.1f} s of sound, "
                f"{rendered.frames} frames, {rendered.width}x{rendered.height}, rendered in "
                f"{rendered.render_seconds:.1f} s ({rendered.realtime_factor:.1f} times real time)"
            )

    def failed(self, index: int, error: UserError) -> None:
        """Say that a video will not be there, and why."""
        self.failures[index] = error
        self._end(index)
        self._say(f"bithuman-app: {_shown(str(error))}")

    def _end(self, index: int) -> None:
        self._ended += 1
        if self._bars is not None and index in self._tasks:
            self._bars.remove_task(self._tasks.pop(index))

    def _say(self, line: str) -> None:
        if len(self.jobs) > 1 and self._bars is not None:
            line = f"[{self._ended}/{len(self.jobs)}] {line}"
        (self._bars.console if self._bars is not None else console()).print(
            line, markup=False, soft_wrap=True
        )


def _bars() -> "Progress":
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Speed(ProgressColumn):
        """Seconds of video made per second."""

        def render(self, task: "Task") -> "Text":
            if not task.fields.get("frames") or task.speed is None:
                return Text("")
            return Text(f"{task.speed / FRAMES_PER_SECOND:.1f}x real time")

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        Speed(),
        TimeRemainingColumn(),
        console=console(),
        transient=True,
    )


def _shown(text: str) -> str:
    """Replace what could steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)
