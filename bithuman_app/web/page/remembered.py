"""What users did lately, kept while the program runs."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Final, Generic, TypeVar

_Thing = TypeVar("_Thing")
_MOST_USERS: Final = 64


class Remembered(Generic[_Thing]):
    """The newest things of each user, newest first; any thread may ask."""

    def __init__(self, most: int, forget: Callable[[_Thing], None] = lambda thing: None) -> None:
        """``most`` is how many of a user are kept; ``forget`` is called with each that is not any more."""
        self._most, self._forget = most, forget
        self._things: OrderedDict[str | None, list[_Thing]] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, user: str | None) -> list[_Thing]:
        """Return what is kept of a user."""
        with self._lock:
            return list(self._things.get(user, []))

    def add(self, user: str | None, thing: _Thing) -> list[_Thing]:
        """Keep a thing, in place of one that is equal; return what is kept now."""
        with self._lock:
            before = self._things.pop(user, [])
            now = [thing, *(one for one in before if one != thing)]
            self._things[user] = now[: self._most]
            gone = now[self._most :]
            while len(self._things) > _MOST_USERS:
                gone += self._things.popitem(last=False)[1]
            kept = list(self._things[user])
        for one in gone:
            self._forget(one)
        return kept
