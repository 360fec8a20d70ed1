"""An avatar on a web page of this machine: pictures as MJPEG, sound over a WebSocket.

| request | what it does |
|---|---|
| ``GET /`` | a page that shows the avatar |
| ``GET /stream`` | the pictures, ``multipart/x-mixed-replace`` JPEG |
| ``GET /ws/audio`` | WebSocket: the sound that belongs to them, 16-bit PCM, 16 kHz mono, while speaking |
| ``POST /speak`` | say a sound file: the body, or the first file of a form |
| ``POST /action`` | play a gesture: ``{"action": "nod"}`` |
| ``POST /interrupt`` | stop speaking |
| ``GET /videos`` | the names of the gestures |
| ``GET /health`` | whether it works, and how many watch |

It listens on 127.0.0.1 unless told otherwise and asks nobody for a password: whoever can reach the
port can use it. Pages of other sites cannot: requests with a foreign ``Origin`` are refused unless it is in
``allowed_origins``.
"""

import asyncio
import contextlib
import json
import tempfile
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from ..errors import UnavailableError, UsageError, UserError
from ..media.audio import read_audio
from ..performance.gestures import GESTURES
from ._viewers import LatestPicture, SoundTaps
from .audio import float32_to_int16, load_audio
from .models import VideoControl, VideoFrame
from .runtime_async import AsyncBithuman
from .utils.image import encode_image

try:
    from aiohttp import BodyPartReader, WSMsgType, web
except ImportError as error:
    raise UnavailableError("the stream server needs aiohttp: pip install 'bithuman-app[server]'") from error

__all__ = ["StreamServer", "float32_to_int16", "load_audio"]

MOST_UPLOAD_BYTES: Final = 50 * 1024 * 1024
MOST_SPEECH_SECONDS: Final = 600.0
MOST_WATCHERS: Final = 32
_SEND_SECONDS: Final = 10.0
_NOBODY_WATCHES: Final = 0.04
_SAMPLE_RATE: Final = 16_000
_BOUNDARY: Final = "frame"
_PAGE: Final = (Path(__file__).parent / "viewer.html").read_text(encoding="utf-8")


