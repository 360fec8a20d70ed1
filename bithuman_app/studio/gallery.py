"""The avatars of the library, and what may be done with them."""

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from ..avatar import library, schema
from ..avatar.container import Container, read, write
from ..errors import CannotCreateError, DataError, MissingInputError, OutputError, UsageError, UserError
from .names import checked_name, free_name, name_from_file
from .trash import Trash
from .uploads import MOST_AVATAR_BYTES, shown_title

#: Avatars that may be installed: a bound for what visitors bring.
MOST_INSTALLED: Final = 200
_TRASH_FOLDER: Final = ".trash"


@dataclass(frozen=True, slots=True)
class Card:
    """One avatar as a gallery shows it; ``files`` are its sizes, smallest first.

    ``title`` is what it is called on the page. ``problem`` says why it cannot be used, if so.
    """

    name: str
    title: str
    shipped: bool
    files: tuple[library.Entry, ...]
    problem: str | None

    @property
    def sizes(self) -> tuple[tuple[int, int], ...]:
        """The (width, height) of each of its files, in pixels."""
        return tuple((entry.width or 0, entry.height or 0) for entry in self.files)

    def file(self, size: int | None = None) -> library.Entry:
        """Return the file nearest to ``size`` pixels (longer side), by default the library's usual one."""
        wanted = size or library.DEFAULT_SIZE

        def distance(entry: library.Entry) -> tuple[int, int]:
            side = max(entry.width or 0, entry.height or 0)
            return abs(side - wanted), -side

        return min(self.files, key=distance)


