"""Where the curves of each recording go, and in which format."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import CannotCreateError, UsageError
from ..media.files import check_creatable
from ._curve_formats import BY_SUFFIX, FORMATS


@dataclass(frozen=True, slots=True)
class Task:
    """One recording, the file that its curves go to, and that file's format."""

    audio: Path
    output: Path
    format: str


def plan(recordings: Sequence[Path], output: Path | None, kind: str | None, several: bool) -> list[Task]:
    """Return what is to be written; makes the folder that ``output`` names for several recordings.

    Raises ``UsageError`` for an unknown format or suffix or if a recording would be overwritten,
    ``CannotCreateError`` if a place cannot be written to.
    """
    if kind is not None and kind not in FORMATS:
        raise UsageError(f"--format cannot be {kind!r}: say one of {', '.join(FORMATS)}")
    if several:
        tasks = _in_folder(recordings, output or Path(), kind or "npz")
    else:
        tasks = [_single(recordings[0], output, kind)]
    for task in tasks:
        if task.output.exists() and task.audio.exists() and task.output.samefile(task.audio):
            raise UsageError(f"{task.output}: the curves would overwrite the recording; choose another name")
        check_creatable(task.output)
    return tasks


def _single(recording: Path, output: Path | None, kind: str | None) -> Task:
    if output is None or output.is_dir():
        chosen = kind or "npz"
        return Task(recording, (output or Path()) / (recording.stem + FORMATS[chosen].suffix), chosen)
    if kind is None and output.suffix.lower() not in BY_SUFFIX:
        raise UsageError(f"{output}: its name must end in {', '.join(BY_SUFFIX)}, or say --format")
    return Task(recording, output, kind or BY_SUFFIX[output.suffix.lower()])


def _in_folder(recordings: Sequence[Path], folder: Path, kind: str) -> list[Task]:
    if folder.suffix.lower() in BY_SUFFIX and not folder.is_dir():
        raise UsageError(f"{folder}: for several recordings -o must name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CannotCreateError(f"{folder}: the folder cannot be made ({reason})") from error
    taken: set[str] = set()
    tasks = []
    for recording in recordings:
        name, number = recording.stem, 2
        while name.casefold() in taken:  # some file systems do not tell A from a
            name, number = f"{recording.stem}-{number}", number + 1
        taken.add(name.casefold())
        tasks.append(Task(recording, folder / (name + FORMATS[kind].suffix), kind))
    return tasks
