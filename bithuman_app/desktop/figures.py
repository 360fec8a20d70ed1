"""How the window is doing: the figures that it shows on request."""

import statistics
import time
from collections import deque
from typing import Final

from .player import Player
from .sound_output import RATE

#: Figures change this often, or nobody could read them.
_EVERY_SECONDS: Final = 0.5
_KEPT: Final = 50


class Figures:
    """Collects times of pictures, for the thread of the window."""

    def __init__(self) -> None:
        self._shown: deque[float] = deque(maxlen=_KEPT)
        self._painting: deque[float] = deque(maxlen=_KEPT)
        self._showing: deque[float] = deque(maxlen=_KEPT)
        self._offsets: deque[float] = deque(maxlen=_KEPT)
        self.dropped = 0
        self._lines: tuple[str, ...] = ()
        self._made = 0.0

    def note(self, painting: float, showing: float, offset: float) -> None:
        """Note a picture: seconds to paint it and to show it, and how long after its sound it is seen."""
        self._shown.append(time.monotonic())
        self._painting.append(painting)
        self._showing.append(showing)
        self._offsets.append(offset)

    def lines(self, player: Player, size: tuple[int, int], window: tuple[int, int]) -> tuple[str, ...]:
        """Return the figures in words."""
        now = time.monotonic()
        if now - self._made > _EVERY_SECONDS and len(self._shown) > 1:
            self._made = now
            self._lines = self._describe(player, size, window)
        return self._lines

    def _describe(self, player: Player, size: tuple[int, int], window: tuple[int, int]) -> tuple[str, ...]:
        rate = (len(self._shown) - 1) / (self._shown[-1] - self._shown[0])
        output = player.output
        line = output.line
        device = line.device if line is not None else None
        sound = f"{device.name}, {line.rate} Hz" if device is not None and line is not None else "none"
        return (
            f"{rate:.1f} pictures a second, {self.dropped} dropped",
            f"picture {size[0]} × {size[1]}, window {window[0]} × {window[1]}",
            f"painting {_milliseconds(self._painting)}, showing {_milliseconds(self._showing)}",
            f"picture after sound {_milliseconds(self._offsets, sign=True)}",
            f"sound waiting {1000 * (output.given - output.played) / RATE:.0f} ms,"
            f" in the device {1000 * output.latency:.0f} ms",
            f"loudspeaker: {sound}",
        )


def _milliseconds(seconds: deque[float], sign: bool = False) -> str:
    middle = 1000 * statistics.median(seconds)
    return f"{middle:+.1f} ms" if sign else f"{middle:.1f} ms"