class StreamServer:
    """Serves one avatar. Subclasses may replace ``_init_runtime`` and extend ``create_app``."""

    def __init__(
        self,
        model_path: str,
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 3001,
        jpeg_quality: int = 80,
        *,
        allowed_origins: Iterable[str] = (),
    ) -> None:
        """``model_path`` is what ``AsyncBithuman`` takes; ``api_key`` is kept for subclasses only.

        Raises ``UsageError`` for a port or quality that cannot be.
        """
        if not 0 <= port <= 65_535:
            raise UsageError(f"{port} is no port number")
        if not 1 <= jpeg_quality <= 100:
            raise UsageError(f"the JPEG quality must lie between 1 and 100, not {jpeg_quality}")
        self.model_path, self.api_key = model_path, api_key
        self.host, self.port, self.jpeg_quality = host, port, jpeg_quality
        self.allowed_origins = frozenset(allowed_origins)
        self._runtime: AsyncBithuman | None = None
        self._pictures, self._sound = LatestPicture(), SoundTaps()
        self._speaking = False

    async def _init_runtime(self) -> None:
        """Load the avatar into ``_runtime``."""
        self._runtime = await AsyncBithuman.create(model_path=self.model_path)

    def create_app(self) -> web.Application:
        """Return the application; subclasses add routes to it."""
        app = web.Application(client_max_size=MOST_UPLOAD_BYTES, middlewares=[self._refuse_foreign_pages])
        app.add_routes(
            [
                web.get("/", self._show_page),
                web.get("/stream", self._stream),
                web.get("/ws/audio", self._listen),
                web.post("/speak", self._speak),
                web.post("/action", self._act),
                web.post("/interrupt", self._interrupt),
                web.get("/videos", self._list_gestures),
                web.get("/health", self._tell_health),
            ]
        )
        app.cleanup_ctx.append(self._perform_while_serving)
        return app

    async def run_async(self) -> None:
        """Serve until cancelled. Raises ``UnavailableError`` if the port cannot be had."""
        runner = web.AppRunner(self.create_app(), access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        try:
            await web.TCPSite(runner, self.host, self.port).start()
            await asyncio.Event().wait()
        except OSError as error:
            raise UnavailableError(f"cannot serve on {self.host}:{self.port}: {error.strerror}") from error
        finally:
            await runner.cleanup()

    def run(self) -> None:
        """Serve until interrupted from the keyboard."""
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(self.run_async())

    # --- the avatar ----------------------------------------------------------------------------

    async def _perform_while_serving(self, app: web.Application) -> AsyncIterator[None]:
        if self._runtime is None:
            await self._init_runtime()
        performance = asyncio.create_task(self._perform(self._ready()))
        yield
        performance.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await performance
        await self._ready().shutdown()

    async def _perform(self, runtime: AsyncBithuman) -> None:
        """Pull frames while somebody watches or something is being said; else rest."""
        frames = runtime.run()
        while True:
            if self._watched() or self._speaking:
                await self._publish(await anext(frames))
            else:
                await asyncio.sleep(_NOBODY_WATCHES)

    async def _publish(self, frame: VideoFrame) -> None:
        if frame.end_of_speech:
            self._speaking = False
        if frame.audio_chunk is not None:
            self._sound.play(frame.audio_chunk.bytes)
        if frame.bgr_image is not None and self._pictures.watchers:
            image, quality = frame.bgr_image, self.jpeg_quality
            await self._pictures.show(await asyncio.to_thread(encode_image, image, quality))

    def _watched(self) -> int:
        return self._pictures.watchers + len(self._sound)

    def _ready(self) -> AsyncBithuman:
        if self._runtime is None:
            raise web.HTTPServiceUnavailable(text="the avatar is not loaded yet")
        return self._runtime

    # --- requests ------------------------------------------------------------------------------

    @web.middleware
    async def _refuse_foreign_pages(self, request: web.Request, handler: Any) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if origin and origin not in self.allowed_origins and urlsplit(origin).netloc != request.host:
            raise web.HTTPForbidden(text="pages of other sites may not use this avatar")
        response: web.StreamResponse = await handler(request)
        return response

    async def _show_page(self, request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def _stream(self, request: web.Request) -> web.StreamResponse:
        self._admit()
        response = web.StreamResponse(
            headers={
                "Content-Type": f"multipart/x-mixed-replace; boundary={_BOUNDARY}",
                "Cache-Control": "no-store",
            }
        )
        await response.prepare(request)
        self._pictures.watchers += 1
        number = 0
        try:
            while True:
                number, picture = await self._pictures.next(number)
                head = f"--{_BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                await asyncio.wait_for(response.write(head.encode() + picture + b"\r\n"), _SEND_SECONDS)
        except (ConnectionError, TimeoutError):
            return response  # the watcher has gone, or is stuck
        finally:
            self._pictures.watchers -= 1

    async def _listen(self, request: web.Request) -> web.WebSocketResponse:
        self._admit()
        socket = web.WebSocketResponse(heartbeat=_SEND_SECONDS, compress=False, max_msg_size=1024)
        await socket.prepare(request)
        tap = self._sound.open()
        sending = asyncio.create_task(self._send(socket, tap))
        try:
            async for message in socket:  # nothing is expected; this notices the end
                if message.type is WSMsgType.ERROR:
                    break
        finally:
            sending.cancel()
            self._sound.close(tap)
        return socket

    async def _send(self, socket: web.WebSocketResponse, tap: asyncio.Queue[bytes]) -> None:
        with contextlib.suppress(ConnectionError, TimeoutError):
            while True:
                await asyncio.wait_for(socket.send_bytes(await tap.get()), _SEND_SECONDS)

    async def _speak(self, request: web.Request) -> web.Response:
        runtime = self._ready()
        samples = await asyncio.to_thread(_decode, await _uploaded(request))
        await runtime.push_audio(float32_to_int16(samples).tobytes(), _SAMPLE_RATE, last_chunk=True)
        self._speaking = True
        seconds = len(samples) / _SAMPLE_RATE
        return web.json_response(
            {"status": "ok", "duration_seconds": round(seconds, 3), "samples": len(samples)}
        )

    async def _act(self, request: web.Request) -> web.Response:
        try:
            action = (await request.json())["action"]
        except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError):
            raise web.HTTPBadRequest(text='send JSON such as {"action": "nod"}') from None
        if not isinstance(action, str) or len(action) > 100:
            raise web.HTTPBadRequest(text="the action must be a gesture's name")
        await self._ready().push(VideoControl(action=action))
        return web.json_response({"status": "ok", "action": action})

    async def _interrupt(self, request: web.Request) -> web.Response:
        self._ready().interrupt()
        self._sound.clear()
        self._speaking = False
        return web.json_response({"status": "ok"})

    async def _list_gestures(self, request: web.Request) -> web.Response:
        return web.json_response({"videos": [], "actions": list(GESTURES)})

    async def _tell_health(self, request: web.Request) -> web.Response:
        ready = self._runtime is not None
        return web.json_response(
            {
                "status": "healthy" if ready else "starting",
                "speaking": self._speaking,
                "watchers": self._pictures.watchers,
                "listeners": len(self._sound),
            }
        )

    def _admit(self) -> None:
        if self._watched() >= MOST_WATCHERS:
            raise web.HTTPServiceUnavailable(text=f"{MOST_WATCHERS} are watching already")


async def _uploaded(request: web.Request) -> bytes:
    """Return the uploaded file's bytes: a form's first file, or else the body; 413 if it is too large."""
    if not request.content_type.startswith("multipart/"):
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.filename:
            data = bytearray()
            while piece := await part.read_chunk(1 << 16):
                data += piece
                if len(data) > MOST_UPLOAD_BYTES:
                    raise web.HTTPRequestEntityTooLarge(MOST_UPLOAD_BYTES, len(data))
            return bytes(data)
    raise web.HTTPBadRequest(text="the form holds no file")


def _decode(data: bytes) -> Any:
    """Return the sound of a file's bytes, float32 (n,) at 16 kHz; 400 if there is none."""
    with tempfile.NamedTemporaryFile(prefix="bithuman-app-") as file:
        file.write(data)
        file.flush()
        try:
            return read_audio(file.name, _SAMPLE_RATE, MOST_SPEECH_SECONDS)
        except UserError as error:
            reason = str(error).replace(f"{file.name}: ", "")
            raise web.HTTPBadRequest(text=reason) from error
