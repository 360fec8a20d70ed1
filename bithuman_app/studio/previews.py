"""Still and moving pictures of avatars, made once and kept."""

import hashlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from .. import __version__
from ..avatar.library import Entry
from .bench import Bench, Task
from .preview_job import ClipJob, StillJob
from .workers import Job

#: How many files are kept, 20 kB to 200 kB each.
_MOST_KEPT: Final = 400
_Make = Callable[[Path, Path, str], Job]


class Previews:
    """Makes pictures when they are first asked for, in the process of a bench. Any thread may call it."""

    def __init__(self, bench: Bench, folder: Path) -> None:
        """``folder`` is a cache that may be removed at any time."""
        self._bench, self._folder = bench, folder
        self._lock = threading.Lock()
        self._tasks: dict[Path, Task] = {}

    def still(self, entry: Entry) -> Path:
        """Return a JPEG of the avatar at rest; blocks while it is made. Raises ``UserError``."""
        return self._get(entry, ".jpg", StillJob)

    def clip(self, entry: Entry) -> Path:
        """Return a silent MP4 of the avatar talking; blocks while it is made. Raises ``UserError``."""
        return self._get(entry, ".mp4", ClipJob)

    def version(self, entry: Entry) -> str:
        """Return a word that changes when the pictures of an avatar change."""
        stat = entry.path.stat()
        key = f"{__version__} {entry.path} {stat.st_mtime_ns} {stat.st_size}"
        return hashlib.sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:24]

    def _get(self, entry: Entry, suffix: str, make: _Make) -> Path:
        path = self._folder / (self.version(entry) + suffix)
        if path.exists():
            return path
        with self._lock:
            task = self._tasks.get(path)
            if task is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                task = self._tasks[path] = self._bench.add(
                    make(entry.path, path, entry.name), owner=f"preview {suffix}"
                )
        try:
            task.outcome()
        finally:
            with self._lock:
                self._tasks.pop(path, None)
            self._forget_old()
        return path

    def _forget_old(self) -> None:
        try:
            newest = sorted(self._folder.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
            for path in newest[_MOST_KEPT:]:
                path.unlink()
        except OSError:
            pass  # another process is at it; the cache is a convenience
