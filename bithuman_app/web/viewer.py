"""One open page: what waits to be sent to it, and how much it may send."""

import asyncio
import secrets
import time
from collections import deque
from typing import Final, Protocol

from .limits import Allowance
from .protocol import MICROPHONE_RATE, TICKS_PER_SECOND, WebTick

#: Pictures that may wait for a slow connection (120 ms); of older ticks only the sound is sent.
MOST_PICTURES: Final = 3
#: Ticks that may wait (1 s); a connection that is slower than that loses the oldest.
MOST_TICKS: Final = 25
#: Text messages that may wait; only a page that has stopped reading has so many.
_MOST_TEXTS: Final = 500
#: How long what a page said it hears is worth something.
_NOTE_SECONDS: Final = 2.0


class Outlet(Protocol):
    """The sending half of a WebSocket."""

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""

    async def send_text(self, data: str) -> None:
        """Send a text message."""


class Viewer:
    """Takes ticks at any time, sends them as fast as the connection allows.

    ``key`` is a secret between this page and the server; it names the page in requests beside the socket.
    """

    def __init__(self, outlet: Outlet) -> None:
        self.key = secrets.token_urlsafe(16)
        self.visible = True
        self.controls = Allowance(rate=20, burst=60)
        self.sound = Allowance(rate=MICROPHONE_RATE * 1.25, burst=MICROPHONE_RATE * 4)
        self.notes = Allowance(rate=10, burst=40)
        self.pictures_skipped = 0
        self._outlet = outlet
        self._texts: deque[str] = deque()
        self._ticks: deque[WebTick] = deque()
        self._something = asyncio.Event()
        self._heard: tuple[float, float] | None = None

    def offer(self, tick: WebTick) -> None:
        """Queue a tick; a hidden page is given sound only, so nothing at all while it is silent."""
        if not self.visible and not len(tick.sound):
            return
        self._ticks.append(tick)
        while len(self._ticks) > MOST_TICKS:
            self._ticks.popleft()
        self._something.set()

    def tell(self, text: str) -> None:
        """Queue a text message, which goes before any tick that waits."""
        self._texts.append(text)
        while len(self._texts) > _MOST_TEXTS:
            self._texts.popleft()
        self._something.set()

    def cut(self) -> None:
        """Forget the ticks that wait."""
        self._ticks.clear()

    async def send_all(self) -> None:
        """Send what comes until cancelled or the connection ends."""
        while True:
            await self._something.wait()
            self._something.clear()
            while self._texts or self._ticks:
                if self._texts:
                    await self._outlet.send_text(self._texts.popleft())
                    continue
                tick = self._ticks.popleft()
                timely = len(self._ticks) < MOST_PICTURES
                self.pictures_skipped += not timely
                await self._outlet.send_bytes(tick.pack(picture=self.visible and timely))

    def note_heard(self, number: float) -> None:
        """Remember which tick the page is playing."""
        self._heard = (number, time.monotonic())

    def heard(self) -> float | None:
        """Return which tick the page is playing now, as far as it told lately."""
        if self._heard is None:
            return None
        number, then = self._heard
        passed = time.monotonic() - then
        return number + passed * TICKS_PER_SECOND if passed < _NOTE_SECONDS else None
