"""A folder for what need not outlive the program: sounds, pictures, videos until they are fetched."""

import atexit
import os
import secrets
import shutil
import threading
from pathlib import Path
from typing import Final

from ..errors import CannotCreateError, DataError, OutputError

#: What all files of the folder may hold together, and what must stay free on its disk.
MOST_BYTES: Final = 4 * 1024**3
LEAST_FREE_BYTES: Final = 512 * 1024**2
_PREFIX: Final = "workshop-"
_COPY_BYTES: Final = 1024 * 1024


class Folder:
    """A new folder that is removed at the end, also of a program that is left by an exception.

    Names inside are made here; nothing that somebody sends becomes part of a path.
    """

    def __init__(
        self, parent: Path, most_bytes: int = MOST_BYTES, least_free_bytes: int = LEAST_FREE_BYTES
    ) -> None:
        """Create it inside ``parent``, which is made if need be, and remove what a killed program left.

        Raises ``CannotCreateError`` where that is impossible.
        """
        self._most_bytes, self._least_free_bytes = most_bytes, least_free_bytes
        self._lock = threading.Lock()
        try:
            parent.mkdir(parents=True, exist_ok=True)
            _remove_left_behind(parent)
            self.path = parent / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(6)}"
            self.path.mkdir(mode=0o700)
        except OSError as error:
            raise CannotCreateError(f"{parent}: the workshop's folder cannot be made ({error})") from error
        atexit.register(self.remove)

    def new_path(self, suffix: str) -> Path:
        """Return the path of a file to be, which ends in ``suffix``."""
        return self.path / f"{secrets.token_hex(12)}{suffix}"

    def new_folder(self) -> Path:
        """Return a new, empty folder inside."""
        path = self.path / secrets.token_hex(12)
        path.mkdir()
        return path

    def keep(self, source: Path, most_bytes: int, what: str) -> Path:
        """Copy a file in and return its path; ``what`` names it in messages.

        Raises ``DataError`` for one of more than ``most_bytes`` and what ``check_room`` raises.
        """
        self.check_room()
        target = self.new_path("")
        try:
            with source.open("rb") as file, target.open("xb") as copy:
                while block := file.read(_COPY_BYTES):
                    most_bytes -= len(block)
                    if most_bytes < 0:
                        raise DataError(f"{what}: the file is too large")
                    copy.write(block)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise OutputError(f"{what}: the file cannot be kept ({error.strerror})") from error
        except DataError:
            target.unlink(missing_ok=True)
            raise
        return target

    def check_room(self) -> None:
        """Raise ``OutputError`` if the folder is full or its disk nearly is."""
        with self._lock:
            held = sum(_size(path) for path in self.path.rglob("*"))
        if held > self._most_bytes:
            raise OutputError(
                f"the workshop holds {held / 1e9:.1f} GB, which is all it may; remove some finished videos"
            )
        if shutil.disk_usage(self.path).free < self._least_free_bytes:
            raise OutputError("the disk is nearly full; make some room first")

    def remove(self) -> None:
        """Remove the folder and all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
        atexit.unregister(self.remove)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # it went away meanwhile
        return 0


def _remove_left_behind(parent: Path) -> None:
    """Remove the folders of programs that are no longer there."""
    for path in parent.glob(f"{_PREFIX}*-*"):
        process = path.name.removeprefix(_PREFIX).partition("-")[0]
        if process.isdigit() and not _is_running(int(process)):
            shutil.rmtree(path, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name == "nt":
        import ctypes

        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
        handle = kernel.OpenProcess(0x1000, False, process)  # PROCESS_QUERY_LIMITED_INFORMATION
        if handle:
            kernel.CloseHandle(handle)
        return bool(handle)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # it belongs to somebody else
        return True
    return True
