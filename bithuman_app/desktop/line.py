"""A stream of sound that outlives its device."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .devices import Device, Direction

if TYPE_CHECKING:
    from .audio_system import AudioSystem

_log = logging.getLogger(__name__)

#: What sounddevice calls: the block float32 (frames, channels), to be read or filled; the number of
#: frames; the times of the block; whether anything was lost.
Block = NDArray[np.float32]
SoundCallback = Callable[[Block, int, Any, Any], None]


@dataclass(frozen=True, slots=True)
class LineRequest:
    """What somebody wants of a device.

    ``device`` as in ``devices.choose``; ``rate`` in Hz and ``channels`` are tried first and may come out
    otherwise; ``block_frames`` are handed over at once, ``latency`` (seconds) is asked for.
    """

    direction: Direction
    device: str | None
    rate: int
    channels: int
    block_frames: int
    latency: float


@dataclass(slots=True, eq=False)
class Connection:
    """A stream that is open now; ``called`` is when it last asked for sound or brought some."""

    device: Device
    rate: int
    stream: Any = None
    latency: float = 0.0
    called: float = field(default_factory=time.monotonic)


class Line:
    """What ``AudioSystem.input`` and ``output`` return; any thread may ask.

    There may be no device at the moment: then ``connected`` is False and nothing is called.
    """

    def __init__(
        self,
        system: "AudioSystem",
        request: LineRequest,
        callback: SoundCallback,
        on_change: Callable[["Line"], None] | None,
    ) -> None:
        self.request = request
        self._system, self._callback, self._on_change = system, callback, on_change
        self._connection: Connection | None = None
        self._openings = 0
        self._closed = False
        self._failed = False
        #: For the system: whether somebody was told that there is no device.
        self.missed = False

    @property
    def connected(self) -> bool:
        """Return whether there is a device now."""
        return self._connection is not None

    @property
    def device(self) -> Device | None:
        """Return the device that is used now."""
        connection = self._connection
        return connection.device if connection else None

    @property
    def rate(self) -> int:
        """Return the rate of the device, or the one asked for while there is none."""
        connection = self._connection
        return connection.rate if connection else self.request.rate

    @property
    def latency(self) -> float:
        """Return how many seconds lie between the callback and the ear, or the voice and the callback."""
        connection = self._connection
        return connection.latency if connection else 0.0

    @property
    def openings(self) -> int:
        """Return how often a device was opened: a clock that counts its samples starts anew each time."""
        return self._openings

    @property
    def closed(self) -> bool:
        """Return whether nobody wants it any more."""
        return self._closed

    def close(self) -> None:
        """Stop using the device; nothing is called any more after the block under way."""
        self._closed = True
        self._system.wake()

    # For the system, in its thread

    @property
    def connection(self) -> Connection | None:
        """Return the open stream."""
        return self._connection

    @connection.setter
    def connection(self, connection: Connection | None) -> None:
        changed = (connection is None) != (self._connection is None)
        self._openings += connection is not None
        self._failed = False
        self._connection = connection
        if changed and self._on_change is not None and not self._closed:
            self._on_change(self)

    def called(self, connection: Connection, block: Block, frames: int, times: Any, status: Any) -> None:
        """Pass a block on; called by PortAudio's thread, which must never see an exception."""
        connection.called = time.monotonic()
        output = self.request.direction == "output"
        if output:
            block.fill(0)
        # A stream that was given up may wake up again.
        if self._closed or self._connection is not connection or (output and self._failed):
            return
        try:
            self._callback(block, frames, times, status)
        except Exception:
            if not self._failed:
                _log.exception("the sound of a block could not be handled")
            self._failed = True
