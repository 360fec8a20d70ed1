"""What an avatar may be called: a name becomes the name of a file, on any system."""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from ..errors import UsageError

LONGEST: Final = 40
_ALLOWED: Final = re.compile(r"[^\W_](?:[\w '.\-]*[\w'\-])?")
#: Names that Windows keeps for devices.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
#: The library would take these endings for the size of an avatar, or the word for a path.
_MISTAKABLE: Final = re.compile(r".*(_[0-9]{2,5}|\.imx)", re.IGNORECASE)


def checked_name(text: str) -> str:
    """Return a name as it is kept: Unicode's composed form, single spaces.

    Raises ``UsageError``, in one line, for a name that cannot be one.
    """
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise UsageError("give the avatar a name")
    if len(name) > LONGEST:
        raise UsageError(f"the name is too long; {LONGEST} characters are enough")
    if not _ALLOWED.fullmatch(name) or not name.isprintable():
        raise UsageError("a name has letters, digits, spaces, - and ', and begins with a letter or digit")
    if _DEVICES.fullmatch(name) or _MISTAKABLE.fullmatch(name):
        raise UsageError(f"an avatar cannot be called '{name}'; choose another name")
    return name


def name_from_file(text: str) -> str:
    """Return a name like that of a file that somebody sent, whatever that is."""
    stem = text.replace("\\", "/").rsplit("/", 1)[-1]
    stem = stem.rsplit(".", 1)[0] if "." in stem[1:] else stem
    stem = re.sub(r"_[0-9]{2,5}$", "", unicodedata.normalize("NFC", stem))
    words = re.sub(r"[^\w'\-]+|_+", " ", stem).split()
    name = " ".join(words)[:LONGEST].strip(" '-.")
    try:
        return checked_name(name)
    except UsageError:
        return "avatar"


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return the name, or the name with the lowest number that nobody has; case is ignored."""
    known = {name.casefold() for name in taken}
    name, number = wanted, 2
    while name.casefold() in known:
        ending = f" {number}"
        name, number = wanted[: LONGEST - len(ending)].rstrip() + ending, number + 1
    return name
