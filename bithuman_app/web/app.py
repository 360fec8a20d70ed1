"""The web application: a page, its files, its socket and its uploads."""

import asyncio
import functools
import mimetypes
import os
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from importlib.resources import files
from typing import Final
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from ..errors import DataError, UserError
from ..stage import Stage, Wardrobe
from .access import Access, Guard
from .connection import Connection
from .feed import Feed, Picture
from .hall import LINGER_SECONDS, Hall
from .limits import MOST_AUDIO_BYTES, MOST_AUDIO_SECONDS, MOST_VIEWERS
from .protocol import Close
from .uploads import received

_MOST_FORM_BYTES: Final = 4096
#: What is said of a recording that a page sends without its name.
_SENT: Final = "a recording"
_LOGIN_PROBLEMS: Final = {
    403: "That is not the password.",
    429: "Too many attempts. Wait a minute, then try again.",
}
_NO_CACHE: Final = {"Cache-Control": "no-cache"}
_NO_STORE: Final = {"Cache-Control": "no-store"}


def create_app(
    wardrobe: Wardrobe,
    access: Access,
    sessions: int = 1,
    *,
    picture: Picture | None = None,
    linger_seconds: float = LINGER_SECONDS,
    on_stage: Callable[[Stage], None] | None = None,
    shared: Stage | None = None,
    home: str = "./",
) -> Starlette:
    """Return the application, which may also be mounted in another one under a path.

    ``picture`` makes what is shown of a tick (see ``Stage``); ``linger_seconds`` is how long a stage is
    kept for a user without an open page. ``on_stage`` is told each stage that opens: what is to speak
    on it holds on to it there. ``shared`` is a stage that others show too, such as a window: a user gets
    it while no other has it, and it is left open. ``home`` is where a login leads, seen from
    the login. ``app.state.hall`` is the ``Hall``.
    """
    workers = ThreadPoolExecutor(min(sessions, os.cpu_count() or 1) + 1, thread_name_prefix="stage")

    def open_feed() -> Feed:
        if shared is not None and shared not in hall.stages():
            return Feed(shared, workers, picture, owner=False)
        stage = Stage(wardrobe)
        if on_stage is not None:
            on_stage(stage)
        return Feed(stage, workers, picture)

    hall = Hall(sessions, open_feed, linger_seconds)
    site = _Site(wardrobe, access, hall, home)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await site.close()
        workers.shutdown(wait=False, cancel_futures=True)

    routes = [
        Route("/", site.show_page),
        Route("/login", site.show_login),
        Route("/login", site.log_in, methods=["POST"]),
        Route("/static/{name}", site.show_file),
        Route("/avatars/{name}", site.show_thumbnail),
        Route("/audio", site.play, methods=["POST"]),
        WebSocketRoute("/socket", site.connect),
    ]
    app = Starlette(routes=routes, lifespan=lifespan, middleware=[Middleware(Guard, access=access)])
    app.state.hall = hall
    return app


