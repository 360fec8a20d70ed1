"""Avatars: in memory (``model``), as a file (``container``, ``schema``) and by name (``library``).

``open_avatar`` loads one, ``bake.bake_file`` makes one from a picture, ``save_avatar`` writes it.
``arkit`` and ``pose`` say what a face can do; ``landmarks`` finds faces in pictures.
"""

from os import PathLike
from pathlib import Path
from typing import Final

from . import container, library, schema
from .model import Avatar

__all__ = ["Avatar", "open_avatar", "save_avatar"]

#: Blocks that deflate shrinks to a small part; the others would only load slower.
_COMPRESSED: Final = ("mouth/masks", "mouth/border", "mouth/relief", "mouth/upper_teeth", "mouth/lower_teeth")


def open_avatar(
    name_or_path: str | PathLike[str], size: int | None = None, directory: Path | None = None
) -> Avatar:
    """Load an avatar by name (shipped or installed) or from an ``.imx`` file.

    ``size`` (pixels) chooses among the sizes of one name; ``directory`` holds the installed avatars.
    Raises ``MissingInputError`` if there is none, ``DataError`` if the file is not a whole avatar.
    """
    return schema.from_container(container.read(library.find(name_or_path, size, directory)))


def save_avatar(avatar: Avatar, path: str | PathLike[str]) -> None:
    """Write an avatar file, whole or not at all; raises ``CannotCreateError`` or ``OutputError``."""
    manifest, blocks = schema.to_container(avatar)
    container.write(path, manifest, blocks, compress=[name for name in _COMPRESSED if name in blocks])
