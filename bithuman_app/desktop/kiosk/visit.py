"""When a kiosk calls for visitors, when it stops, and when it forgets the one who left.

Nothing here looks at a clock or a screen: whoever owns the kiosk says what time it is.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Final

#: A call that is not heard after so many seconds has failed, for instance for want of a voice.
CALL_STARTS_WITHIN: Final = 30.0


class Presence(Enum):
    """What tells that somebody is there."""

    SPEECH = "speech"
    KEY = "key"
    POINTER = "pointer"
    SENSOR = "sensor"


class Phase(Enum):
    """What a kiosk is at."""

    WAITING = "waiting"
    """Nobody is there and nothing is said."""
    ATTRACTING = "attracting"
    """Nobody is there; the kiosk calls for somebody."""
    VISIT = "visit"
    """Somebody is there, or was a moment ago."""


class Order(Enum):
    """What is to be done now."""

    ATTRACT = "attract"
    """Begin to call for visitors."""
    HUSH = "hush"
    """Stop calling at once: somebody came."""
    RESET = "reset"
    """The visitor left: forget everything about the visit."""


@dataclass(frozen=True)
class Patience:
    """How long a kiosk waits, in seconds; 0 means that it never does.

    ``attract_after``: quiet before it calls for visitors, and again between two calls.
    ``reset_after``: time without a sign of the visitor, after which the visit is over.
    """

    attract_after: float = 60.0
    reset_after: float = 90.0

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for a time that is negative or not a number."""
        for name, seconds in (("attract_after", self.attract_after), ("reset_after", self.reset_after)):
            if not 0 <= seconds < float("inf"):
                raise ValueError(f"{name} must be 0 or more seconds, not {seconds}")


class Visit:
    """The kiosk's knowledge of its visitor: signs of presence in, orders out.

    Times are seconds on any clock that never goes back. Nobody is called during a visit: who reads or
    thinks in silence is not to be talked at. Without ``reset_after`` a visit ends, and nothing is
    forgotten, when it was quiet for ``attract_after``.
    """

    def __init__(self, now: float, patience: Patience) -> None:
        self._patience = patience
        self._phase = Phase.WAITING
        self._last_stir = now
        self._heard_call = False

    @property
    def phase(self) -> Phase:
        """Return what the kiosk is at."""
        return self._phase

    def seen(self, now: float) -> tuple[Order, ...]:
        """Take note of a sign of somebody's presence; return what is to be done at once."""
        calling = self._phase is Phase.ATTRACTING
        self._phase = Phase.VISIT
        self._last_stir = now
        return (Order.HUSH,) if calling else ()

    def step(self, now: float, speaking: bool) -> tuple[Order, ...]:
        """Let time pass and return what is to be done.

        ``speaking`` tells whether the avatar says something, whatever it is. While it does, nothing is
        quiet and no visitor is given up: who listens need not stir.
        """
        if self._phase is Phase.ATTRACTING:
            self._follow_call(now, speaking)
            return ()
        if speaking:
            self._last_stir = now
            return ()
        quiet = now - self._last_stir
        if self._phase is Phase.VISIT:
            return self._end_of_visit(quiet)
        if 0 < self._patience.attract_after <= quiet:
            self._phase = Phase.ATTRACTING
            self._last_stir = now
            self._heard_call = False
            return (Order.ATTRACT,)
        return ()

    def _follow_call(self, now: float, speaking: bool) -> None:
        """Wait for the end of a call; the next quiet time begins with it."""
        if speaking:
            self._heard_call = True
            self._last_stir = now
        elif self._heard_call or now - self._last_stir >= CALL_STARTS_WITHIN:
            self._phase = Phase.WAITING
            self._last_stir = now

    def _end_of_visit(self, quiet: float) -> tuple[Order, ...]:
        after = self._patience.reset_after or self._patience.attract_after
        if not 0 < after <= quiet:
            return ()
        self._phase = Phase.WAITING
        return (Order.RESET,) if self._patience.reset_after else ()
