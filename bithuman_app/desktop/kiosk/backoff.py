"""How long to wait before a process that ended is started again."""

from typing import Final

#: A process that lived so many seconds was well: the next failure is the first one again.
WELL_AFTER: Final = 60.0
#: Seconds before each restart of a process that fails again and again; the last one stays.
PAUSES: Final = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
#: Seconds between two looks for a screen that is not there. A look is cheap, and people wait.
SCREEN_PAUSE: Final = 2.0


class Backoff:
    """The pauses of one watchdog."""

    def __init__(self) -> None:
        self._failures = 0

    def pause(self, lived: float, *, no_screen: bool) -> float:
        """Return the seconds to wait after a process that lived ``lived`` seconds.

        One that found no screen did not fail: it is tried at a steady pace until there is one.
        """
        if no_screen:
            return SCREEN_PAUSE
        if lived >= WELL_AFTER:
            self._failures = 0
        pause = PAUSES[min(self._failures, len(PAUSES) - 1)]
        self._failures += 1
        return pause
