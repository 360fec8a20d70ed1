"""What goes over the socket between page and server; ``docs/web.md`` is its description."""

import json
import struct
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..stage import State

#: Sound towards the page: the rate at which browsers play.
SOUND_RATE: Final = 48_000
TICKS_PER_SECOND: Final = 25
SAMPLES_PER_TICK: Final = SOUND_RATE // TICKS_PER_SECOND
#: Sound from the page's microphone.
MICROPHONE_RATE: Final = 16_000

TICK: Final = 1
MICROPHONE: Final = 1
#: Kind, state, epoch, number of the tick, sound samples, bytes of the JPEG.
_TICK_HEADER: Final = struct.Struct("<BBHIII")
_MICROPHONE_HEADER: Final = struct.Struct("<BB")
EPOCHS: Final = 1 << 16

#: The longest message of a page: a quarter of a second of sound; text is shorter.
MOST_MESSAGE_BYTES: Final = 8192
_MOST_TEXT: Final = 2048


class Close(IntEnum):
    """Why the server ends a connection."""

    RESTART = 1012
    BAD_MESSAGE = 4000
    ALL_TAKEN = 4001
    TOO_MANY_VIEWERS = 4002
    TOO_FAST = 4003
    NOT_ALLOWED = 4004
    AVATAR_BROKEN = 4005


class ProtocolError(ValueError):
    """A page sent what the protocol does not know."""


@dataclass(frozen=True, slots=True)
class WebTick:
    """40 ms for the page: ``jpeg`` may be empty (no picture), ``sound`` too (silence).

    ``sound`` is int16 (n,) at ``SOUND_RATE``. ``number`` counts the ticks of a stage, ``epoch`` its
    interruptions: sound of an earlier epoch is not to be played any more.
    """

    number: int
    epoch: int
    state: State
    sound: NDArray[np.int16]
    jpeg: bytes

    def pack(self, picture: bool = True) -> bytes:
        """Return the message, without the picture if it is not wanted."""
        jpeg = self.jpeg if picture else b""
        header = _TICK_HEADER.pack(TICK, self.state, self.epoch, self.number, len(self.sound), len(jpeg))
        return b"".join((header, self.sound.astype("<i2", copy=False).tobytes(), jpeg))

    @classmethod
    def unpack(cls, message: bytes) -> "WebTick":
        """Read a message; raises ``ProtocolError``."""
        try:
            kind, state, epoch, number, samples, size = _TICK_HEADER.unpack_from(message)
            if kind != TICK or len(message) != _TICK_HEADER.size + 2 * samples + size:
                raise ProtocolError("not a tick, or not a whole one")
            sound = np.frombuffer(message, "<i2", samples, _TICK_HEADER.size)
            return cls(number, epoch, State(state), sound, message[_TICK_HEADER.size + 2 * samples :])
        except (struct.error, ValueError) as error:
            raise ProtocolError(str(error)) from error


def pack_microphone(samples: NDArray[np.int16]) -> bytes:
    """Return a message of microphone sound, int16 (n,) at ``MICROPHONE_RATE``."""
    return _MICROPHONE_HEADER.pack(MICROPHONE, 0) + samples.astype("<i2").tobytes()


def unpack_microphone(message: bytes) -> NDArray[np.int16]:
    """Return the sound of a page's binary message, int16 (n,); raises ``ProtocolError``."""
    if len(message) > MOST_MESSAGE_BYTES or len(message) % 2 or message[:1] != bytes([MICROPHONE]):
        raise ProtocolError("not a piece of microphone sound")
    return np.frombuffer(message, "<i2", offset=_MICROPHONE_HEADER.size).astype(np.int16)


def unpack_control(message: str) -> dict[str, Any]:
    """Return a page's control message, an object with a text ``type``; raises ``ProtocolError``."""
    if len(message) > _MOST_TEXT:
        raise ProtocolError("a control message is too long")
    try:
        content = json.loads(message)
    except (ValueError, RecursionError) as error:
        raise ProtocolError("a control message is not JSON") from error
    if not isinstance(content, dict) or not isinstance(content.get("type"), str):
        raise ProtocolError("a control message has no type")
    return content


def pack_control(kind: str, **content: Any) -> str:
    """Return a text message for the page."""
    return json.dumps({"type": kind, **content}, ensure_ascii=False, allow_nan=False)
