"""What every command needs: a console for people and JSON for programs."""

import json
import sys
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


@cache
def console() -> "Console":
    """Return the console for people: stderr, so that stdout stays clean for results."""
    from rich.console import Console

    return Console(stderr=True, highlight=False)


def print_json(value: object) -> None:
    """Print a value as one JSON object on stdout, in ASCII so that every terminal and file can hold it.

    Paths become strings, NumPy scalars numbers; other types raise TypeError, NaN and infinity ValueError.
    """
    sys.stdout.write(json.dumps(value, indent=2, default=_plain, allow_nan=False) + "\n")


def _plain(value: object) -> object:
    from pathlib import PurePath

    if isinstance(value, PurePath):
        return str(value)
    item = getattr(value, "item", None)  # a numpy scalar
    if callable(item) and getattr(value, "ndim", None) == 0:
        return item()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")
