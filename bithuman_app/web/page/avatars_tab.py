"""The tab Avatars: who can be put on stage, new faces from pictures, and what may be done with one's own."""

import gradio as gr

from .context import PageContext

_MOUNT = "import(new URL('page/avatars.js', document.baseURI)).then((part) => part.mount(element));"


def build(context: PageContext) -> None:
    """Build it; all of it is ``static/avatars.js``, which talks to ``workshop_app``."""
    gr.HTML("", html_template="", js_on_load=_MOUNT, elem_id="avatars", apply_default_css=False)
