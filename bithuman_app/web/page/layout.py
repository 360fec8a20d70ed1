"""The bar of tabs, what they show, and sections that fold; all of it is made before the page is shown.

What is inside of Gradio's own tabs and closed accordions it makes when they are opened for the first time,
and then puts the first values over what was typed meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, cast

import gradio as gr

_tab: ContextVar[gr.Tab] = ContextVar("tab")
_FOLDED: Final = "folded"
#: Run when Gradio has joined every component to its events. Only then the tabs are shown, see
#: ``static/page.js``, once it has also done what it does in the same breath.
_WIRED: Final = """() => {
  setTimeout(() => document.dispatchEvent(new Event("tabs-wired")));
  return Array(%d).fill({ __type__: "update", open: false });
}"""


def bar(names: Sequence[str]) -> list[gr.Tab]:
    """Build the bar of tabs, which holds nothing but their names; ``panel`` is what one shows."""
    with gr.Tabs(elem_id="bar", overflow_behavior="wrap"):
        return [gr.Tab(name, id=name.lower()) for name in names]


@contextmanager
def panel(tab: gr.Tab) -> Iterator[None]:
    """Let the components that are built inside be what a tab shows; ``static/page.css`` sees to that."""
    before = _tab.set(tab)
    try:
        with gr.Column(elem_id=f"tab-{tab.id}", elem_classes="pane"):
            yield
    finally:
        _tab.reset(before)


def tab_being_built() -> gr.Tab:
    """Return the tab whose ``panel`` is being built. Raises ``LookupError`` outside of any."""
    return _tab.get()


def section(label: str, *, folded: bool = True) -> gr.Accordion:
    """Return a section of a panel; ``with`` it, its components are built."""
    return gr.Accordion(label, open=True, elem_classes=_FOLDED if folded else None)


def show_when_wired(blocks: gr.Blocks) -> None:
    """Fold the sections and let the page be shown when all of it works; call it when all is built."""
    with blocks:
        folded = [
            one for one in blocks.blocks.values() if _FOLDED in (getattr(one, "elem_classes", ()) or ())
        ]
        outputs = cast("list[gr.components.Component]", folded)
        blocks.load(None, None, outputs, js=_WIRED % len(folded), api_visibility="private")
