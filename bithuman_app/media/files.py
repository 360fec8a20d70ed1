"""Writing a file whole or not at all."""

import atexit
import errno
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from ..errors import CannotCreateError, OutputError, UserError

#: Errors that mean "there is no room", each with what to say.
_NO_ROOM: Final = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EFBIG: "the file would become larger than allowed here",
}


#: Temporary files that have not become anything yet. A signal may raise its exception between any two steps,
#: also where no ``finally`` guards; what is left in here goes when the program ends.
_unfinished: set[Path] = set()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_unfinished.clear)  # they are the parent's


class PartialFile:
    """A temporary file beside ``target`` that either becomes it (``commit``) or goes (``discard``).

    If neither happens, it goes at the end of the program.
    """

    def __init__(self, target: Path) -> None:
        """Create the temporary file, empty.

        Raises ``CannotCreateError`` if the folder does not exist or cannot be written to or ``target``
        is a folder, ``OutputError`` if the disk is full.
        """
        check_creatable(target)
        self.target = target
        self.path = partial_path(target)
        try:
            self._absolute = self.path.absolute()
            _unfinished.add(self._absolute)
            self.path.touch()
        except OSError as error:
            _unfinished.discard(self._absolute)
            raise _cannot_create(target, error) from error

    def commit(self) -> None:
        """Make the temporary file the target, replacing one that exists. Raises ``OutputError``."""
        try:
            with self.path.open("rb+") as file:
                os.fsync(file.fileno())  # a full network disk often says so only here
            self.path.replace(self.target)
            _unfinished.discard(self._absolute)
        except OSError as error:
            raise write_error(self.target, error) from error

    def discard(self) -> None:
        """Remove the temporary file if it is still there."""
        self.path.unlink(missing_ok=True)
        _unfinished.discard(self._absolute)


@atexit.register
def _remove_unfinished() -> None:
    """Remove what no block removed; signals are ignored meanwhile, for this is the last chance."""
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        for number in handlers:
            signal.signal(number, signal.SIG_IGN)
    finally:
        while _unfinished:
            with suppress(OSError):
                _unfinished.pop().unlink(missing_ok=True)
        for number, handler in handlers.items():
            signal.signal(number, handler or signal.SIG_DFL)


@contextmanager
def replace_when_written(target: Path) -> Iterator[Path]:
    """Give a temporary path to write to; rename it to ``target`` at the end, remove it on any error.

    Raises what ``PartialFile`` raises; operating-system errors inside the ``with`` block, such as a
    full disk, become ``OutputError`` too.
    """
    partial = PartialFile(target)
    try:
        yield partial.path
        partial.commit()
    except OSError as error:
        raise write_error(target, error) from error
    finally:
        partial.discard()


def partial_path(path: Path, process: int | None = None) -> Path:
    """Return the temporary path that process (default: this one) uses while it writes ``path``."""
    # Not derived from a long name: the temporary name must not be longer than what is allowed.
    return path.with_name(f".{path.name[:100]}.{os.getpid() if process is None else process}.part")


def check_creatable(path: Path) -> None:
    """Raise ``CannotCreateError`` if it is plain that a file of this name cannot be created."""
    try:
        _check_place(path)
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise _cannot_create(path, error) from error


def _check_place(path: Path) -> None:
    if path.is_dir():
        raise CannotCreateError(f"{path}: cannot be written, it is a folder")
    if path.exists() and not path.is_file():
        raise CannotCreateError(f"{path}: cannot be replaced, it is not a regular file")
    if not path.parent.exists():
        raise CannotCreateError(f"{path}: cannot be written, the folder {path.parent} does not exist")
    if not path.parent.is_dir():
        raise CannotCreateError(f"{path}: cannot be written, {path.parent} is not a folder")


def write_error(path: Path, error: BaseException) -> UserError:
    """Return the error to raise when writing ``path`` failed with an operating-system error."""
    number = getattr(error, "errno", None)
    if number in _NO_ROOM:
        return OutputError(f"{path}: {_NO_ROOM[number]}; nothing was written")
    if number in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EISDIR):
        return _cannot_create(path, error)
    return OutputError(f"{path}: writing failed ({getattr(error, 'strerror', None) or error})")


def _cannot_create(path: Path, error: BaseException) -> UserError:
    number = getattr(error, "errno", None)
    if number in _NO_ROOM:
        return OutputError(f"{path}: {_NO_ROOM[number]}; nothing was written")
    reason = {
        errno.EACCES: "permission denied",
        errno.EPERM: "permission denied",
        errno.EROFS: "the disk is read-only",
        errno.ENAMETOOLONG: "the name is too long",
    }.get(number or 0, getattr(error, "strerror", None) or str(error))
    return CannotCreateError(f"{path}: cannot be written ({reason})")
