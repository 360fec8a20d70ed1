"""What is this file, and what is to be done with it? One answer for drops, dialogs and command lines.

A recording is played, a picture becomes the avatar, an avatar file comes on the stage.
"""

import logging
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from ..avatar.container_layout import MAGIC
from ..errors import DataError, MissingInputError, UserError
from ..session import SessionClosedError
from ..stage import Stage
from ..studio.names import free_name, name_from_file
from ..studio.uploads import is_picture, shown_title

if TYPE_CHECKING:
    from ..studio.bench import Bench

_log = logging.getLogger(__name__)

#: How often a bake's progress is shown, and an answer to Esc looked for, in seconds.
_LOOK_SECONDS: Final = 0.05
#: The process that bakes gives way to the window, but not to everything else.
_NICENESS: Final = 5
_MOST_BAKES: Final = 100
#: Avatars are baked at least this large, and at most, in pixels: a small one is blurred in a large window.
_LEAST_SIDE: Final = 512
_MOST_SIDE: Final = 1024


class FileKind(Enum):
    """What can be opened."""

    AVATAR = "avatar"
    PICTURE = "picture"
    RECORDING = "recording"


class Notice(Protocol):
    """Shows a line on the screen; with ``progress`` 0..1 a bar too. An empty line takes both away."""

    def __call__(self, text: str, *, progress: float | None = None) -> None:
        """Show it; any thread may call."""


def kind_of(path: Path) -> FileKind:
    """Say what a file is, by what it holds; what is neither avatar nor picture passes for a recording.

    Raises ``MissingInputError`` if it cannot be read, ``DataError`` for a folder.
    """
    try:
        if path.is_dir():
            raise DataError(f"{path.name or path} is a folder; open files")
        with path.open("rb") as stream:
            start = stream.read(len(MAGIC))
        # Other programs' avatars have the suffix only; opening them says what they are.
        if start == MAGIC or path.suffix.lower() == ".imx":
            return FileKind.AVATAR
        return FileKind.PICTURE if is_picture(path) else FileKind.RECORDING
    except (OSError, ValueError) as error:  # ValueError: a null character in the path
        reason = getattr(error, "strerror", None) or str(error)
        raise MissingInputError(f"cannot open {shown_title(str(path))}: {reason}") from error


class FileOpener:
    """Opens files on a stage one after the other, in a thread. Any thread may call.

    Recordings are said to their end before the next file is opened; whoever interrupts what is said, or
    opens other files, ends the wait.
    """

    def __init__(
        self, stage: Stage, notice: Notice, on_recording: Callable[[Path], None] | None = None
    ) -> None:
        """``notice`` tells people what goes on; ``on_recording`` is told what is played."""
        self._stage, self._notice = stage, notice
        self._on_recording = on_recording or (lambda path: None)
        self._changed = threading.Condition()
        self._waiting: deque[Path] = deque()
        self._busy = self._closed = False
        self._cancelled = threading.Event()
        self._thread: threading.Thread | None = None
        self._bench: Bench | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def busy(self) -> bool:
        """Return whether files are being opened or wait."""
        with self._changed:
            return self._busy or bool(self._waiting)

    def open(self, paths: Iterable[Path]) -> None:
        """Open files in their order, at once; what was still to be opened is forgotten."""
        with self._changed:
            if self._closed:
                return
            self._forget()
            self._waiting.extend(paths)
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="file opener", daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def cancel(self) -> bool:
        """Stop opening files, a bake too; return whether there was anything to stop."""
        with self._changed:
            if not (self._busy or self._waiting):
                return False
            self._forget()
            _log.info("opening files was stopped")
            return True

    def close(self) -> None:
        """Stop for good, and wait for it."""
        with self._changed:
            self._closed = True
            self._forget()
            self._changed.notify_all()
        if self._thread is not None:
            self._thread.join()
        if self._bench is not None:
            self._bench.close()
        if self._folder is not None:
            self._folder.cleanup()

    def _forget(self) -> None:
        self._waiting.clear()
        if self._busy:
            self._cancelled.set()

    # In the opener's thread

    def _serve(self) -> None:
        while (path := self._next()) is not None:
            try:
                self._open(path)
            except SessionClosedError:
                return
            except UserError as error:
                _log.info("cannot open %s: %s", path, error)
                self._notice(str(error).replace(str(path), shown_title(path.name)))
            except Exception as error:
                _log.exception("a file could not be opened")
                self._notice(f"{shown_title(path.name)} could not be opened: {error}")

    def _next(self) -> Path | None:
        with self._changed:
            self._busy = False
            self._changed.wait_for(lambda: self._waiting or self._closed)
            if self._closed:
                return None
            self._busy = True
            self._cancelled.clear()
            return self._waiting.popleft()

    def _open(self, path: Path) -> None:
        kind = kind_of(path)
        _log.info("opening %s, a %s", path, kind.value)
        if kind is FileKind.AVATAR:
            self._stage.change_avatar(self._stage.wardrobe.add(path))
        elif kind is FileKind.PICTURE:
            self._bake(path)
        else:
            self._play(path)

    def _play(self, path: Path) -> None:
        self._stage.play(path)
        self._on_recording(path)
        with self._changed:
            more = bool(self._waiting)
        while more and self._stage.saying and not self._cancelled.wait(_LOOK_SECONDS):
            pass

    def _bake(self, path: Path) -> None:
        # All that baking needs takes long to be imported, and few windows ever bake.
        from ..studio.bake_job import BakeJob
        from ..studio.bench import Bench, State

        title = shown_title(path.name)
        if self._bench is None:
            self._bench = Bench("file opener's bench", _MOST_BAKES, _NICENESS)
        if self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="bithuman-app-")
        name = free_name(name_from_file(path.name), self._stage.wardrobe.names())
        output = Path(self._folder.name) / f"{name}.imx"
        self._notice(f"{title}: beginning – Esc stops", progress=0.0)
        task = self._bench.add(BakeJob(path, title, output, name, _size(self._stage.size)), owner="window")
        try:
            while not task.wait(_LOOK_SECONDS):
                self._notice(f"{title}: {task.step or 'beginning'} – Esc stops", progress=task.share)
                if self._cancelled.is_set():
                    self._bench.cancel(task)
        finally:
            self._notice("")
        if task.state is State.CANCELLED:
            self._notice(f"{title}: stopped")
            return
        baked = task.outcome()
        self._stage.change_avatar(self._stage.wardrobe.add(baked.path))
        for warning in baked.warnings[:1]:
            self._notice(f"{title}: {warning}")


def _size(shown: tuple[int, int]) -> tuple[int, int]:
    """Return the size in which to bake: that of the avatar which is shown, but not a small one."""
    factor = max(1.0, _LEAST_SIDE / min(shown))
    width, height = (min(round(side * factor), _MOST_SIDE) for side in shown)
    return width, height
