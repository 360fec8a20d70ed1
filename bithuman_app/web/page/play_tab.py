"""Play: a recording is spoken by the avatar as soon as it is dropped."""

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import gradio as gr

from ...studio.uploads import MOST_AUDIO_BYTES, MOST_VIDEO_BYTES, check_recording, shown_title
from ..limits import MOST_AUDIO_SECONDS
from .context import AT_ONCE, PageContext, telling_problems
from .lists import clickable_list, clicked
from .remembered import Remembered
from .workshop_requests import uploaded

if TYPE_CHECKING:
    from ...stage import Stage

_MOST_REMEMBERED: Final = 8
_MB: Final = 1024**2
_DROP: Final = f"""
<div class="drop">
  <svg viewBox="0 0 24 24" aria-hidden="true">
    <path d="M9.5 17.5V6l9-1.8v11.3"/>
    <circle cx="7" cy="17.5" r="2.6"/><circle cx="16" cy="15.5" r="2.6"/></svg>
  <strong>Drop a recording here</strong>
  <span>The avatar says it at once.<br>Sound up to {MOST_AUDIO_BYTES // _MB} MB, videos up to
    {MOST_VIDEO_BYTES // _MB} MB, {MOST_AUDIO_SECONDS / 60:.0f} minutes of either.</span>
  <button type="button" disabled>Choose a file</button>
  <input type="file" accept="audio/*,video/*" aria-label="Sound file or video" tabindex="-1" hidden />
  <span role="status"></span>
</div>
"""
_START: Final = 'import("/page/play.js").then((play) => play.start(element, { upload, trigger }));'


@dataclass(frozen=True, slots=True)
class _Recording:
    """A file that was played: where it lies here, and what its sender calls it."""

    path: Path
    title: str


def build(context: PageContext) -> None:
    """Add the tab's components."""
    kept = context.work_directory / "played"
    kept.mkdir(exist_ok=True)
    remembered = Remembered[_Recording](_MOST_REMEMBERED, lambda one: one.path.unlink(missing_ok=True))

    drop = gr.HTML(_DROP, js_on_load=_START, apply_default_css=False, elem_id="play-drop")
    with gr.Row(elem_classes="pair"):
        sample = gr.Button("Play the sample", elem_id="play-sample")
        stop = gr.Button("Stop", elem_id="play-stop")
    recent = clickable_list("Recent files", "Play it again", "play-recent")

    @telling_problems
    def play_sent(event: gr.EventData, request: gr.Request) -> list[str]:
        sent, name = uploaded(context, event._data)
        title = shown_title(name)
        stage = context.stage(request)
        check_recording(sent, title)
        recording = _Recording(kept / secrets.token_hex(16), title)
        shutil.move(sent, recording.path)
        _play(recording, stage)
        return [one.title for one in remembered.add(context.user(request), recording)]

    @telling_problems
    def play_again(event: gr.EventData, request: gr.Request) -> None:
        _play(clicked(event, remembered.of(context.user(request))), context.stage(request))

    @telling_problems
    def play_sample(request: gr.Request) -> None:
        context.stage(request).play_sample()

    @telling_problems
    def fall_silent(request: gr.Request) -> None:
        context.stage(request).interrupt()

    drop.upload(play_sent, None, recent, **AT_ONCE)
    recent.click(play_again, **AT_ONCE)
    sample.click(play_sample, **AT_ONCE)
    stop.click(fall_silent, **AT_ONCE)
    context.when_opened(lambda request: [one.title for one in remembered.of(context.user(request))], recent)


def _play(recording: _Recording, stage: "Stage") -> None:
    stage.play(recording.path, name=recording.title, limit_seconds=MOST_AUDIO_SECONDS)
