"""What requests to the workshop say, checked, and how they are answered."""

import functools
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final, cast

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...errors import DataError, MissingInputError, UsageError, UserError
from .context import PageContext

NO_STORE: Final = {"Cache-Control": "no-store"}
#: Whose jobs those of programs are that have no cookie.
PROGRAMS: Final = "programs"

Endpoint = Callable[[Request], Awaitable[Response]]
_LONGEST_TEXT: Final = 300


def answering(endpoint: Endpoint) -> Endpoint:
    """Make an endpoint answer a ``UserError`` with its one line, as 404 for what is missing, else 422."""

    @functools.wraps(endpoint)
    async def answer(request: Request) -> Response:
        try:
            return await endpoint(request)
        except MissingInputError as error:
            return JSONResponse({"error": _line(error)}, 404, NO_STORE)
        except UserError as error:
            return JSONResponse({"error": _line(error)}, 422, NO_STORE)

    return answer


def owner_of(context: PageContext, request: Request) -> str:
    """Return who sent a request, as the workshop knows them."""
    return context.find_user(request) or PROGRAMS


async def body_of(request: Request) -> Mapping[str, Any]:
    """Return the JSON object that a request brings. Raises ``UsageError``."""
    try:
        body = json.loads(await request.body() or b"{}")
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise UsageError("a JSON object is expected")
    return cast(Mapping[str, Any], body)


def text_of(body: Mapping[str, Any], key: str, default: str | None = None) -> str:
    """Return a short text of a body. Raises ``UsageError`` if it is missing or something else."""
    value = body.get(key, default)
    if not isinstance(value, str) or len(value) > _LONGEST_TEXT:
        raise UsageError(f"'{key}' must be a text of at most {_LONGEST_TEXT} characters")
    return value


def uploaded(context: PageContext, value: object) -> tuple[Path, str]:
    """Return path and name of a file that was uploaded before, as ``{"path": …, "orig_name": …}``.

    Only what lies in the folder of uploads counts. Raises ``DataError`` for anything else.
    """
    path = value.get("path") if isinstance(value, dict) else None
    if not isinstance(path, str) or "\0" in path:
        raise DataError("send a file first")
    folder = os.path.realpath(context.work_directory / "files")
    real = os.path.realpath(path)
    if not real.startswith(folder + os.sep) or not os.path.isfile(real):
        raise DataError("this file was not sent here, or it is not there any more; send it again")
    name = value.get("orig_name") if isinstance(value, dict) else None
    return Path(real), name if isinstance(name, str) and name else os.path.basename(real)


def _line(error: UserError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
