"""A list of texts of which each can be clicked, for what was said and played before."""

from typing import Final, TypeVar

import gradio as gr

from ...errors import UsageError

_Thing = TypeVar("_Thing")
_MARKUP: Final = """
{{{{#if value}}}}<h3>{heading}</h3>{{{{/if}}}}
<ol class="list">{{{{#each value}}}}
  <li><button type="button" data-number="{{{{@index}}}}" title="{title}">{{{{this}}}}</button></li>
{{{{/each}}}}</ol>
"""
_CLICKS: Final = """
element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-number]");
  if (button) trigger("click", { number: Number(button.dataset.number) });
});
"""


def clickable_list(heading: str, title: str, elem_id: str) -> gr.HTML:
    """Return a component whose value is a list of texts; its event ``click`` is for ``clicked``."""
    return gr.HTML(
        [],
        html_template=_MARKUP.format(heading=heading, title=title),
        js_on_load=_CLICKS,
        apply_default_css=False,
        elem_id=elem_id,
    )


def clicked(event: gr.EventData, things: list[_Thing]) -> _Thing:
    """Return which of the things was clicked; raises ``UsageError`` if it has gone meanwhile."""
    number = event._data.get("number") if isinstance(event._data, dict) else None
    if not isinstance(number, int) or not 0 <= number < len(things):
        raise UsageError("this is not in the list any more; open the tab anew")
    return things[number]
