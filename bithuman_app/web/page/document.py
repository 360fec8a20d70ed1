"""The tabs put together, and the result as a web application."""

from types import ModuleType
from typing import Final

import gradio as gr
from fastapi import FastAPI

from . import about_tab, api, avatars_tab, play_tab, render_tab, say_tab, settings_tab, talk_tab
from .context import PageContext
from .layout import bar, panel, show_when_wired
from .loading import MOST_UPLOAD_BYTES, keep_files_in
from .theme import theme
from .workshop_app import workshop_app

TITLE: Final = "bithuman-app"
_QUEUE_LOOKS_EVERY_SECONDS: Final = 0.01
#: Names of tabs in the order of the page, and what builds each.
TABS: Final[tuple[tuple[str, ModuleType], ...]] = (
    ("Talk", talk_tab),
    ("Say", say_tab),
    ("Play", play_tab),
    ("Render", render_tab),
    ("Avatars", avatars_tab),
    ("Settings", settings_tab),
    ("About", about_tab),
)


def mounted_page(context: PageContext) -> FastAPI:
    """Return the page, mounted at the root of an application of its own."""
    keep_files_in(context.work_directory / "files")
    around = FastAPI(title=TITLE, docs_url=None, redoc_url=None, openapi_url=None)
    around.mount("/workshop", workshop_app(context))
    app: FastAPI = gr.mount_gradio_app(
        around,
        build(context),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        pwa=False,
        max_file_size=MOST_UPLOAD_BYTES,
        theme=theme(),
    )
    return app


def build(context: PageContext) -> gr.Blocks:
    """Return the tabs."""
    blocks: gr.Blocks
    with (
        gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as blocks,
        gr.Column(elem_id="tabs"),
    ):
        for tab, (_, module) in zip(bar([name for name, _ in TABS]), TABS, strict=True):
            with panel(tab):
                module.build(context)
    with blocks:
        api.build(context)
    show_when_wired(blocks)
    blocks.queue()
    # By itself it looks for work a thousand times a second; that alone takes some percent of a core.
    blocks._queue.sleep_when_free = _QUEUE_LOOKS_EVERY_SECONDS
    return blocks
