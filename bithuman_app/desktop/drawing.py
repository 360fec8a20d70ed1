"""Signs and words over a picture: drawn once, smooth at the edges, then laid on in microseconds.

The type is Rubik (SIL Open Font License), which is part of OpenCV 5, with WenQuanYi Micro Hei for Chinese,
Japanese and Korean.
"""

from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, Self

import cv2
import numpy as np
from numpy.typing import NDArray

Colour = tuple[int, int, int]  # blue, green, red
REGULAR: Final = 400
MEDIUM: Final = 500
BOLD: Final = 650

INK: Final[Colour] = (247, 242, 241)
SOFT: Final[Colour] = (201, 185, 180)
GLASS: Final[Colour] = (26, 18, 16)
EDGE: Final[Colour] = (84, 68, 62)
ACCENT: Final[Colour] = (255, 146, 157)
RED: Final[Colour] = (92, 76, 255)

#: Shapes are drawn this much larger and made smaller, for smooth edges.
_OVERSAMPLED: Final = 4


@dataclass(frozen=True, slots=True, eq=False)
class Patch:
    """A half-transparent picture.

    ``colour`` uint8 (h, w, 3) is already weighted by its opacity; ``rest`` uint8 (h, w, 3) is how much of
    what lies below still shows, 255: all.
    """

    colour: NDArray[np.uint8]
    rest: NDArray[np.uint8]

    @property
    def width(self) -> int:
        """Return its width in pixels."""
        return int(self.colour.shape[1])

    @property
    def height(self) -> int:
        """Return its height in pixels."""
        return int(self.colour.shape[0])

    def draw(self, picture: NDArray[np.uint8], x: int, y: int) -> None:
        """Lay it on a BGR picture with its corner at (x, y); what lies outside is left out."""
        left, top = max(0, -x), max(0, -y)
        right = min(self.width, picture.shape[1] - x)
        bottom = min(self.height, picture.shape[0] - y)
        if left >= right or top >= bottom:
            return
        part = (slice(top, bottom), slice(left, right))
        below = picture[y + top : y + bottom, x + left : x + right]
        cv2.multiply(below, self.rest[part], dst=below, scale=1 / 255)
        cv2.add(below, self.colour[part], dst=below)


class Sketch:
    """Where a patch is made: shapes and words laid one over the other."""

    def __init__(self, width: int, height: int) -> None:
        """Begin with nothing; sizes in pixels."""
        self.width, self.height = max(1, width), max(1, height)
        self._colour = np.zeros((self.height, self.width, 3), np.float32)
        self._opacity = np.zeros((self.height, self.width), np.float32)

    def rounded(
        self, x: int, y: int, width: int, height: int, radius: int, colour: Colour, opacity: float = 1.0
    ) -> Self:
        """Lay on a filled rectangle with round corners."""
        mask = _rounded(width, height, min(radius, width // 2, height // 2))
        return self._lay(mask * np.float32(opacity), x, y, colour)

    def text(self, x: int, y: int, text: str, size: int, colour: Colour = INK, weight: int = REGULAR) -> Self:
        """Lay on a line of text of ``size`` pixels whose capitals stand on ``y``."""
        mask, left, top = _letters(text, size, weight)
        return self._lay(mask, x + left, y + top, colour)

    def patch(self) -> Patch:
        """Return what was drawn."""
        rest = np.repeat((255 * (1 - self._opacity)).round().astype(np.uint8)[:, :, None], 3, axis=2)
        return Patch(self._colour.round().astype(np.uint8), np.ascontiguousarray(rest))

    def _lay(self, mask: NDArray[np.float32], x: int, y: int, colour: Colour) -> Self:
        left, top = max(0, -x), max(0, -y)
        mask = mask[top : self.height - y, left : self.width - x]
        if mask.size:
            place = (slice(y + top, y + top + mask.shape[0]), slice(x + left, x + left + mask.shape[1]))
            cover = mask[:, :, None]
            self._colour[place] = self._colour[place] * (1 - cover) + np.array(colour, np.float32) * cover
            self._opacity[place] = self._opacity[place] * (1 - mask) + mask
        return self


@lru_cache(maxsize=512)
def text_width(text: str, size: int, weight: int = REGULAR) -> int:
    """Return how wide a line of text is, in pixels."""
    x, _, width, _ = _box(text, size, weight)
    return int(x + width)


def wrap(text: str, size: int, weight: int, width: int) -> list[str]:
    """Return text as lines that are at most ``width`` pixels wide, unless a single word is wider."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and text_width(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def label(
    lines: list[str],
    size: int,
    *,
    weight: int = REGULAR,
    dot: Colour | None = None,
    opacity: float = 0.74,
    centred: bool = False,
) -> Patch:
    """Return lines of text on dark glass, with a coloured dot before the first if wanted."""
    across, down = round(size * 0.75), round(size * 0.5)
    indent = round(size * 0.95) if dot else 0
    widths = [text_width(line, size, weight) for line in lines]
    step = round(size * 1.4)
    width = max(widths, default=0) + 2 * across + indent
    height = step * (len(lines) - 1) + size + 2 * down
    sketch = Sketch(width, height)
    sketch.rounded(0, 0, width, height, round(size * 0.7), GLASS, opacity)
    if dot:
        side = round(size * 0.55)
        sketch.rounded(across, (size + 2 * down - side) // 2, side, side, side, dot)
    for number, line in enumerate(lines):
        x = (width - widths[number]) // 2 if centred else across + indent
        sketch.text(x, down + round(size * 0.86) + number * step, line, size, INK, weight)
    return sketch.patch()


@cache
def _font() -> "cv2.FontFace":
    return cv2.FontFace("sans")


def _box(text: str, size: int, weight: int) -> tuple[int, int, int, int]:
    """Return where the letters of a line lie: x, y, width, height from its origin."""
    found = cv2.getTextSize((1 << 15, 1 << 15), text, (0, 0), _font(), size, weight)
    return tuple(int(value) for value in found)  # type: ignore[return-value]


@lru_cache(maxsize=256)
def _letters(text: str, size: int, weight: int) -> tuple[NDArray[np.float32], int, int]:
    """Return a line's coverage 0..1 (h, w), and where its corner lies from the line's origin."""
    x, y, width, height = _box(text, size, weight)
    room = max(2, size // 2)
    canvas = np.zeros((height + 2 * room, width + 2 * room + size, 3), np.uint8)
    cv2.putText(canvas, text, (room - x, room - y), (255, 255, 255), _font(), size, weight)
    return canvas[:, :, 0].astype(np.float32) / np.float32(255), x - room, y - room


@lru_cache(maxsize=64)
def _rounded(width: int, height: int, radius: int) -> NDArray[np.float32]:
    k = _OVERSAMPLED
    mask = np.zeros((height * k, width * k), np.uint8)
    w, h, r = width * k - 1, height * k - 1, radius * k
    cv2.rectangle(mask, (r, 0), (w - r, h), 255, -1)
    cv2.rectangle(mask, (0, r), (w, h - r), 255, -1)
    for centre in ((r, r), (w - r, r), (r, h - r), (w - r, h - r)):
        cv2.circle(mask, centre, r, 255, -1)
    small = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)
