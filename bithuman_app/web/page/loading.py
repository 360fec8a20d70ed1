"""Gradio, imported quickly and without a request to anybody, in a thread beside the stage."""

import inspect
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from fastapi import FastAPI

    from .context import PageContext

#: The largest file that is taken at all: a video. Tabs bound what they take more narrowly.
MOST_UPLOAD_BYTES: Final = 100 * 1024 * 1024
_DIRECTORY_VARIABLE: Final = "GRADIO_TEMP_DIR"


def load_page(make_context: Callable[[], "PageContext"]) -> "FastAPI":
    """Return the page as an application for the root of a server; takes a second or two.

    ``make_context`` is called once Gradio is there. Raises what it raises.
    """
    import_gradio()
    from .document import mounted_page

    context = make_context()
    return mounted_page(context)


def import_gradio() -> None:
    """Import Gradio; it reports to nobody, and leaves its own files as they are."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    if "gradio" in sys.modules:
        return
    with _no_stub_files():
        import gradio.component_meta  # noqa: F401


def keep_files_in(directory: Path) -> None:
    """Make Gradio keep what is sent to it and what it sends in a directory (its parent must exist)."""
    directory.mkdir(exist_ok=True)
    os.environ[_DIRECTORY_VARIABLE] = str(directory)


@contextmanager
def _no_stub_files() -> Iterator[None]:
    """Keep Gradio from writing ``.pyi`` files beside its modules on import, half of the import's time.

    It leaves that away for a class that has no file. Others who ask for a file get the true answer.
    """
    true_answer = inspect.getfile

    def getfile(object: Any) -> str:  # the name that the original has
        if sys._getframe(1).f_globals.get("__name__") == "gradio.component_meta":
            raise OSError("no stub files, please")
        return true_answer(object)

    inspect.getfile = getfile
    try:
        yield
    finally:
        inspect.getfile = true_answer
