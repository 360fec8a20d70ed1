"""What ``validate``, ``info`` and ``list`` share: an avatar file as JSON, as a table and as plain text."""

import sys
from collections.abc import Iterable, Sequence
from os import PathLike, fsencode
from os.path import isfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..avatar.container import BlockEntry, Outline


def find_file(name_or_path: str) -> Path:
    """Return the avatar file that a word on the command line means: a file there is, else a name."""
    from ..avatar import library
    from ..settings import load

    if isfile(name_or_path):
        return Path(name_or_path)
    return library.find(name_or_path, directory=load().avatar_directory)


def printable(text: str) -> str:
    """Return text from a file with every character replaced that could steer the terminal."""
    return "".join(character if character.isprintable() else "�" for character in text)


def path_text(path: str | PathLike[str]) -> str:
    """Return a path as text that JSON can hold, whatever bytes it has."""
    return fsencode(path).decode("utf-8", "replace")


def describe_block(entry: "BlockEntry") -> dict[str, Any]:
    """Return one block of the table for JSON."""
    return {
        "name": entry.name,
        "dtype": entry.dtype,
        "shape": list(entry.shape),
        "compression": entry.compression,
        "stored_bytes": entry.stored_length,
        "raw_bytes": entry.raw_length,
        "crc32": f"{entry.crc32:08x}",
    }


def format_version(outline: "Outline") -> str:
    """Return the version of the format that a file has, as in ``1.0``."""
    return ".".join(map(str, outline.version))


def pixel_size(width: object, height: object) -> str:
    """Return the size of a picture, as in ``512×512``, or nothing when it is not known."""
    return f"{width}×{height}" if width and height else ""


def print_table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print rows on stdout: as a table on a terminal, else one line a row, separated by tabs.

    Without headings it is a list of facts, each with its name.
    """
    safe = [[printable(cell) for cell in row] for row in rows]
    if not sys.stdout.isatty():
        for row in safe:
            print("\t".join(row))
        return
    from rich.box import SIMPLE, SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*headings, box=SIMPLE_HEAD if headings else SIMPLE, show_header=bool(headings))
    for row in safe:
        # ``Text``, so that brackets in a name are not taken for markup.
        table.add_row(*(Text(cell, overflow="fold") for cell in row))
    Console(highlight=False).print(table)
