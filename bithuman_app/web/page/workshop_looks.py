"""How a video shall look, as pages and programs say it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from ...errors import UsageError
from ...render.background import COLOUR_NAMES, parse_colour
from ...studio.queue import Look
from ...studio.uploads import MOST_IMAGE_BYTES, read_picture
from ...studio.workshop import Workshop, checked_size
from .context import PageContext
from .workshop_requests import uploaded

#: What the page offers: how it is called, and width x height; the first is the avatar's own.
SIZES: Final[Mapping[str, str]] = {
    "As the avatar": "",
    "512 × 512": "512x512",
    "720 × 720": "720x720",
    "1024 × 1024": "1024x1024",
    "1280 × 720, wide": "1280x720",
    "1920 × 1080, wide": "1920x1080",
    "720 × 1280, upright": "720x1280",
    "1080 × 1920, upright": "1080x1920",
}
TRANSPARENT: Final = "transparent"


def parse_size(text: str) -> tuple[int, int] | None:
    """Return (width, height) of ``512`` or ``1280x720``, None of an empty text. Raises ``UsageError``."""
    words = text.lower().replace("×", "x").replace(" ", "")
    if not words:
        return None
    parts = words.split("x")
    if len(parts) > 2 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in parts):
        raise UsageError(f"the size cannot be '{text[:40]}'; say 512 or 1280x720")
    return checked_size(int(parts[0]), int(parts[-1]))


def look_of(workshop: Workshop, size: str, background: str, picture: tuple[Path, str] | None = None) -> Look:
    """Return the look that words mean; ``picture`` (path, name) is one to be put behind the person.

    ``background`` is a colour, ``transparent``, or empty for the avatar's own. Raises ``UsageError`` or
    ``DataError``.
    """
    pixels = parse_size(size)
    if picture is not None:
        read_picture(*picture)
        return Look(pixels, workshop.queue.keep_background(picture[0], MOST_IMAGE_BYTES, picture[1]))
    word = background.strip()
    if word.lower() == TRANSPARENT:
        return Look(pixels, None, True)
    if not word:
        return Look(pixels)
    colour = parse_colour(word)
    if colour is None:
        names = ", ".join(COLOUR_NAMES[:6])
        raise UsageError(f"the background cannot be '{word[:40]}'; say transparent, #rrggbb, or {names} …")
    return Look(pixels, colour)


def look_of_body(context: PageContext, body: Mapping[str, Any]) -> Look:
    """Return the look that the body of a request describes. Raises ``UsageError`` or ``DataError``."""
    picture = body.get("picture")
    size, background = body.get("size", ""), body.get("background", "")
    if not isinstance(size, str) or not isinstance(background, str):
        raise UsageError("'size' and 'background' must be texts")
    return look_of(
        context.workshop, size, background, None if picture is None else uploaded(context, picture)
    )
