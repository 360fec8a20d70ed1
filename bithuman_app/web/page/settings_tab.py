"""Settings."""

import gradio as gr

from .context import PageContext


def build(context: PageContext) -> None:
    """Add the tab's components."""
    gr.Markdown("…")