class Gallery:
    """Lists, adds, renames, exports and deletes avatars. Any thread may call it.

    Avatars are named as the library knows them; no word that is given to it becomes a path unchecked.
    Those that came with the program stay as they are.
    """

    def __init__(self, directory: Path) -> None:
        """``directory`` holds the installed avatars; it need not exist."""
        self._directory = directory
        self._trash = Trash(directory / _TRASH_FOLDER)
        self._lock = threading.RLock()

    def cards(self) -> list[Card]:
        """Return all avatars, in alphabetical order."""
        entries: dict[str, list[library.Entry]] = {}
        for entry in library.installed(self._directory):
            entries.setdefault(entry.name.casefold(), []).append(entry)
        cards = []
        for files in entries.values():
            files.sort(key=lambda entry: entry.width or 0)
            good = [entry for entry in files if entry.problem is None]
            first = (good or files)[0]
            problem = None if good else "the file is damaged or of another kind"
            cards.append(
                Card(first.name, first.title or first.name, first.shipped, tuple(good or files), problem)
            )
        return sorted(cards, key=lambda card: card.title.casefold())

    def card(self, name: str) -> Card:
        """Return an avatar by its name, whatever the case. Raises ``MissingInputError``."""
        for card in self.cards():
            if card.name.casefold() == name.casefold():
                return card
        raise MissingInputError(f"there is no avatar called '{shown_title(name)}'")

    def usable(self, name: str) -> Card:
        """Return an avatar by its name if it can be used. Raises ``MissingInputError`` or ``DataError``."""
        card = self.card(name)
        if card.problem is not None:
            raise DataError(f"the avatar {card.title} cannot be used: {card.problem}")
        return card

    def add(self, file: Path, name: str) -> str:
        """Install an avatar file that was checked before; return the name under which it is known.

        If the name is taken, it gets a number. Raises ``UsageError`` for a bad name, ``DataError`` if
        there are too many avatars, ``OutputError`` or ``CannotCreateError`` if it cannot be written.
        """
        with self._lock:
            cards = self.cards()
            if sum(not card.shipped for card in cards) >= MOST_INSTALLED:
                raise DataError(f"there are {MOST_INSTALLED} avatars of your own already; delete some first")
            chosen = free_name(checked_name(name), [card.name for card in cards])
            container = _read(file, chosen)
            self._write(container, chosen)
            return chosen

    def bring(self, file: Path, file_name: str) -> str:
        """Check an avatar file that somebody sent and install it; return its name.

        Raises ``DataError`` for what is no whole avatar file, and what ``add`` raises.
        """
        title = shown_title(file_name)
        if file.stat().st_size > MOST_AVATAR_BYTES:
            raise DataError(f"{title}: the file is larger than {MOST_AVATAR_BYTES // 1024**2} MB")
        _read(file, title)
        return self.add(file, name_from_file(file_name))

    def rename(self, name: str, new_name: str) -> str:
        """Give an avatar another name, and return it as it is kept.

        Raises ``UsageError`` for an avatar that came with the program, a bad name or one that is taken,
        ``MissingInputError`` if there is no such avatar.
        """
        new = checked_name(new_name)
        with self._lock:
            card = self._own(name, "renamed")
            if new == card.name:
                return new
            taken = {other.name.casefold() for other in self.cards()} - {card.name.casefold()}
            if new.casefold() in taken:
                raise UsageError(f"there is an avatar called '{new}' already")
            for entry in card.files:
                self._write(_read(entry.path, card.title), new)
            for entry in card.files:
                if entry.path != self._path(new, entry.width or 0, entry.height or 0):
                    _unlink(entry.path)
            return new

    def export(self, name: str, size: int | None = None) -> tuple[Path, str]:
        """Return the file of an avatar and what it is to be called. Raises as ``usable`` does."""
        card = self.usable(name)
        return card.file(size).path, f"{card.name}{library.SUFFIX}"

    def delete(self, name: str) -> str:
        """Put an avatar into the trash; return the word with which ``restore`` brings it back.

        Raises ``UsageError`` for one that came with the program, ``MissingInputError`` if there is none.
        """
        with self._lock:
            card = self._own(name, "deleted")
            return self._trash.put([entry.path for entry in card.files])

    def restore(self, receipt: str) -> str:
        """Bring a deleted avatar back, and return its name; if that is taken now, it gets a number.

        Raises ``MissingInputError`` if it is not in the trash any more.
        """
        with self._lock:
            files = self._trash.files(receipt)
            wanted = library_name(files[0])
            name = free_name(wanted, [card.name for card in self.cards()])
            for file in files:
                if name == wanted:
                    _move(file, self._directory / file.name)
                else:
                    self._write(_read(file, name), name)
            self._trash.forget(receipt)
            return name

    def close(self) -> None:
        """Empty the trash."""
        self._trash.empty()

    def _own(self, name: str, done: str) -> Card:
        card = self.card(name)
        if card.shipped:
            raise UsageError(f"{card.title} came with the program and cannot be {done}")
        return card

    def _path(self, name: str, width: int, height: int) -> Path:
        return self._directory / f"{name}_{max(width, height)}{library.SUFFIX}"

    def _write(self, container: Container, name: str) -> None:
        manifest: dict[str, Any] = {**container.manifest, "name": name}
        manifest.pop("title", None)  # it would go on showing the old name
        path = self._path(name, int(manifest["width"]), int(manifest["height"]))
        packed = [entry.name for entry in container.outline.entries if entry.compression != "none"]
        try:
            self._directory.mkdir(parents=True, exist_ok=True)
            write(path, manifest, container.blocks, compress=packed)
        except UserError as error:
            text = str(error).replace(f"{path}: ", "").replace(str(path), "it")
            raise type(error)(f"{name}: {text}") from None
        except OSError as error:
            raise CannotCreateError(f"{name}: the avatar cannot be kept ({error.strerror})") from error


def library_name(path: Path) -> str:
    """Return under which name the library knows an installed file."""
    stem, _, size = path.stem.rpartition("_")
    return stem if stem and size.isdigit() else path.stem


def _read(file: Path, title: str) -> Container:
    """Read an avatar file and check all of it; raises ``DataError`` in one line that tells no path."""
    try:
        container = read(file)
        schema.check(container)
    except UserError as error:
        text = (
            str(error).replace(f"{file}: ", "").replace(str(file), "the file").replace(file.name, "the file")
        )
        raise DataError(f"{title}: {text}") from None
    return container


def _unlink(path: Path) -> None:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise OutputError(f"the old file cannot be removed ({error.strerror})") from error


def _move(source: Path, target: Path) -> None:
    try:
        os.replace(source, target)
    except OSError as error:
        raise OutputError(f"the avatar cannot be moved ({error.strerror})") from error
