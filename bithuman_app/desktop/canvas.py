"""The avatar's picture in the middle of the window, as large as it fits, black around it."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from .options import Framing

#: OpenCV's names for turning clockwise.
_TURNS: Final = {90: cv2.ROTATE_90_CLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_COUNTERCLOCKWISE}
#: A larger window is filled by the system: enlarging it here would cost more than rendering.
_MOST_PIXELS: Final = 1920 * 1200


class Canvas:
    """Where a picture of the window is put together; the same memory each time."""

    def __init__(self, framing: Framing | None = None, turn: int = 0) -> None:
        """``framing`` and ``turn`` are those of ``WindowOptions``."""
        self._framing, self._turn = framing, turn
        self._pixels = np.zeros((1, 1, 3), np.uint8)

    def turned(self, pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return a canvas as the screen needs it."""
        return np.asarray(cv2.rotate(pixels, _TURNS[self._turn]), np.uint8) if self._turn else pixels

    def fit(self, picture: NDArray[np.uint8], window: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the picture, BGR, in a window of this (width, height); good until the next call.

        A very large window gets fewer pixels of the same proportions. If all is turned, it is still upright.
        """
        width, height = _canvas_size(window if self._turn % 180 == 0 else (window[1], window[0]))
        if self._framing is not None:
            picture = self._framing(picture, (width, height))
        if self._pixels.shape[:2] != (height, width):
            self._pixels = np.zeros((height, width, 3), np.uint8)
        left, top, inner_width, inner_height = placed(picture.shape[1], picture.shape[0], width, height)
        pixels = self._pixels
        pixels[:top] = 0
        pixels[top + inner_height :] = 0
        pixels[:, :left] = 0
        pixels[:, left + inner_width :] = 0
        inside = pixels[top : top + inner_height, left : left + inner_width]
        if inside.shape == picture.shape:
            inside[:] = picture
        else:
            smaller = inner_width < picture.shape[1]
            way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
            cv2.resize(picture, (inner_width, inner_height), dst=inside, interpolation=way)
        return pixels


def placed(width: int, height: int, room_width: int, room_height: int) -> tuple[int, int, int, int]:
    """Return left, top, width and height of a picture as large as it fits into a room, in its middle."""
    scale = min(room_width / width, room_height / height)
    inner_width = max(1, min(room_width, round(width * scale)))
    inner_height = max(1, min(room_height, round(height * scale)))
    return (room_width - inner_width) // 2, (room_height - inner_height) // 2, inner_width, inner_height


def _canvas_size(window: tuple[int, int]) -> tuple[int, int]:
    width, height = max(1, window[0]), max(1, window[1])
    scale = min(1.0, (_MOST_PIXELS / (width * height)) ** 0.5)
    return max(1, round(width * scale)), max(1, round(height * scale))


class CrossFade:
    """The change from one avatar to another: 0.3 s in which the old picture gives way to the new."""

    _TICKS: Final = 8

    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None
        self._left = 0

    def begin(self, before: NDArray[np.uint8] | None) -> None:
        """Start from a picture, BGR; None: there was none."""
        self._before, self._left = before, self._TICKS if before is not None else 0

    def apply(self, pixels: NDArray[np.uint8]) -> None:
        """Blend what is left of the old picture into the next one, in place."""
        if not self._left or self._before is None:
            return
        if self._before.shape != pixels.shape:  # the window was made larger meanwhile
            self._left = 0
            return
        share = self._left / (self._TICKS + 1)
        cv2.addWeighted(self._before, share, pixels, 1 - share, 0, dst=pixels)
        self._left -= 1
        if not self._left:
            self._before = None
