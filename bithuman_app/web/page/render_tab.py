"""The tab Render: recordings become videos, which wait in a list, are made, played and fetched."""

import json

import gradio as gr

from .context import PageContext
from .workshop_looks import SIZES

_MOUNT = "import(new URL('page/orders.js', document.baseURI)).then((part) => part.mount(element, {sizes}));"


def build(context: PageContext) -> None:
    """Build it; all of it is ``static/orders.js``, which talks to ``workshop_app``."""
    sizes = json.dumps([(value, text) for text, value in SIZES.items()])
    script = _MOUNT.replace("{sizes}", sizes)
    gr.HTML("", html_template="", js_on_load=script, elem_id="orders", apply_default_css=False)
