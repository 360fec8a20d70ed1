"""What a frame stands on: another size, a colour, a picture, or nothing (transparent)."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
#: A plain colour, blue, green, red, 0 to 255 each.
Colour = tuple[int, int, int]

BLACK: Final[Colour] = (0, 0, 0)

#: The sixteen basic colours of CSS (CSS Color Module Level 4, section 6.1) and three for video work,
#: as red, green, blue.
_NAMED: Final = {
    "black": 0x000000, "silver": 0xC0C0C0, "gray": 0x808080, "grey": 0x808080, "white": 0xFFFFFF,
    "maroon": 0x800000, "red": 0xFF0000, "purple": 0x800080, "fuchsia": 0xFF00FF, "magenta": 0xFF00FF,
    "green": 0x008000, "lime": 0x00FF00, "olive": 0x808000, "yellow": 0xFFFF00, "orange": 0xFFA500,
    "navy": 0x000080, "blue": 0x0000FF, "teal": 0x008080, "aqua": 0x00FFFF, "cyan": 0x00FFFF,
}  # fmt: skip
COLOUR_NAMES: Final = tuple(_NAMED)


def parse_colour(text: str) -> Colour | None:
    """Return the colour that a text names: a name, ``#RRGGBB``, ``#RGB`` or ``R,G,B``; else ``None``."""
    text = text.strip().lower()
    if text in _NAMED:
        return _from_rgb(_NAMED[text])
    digits = text.removeprefix("#")
    if text.startswith("#") and len(digits) in (3, 6) and all(c in "0123456789abcdef" for c in digits):
        return _from_rgb(int(digits if len(digits) == 6 else "".join(2 * c for c in digits), 16))
    parts = [part.strip() for part in text.split(",")]
    if len(parts) == 3 and all(part.isascii() and part.isdigit() and int(part) <= 255 for part in parts):
        red, green, blue = (int(part) for part in parts)
        return blue, green, red
    return None


class Canvas:
    """Puts frames onto a background of a given size.

    The frame is scaled to fit into the canvas, keeping its proportions, and centred. ``background``
    is a colour or a picture uint8 (h, w, 3) BGR, which is scaled to cover the canvas and cropped.
    """

    def __init__(
        self, frame_size: tuple[int, int], size: tuple[int, int], background: Image | Colour
    ) -> None:
        """Sizes are (width, height) in pixels."""
        scale = min(size[0] / frame_size[0], size[1] / frame_size[1])
        self._size = size
        self._inner = (
            min(size[0], max(1, round(frame_size[0] * scale))),
            min(size[1], max(1, round(frame_size[1] * scale))),
        )
        left, top = (size[0] - self._inner[0]) // 2, (size[1] - self._inner[1]) // 2
        self._rows, self._columns = slice(top, top + self._inner[1]), slice(left, left + self._inner[0])
        self._interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        if isinstance(background, tuple):
            self._background = np.full((size[1], size[0], 3), background, np.uint8)
        else:
            self._background = cover(background, size)

    def paint(self, frame: Image) -> Image:
        """Return a fresh uint8 (height, width, 3) BGR: a BGR or BGRA frame on the background."""
        frame = self._scaled(frame)
        out = self._background.copy()
        inside = out[self._rows, self._columns]
        inside[:] = frame if frame.shape[2] == 3 else blend(frame, inside)
        return out

    def cut_out(self, frame: Image) -> Image:
        """Return a fresh uint8 (height, width, 4) BGRA: a BGRA frame on nothing."""
        out = np.zeros((self._size[1], self._size[0], 4), np.uint8)
        out[self._rows, self._columns] = self._scaled(frame)
        return out

    def _scaled(self, frame: Image) -> Image:
        if (frame.shape[1], frame.shape[0]) == self._inner:
            return frame
        if frame.shape[2] == 4:  # colours that cannot be seen must not bleed into the edge
            floats = cv2.resize(_premultiplied(frame), self._inner, interpolation=self._interpolation)
            return _straight(np.asarray(floats, np.float32))
        return np.asarray(cv2.resize(frame, self._inner, interpolation=self._interpolation), np.uint8)


def cover(picture: Image, size: tuple[int, int]) -> Image:
    """Scale a picture, keeping its proportions, so that it covers (width, height); crop what is beyond."""
    scale = max(size[0] / picture.shape[1], size[1] / picture.shape[0])
    width = max(size[0], round(picture.shape[1] * scale))
    height = max(size[1], round(picture.shape[0] * scale))
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    scaled = np.asarray(cv2.resize(picture, (width, height), interpolation=interpolation), np.uint8)
    left, top = (width - size[0]) // 2, (height - size[1]) // 2
    return np.ascontiguousarray(scaled[top : top + size[1], left : left + size[0]])


def blend(front: Image, back: Image) -> Image:
    """Return front (h, w, 4) BGRA, alpha not premultiplied, over back (h, w, 3) BGR."""
    alpha = np.asarray(cv2.cvtColor(front[..., 3], cv2.COLOR_GRAY2BGR))
    colour = np.asarray(cv2.cvtColor(front, cv2.COLOR_BGRA2BGR))
    seen = cv2.multiply(colour, alpha, scale=1 / 255)
    rest = cv2.multiply(back, cv2.bitwise_not(alpha), scale=1 / 255)
    return np.asarray(cv2.add(seen, rest), np.uint8)


def _premultiplied(frame: Image) -> NDArray[np.float32]:
    floats = frame.astype(np.float32)
    floats[..., :3] *= floats[..., 3:] / 255
    return floats


def _straight(frame: NDArray[np.float32]) -> Image:
    straight = frame.copy()
    straight[..., :3] *= 255 / np.maximum(frame[..., 3:], 1.0)
    rounded: Image = np.clip(np.rint(straight), 0, 255).astype(np.uint8)
    return rounded


def _from_rgb(value: int) -> Colour:
    return value & 255, value >> 8 & 255, value >> 16
