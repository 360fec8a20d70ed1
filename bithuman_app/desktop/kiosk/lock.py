"""One kiosk at a time."""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from ...errors import UnavailableError

FILE_NAME: Final = "kiosk.lock"


class KioskLock:
    """Held as long as this process lives and the lock is not closed; a crash gives it back."""

    def __init__(self, directory: Path) -> None:
        """Take the lock in a directory; raises ``UnavailableError`` if another process holds it.

        A directory that cannot be written does not keep the kiosk from running.
        """
        self._file: IO[str] | None = None
        path = directory / FILE_NAME
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._file = path.open("a+", encoding="ascii", errors="replace")
        except OSError:
            return
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self._file.seek(0)
            holder = self._file.read(20).strip()
            self.close()
            raise UnavailableError(f"a kiosk runs already (process {holder})") from error
        with suppress(OSError):
            self._file.truncate(0)
            self._file.write(f"{os.getpid()}\n")
            self._file.flush()

    def close(self) -> None:
        """Give it back; may be called again."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
