"""One timeline, several who watch it, each at its own place."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from .timeline import Moment, Timeline

#: A view further behind than this (30 s) loses what is older.
MOST_MOMENTS: Final = 750
#: A clock that leaps further than this (1 s) gets what it missed in several ticks, so that nobody waits
#: long for the session while it is made.
_MOST_IN_A_TICK: Final = 25


@dataclass(slots=True, eq=False)
class Cursor:
    """Where a view is: ``place`` counts moments made, ``expected`` is the index that comes next if none
    is left out, ``heard`` counts the samples the view was given.

    ``origin`` is the index from which the view's own clock counts, once it has one.
    """

    place: int
    expected: int
    late_after: int | None
    heard: int
    origin: int | None = None
    missed: int = 0
    missed_end: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """The moments that make one tick; ``dropped`` pictures are not shown, ``missed`` moments are lost."""

    moments: list[Moment]
    dropped: int
    missed: int
    missed_end: bool


class Broadcast:
    """Keeps the moments that some view has not seen yet. Not for several threads at once."""

    def __init__(self, timeline: Timeline) -> None:
        self._timeline = timeline
        self._moments: deque[Moment] = deque()
        self._made = 0
        self._cursors: list[Cursor] = []
        #: The most samples of 16 kHz that any view was given.
        self.heard = 0

    def open(self, late_after: int | None) -> Cursor:
        """Return a new cursor at the present."""
        cursor = Cursor(self._made, self._timeline.index, late_after, self.heard)
        self._cursors.append(cursor)
        return cursor

    def close(self, cursor: Cursor) -> None:
        """Forget a cursor."""
        if cursor in self._cursors:
            self._cursors.remove(cursor)
        self._trim()

    def backlog(self, cursor: Cursor) -> int:
        """Return how many moments were made that the cursor has not passed."""
        return self._made - cursor.place

    def next(self, cursor: Cursor) -> Taken:
        """Return the next tick of a view that drives, letting a moment pass if it has seen all."""
        if not self.backlog(cursor):
            self._make()
        return self.take(cursor)

    def due(self, cursor: Cursor, clock: int, ahead: int) -> Taken | None:
        """Return the next tick due to a view whose own clock shows ``clock`` ticks, None if it has all.

        Due is what lies up to ``ahead`` ticks in its future. What is past comes merged with the present.
        """
        now = self._now(cursor, clock, ahead)
        if self._next_index(cursor) > now + ahead:
            return None
        self._pass_until(cursor, now)
        if not self.backlog(cursor) or (self._timeline.index <= now and not self._ends(cursor)):
            self._make()
        return self._take(cursor, now)

    def take(self, cursor: Cursor) -> Taken:
        """Return the next tick of what was made, which must be at least one moment.

        It is all up to the present if the cursor is later than it tolerates.
        """
        late = cursor.late_after is not None and self.backlog(cursor) > cursor.late_after
        return self._take(cursor, self._timeline.index if late else 0)

    def go_live(self) -> None:
        """Take all cursors to the present; what they had not seen is void."""
        for cursor in self._cursors:
            cursor.place, cursor.expected = self._made, self._timeline.index
        self._moments.clear()

    def _take(self, cursor: Cursor, past: int) -> Taken:
        """Return the moments below the index ``past``, and one more, as far as an utterance goes."""
        moments: list[Moment] = []
        while self.backlog(cursor):
            moment = self._moments[-self.backlog(cursor)]
            moments.append(moment)
            cursor.place += 1
            if moment.end_of_speech or not (moment.index < past or moment.pose is None):
                break
        last = moments[-1]
        taken = Taken(moments, last.index - cursor.expected, cursor.missed, cursor.missed_end)
        cursor.expected, cursor.missed, cursor.missed_end = last.index + 1, 0, False
        cursor.heard = last.sound_end
        self.heard = max(self.heard, cursor.heard)
        return taken

    def _make(self, seen: bool = True) -> Moment:
        moment = self._timeline.advance(seen or self._recorded())
        self._moments.append(moment)
        self._made += 1
        self._trim()
        return moment

    def _now(self, cursor: Cursor, clock: int, ahead: int) -> int:
        """Return the index that is present by the view's own clock."""
        if cursor.origin is None:
            cursor.origin = self._next_index(cursor)
        leap = self._timeline.index - 1 - (cursor.origin + clock + ahead)
        if cursor.late_after is not None and leap > cursor.late_after:
            # Others are ahead for good, for their clocks run faster: this one counts from there on.
            cursor.origin += leap
        return cursor.origin + clock

    def _pass_until(self, cursor: Cursor, index: int) -> None:
        """Let time pass unseen up to an index, to where an utterance ends, or as much as one tick holds."""
        while (
            self._timeline.index < index and self.backlog(cursor) < _MOST_IN_A_TICK and not self._ends(cursor)
        ):
            if self._recorded() or not self._timeline.skip_idle(index - self._timeline.index):
                self._make(seen=False)

    def _next_index(self, cursor: Cursor) -> int:
        waiting = self.backlog(cursor)
        return self._moments[-waiting].index if waiting else self._timeline.index

    def _ends(self, cursor: Cursor) -> bool:
        """Return whether an utterance ends in the last of what the view has not seen."""
        return self.backlog(cursor) > 0 and self._moments[-1].end_of_speech

    def _recorded(self) -> bool:
        return any(cursor.late_after is None for cursor in self._cursors)

    def _trim(self) -> None:
        """Forget what all have seen, and what has become too much."""
        oldest = min((cursor.place for cursor in self._cursors), default=self._made)
        while len(self._moments) > self._made - oldest:
            self._moments.popleft()
        while len(self._moments) > MOST_MOMENTS:
            lost = self._moments.popleft()
            place = self._made - len(self._moments)
            for cursor in self._cursors:
                if cursor.place < place:
                    cursor.place = place
                    cursor.missed += lost.index + 1 - cursor.expected
                    cursor.expected = lost.index + 1
                    cursor.missed_end = cursor.missed_end or lost.end_of_speech