class _Site:
    def __init__(self, wardrobe: Wardrobe, access: Access, hall: Hall, home: str) -> None:
        self._wardrobe, self._access, self._hall, self._home = wardrobe, access, hall, home
        # Read once: no request can make a path of a name.
        self._files = {
            entry.name: (entry.read_bytes(), _media_type(entry.name))
            for entry in files(__package__).joinpath("static").iterdir()
            if entry.is_file()
        }

    async def close(self) -> None:
        await self._hall.close()

    async def show_page(self, request: Request) -> Response:
        user = self._access.user(request)
        if user is None and self._access.needs_password:
            return RedirectResponse("login", 303, _NO_STORE)
        response = self._file("index.html")
        if user is None:
            response.headers["Set-Cookie"] = self._access.cookie(request, self._access.new_user())
        return response

    async def show_login(self, request: Request) -> Response:
        if not self._access.needs_password:
            return RedirectResponse(self._home, 303, _NO_STORE)
        return self._login()

    async def log_in(self, request: Request) -> Response:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > _MOST_FORM_BYTES:
                return JSONResponse({"error": "the form is too long"}, 413)
        form = parse_qs(body.decode("utf-8", "replace"), max_num_fields=4, keep_blank_values=True)
        good = self._access.check_password(form.get("password", [""])[0])
        if not good:
            return self._login(429 if good is None else 403)
        response = RedirectResponse(self._home, 303, _NO_STORE)
        response.headers["Set-Cookie"] = self._access.cookie(request, self._access.new_user())
        return response

    async def show_file(self, request: Request) -> Response:
        return self._file(request.path_params["name"])

    async def show_thumbnail(self, request: Request) -> Response:
        if self._access.needs_password and self._access.user(request) is None:
            return Response(status_code=403)
        name = request.path_params["name"].removesuffix(".jpg")
        picture = await asyncio.to_thread(self._wardrobe.thumbnail, name)
        if picture is None:
            return Response(status_code=404)
        return Response(picture, media_type="image/jpeg", headers=_NO_CACHE)

    async def play(self, request: Request) -> Response:
        """Play the sound file that is the request's body on the stage of the page that sent it."""
        user = self._access.user(request)
        feed = self._hall.find(user, request.headers.get("x-viewer", "")) if user else None
        if feed is None:
            return JSONResponse({"error": "this page is not connected"}, 403)
        try:
            announced = int(request.headers.get("content-length", "0"))
        except ValueError:
            announced = 0
        if feed.receiving:
            return JSONResponse({"error": "another file is being opened"}, 429, _NO_STORE)
        feed.receiving = True
        try:
            if announced > MOST_AUDIO_BYTES:
                raise DataError(f"the file is larger than {MOST_AUDIO_BYTES // 2**20} MB")
            async with received(request.stream()) as path:
                play = functools.partial(feed.stage.play, name=_SENT, limit_seconds=MOST_AUDIO_SECONDS)
                whole = await asyncio.to_thread(play, path)
        except UserError as error:  # the page knows what the file is called
            return JSONResponse({"error": str(error).removeprefix(f"{_SENT}: ")}, 422, _NO_STORE)
        finally:
            feed.receiving = False
        return JSONResponse({"whole": whole}, headers=_NO_STORE)

    async def connect(self, socket: WebSocket) -> None:
        """Let a page in, if it may and there is room, and serve it."""
        user = self._access.user(socket)
        if user is None and self._access.needs_password:
            await socket.accept()
            await socket.close(Close.NOT_ALLOWED, "log in first")
            return
        headers = []
        if user is None:  # a page that came from elsewhere, where this one is mounted
            user = self._access.new_user()
            headers = [(b"set-cookie", self._access.cookie(socket, user).encode())]
        await socket.accept(headers=headers)
        try:
            feed = await self._hall.admit(user)
        except UserError as error:
            await socket.close(Close.AVATAR_BROKEN, str(error)[:100])
            return
        if feed is None:
            number = self._hall.sessions
            await socket.close(Close.ALL_TAKEN, f"all {number} in use" if number > 1 else "in use")
        elif len(feed.viewers) >= MOST_VIEWERS:
            await socket.close(Close.TOO_MANY_VIEWERS, "too many pages are open")
        else:
            connection = Connection(socket, feed)
            try:
                await connection.serve()
            finally:
                self._hall.leave(user, connection.viewer)

    def _login(self, status: int = 200) -> Response:
        page, media_type = self._files["login.html"]
        problem = _LOGIN_PROBLEMS.get(status)
        line = f'<p class="problem" role="alert">{problem}</p>' if problem else ""
        return Response(page.replace(b"<!-- problem -->", line.encode()), status, _NO_CACHE, media_type)

    def _file(self, name: str, status: int = 200) -> Response:
        if name not in self._files:
            return Response(status_code=404)
        content, media_type = self._files[name]
        return Response(content, status, _NO_CACHE, media_type)


def _media_type(name: str) -> str:
    if name.endswith(".js"):  # what the operating system says of it is often wrong
        return "text/javascript"
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
