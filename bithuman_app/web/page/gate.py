"""Who may use the tabs, and how much they may send."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..access import Access
from .loading import MOST_UPLOAD_BYTES

#: The parts of Gradio that pages and clients need; the others answer nobody.
_OPEN: Final = re.compile(
    r"/|/page/[\w.-]+|/workshop/.+|/(assets|static)/.+|/(theme\.css|config|favicon\.ico)"
    r"|/gradio_api/(info|openapi\.json|theme\.css|app_id|login_check|startup-events|cancel|reset|upload"
    r"|upload_progress|component_server|(heartbeat|call|run|api|queue|file|stream)/.+|file=.+)/?"
)
#: Our own files and the login are for everybody.
_FOR_EVERYBODY: Final = re.compile(r"/|/page/[\w.-]+")
#: What a form or a call may have: texts, numbers, small lists; files are uploaded by themselves.
_MOST_CALL_BYTES: Final = 2 * 1024 * 1024
#: What surrounds a file in an upload.
_ENVELOPE_BYTES: Final = 64 * 1024


class Gate:
    """Lets in those who may, to what there is, with as much as they may bring."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = self._refusal(scope)
        if answer is None and scope["method"] == "POST":
            if scope["path"].rstrip("/") == "/gradio_api/upload":
                receive = _bounded(receive, MOST_UPLOAD_BYTES + _ENVELOPE_BYTES)
            else:
                body = await _body(Request(scope, receive))
                answer = _problem_with(body)
                receive = _again(body or b"", receive)
        try:
            await (answer or self._app)(scope, receive, send)
        except _TooMuchError:
            await _too_large()(scope, receive, send)

    def _refusal(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if not _OPEN.fullmatch(path) or "://" in path:
            return Response(status_code=404)
        if not self._access.needs_password or _FOR_EVERYBODY.fullmatch(path):
            return None
        connection = HTTPConnection(scope)
        if self._access.user(connection) is None and not self._access.brings_password(connection):
            return JSONResponse({"error": "log in, or send the password as a bearer token"}, 401)
        return None


class _TooMuchError(Exception):
    """A request is larger than it may be."""


def _bounded(receive: Receive, most: int) -> Receive:
    left = most

    async def receive_some() -> Message:
        nonlocal left
        message = await receive()
        left -= len(message.get("body", b""))
        if left < 0:
            raise _TooMuchError
        return message

    return receive_some


async def _body(request: Request) -> bytes | None:
    """Return what a call brings, None if it is too much."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _MOST_CALL_BYTES:
            return None
    return bytes(body)


def _again(body: bytes, receive: Receive) -> Receive:
    given = False

    async def receive_again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return receive_again


def _problem_with(body: bytes | None) -> Response | None:
    if body is None:
        return _too_large()
    try:
        content = json.loads(body) if body else None
    except (ValueError, RecursionError):
        return JSONResponse({"error": "this is not JSON"}, 400)
    # Gradio would fetch such a file from wherever the address points.
    if any("://" in path for path in _paths(content)):
        return JSONResponse({"error": "send the file itself; addresses are not followed"}, 400)
    return None


def _paths(content: Any) -> Iterator[str]:
    """Yield every text that Gradio would take for the place of a file."""
    waiting = [content]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            if isinstance(path := one.get("path"), str):
                yield path
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one


def _too_large() -> Response:
    return JSONResponse({"error": "this is larger than the page takes"}, 413)
