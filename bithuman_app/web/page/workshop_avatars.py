"""The gallery and the bench for new avatars, for the tab Avatars."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any, Final, cast, get_args

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response

from ...avatar.bake import NoFaceError
from ...errors import UnavailableError, UsageError, UserError
from ...studio.bake_job import Baked, Style
from ...studio.bench import State, Task
from ...studio.gallery import Card
from ...studio.marks import FaceMarks
from ...studio.uploads import is_picture
from .context import PageContext
from .workshop_looks import parse_size
from .workshop_requests import NO_STORE, body_of, owner_of, text_of, uploaded

_log = logging.getLogger(__name__)

#: Pictures have their version in the address: what is there never changes.
_FOR_GOOD: Final = {"Cache-Control": "private, max-age=31536000, immutable"}
STYLES: Final[tuple[str, ...]] = get_args(Style)


class Avatars:
    """Endpoints that list, show, bake and change avatars."""

    def __init__(self, context: PageContext) -> None:
        self._context, self._workshop = context, context.workshop
        self._gallery, self._previews = context.workshop.gallery, context.workshop.previews

    async def show(self, request: Request) -> Response:
        """List all avatars, and tell which is on the stage of the user."""
        cards = await asyncio.to_thread(self._gallery.cards)
        stage = self._context.find_stage(self._context.find_user(request))
        content = {
            "avatars": [self._describe(card) for card in cards],
            "on_stage": None if stage is None else stage.avatar,
        }
        return JSONResponse(content, headers=NO_STORE)

    async def send_still(self, request: Request) -> Response:
        """Send a picture of an avatar at rest."""
        card = self._gallery.usable(request.path_params["name"])
        path = await asyncio.to_thread(self._previews.still, card.file())
        return FileResponse(path, media_type="image/jpeg", headers=_FOR_GOOD)

    async def send_clip(self, request: Request) -> Response:
        """Send a few seconds of an avatar talking."""
        card = self._gallery.usable(request.path_params["name"])
        path = await asyncio.to_thread(self._previews.clip, card.file())
        return FileResponse(path, media_type="video/mp4", headers=_FOR_GOOD)

    async def send_file(self, request: Request) -> Response:
        """Send an avatar's file."""
        path, name = self._gallery.export(request.path_params["name"])
        return FileResponse(path, media_type="application/octet-stream", filename=name, headers=NO_STORE)

    async def put_on_stage(self, request: Request) -> Response:
        """Show an avatar on the stage of the user."""
        card = await asyncio.to_thread(self._gallery.usable, request.path_params["name"])
        await asyncio.to_thread(self._change_stage, self._context.find_user(request), card.name)
        return await self.show(request)

    async def rename(self, request: Request) -> Response:
        """Give an avatar another name."""
        old, new = request.path_params["name"], text_of(await body_of(request), "to")
        name = await asyncio.to_thread(self._gallery.rename, old, new)
        self._forget(old, name)
        stage = self._context.find_stage(self._context.find_user(request))
        if stage is not None and stage.avatar == old:
            await asyncio.to_thread(stage.change_avatar, name)
        return await self.show(request)

    async def delete(self, request: Request) -> Response:
        """Put an avatar into the trash; the answer's receipt brings it back."""
        name = request.path_params["name"]
        receipt = await asyncio.to_thread(self._gallery.delete, name)
        self._forget(name)
        return JSONResponse({"receipt": receipt}, headers=NO_STORE)

    async def restore(self, request: Request) -> Response:
        """Bring back an avatar that was deleted."""
        receipt = text_of(await body_of(request), "receipt")
        name = await asyncio.to_thread(self._gallery.restore, receipt)
        self._forget(name)
        return JSONResponse({"name": name}, headers=NO_STORE)

    async def bring(self, request: Request) -> Response:
        """Install an avatar file that was uploaded."""
        path, file_name = uploaded(self._context, (await body_of(request)).get("file"))
        name = await asyncio.to_thread(self._gallery.bring, path, file_name)
        path.unlink(missing_ok=True)
        self._forget(name)
        return JSONResponse({"name": name}, headers=NO_STORE)

    async def bake(self, request: Request) -> Response:
        """Begin to bake a picture or video that was uploaded."""
        owner, body = owner_of(self._context, request), await body_of(request)
        user = self._context.find_user(request)
        path, file_name = uploaded(self._context, body.get("file"))
        on_stage = body.get("stage") is True

        def installed(name: str) -> None:
            self._forget(name)
            path.unlink(missing_ok=True)
            if on_stage:
                try:
                    self._change_stage(user, name)
                except UserError as error:  # the avatar is there nevertheless
                    _log.info("%s does not go on stage: %s", name, error)

        task = await asyncio.to_thread(
            self._workshop.bake,
            owner,
            path,
            file_name,
            name=text_of(body, "name", ""),
            size=parse_size(text_of(body, "size", "")) or (512, 512),
            marks=_marks(body.get("marks")),
            style=style_of(text_of(body, "style", "")),
            installed=installed,
        )
        picture = await asyncio.to_thread(is_picture, path)
        return JSONResponse({"id": task.id, "can_be_marked": picture}, headers=NO_STORE)

    async def show_bake(self, request: Request) -> Response:
        """Tell how far a bake is."""
        owner = owner_of(self._context, request)
        task = self._workshop.find_bake(owner, request.path_params["id"])
        return JSONResponse(describe_bake(task), headers=NO_STORE)

    async def cancel_bake(self, request: Request) -> Response:
        """Stop a bake."""
        owner = owner_of(self._context, request)
        await asyncio.to_thread(self._workshop.cancel_bake, owner, request.path_params["id"])
        return await self.show_bake(request)

    def _change_stage(self, user: str | None, name: str) -> None:
        stage = self._context.find_stage(user)
        if stage is None:
            raise UnavailableError("no avatar is on stage for you yet; open the page, or wait for a place")
        stage.change_avatar(name)
        stage.gesture("wink")

    def _forget(self, *names: str) -> None:
        for name in names:
            self._context.wardrobe.forget(name)

    def _describe(self, card: Card) -> dict[str, Any]:
        return {
            "name": card.name,
            "title": card.title,
            "shipped": card.shipped,
            "sizes": [f"{width} × {height}" for width, height in card.sizes],
            "problem": card.problem,
            "version": self._previews.version(card.file()) if card.problem is None else "",
        }


def style_of(text: str) -> Style | None:
    """Return a style of baking by its name, None (it is guessed) for an empty one. Raises ``UsageError``."""
    if text and text not in STYLES:
        raise UsageError(f"the style is {', '.join(STYLES)}, or nothing to have it guessed")
    return cast(Style, text) if text else None


def describe_bake(task: Task) -> dict[str, Any]:
    """Return what a page shows of a bake."""
    known_as: str | None = None
    warnings: tuple[str, ...] = ()
    if task.state is State.DONE:
        known_as, baked = cast(tuple[str, Baked], task.result)
        warnings = baked.warnings
    return {
        "id": task.id,
        "state": task.state.value,
        "share": round(task.share, 3),
        "step": task.step,
        "error": None if task.error is None else str(task.error),
        "no_face": isinstance(task.error, NoFaceError),
        "name": known_as,
        "warnings": list(warnings),
    }


def _marks(value: object) -> FaceMarks | None:
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise UsageError("'marks' must be an object")
    parts = [value.get(key) for key in ("face", "eyes", "mouth")]
    if not all(part is None or isinstance(part, list) for part in parts):
        raise UsageError("'face', 'eyes' and 'mouth' must be lists of numbers")
    return FaceMarks.of_numbers(*parts)
