"""The avatars at hand: those that ship with the program and those that the user installed.

Both lie in folders as ``NAME_SIZE.imx``, where ``SIZE`` is the longer side in pixels and may be left
out. An installed avatar hides a shipped one of the same name.
"""

import difflib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import platformdirs

from .. import resources
from ..errors import DataError, MissingInputError
from .container import read_manifest, shown

SUFFIX: Final = ".imx"
DEFAULT_SIZE: Final = 512

_SIZED_STEM = re.compile(r"(?P<name>.+)_(?P<size>[0-9]{2,5})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One avatar file of the library, as far as its manifest tells.

    ``width`` and ``height`` are in pixels. What the manifest lacks is None. ``problem`` is None, or
    one line that says why the file cannot be read.
    """

    name: str
    path: Path
    shipped: bool
    width: int | None = None
    height: int | None = None
    title: str | None = None
    licence: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    name: str
    size: int | None
    shipped: bool


def install_directory() -> Path:
    """Return the folder of installed avatars unless the settings name another; it need not exist."""
    return platformdirs.user_data_path("bithuman-app", appauthor=False) / "avatars"


def shipped_directory() -> Path:
    """Return the folder of the avatars that ship with the program."""
    return resources.asset("avatars")


def find(
    name_or_path: str | os.PathLike[str], size: int | None = None, directory: Path | None = None
) -> Path:
    """Return the file of an avatar, given by its name or by a path.

    A word with a path separator or the suffix ``.imx`` is a path; any other is a name, or else a file
    in the working directory. A name (upper or lower case) may include the size, as in ``maya_1024``.
    Of several sizes the one nearest to ``size`` pixels is taken, the larger of two equally near;
    without ``size`` the one nearest to 512. ``directory`` holds the installed avatars (default:
    ``install_directory()``).

    Raises ``MissingInputError`` if there is no such file or name; for a name it lists the known ones.
    The file is not read.
    """
    text = os.fspath(name_or_path)
    if isinstance(name_or_path, os.PathLike) or _is_path(text):
        return _existing(Path(text), directory)
    files = list(_files(directory))
    found = _matching(text, files)
    if found:
        return min(found, key=lambda file: _distance(file, size or DEFAULT_SIZE)).path
    if text and os.path.exists(text):
        return Path(text)
    advice = _advice(text, files, directory or install_directory())
    raise MissingInputError(f"there is no avatar called '{shown(text)}'{advice}")


def installed(directory: Path | None = None) -> list[Entry]:
    """Return all avatars, shipped and installed, by name and size; reads their manifests only.

    ``directory`` holds the installed avatars (default: ``install_directory()``). A file that cannot be
    read is listed with its ``problem``.
    """
    entries = [_entry(file) for file in _files(directory)]
    return sorted(entries, key=lambda entry: (entry.name, entry.width or 0, str(entry.path)))


def _is_path(text: str) -> bool:
    separators = [os.sep, os.altsep] if os.altsep else [os.sep]
    return any(separator in text for separator in separators) or text.lower().endswith(SUFFIX)


def _existing(path: Path, directory: Path | None) -> Path:
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        hint = ""
        if path.name == str(path) and _matching(path.stem, list(_files(directory))):
            hint = f"; did you mean the avatar called {path.stem}?"
        raise MissingInputError(f"{shown(path)} does not exist{hint}") from None
    except (OSError, ValueError):
        pass  # whoever opens it says what is wrong with it
    return path


def _files(directory: Path | None) -> Iterator[_File]:
    """Yield the files of the library; an installed name hides the shipped files of that name."""
    own = list(_in_folder(directory or install_directory(), shipped=False))
    hidden = {file.name.casefold() for file in own}
    yield from own
    yield from (
        file for file in _in_folder(shipped_directory(), shipped=True) if file.name.casefold() not in hidden
    )


def _in_folder(folder: Path, shipped: bool) -> Iterator[_File]:
    for path in sorted(folder.glob("*" + SUFFIX)):
        if not os.path.isfile(path):  # unlike Path.is_file it never raises
            continue
        sized = _SIZED_STEM.fullmatch(path.stem)
        if sized:
            yield _File(path, sized["name"], int(sized["size"]), shipped)
        else:
            yield _File(path, path.stem, None, shipped)


def _matching(name: str, files: list[_File]) -> list[_File]:
    """Return the files that a name means: the one with exactly this stem, else all sizes of the name."""
    wanted = name.casefold()
    exact = [file for file in files if file.size is not None and file.path.stem.casefold() == wanted]
    return exact or [file for file in files if file.name.casefold() == wanted]


def _distance(file: _File, size: int) -> tuple[int, int]:
    own = file.size if file.size is not None else _longer_side(file.path)
    return abs(own - size), -own


def _longer_side(path: Path) -> int:
    """Return the size in pixels from the manifest; 0 for a file that does not tell."""
    entry = _entry(_File(path, path.stem, None, shipped=False))
    return max(entry.width or 0, entry.height or 0)


def _entry(file: _File) -> Entry:
    try:
        manifest = read_manifest(file.path)
    except (DataError, MissingInputError) as error:
        return Entry(file.name, file.path, file.shipped, problem=str(error))
    return Entry(
        file.name,
        file.path,
        file.shipped,
        width=_positive(manifest.get("width")),
        height=_positive(manifest.get("height")),
        title=_text(manifest.get("title")),
        licence=_text(manifest.get("licence")),
    )


def _positive(value: Any) -> int | None:
    return value if type(value) is int and value > 0 else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _advice(name: str, files: list[_File], directory: Path) -> str:
    """Return the end of a message: names like this one, and all names."""
    names = {file.name.casefold(): file.name for file in files}
    if not names:
        return f"; no avatar is installed in {shown(directory)}"
    close = [names[known] for known in difflib.get_close_matches(name.casefold(), names, n=3)]
    suggestion = f" (did you mean {' or '.join(close)}?)" if close else ""
    return f"{suggestion}; known are {', '.join(sorted(names.values()))}, and paths of files"
