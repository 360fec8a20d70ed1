"""Consumers of a session: a window, a page, a recorder."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Self

from .broadcast import Cursor
from .errors import SessionClosedError
from .tick import Tick

if TYPE_CHECKING:
    from .session import Session


class Watcher:
    """A place in the session's time. For one thread at a time; watchers do not wait for each other."""

    def __init__(
        self,
        session: "Session",
        cursor: Cursor,
        unplayed_ms: Callable[[], int] | None,
        on_interrupt: Callable[[], None] | None,
    ) -> None:
        self._session = session
        self.cursor = cursor
        self.unplayed_ms = unplayed_ms
        self.on_interrupt = on_interrupt
        self.closed = False

    @property
    def backlog(self) -> int:
        """Return how many ticks were made that this one has not taken."""
        return self._session.backlog(self)

    def close(self) -> None:
        """Leave; may be called again, and by any thread."""
        self._session.close_watcher(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class View(Watcher):
    """One that drives: it takes what was made, and when it has taken all, it makes more."""

    def next(self) -> Tick:
        """Return the next tick, at once. Raises ``SessionClosedError``."""
        return self._session.take_next(self)

    def due(self, played: int, rate: int, ahead: int = 0) -> Tick | None:
        """Return the next tick due by the consumer's audio clock, None if it has all that are due.

        ``played`` sample frames at ``rate`` a second were played since the first call; the tick being
        heard is number ``played * 25 // rate`` from there. Ticks up to ``ahead`` later are due too: call
        until None. Ticks already past come merged with the one being heard. Raises ``ValueError`` for
        numbers that make no sense, ``SessionClosedError``.

        One that plays the sound counts what it was given, a tick without sound as 40 ms of silence, but
        not what its device played for want of data; and it keeps ``ahead`` at 1 or more. Then a stall
        delays sound and picture alike. One that only shows pictures may let any clock run.
        """
        if played < 0 or rate < 1 or ahead < 0:
            raise ValueError(f"no clock shows {played} samples played at {rate} Hz, {ahead} ticks ahead")
        return self._session.take_due(self, int(played), int(rate), ahead)

    def __iter__(self) -> Iterator[Tick]:
        """Yield ticks until the view or the session is closed."""
        while True:
            try:
                tick = self.next()
            except SessionClosedError:
                return
            yield tick


class Follower(Watcher):
    """One that never lets time pass by itself: it takes what views made."""

    def next(self, timeout: float | None = None) -> Tick | None:
        """Return the next tick, waiting up to ``timeout`` seconds for one; None if none came.

        Raises ``SessionClosedError``, also while it waits.
        """
        return self._session.take_made(self, timeout)

    def __iter__(self) -> Iterator[Tick]:
        """Yield ticks as they are made, until this or the session is closed."""
        while True:
            try:
                tick = self.next()
            except SessionClosedError:
                return
            if tick is not None:
                yield tick
