"""As many stages as the server may have, one for each user."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from ..stage import Stage
from .feed import Feed
from .viewer import Viewer

#: How long a stage is kept for a user whose last page has gone, so that a reload finds it as it was.
LINGER_SECONDS: Final = 15.0


@dataclass
class _Place:
    feed: Feed
    deserted_since: float = field(default_factory=time.monotonic)


class Hall:
    """Gives each user, known by an identity, a stage of their own while there are any left."""

    def __init__(
        self, sessions: int, make_feed: Callable[[], Feed], linger_seconds: float = LINGER_SECONDS
    ) -> None:
        """``make_feed`` opens a stage on the running event loop."""
        self.sessions = sessions
        self._make_feed = make_feed
        self._linger_seconds = linger_seconds
        self._places: dict[str, _Place] = {}

    async def admit(self, user: str) -> Feed | None:
        """Return the user's stage, a new one if need be; None if all are in use."""
        place = self._places.get(user)
        if place is None:
            if len(self._places) >= self.sessions and not await self._free_one():
                return None
            place = self._places[user] = _Place(self._make_feed())
        place.deserted_since = time.monotonic()
        return place.feed

    def leave(self, user: str, viewer: Viewer) -> None:
        """Note that a page of the user has gone."""
        if (place := self._places.get(user)) is not None:
            place.feed.leave(viewer)
            place.deserted_since = time.monotonic()

    def find(self, user: str, key: str) -> Feed | None:
        """Return the user's stage if one of the pages that watch it has this key."""
        place = self._places.get(user)
        if place is not None and any(viewer.key == key for viewer in place.feed.viewers):
            return place.feed
        return None

    def stage(self, user: str) -> Stage | None:
        """Return the stage of a user who has one."""
        place = self._places.get(user)
        return place.feed.stage if place is not None else None

    def stages(self) -> list[Stage]:
        """Return all stages that users have."""
        return [place.feed.stage for place in self._places.values()]

    async def close(self) -> None:
        """Close all stages."""
        places = list(self._places.values())
        self._places.clear()
        await asyncio.gather(*(place.feed.close() for place in places))

    async def _free_one(self) -> bool:
        """Close the stage that has been deserted longest, if any has been long enough."""
        now = time.monotonic()
        deserted = [
            (place.deserted_since, user)
            for user, place in self._places.items()
            if not place.feed.viewers and now - place.deserted_since >= self._linger_seconds
        ]
        if not deserted:
            return False
        _, user = min(deserted)
        await self._places.pop(user).feed.close()
        return True
