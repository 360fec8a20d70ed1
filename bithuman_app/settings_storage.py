"""Writing the settings file, with what else stands in it left as it is."""

import json
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

from .errors import OutputError
from .settings import check, read_file, settings_file

#: Readable by the user alone: keys may stand in it.
_MODE: Final = 0o600


def save(changes: Mapping[str, Any]) -> Path:
    """Write values into the settings file, whole or not at all; None takes a setting out of it.

    Returns the file's path. Raises ``UsageError`` for a value that cannot be, ``OutputError`` if the file
    cannot be written, and what ``settings.read_file`` raises if it cannot be read as it is.
    """
    check({name: value for name, value in changes.items() if value is not None})
    wanted = read_file()
    for name, value in changes.items():
        if value is None:
            wanted.pop(name, None)
        else:
            wanted[name] = str(value) if isinstance(value, Path) else value
    path = settings_file()
    old = path.read_text(encoding="utf-8") if path.is_file() else ""
    _replace(path, _edited(old, changes, wanted))
    return path


def _edited(text: str, changes: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """Return a file's text with the changed lines replaced; all anew if that does not say what is wanted."""
    for name in changes:
        line = f"{name} = {_literal(wanted[name])}\n" if name in wanted else ""
        literally = line.replace("\\", "\\\\")
        text, found = re.subn(rf"^[ \t]*{name}[ \t]*=.*(?:\n|\Z)", literally, text, flags=re.MULTILINE)
        if not found and line:
            text = text + ("" if not text or text.endswith("\n") else "\n") + line
    try:
        right = tomllib.loads(text) == wanted
    except ValueError:  # for instance a value of several lines, of which one was replaced
        right = False
    return text if right else "".join(f"{name} = {_literal(value)}\n" for name, value in wanted.items())


def _literal(value: Any) -> str:
    """Return a value as TOML. Its texts are JSON's, but for one character that JSON leaves as it is."""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_literal, value)) + "]"
    if isinstance(value, Path):
        value = str(value)
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _replace(path: Path, text: str) -> None:
    new = None
    try:
        target = path.resolve()
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".settings-")
        new = Path(name)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(handle, _MODE)
            file.write(text)
        new.replace(target)
    except OSError as error:
        if new is not None:
            with suppress(OSError):
                new.unlink()
        raise OutputError(f"cannot write the settings file {path}: {error.strerror or error}") from error
