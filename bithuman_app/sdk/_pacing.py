"""When frames are due: 25 a second, without drift."""

from typing import Final

_INTERVAL: Final = 1 / 25
_MOST_LATE: Final = 0.16


class Pace:
    """A grid of due times: who is a little late catches up; after a pause the grid starts anew."""

    def __init__(self) -> None:
        self._due: float | None = None

    def wait(self, now: float) -> float:
        """Return the seconds from ``now`` until the next frame is due, and count it as given."""
        if self._due is None or now - self._due > _MOST_LATE:
            self._due = now
        wait = max(0.0, self._due - now)
        self._due += _INTERVAL
        return wait
