"""How much a page may ask for."""

import time
from collections.abc import Callable
from typing import Final

#: bitHuman's limit for sound files.
MOST_AUDIO_BYTES: Final = 50 * 1024 * 1024
MOST_AUDIO_SECONDS: Final = 600.0
MOST_VIEWERS: Final = 8


class Allowance:
    """Lets ``rate`` units a second pass, and up to ``burst`` at once."""

    def __init__(self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._left, self._since = burst, clock()

    def take(self, units: float = 1.0) -> bool:
        """Return whether that many units may pass now; if not, none is used up."""
        now = self._clock()
        self._left = min(self._burst, self._left + (now - self._since) * self._rate)
        self._since = now
        if units > self._left:
            return False
        self._left -= units
        return True

    def give_back(self, units: float = 1.0) -> None:
        """Undo a ``take``: those units were not used after all."""
        self._left = min(self._burst, self._left + units)
