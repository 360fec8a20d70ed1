"""Deleted avatars, until it is sure that they are not wanted back."""

import os
import secrets
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from ..errors import MissingInputError, OutputError

#: After a day nobody undoes a deletion.
KEEP_SECONDS: Final = 24 * 3600.0


class Trash:
    """A folder of folders, one for each deletion, beside the avatars: so a deletion is a move, and quick."""

    def __init__(self, folder: Path) -> None:
        """Forget what has lain in ``folder`` for a day; it need not exist."""
        self._folder = folder
        self._receipts: dict[str, Path] = {}
        for old in folder.glob("*"):
            if time.time() - old.stat().st_mtime > KEEP_SECONDS:
                shutil.rmtree(old, ignore_errors=True)

    def put(self, files: Sequence[Path]) -> str:
        """Take files and return a receipt. Raises ``OutputError`` if they cannot be moved."""
        receipt = secrets.token_urlsafe(12)
        place = self._folder / secrets.token_hex(8)
        moved: list[tuple[Path, Path]] = []
        try:
            place.mkdir(parents=True)
            for file in files:
                target = place / file.name
                os.replace(file, target)
                moved.append((file, target))
        except OSError as error:
            for source, target in moved:
                os.replace(target, source)
            shutil.rmtree(place, ignore_errors=True)
            raise OutputError(f"the avatar cannot be deleted ({error.strerror})") from error
        self._receipts[receipt] = place
        return receipt

    def files(self, receipt: str) -> list[Path]:
        """Return what was put there. Raises ``MissingInputError`` if it is not there any more."""
        place = self._receipts.get(receipt)
        files = sorted(place.iterdir()) if place is not None and place.is_dir() else []
        if not files:
            raise MissingInputError("what was deleted cannot be brought back any more")
        return files

    def forget(self, receipt: str) -> None:
        """Remove what is left of a deletion."""
        place = self._receipts.pop(receipt, None)
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)

    def empty(self) -> None:
        """Remove all that this program has put there."""
        for receipt in list(self._receipts):
            self.forget(receipt)
        with suppress(OSError):  # it never was, or something of another program lies in it
            self._folder.rmdir()
