"""What answers at the root of the server: the stage at once, the tabs beside it when they are loaded."""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ..access import Access, Guard
from .gate import Gate
from .html import collected, framed

if TYPE_CHECKING:
    from fastapi import FastAPI

_log = logging.getLogger(__name__)

#: What the browser may load: from this server only. Gradio makes functions of text, hence ``unsafe-eval``;
#: it styles elements in place, hence ``unsafe-inline`` for styles. Scripts in the page need the nonce.
_POLICY: Final = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' blob: data:; media-src 'self' blob: data:; connect-src 'self' blob: data:;"
    " font-src 'self' data:; worker-src 'self' blob:; manifest-src 'self'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
#: A page that waits for the tabs is answered after this time; less than the end of the server waits.
_ANSWER_SECONDS: Final = 1.0
_NO_STORE: Final = {"Cache-Control": "no-store"}
_NO_CACHE: Final = {"Cache-Control": "no-cache"}
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}


def create_front(stage_app: Starlette, access: Access, load: Callable[[], "FastAPI"]) -> Starlette:
    """Return the whole application: ``stage_app`` under ``/stage``, at the root what ``load`` returns.

    ``load`` is called in a thread as soon as the server runs, and may take its time: until it is done, the
    root shows the stage and a word of patience, and turns into the page by itself. ``state.hall`` is the
    ``Hall`` of ``stage_app``.
    """
    front = _Front(access, load)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        async with stage_app.router.lifespan_context(stage_app):
            running = asyncio.create_task(front.run())
            try:
                yield
            finally:
                front.stop()
                await asyncio.gather(running, return_exceptions=True)

    page = Starlette(
        routes=[
            Route("/", front.show_page),
            Route("/page/ready", front.tell_ready),
            Route("/page/{name}", front.show_file),
            Mount("/", front.pass_on),
        ],
        middleware=[
            Middleware(Guard, access=access, programs=True),
            Middleware(Gate, access=access),
        ],
    )
    whole = Starlette(routes=[Mount("/stage", stage_app), Mount("/", page)], lifespan=lifespan)
    whole.state.hall = stage_app.state.hall
    return whole


class _Front:
    def __init__(self, access: Access, load: Callable[[], "FastAPI"]) -> None:
        self._access, self._load = access, load
        self._app: FastAPI | None = None
        self._failed = False
        self._settled = asyncio.Event()
        self._stopping = asyncio.Event()
        # Read once: no request can make a path of a name.
        self._files = {
            entry.name: entry.read_bytes()
            for entry in files(__package__).joinpath("static").iterdir()
            if entry.is_file()
        }

    async def run(self) -> None:
        """Load the page, and let it live until ``stop``."""
        try:
            app = await asyncio.to_thread(self._load)
            async with app.router.lifespan_context(app):
                self._app = app
                self._settled.set()
                await self._stopping.wait()
        except Exception:
            if not self._stopping.is_set():  # else what it needs may be gone already
                _log.exception("the tabs of the page could not be loaded")
            self._failed = True
        finally:
            self._settled.set()

    def stop(self) -> None:
        """Let the page end."""
        self._stopping.set()

    async def show_page(self, request: Request) -> Response:
        user = self._access.user(request)
        if user is None and self._access.needs_password:
            return RedirectResponse("stage/login", 303, _NO_STORE)
        nonce = secrets.token_urlsafe(18)
        html = self._files["index.html"].decode()
        if self._app is not None:
            html = framed(await collected(self._app, request.scope), html)
        response = Response(html.replace("{nonce}", nonce), 200, _NO_STORE, "text/html")
        response.headers["Content-Security-Policy"] = _POLICY.format(nonce=nonce)
        if user is None:
            response.headers["Set-Cookie"] = self._access.cookie(request, self._access.new_user())
        return response

    async def tell_ready(self, request: Request) -> Response:
        """Answer when the tabs are there, or after a while."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._settled.wait(), _ANSWER_SECONDS)
        return JSONResponse({"ready": self._app is not None, "failed": self._failed}, headers=_NO_STORE)

    async def show_file(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._files or name == "index.html":
            return Response(status_code=404)
        return Response(self._files[name], 200, _NO_CACHE, _TYPES[name[name.rindex(".") :]])

    async def pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the page's own application answer."""
        app: ASGIApp = self._app or Response("The page is being loaded.", 503, {"Retry-After": "1"})
        await app(scope, receive, send)
