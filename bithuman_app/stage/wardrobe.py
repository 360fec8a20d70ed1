"""The avatars that may come on the stage."""

import math
import threading
import time
from pathlib import Path
from typing import Any, Final

from ..avatar import library, open_avatar
from ..avatar.model import Avatar
from ..errors import MissingInputError, UserError
from ..media.images import encode_jpeg, square
from ..session import Session

_THUMBNAIL_PIXELS: Final = 160
_THUMBNAIL_QUALITY: Final = 85
_LOOK_EVERY_SECONDS: Final = 2.0


class Wardrobe:
    """Avatars by name. Names that pages send are looked up here, and never make a path."""

    def __init__(self, first: str, directory: Path | None = None, size: int | None = None) -> None:
        """``first`` is a name or an ``.imx`` file: what a stage begins with.

        ``directory`` holds the installed avatars; ``size`` (pixels) chooses among the sizes of a name.
        Raises ``MissingInputError`` or ``DataError`` if the first avatar cannot be had.
        """
        self._directory, self._size = directory, size
        self._thumbnails: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._found: list[library.Entry] = []
        self._looked = -math.inf
        self._first_path = library.find(first, size, directory)
        avatar = open_avatar(self._first_path)
        self.first = avatar.name
        #: Avatars that came from somewhere else than the library, by name.
        self._guests: dict[str, Avatar] = {self.first: avatar}

    def names(self) -> list[str]:
        """Return the names of all avatars that can be opened, in alphabetical order."""
        found = {entry.name for entry in self._entries() if entry.problem is None}
        return sorted(found | self._guests.keys(), key=str.casefold)

    def add(self, path: Path) -> str:
        """Let the avatar of an ``.imx`` file be chosen too, and return its name.

        It takes the place of one of the same name. Raises ``MissingInputError`` or ``DataError``.
        """
        avatar = open_avatar(path)
        with self._lock:
            self._guests[avatar.name] = avatar
            self._thumbnails.pop(avatar.name, None)
        return avatar.name

    def forget(self, name: str) -> None:
        """Look at an avatar's file anew when it is next asked for, for it was changed or has gone."""
        with self._lock:
            self._thumbnails.pop(name, None)
            if name != self.first:
                self._guests.pop(name, None)
            self._looked = -math.inf

    def describe(self) -> list[dict[str, Any]]:
        """Return what a page shows of each avatar."""
        titles = {entry.name: entry.title for entry in self._entries()}
        return [
            {"name": name, "title": titles.get(name) or name[:1].upper() + name[1:]} for name in self.names()
        ]

    def _entries(self) -> list[library.Entry]:
        """Return what is in the library, as it was a moment ago at most: looking takes a while."""
        now = time.monotonic()
        if now - self._looked > _LOOK_EVERY_SECONDS:
            self._found, self._looked = library.installed(self._directory), now
        return self._found

    def open(self, name: str) -> Avatar:
        """Load an avatar by its name. Raises ``MissingInputError`` or ``DataError``."""
        if (guest := self._guests.get(name)) is not None:
            return guest
        if name not in self.names():
            raise MissingInputError("there is no avatar of that name")
        return open_avatar(name, self._size, self._directory)

    def thumbnail(self, name: str) -> bytes | None:
        """Return a small JPEG of an avatar at rest, None if there is none of that name."""
        with self._lock:
            if name not in self._thumbnails:
                try:
                    self._thumbnails[name] = _draw_thumbnail(self.open(name))
                except UserError:
                    return None
            return self._thumbnails[name]


def _draw_thumbnail(avatar: Avatar) -> bytes:
    with Session(avatar) as session:
        picture = session.first_image()
    return encode_jpeg(square(picture, _THUMBNAIL_PIXELS), _THUMBNAIL_QUALITY)
