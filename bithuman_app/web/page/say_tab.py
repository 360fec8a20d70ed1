"""Say: a text becomes speech at once, with the offline voice."""

from typing import Any, Final

import gradio as gr

from ...stage.speech import VOICES
from ...voice.speech import FASTEST, LONGEST_TEXT, SLOWEST
from ...voice.timbres import TIMBRES
from .context import PageContext, telling_problems

_MOST_REMEMBERED: Final = 20
_HISTORY: Final = """
{{#if value}}<h3>Said before</h3>{{/if}}
<ol class="list">{{#each value}}
  <li><button type="button" data-number="{{@index}}" title="Say it again">{{this}}</button></li>
{{/each}}</ol>
"""
_REPEAT: Final = """
element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-number]");
  if (button) trigger("click", { number: Number(button.dataset.number) });
});
"""


def build(context: PageContext) -> None:
    """Add the tab's components."""
    settings = context.settings
    text = gr.Textbox(
        label="What shall it say?",
        placeholder="Good morning! What a lovely day.",
        info="Enter says it. Shift and Enter begins a new line.",
        lines=1,
        max_lines=8,
        max_length=LONGEST_TEXT,
        elem_id="say-text",
    )
    with gr.Row(elem_classes="pair"):
        say = gr.Button("Say it", variant="primary", elem_id="say-go")
        stop = gr.Button("Stop", elem_id="say-stop")
    voice = gr.Radio(
        [(name.capitalize(), name) for name in VOICES],
        value=settings.voice,
        label="Voice",
        info=TIMBRES[settings.voice].description.capitalize() + ".",
        elem_id="say-voice",
    )
    speed = gr.Slider(
        SLOWEST,
        FASTEST,
        settings.voice_speed,
        step=0.05,
        label="Speed",
        buttons=["reset"],
        elem_id="say-speed",
    )
    said = gr.HTML(
        [], html_template=_HISTORY, js_on_load=_REPEAT, apply_default_css=False, elem_id="say-history"
    )

    @telling_problems
    def say_it(
        words: str, who: str, pace: float, before: list[str], request: gr.Request
    ) -> tuple[Any, list[str]]:
        words = words.strip()
        if not words:
            return gr.skip(), before
        stage = context.stage(request)
        if (stage.voice, stage.speed) != (who, pace):
            stage.choose_voice(who, pace)
        stage.say(words)
        return "", [words, *(one for one in before if one != words)][:_MOST_REMEMBERED]

    @telling_problems
    def say_again(event: gr.EventData, who: str, pace: float, before: list[str], request: gr.Request) -> None:
        number = event._data.get("number")
        if isinstance(number, int) and 0 <= number < len(before):
            say_it(before[number], who, pace, before, request)

    @telling_problems
    def fall_silent(request: gr.Request) -> None:
        context.stage(request).interrupt()

    # Not queued: an answer of the queue takes longer than the first word.
    at_once: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    gr.on(
        [text.submit, say.click],
        say_it,
        [text, voice, speed, said],
        [text, said],
        trigger_mode="multiple",
        **at_once,
    )
    said.click(say_again, [voice, speed, said], trigger_mode="multiple", **at_once)
    stop.click(fall_silent, trigger_mode="multiple", **at_once)
    voice.change(
        lambda name: gr.Radio(info=TIMBRES[name].description.capitalize() + "."), voice, voice, **at_once
    )
