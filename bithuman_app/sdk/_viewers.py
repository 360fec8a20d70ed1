"""Handing frames and sound from one talking avatar to any number of slow or fast watchers."""

import asyncio
from typing import Final

#: A listener that is this many chunks (40 ms each) behind loses the oldest ones.
MOST_WAITING_CHUNKS: Final = 100


class LatestPicture:
    """The newest encoded picture; watchers that are slow miss some and hold nobody up."""

    def __init__(self) -> None:
        self.watchers = 0
        self._changed = asyncio.Condition()
        self._number = 0
        self._data = b""

    async def show(self, data: bytes) -> None:
        """Replace the picture and wake everybody who waits for one."""
        async with self._changed:
            self._data = data
            self._number += 1
            self._changed.notify_all()

    async def next(self, seen: int) -> tuple[int, bytes]:
        """Wait for a picture newer than number ``seen`` and return its number and bytes."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._number > seen)
            return self._number, self._data


class SoundTaps:
    """Queues of sound, one for each listener, none longer than ``MOST_WAITING_CHUNKS``."""

    def __init__(self) -> None:
        self._taps: set[asyncio.Queue[bytes]] = set()

    def __len__(self) -> int:
        return len(self._taps)

    def open(self) -> asyncio.Queue[bytes]:
        """Return a new listener's queue."""
        tap: asyncio.Queue[bytes] = asyncio.Queue(MOST_WAITING_CHUNKS)
        self._taps.add(tap)
        return tap

    def close(self, tap: asyncio.Queue[bytes]) -> None:
        """Forget a listener."""
        self._taps.discard(tap)

    def play(self, data: bytes) -> None:
        """Give a chunk to every listener."""
        for tap in self._taps:
            if tap.full():
                tap.get_nowait()
            tap.put_nowait(data)

    def clear(self) -> None:
        """Empty all queues: what has not been sent must not be heard any more."""
        for tap in self._taps:
            while not tap.empty():
                tap.get_nowait()
