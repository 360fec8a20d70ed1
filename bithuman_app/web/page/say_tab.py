"""Say: a text becomes speech at once, with the offline voice."""

import json
from typing import Any, Final

import gradio as gr

from ...stage.speech import VOICES
from ...voice.speech import FASTEST, LONGEST_TEXT, SLOWEST
from ...voice.timbres import TIMBRES
from .context import AT_ONCE, PageContext, telling_problems
from .lists import clickable_list, clicked
from .remembered import Remembered

_MOST_REMEMBERED: Final = 20
#: The box is emptied when its text was said, but not of what was typed meanwhile.
_EMPTY: Final = '(present, said) => (present === said ? "" : undefined)'


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
        info=_described(settings.voice),
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
    said = gr.Textbox(visible=False)
    before = clickable_list("Said before", "Say it again", "say-history")
    remembered: Remembered[str] = Remembered(_MOST_REMEMBERED)

    @telling_problems
    def say_it(words: str, who: str, pace: float, request: gr.Request) -> tuple[Any, Any]:
        if not words.strip():
            return gr.skip(), gr.skip()
        _say(context, request, words.strip(), who, pace)
        return words, remembered.add(context.user(request), words.strip())

    @telling_problems
    def say_again(event: gr.EventData, who: str, pace: float, request: gr.Request) -> None:
        _say(context, request, clicked(event, remembered.of(context.user(request))), who, pace)

    @telling_problems
    def fall_silent(request: gr.Request) -> None:
        context.stage(request).interrupt()

    done = gr.on([text.submit, say.click], say_it, [text, voice, speed], [said, before], **AT_ONCE)
    done.success(None, [text, said], text, js=_EMPTY, **AT_ONCE)
    before.click(say_again, [voice, speed], **AT_ONCE)
    stop.click(fall_silent, **AT_ONCE)
    voice.change(None, voice, voice, js=_DESCRIBE, **AT_ONCE)
    context.when_opened(lambda request: remembered.of(context.user(request)), before)


def _say(context: PageContext, request: gr.Request, words: str, voice: str, speed: float) -> None:
    stage = context.stage(request)
    if (stage.voice, stage.speed) != (voice, speed):
        stage.choose_voice(voice, speed)
    stage.say(words)


def _described(voice: str) -> str:
    return TIMBRES[voice].description.capitalize() + "."


#: Shows what the voice is that was chosen.
_DESCRIBE: Final = (
    "(name) => ({ __type__: 'update', info: ("
    + json.dumps({name: _described(name) for name in VOICES})
    + ")[name] })"
)
