"""The queue of videos, for the tab Render."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse

from ...errors import MissingInputError, UsageError, UserError
from ...studio.archive import zipped
from ...studio.bench import State
from ...studio.queue import Look, Order, finished
from .context import PageContext
from .workshop_looks import look_of_body
from .workshop_requests import NO_STORE, body_of, owner_of, text_of, uploaded

_MOST_AT_ONCE = 50
_TYPES = {".mp4": "video/mp4", ".webm": "video/webm"}


class Orders:
    """Endpoints that list, add, stop, remove and send videos of the user who asks."""

    def __init__(self, context: PageContext) -> None:
        self._context = context
        self._queue = context.workshop.queue

    async def show(self, request: Request) -> Response:
        """List all videos."""
        orders = self._queue.orders(owner_of(self._context, request))
        return JSONResponse({"orders": [self._describe(order) for order in orders]}, headers=NO_STORE)

    async def add(self, request: Request) -> Response:
        """Queue the videos of recordings that were uploaded; what is wrong with one stops no other."""
        owner, body = owner_of(self._context, request), await body_of(request)
        files = body.get("files")
        if not isinstance(files, list) or not 0 < len(files) <= _MOST_AT_ONCE:
            raise UsageError(f"give 1 to {_MOST_AT_ONCE} recordings")
        recordings = [uploaded(self._context, file) for file in files]
        name = text_of(body, "avatar")

        def add_all() -> tuple[list[str], list[str]]:
            self._context.workshop.gallery.usable(name)
            look = look_of_body(self._context, body)
            return _add(self._context, owner, recordings, name, look)

        added, problems = await asyncio.to_thread(add_all)
        return JSONResponse({"added": added, "problems": problems}, headers=NO_STORE)

    async def cancel(self, request: Request) -> Response:
        """Stop a video."""
        owner = owner_of(self._context, request)
        await asyncio.to_thread(self._queue.cancel, owner, request.path_params["id"])
        return await self.show(request)

    async def remove(self, request: Request) -> Response:
        """Stop a video if need be, and take it off the list."""
        owner = owner_of(self._context, request)
        await asyncio.to_thread(self._queue.remove, owner, request.path_params["id"])
        return await self.show(request)

    async def clear(self, request: Request) -> Response:
        """Take everything off the list that is over."""
        await asyncio.to_thread(self._queue.remove_all, owner_of(self._context, request))
        return await self.show(request)

    async def send(self, request: Request) -> Response:
        """Send a video, to be played, or with ``?download`` to be kept."""
        order = self._queue.find(owner_of(self._context, request), request.path_params["id"])
        if order.task.state is not State.DONE:
            raise MissingInputError("this video is not done")
        return FileResponse(
            order.output,
            media_type=_TYPES[order.output.suffix],
            filename=order.file_name if "download" in request.query_params else None,
            headers={"Cache-Control": "private, max-age=3600"},
        )

    async def send_all(self, request: Request) -> Response:
        """Send all videos that are done as one zip."""
        files = finished(self._queue.orders(owner_of(self._context, request)))
        if not files:
            raise MissingInputError("no video is done yet")
        name = quote("videos.zip")
        headers = {**NO_STORE, "Content-Disposition": f"attachment; filename*=utf-8''{name}"}
        return StreamingResponse(zipped(files), media_type="application/zip", headers=headers)

    def _describe(self, order: Order) -> dict[str, Any]:
        task, rendered = order.task, order.rendered
        size = None if rendered is None else (rendered.width, rendered.height)
        size = size or order.look.size
        return {
            "id": order.id,
            "title": order.title,
            "file_name": order.file_name,
            "avatar": order.avatar,
            "size": None if size is None else f"{size[0]} × {size[1]}",
            "transparent": order.look.transparent,
            "state": task.state.value,
            "share": round(task.share, 4),
            "seconds_left": task.seconds_left,
            "ahead": self._queue.ahead(order),
            "error": order.problem,
            "seconds": None if rendered is None else rendered.audio_seconds,
            "took": None if rendered is None else rendered.render_seconds,
            "cut": order.cut,
            "bytes": order.output.stat().st_size if task.state is State.DONE else None,
        }


def _add(
    context: PageContext, owner: str, recordings: Sequence[tuple[Path, str]], avatar: str, look: Look
) -> tuple[list[str], list[str]]:
    """Order the videos of uploaded recordings (path, name); return ids, and what is wrong with the others.

    Raises ``MissingInputError`` or ``DataError`` if the avatar cannot be had.
    """
    card = context.workshop.gallery.usable(avatar)
    file = card.file(None if look.size is None else max(look.size)).path
    added, problems = [], []
    for path, name in recordings:
        try:
            order = context.workshop.queue.add(
                owner, path, name, file, card.title, look, context.settings.seed
            )
        except UserError as error:
            problems.append(str(error))
        else:
            added.append(order.id)
        path.unlink(missing_ok=True)  # the queue has a copy
    if not added:
        context.workshop.queue.release(look)
    return added, problems
