"""Where the program writes."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..settings import settings_file
from .finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from ..settings import Settings

_LEAST_FREE: Final = 500 * 1024**2


def directories(settings: "Settings") -> Iterator[Finding]:
    """Try to write into each directory, and see how much room there is."""
    for name, directory in (
        ("Avatars' folder", settings.avatar_directory),
        ("Cache", settings.cache_directory),
        ("Log", settings.log_directory),
        ("Settings file", settings_file().parent),
        ("Temporary files", Path(tempfile.gettempdir())),
    ):
        existing = _existing(directory)
        if not existing.is_dir() or not _takes_files(existing):
            yield fail(
                name, f"{directory} cannot be written", "choose another place, or give yourself the right"
            )
            continue
        free = shutil.disk_usage(existing).free
        if free < _LEAST_FREE:
            yield warn(name, f"{directory} has {free / 1024**2:.0f} MB left", "free some space on this disk")
        else:
            yield ok(name, f"{directory}, {free / 1024**3:.1f} GB free")


def _existing(directory: Path) -> Path:
    """Return the directory, or that in which it would be made."""
    while not os.path.lexists(directory) and directory.parent != directory:
        directory = directory.parent
    return directory


def _takes_files(directory: Path) -> bool:
    try:
        with tempfile.TemporaryFile(dir=directory) as file:
            file.write(b"?")
    except OSError:
        return False
    return True
