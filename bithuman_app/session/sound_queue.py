"""Sound that waits to be spoken, as raw bytes, with the ends of utterances between."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from .pcm import PcmFormat

#: Small pushes are gathered into blocks of this size; bigger ones are kept as they are.
_BLOCK_BYTES: Final = 65_536
#: No more blocks than this, however short: a program that changes the rate at every sample is bounded too.
_MOST_BLOCKS: Final = 65_536


@dataclass(slots=True)
class _Block:
    format: PcmFormat
    data: bytearray | memoryview
    offset: int = 0

    def left(self) -> int:
        return len(self.data) - self.offset

    def take(self, count: int) -> bytes:
        taken = bytes(self.data[self.offset : self.offset + count])
        self.offset += len(taken)
        return taken


@dataclass(slots=True)
class _End:
    """The end of an utterance."""


@dataclass
class SoundQueue:
    """Raw sound in the order pushed. Holds what it is given; who asks ``seconds`` first bounds it.

    Bytes that do not make a whole moment of samples wait for the rest. Not for several threads at once.
    """

    _items: deque[_Block | _End] = field(default_factory=deque)
    #: Moments waiting, by sample rate: exact, however long the session runs.
    _waiting: dict[int, int] = field(default_factory=dict)
    _rest: bytes = b""
    _rest_format: PcmFormat | None = None

    @property
    def seconds(self) -> float:
        """Return how much sound waits; infinite if it waits in too many pieces."""
        if len(self._items) >= _MOST_BLOCKS:
            return float("inf")
        return sum(moments / rate for rate, moments in self._waiting.items())

    def push(self, format: PcmFormat, data: bytes | memoryview) -> None:
        """Append sound; ``data`` must not change any more."""
        if len(data) == 0:
            return
        if self._rest and self._rest_format == format:
            missing = -len(self._rest) % format.moment_bytes
            whole, data = self._rest + bytes(data[:missing]), memoryview(data)[missing:]
            self._rest = b""
            if len(whole) < format.moment_bytes:
                self._rest = whole
                return
            self._append(format, memoryview(whole))
        # What was left of another format was less than one moment and is no sound by itself.
        whole_bytes = len(data) - len(data) % format.moment_bytes
        self._rest, self._rest_format = bytes(data[whole_bytes:]), format
        if whole_bytes:
            self._append(format, memoryview(data)[:whole_bytes])

    def end(self) -> None:
        """Mark the end of an utterance; a moment that was not completed is dropped."""
        self._rest = b""
        self._items.append(_End())

    def clear(self) -> None:
        """Forget everything."""
        self._items.clear()
        self._waiting.clear()
        self._rest = b""

    def take(self, milliseconds: int) -> tuple[PcmFormat, bytes] | None:
        """Return the next sound, of one format and at most about ``milliseconds``, or None.

        None means that there is none before the end of the utterance, or none at all.
        """
        if not self._items or isinstance(self._items[0], _End):
            return None
        block = self._items[0]
        format = block.format
        taken = block.take(-(-milliseconds * format.rate // 1000) * format.moment_bytes)
        if not block.left():
            self._items.popleft()
        self._count(format, -len(taken))
        return format, taken

    def take_end(self) -> bool:
        """Take the end of an utterance if that comes next; return whether it did."""
        if not self._items or not isinstance(self._items[0], _End):
            return False
        self._items.popleft()
        return True

    def _append(self, format: PcmFormat, data: memoryview) -> None:
        last = self._items[-1] if self._items else None
        self._count(format, len(data))
        if len(data) >= _BLOCK_BYTES:
            self._items.append(_Block(format, data))
        elif (
            isinstance(last, _Block)
            and last.format == format
            and isinstance(last.data, bytearray)
            and len(last.data) < _BLOCK_BYTES
        ):
            last.data += data
        else:
            self._items.append(_Block(format, bytearray(data)))

    def _count(self, format: PcmFormat, byte_count: int) -> None:
        moments = self._waiting.get(format.rate, 0) + byte_count // format.moment_bytes
        if moments:
            self._waiting[format.rate] = moments
        else:
            self._waiting.pop(format.rate, None)
