"""What happens on one WebSocket, from the moment it is let in to its end."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from typing import Any, Final

from starlette.websockets import WebSocket, WebSocketDisconnect

from ..errors import UserError
from .feed import Feed
from .protocol import Close, ProtocolError, pack_control, unpack_control, unpack_microphone
from .viewer import Viewer

_log = logging.getLogger(__name__)
_MOST_NAME: Final = 200


class Connection:
    """One page on one stage."""

    def __init__(self, socket: WebSocket, feed: Feed) -> None:
        self._socket, self._feed, self._stage = socket, feed, feed.stage
        self.viewer = Viewer(socket)
        self._handlers: dict[str, Callable[[dict[str, Any]], Awaitable[None] | None]] = {
            "visible": lambda message: feed.show(self.viewer, _flag(message, "on")),
            "heard": self._heard,
            "ping": lambda message: self.viewer.tell(pack_control("pong", time=_number(message, "time"))),
            "stop": self._stop,
            "gesture": self._gesture,
            "emotion": self._emotion,
            "avatar": self._avatar,
            "microphone": self._microphone,
            "puppet": self._puppet,
            "sample": lambda message: self._start(asyncio.to_thread(self._stage.play_sample)),
            "sound": self._sound,
        }
        self._jobs: set[asyncio.Task[None]] = set()

    async def serve(self) -> None:
        """Exchange messages until the connection ends; close it if the page breaks the rules."""
        self._feed.join(self.viewer)
        sending = asyncio.create_task(self._send())
        try:
            await self._receive()
        except ProtocolError as error:
            await self._close(Close.BAD_MESSAGE, str(error))
        except _TooFastError:
            await self._close(Close.TOO_FAST, "messages come too fast")
        finally:
            for job in (sending, *self._jobs):
                job.cancel()
            await asyncio.gather(sending, *self._jobs, return_exceptions=True)

    async def _send(self) -> None:
        with contextlib.suppress(WebSocketDisconnect, RuntimeError, OSError):
            await self.viewer.send_all()

    async def _receive(self) -> None:
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return
            if message.get("bytes") is not None:
                sound = unpack_microphone(message["bytes"])
                # Too much sound is not worth an end: pages send late what a busy machine held back.
                if self.viewer.sound.take(len(sound)):
                    self._stage.puppet.hear(self.viewer, sound)
            else:
                await self._obey(unpack_control(message.get("text") or ""))

    async def _obey(self, message: dict[str, Any]) -> None:
        kind = message["type"]
        handler = self._handlers.get(kind)
        if handler is None:
            raise ProtocolError("a control message of an unknown type")
        allowance = self.viewer.notes if kind in ("heard", "ping") else self.viewer.controls
        if not allowance.take():
            raise _TooFastError
        done = handler(message)
        if done is not None:
            await done

    def _heard(self, message: dict[str, Any]) -> None:
        self.viewer.note_heard(_number(message, "number"))

    def _stop(self, message: dict[str, Any]) -> None:
        self._stage.interrupt()

    def _gesture(self, message: dict[str, Any]) -> None:
        try:
            self._stage.gesture(_text(message, "name"))
        except ValueError as error:
            raise ProtocolError("no such gesture") from error

    def _emotion(self, message: dict[str, Any]) -> None:
        try:
            self._stage.emotion(_text(message, "name"))
        except ValueError as error:
            raise ProtocolError("no such emotion") from error

    def _avatar(self, message: dict[str, Any]) -> None:
        self._start(self._feed.change_avatar(_text(message, "name")))

    def _microphone(self, message: dict[str, Any]) -> None:
        self._stage.listen(self.viewer, _flag(message, "on"))

    def _puppet(self, message: dict[str, Any]) -> None:
        if not _flag(message, "on"):
            self._stage.puppet.release(self.viewer)
            return
        sensitivity = _number(message, "sensitivity") if "sensitivity" in message else 0.5
        try:
            self._stage.puppet.take(self.viewer, echo=_flag(message, "echo"), sensitivity=sensitivity)
        except ValueError as error:
            raise ProtocolError("the sensitivity is not from 0 to 1") from error

    def _sound(self, message: dict[str, Any]) -> None:
        # Only the window knows whether there is one, so it is the window that takes the sound.
        if _text(message, "on") != "page":
            raise ProtocolError("a page can take the sound, not give it away")
        self._stage.choose_sound("page")

    def _start(self, work: Awaitable[Any]) -> None:
        """Do something that takes a while beside reading on; the page is told if it fails."""
        if len(self._jobs) >= 4:
            raise _TooFastError

        async def do() -> None:
            try:
                await work
            except UserError as error:
                self.viewer.tell(pack_control("problem", text=str(error)))

        job = asyncio.create_task(do())
        self._jobs.add(job)
        job.add_done_callback(self._jobs.discard)

    async def _close(self, code: Close, reason: str) -> None:
        _log.info("a page was disconnected: %s", reason)
        with contextlib.suppress(RuntimeError, OSError, WebSocketDisconnect):
            await self._socket.close(code, reason)


class _TooFastError(Exception):
    """A page sends more than it may."""


def _text(message: dict[str, Any], name: str) -> str:
    value = message.get(name)
    if not isinstance(value, str) or len(value) > _MOST_NAME:
        raise ProtocolError("a control message lacks a name")
    return value


def _flag(message: dict[str, Any], name: str) -> bool:
    value = message.get(name, False)
    if not isinstance(value, bool):
        raise ProtocolError("a control message has something else than true or false")
    return value


def _number(message: dict[str, Any], name: str) -> float:
    value = message.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < 2**53:
        raise ProtocolError("a control message lacks a number")
    return float(value)
