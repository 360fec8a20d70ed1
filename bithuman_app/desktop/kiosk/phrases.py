"""The file of phrases that a kiosk calls visitors with."""

from pathlib import Path
from typing import Final

from ...errors import DataError, MissingInputError

_MOST_BYTES: Final = 1_000_000
_COMMENT: Final = "#"


def read_phrases(path: Path) -> list[str]:
    """Return the phrases of a text file, one a line; empty lines and those that begin with # are none.

    Raises ``MissingInputError`` if it cannot be read, ``DataError`` if it is no text or has no phrase.
    """
    try:
        with path.open("rb") as stream:
            text = stream.read(_MOST_BYTES).decode("utf-8-sig")
    except OSError as error:
        raise MissingInputError(f"cannot read the phrases in {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text") from error
    lines = (line.strip() for line in text.splitlines())
    phrases = [line for line in lines if line and not line.startswith(_COMMENT)]
    if not phrases:
        raise DataError(f"there is no phrase in {path}")
    return phrases
