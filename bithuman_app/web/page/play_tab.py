"""Play: a recording is spoken by the avatar as soon as it is dropped."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import gradio as gr

from ...errors import DataError
from ...studio.uploads import MOST_AUDIO_BYTES, MOST_VIDEO_BYTES, check_recording, shown_title
from ..limits import MOST_AUDIO_SECONDS
from .context import PageContext, telling_problems

_MOST_REMEMBERED: Final = 8
_RECENT: Final = """
{{#if value}}<h3>Recent files</h3>{{/if}}
<ol class="list">{{#each value}}
  <li><button type="button" data-number="{{@index}}" title="Play it again">{{this}}</button></li>
{{/each}}</ol>
"""
_AGAIN: Final = """
element.addEventListener("click", ({ target }) => {
  const button = target.closest("button[data-number]");
  if (button) trigger("click", { number: Number(button.dataset.number) });
});
"""
_MB: Final = 1024**2


@dataclass(frozen=True, slots=True)
class _Recording:
    """A file that was played: where it lies here, and what its sender calls it."""

    path: Path
    title: str


def build(context: PageContext) -> None:
    """Add the tab's components."""
    kept = context.work_directory / "played"
    kept.mkdir(exist_ok=True)

    recent = gr.State([], time_to_live=3600, delete_callback=_forget)
    dropped = gr.File(
        label="Sound file or video",
        file_types=["audio", "video"],
        type="filepath",
        height=190,
        elem_id="play-drop",
    )
    gr.Markdown(
        f"The avatar says it at once. Sound up to {MOST_AUDIO_BYTES // _MB} MB, videos up to"
        f" {MOST_VIDEO_BYTES // _MB} MB, {MOST_AUDIO_SECONDS / 60:.0f} minutes of either.",
        elem_classes="hint",
    )
    with gr.Row(elem_classes="pair"):
        sample = gr.Button("Play the sample", elem_id="play-sample")
        stop = gr.Button("Stop", elem_id="play-stop")
    titles = gr.HTML([], html_template=_RECENT, js_on_load=_AGAIN, elem_id="play-recent")

    @telling_problems
    def play_dropped(sent: str, before: list[_Recording], request: gr.Request) -> tuple[Any, ...]:
        title = shown_title(sent)
        stage = context.stage(request)
        check_recording(Path(sent), title)
        recording = _Recording(kept / secrets.token_hex(16), title)
        shutil.move(sent, recording.path)
        _play(recording, stage)
        now = [recording, *before]
        _forget(now[_MOST_REMEMBERED:])
        now = now[:_MOST_REMEMBERED]
        return None, now, [one.title for one in now]

    @telling_problems
    def play_again(event: gr.EventData, before: list[_Recording], request: gr.Request) -> None:
        number = event._data.get("number")
        if isinstance(number, int) and 0 <= number < len(before):
            _play(before[number], context.stage(request))

    @telling_problems
    def play_sample(request: gr.Request) -> None:
        context.stage(request).play_sample()

    @telling_problems
    def fall_silent(request: gr.Request) -> None:
        context.stage(request).interrupt()

    at_once: dict[str, Any] = {"queue": False, "show_progress": "hidden", "api_visibility": "private"}
    dropped.upload(play_dropped, [dropped, recent], [dropped, recent, titles], **at_once)
    titles.click(play_again, [recent], trigger_mode="multiple", **at_once)
    sample.click(play_sample, trigger_mode="multiple", **at_once)
    stop.click(fall_silent, trigger_mode="multiple", **at_once)


def _play(recording: _Recording, stage: Any) -> None:
    try:
        stage.play(recording.path, name=recording.title, limit_seconds=MOST_AUDIO_SECONDS)
    except DataError as error:
        text = str(error).replace(str(recording.path), "the file")
        raise DataError(f"{recording.title}: {text.removeprefix('the file: ')}") from error


def _forget(recordings: list[_Recording]) -> None:
    for recording in recordings:
        recording.path.unlink(missing_ok=True)
