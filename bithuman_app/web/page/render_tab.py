"""The tab Render: recordings become videos, which wait in a list, are made, played and fetched."""

from pathlib import Path
from typing import Any, Final

import gradio as gr

from ...errors import UsageError
from .context import PageContext, telling_problems
from .workshop_looks import SIZES, TRANSPARENT, look_of
from .workshop_orders import add_recordings
from .workshop_requests import PROGRAMS, uploaded

_MOUNT: Final = "import(new URL('page/orders.js', document.baseURI)).then((part) => part.mount(element));"
_LOOK_AGAIN: Final = "() => window.dispatchEvent(new Event('workshop:orders'))"
_SOUNDS: Final = ["audio", "video", ".opus", ".amr", ".caf", ".w64", ".weba", ".mka", ".wma"]
_OWN, _COLOUR, _PICTURE, _CUT_OUT = "The avatar's own", "A colour", "A picture", "None: transparent WebM"
_GREEN: Final = "#00b140"  # the usual green of screens behind people


def build(context: PageContext) -> None:
    """Build it; the list is ``static/orders.js``, which talks to ``workshop_app``."""
    files = gr.File(
        label="Recordings",
        file_count="multiple",
        file_types=_SOUNDS,
        type="filepath",
        height=150,
        elem_id="render-files",
    )
    with gr.Row(equal_height=True):
        avatar = gr.Dropdown(
            label="Avatar", choices=_choices(context), elem_id="render-avatar", min_width=140
        )
        size = gr.Dropdown(
            label="Size in pixels", choices=list(SIZES), value=next(iter(SIZES)), elem_id="render-size",
            min_width=140,
        )  # fmt: skip
    background = gr.Radio(
        label="Background",
        choices=[_OWN, _COLOUR, _PICTURE, _CUT_OUT],
        value=_OWN,
        elem_id="render-background",
    )
    colour = gr.ColorPicker(label="Colour", value=_GREEN, visible=False, elem_id="render-colour")
    picture = gr.File(
        label="Picture behind the person",
        file_types=[".jpg", ".jpeg", ".png", ".webp"],
        type="filepath",
        height=110,
        visible=False,
        elem_id="render-picture",
    )
    order = gr.Button("Render", variant="primary", elem_id="render-order")
    changed = gr.Button("Avatars changed", visible="hidden", elem_id="avatars-changed")
    gr.HTML("", html_template="", js_on_load=_MOUNT, elem_id="orders", apply_default_css=False)

    def show_fields(kind: str) -> tuple[Any, Any]:
        return gr.update(visible=kind == _COLOUR), gr.update(visible=kind == _PICTURE)

    @telling_problems
    def take(
        paths: list[str] | None,
        name: str | None,
        pixels: str,
        kind: str,
        paint: str | None,
        behind: str | None,
        request: gr.Request,
    ) -> Any:
        if not paths:
            raise UsageError("drop a recording first")
        if not name:
            raise UsageError("choose an avatar")
        look = look_of(
            context.workshop,
            SIZES.get(pixels, ""),
            {_COLOUR: _hex(paint), _CUT_OUT: TRANSPARENT}.get(kind, ""),
            _sent(context, behind) if kind == _PICTURE else None,
        )
        owner = context.user(request) or PROGRAMS
        recordings = [_sent(context, path) for path in paths]
        _, problems = add_recordings(context, owner, recordings, name, look)
        for text in problems:
            gr.Warning(text, duration=10)
        return None

    def offer(chosen: str | None, request: gr.Request) -> Any:
        choices = _choices(context)
        names = [value for _, value in choices]
        if chosen not in names:
            stage = context.find_stage(context.user(request))
            chosen = stage.avatar if stage is not None and stage.avatar in names else next(iter(names), None)
        return gr.update(choices=choices, value=chosen)

    quietly: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    background.change(show_fields, background, [colour, picture], **quietly)
    wanted = [files, avatar, size, background, colour, picture]
    order.click(take, wanted, files, api_visibility="private").then(None, js=_LOOK_AGAIN)
    gr.on([changed.click, _page().load], offer, avatar, avatar, **quietly)


def _page() -> gr.Blocks:
    page = gr.context.Context.root_block
    assert page is not None
    return page


def _choices(context: PageContext) -> list[tuple[str, str]]:
    return [(card.title, card.name) for card in context.workshop.gallery.cards() if card.problem is None]


def _sent(context: PageContext, path: str | None) -> tuple[Path, str]:
    if not path:
        raise UsageError("choose a picture for the background")
    return uploaded(context, {"path": path})


def _hex(colour: str | None) -> str:
    """Return a colour as ``#rrggbb``; colour pickers also say ``rgba(r, g, b, a)``."""
    text = (colour or _GREEN).strip()
    if not text.startswith("rgb"):
        return text
    numbers = text[text.index("(") + 1 :].rstrip(")").split(",")[:3]
    return ",".join(str(min(255, max(0, round(float(number))))) for number in numbers)
