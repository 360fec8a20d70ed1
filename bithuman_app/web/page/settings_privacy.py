"""What is kept on this computer, where, and how to be rid of it."""

import html
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import gradio as gr

from ...logs import FILE_NAME
from ...settings import settings_file
from .context import PageContext, telling_problems
from .settings_form import only_here

_KEPT: Final = (
    ("Sound of the microphone", "nowhere; it is forgotten as soon as the mouth has moved"),
    ("What is said, and files that are played", "until the program ends, in temporary files"),
)
#: What is ours in the cache directory; it may have been chosen to be one that others use too.
_CACHES: Final = ("baked", "previews")
_QUIET: Final[dict[str, Any]] = {"show_progress": "hidden", "api_visibility": "private"}


def build(context: PageContext) -> None:
    """Add the section's components."""
    settings = context.settings
    gr.Markdown(
        "Nothing is sent to anybody, unless you save the address of a model above.", elem_classes="hint"
    )
    gr.HTML(_places(context), apply_default_css=False)
    with gr.Row(elem_classes="pair"):
        logs = gr.Button("Delete log", size="md", elem_id="delete-logs")
        cache = gr.Button("Delete cache", size="md", elem_id="delete-cache")
    told = gr.HTML("", elem_classes="told", elem_id="told-privacy")

    @telling_problems
    def delete_logs(request: gr.Request) -> str:
        only_here(request)
        return _said(sum(_emptied(path) for path in settings.log_directory.glob(f"{FILE_NAME}*")))

    @telling_problems
    def delete_cache(request: gr.Request) -> str:
        only_here(request)
        return _said(sum(_removed(settings.cache_directory / name) for name in _CACHES))

    logs.click(delete_logs, outputs=told, **_QUIET)
    cache.click(delete_cache, outputs=told, **_QUIET)


def _places(context: PageContext) -> str:
    settings = context.settings
    kept = (
        *_KEPT,
        ("Avatars", settings.avatar_directory),
        ("Pictures baked on the way, previews", settings.cache_directory),
        ("What the program did, and its faults; no texts, no keys", settings.log_directory / FILE_NAME),
        ("Settings and keys, readable by you alone", settings_file()),
    )
    rows = "".join(f"<dt>{html.escape(what)}</dt><dd>{html.escape(str(where))}</dd>" for what, where in kept)
    return f'<dl class="kept">{rows}</dl>'


def _emptied(path: Path) -> int:
    """Empty a log: the one that is being written must stay where it is. Return how many bytes went."""
    with suppress(OSError):
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.truncate(0)
        return size
    return 0


def _removed(folder: Path) -> int:
    """Remove a folder; return how many bytes went."""
    size = 0
    if folder.is_dir() and not folder.is_symlink():
        with suppress(OSError):
            size = sum(one.lstat().st_size for one in folder.rglob("*"))
            shutil.rmtree(folder)
    return size


def _said(size: int) -> str:
    amount = f"{size / 1e6:.1f} MB" if size >= 100_000 else f"{size / 1e3:.0f} KB"
    return f'<p role="status" data-verdict="ok">Deleted: {amount}.</p>'
