"""What programs may ask of the app through Gradio's API: ``list``, ``render``, ``say`` and ``bake``.

They call them with ``gradio_client`` for Python or ``@gradio/client`` for JavaScript, or by plain HTTP under
``/gradio_api/call``. What they send counts as a page's: uploaded first, bounded, named in lists.
"""

import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal, TypedDict

import gradio as gr
from gradio.events import api

from ...errors import UsageError
from ...stage.speech import VOICES
from ...studio.bake_job import Baked
from ...studio.bench import Task
from ...studio.marks import FaceMarks
from ...studio.queue import Look
from ...studio.speech_job import SpeechJob
from ...studio.uploads import check_recording, read_picture, shown_title
from ...studio.video_job import VideoJob
from .context import PageContext, telling_problems
from .workshop_avatars import style_of
from .workshop_looks import look_of, parse_size
from .workshop_requests import PROGRAMS, uploaded

_MOST_AT_ONCE: Final = 4
_LOOK_SECONDS: Final = 0.2
_MOST_SECONDS: Final = 3600.0


class AvatarInfo(TypedDict):
    """One avatar: its name for other calls, what it is called, its sizes, and whether it was shipped."""

    name: str
    title: str
    sizes: list[str]
    shipped: bool


def build(context: PageContext) -> None:
    """Add the endpoints to the page."""
    calls = _Calls(context)
    functions: dict[str, Callable[..., Any]] = {
        "list": calls.list_avatars,
        "render": calls.render,
        "say": calls.say,
        "bake": calls.bake,
    }
    for name, function in functions.items():
        api(telling_problems(function), api_name=name, concurrency_limit=_MOST_AT_ONCE)


class _Calls:
    def __init__(self, context: PageContext) -> None:
        self._context, self._workshop = context, context.workshop

    def list_avatars(self) -> list[AvatarInfo]:
        """List the avatars that can be used."""
        return [
            AvatarInfo(
                name=card.name,
                title=card.title,
                sizes=[f"{width}x{height}" for width, height in card.sizes],
                shipped=card.shipped,
            )
            for card in self._workshop.gallery.cards()
            if card.problem is None
        ]

    def render(
        self,
        audio: gr.FileData,
        request: gr.Request,
        avatar: str = "",
        size: str = "",
        background: str = "",
        picture: gr.FileData | None = None,
    ) -> gr.FileData:
        """Make a video in which an avatar speaks a recording.

        audio: a sound file, or a video with sound. avatar: a name as list gives it; by default that of the
        settings. size: such as 512 or 1280x720; by default the avatar's. background: a colour such as
        #00b140 or white, or transparent (WebM); by default the avatar's. picture: a picture to be put
        behind the person instead. Returns an MP4, or a WebM if it is transparent.
        """
        path, name = uploaded(self._context, audio)
        check_recording(path, shown_title(name))
        look = self._look(size, background, picture)
        job = self._video(path, avatar, look, Path(shown_title(name)).stem)
        return self._done(request, job, job.output)

    def say(
        self,
        text: str,
        request: gr.Request,
        voice: str = "",
        avatar: str = "",
        live: bool = False,
        size: str = "",
        background: str = "",
    ) -> gr.FileData | None:
        """Let an avatar say a text, in English, with the offline voice.

        voice: heart, alto, tenor, deep, young or robot; by default that of the settings. avatar, size,
        background: as for render. live: let the avatar on your stage say it now instead of making a video;
        then null is returned as soon as all of it is on its way, and avatar, size and background do
        not count. Returns an MP4, or a WebM if it is transparent.
        """
        settings = self._context.settings
        chosen = voice or settings.voice
        if chosen not in VOICES:
            raise UsageError(f"there is no voice '{chosen[:40]}'; there are {', '.join(VOICES)}")
        if live:
            self._say_live(text, chosen, request)
            return None
        video = self._video(Path("text"), avatar, self._look(size, background, None), "speech")
        job = SpeechJob(text, chosen, settings.voice_speed, video)
        return self._done(request, job, video.output)

    def bake(
        self,
        image: gr.FileData,
        request: gr.Request,
        name: str = "",
        size: str = "512",
        face: list[float] | None = None,
        eyes: list[float] | None = None,
        mouth: list[float] | None = None,
        style: Literal["", "photo", "drawing", "animal"] = "",
    ) -> tuple[str, gr.FileData, list[str]]:
        """Make an avatar of a picture, or of the best frame of a short video, and keep it.

        name: what it is called, by default like the file. size: of its frames in pixels. Where no face is
        found, mark it, in pixels of the picture: face is x, y, width, height from brow to chin; eyes are x,
        y, half width, half height of each eye; mouth is x, y of both corners. style: guessed by default.
        Returns the name under which it is known, its .imx file, and what could be better about the picture.
        """
        path, file_name = uploaded(self._context, image)
        task = self._workshop.bake(
            self._owner(request),
            path,
            file_name,
            name=name,
            size=parse_size(size) or (512, 512),
            marks=FaceMarks.of_numbers(face, eyes, mouth),
            style=style_of(style),
            installed=self._context.wardrobe.forget,
        )
        _watch(task, lambda: self._workshop.cancel_bake(task.owner, task.id))
        known_as, baked = task.outcome()
        assert isinstance(baked, Baked)
        file, shown = self._workshop.gallery.export(known_as)
        copy = self._new_file(shown)
        copy.write_bytes(file.read_bytes())
        return known_as, _file_data(copy), list(baked.warnings)

    def _owner(self, request: gr.Request) -> str:
        return self._context.user(request) or PROGRAMS

    def _look(self, size: str, background: str, picture: gr.FileData | None) -> Look:
        if picture is None:
            return look_of(self._workshop, size, background)
        path, name = uploaded(self._context, picture)
        read_picture(path, shown_title(name))
        return Look(parse_size(size), path)

    def _video(self, audio: Path, avatar: str, look: Look, stem: str) -> VideoJob:
        card = self._workshop.gallery.usable(avatar or self._context.settings.avatar)
        file = card.file(None if look.size is None else max(look.size)).path
        output = self._new_file(stem.strip(". ") + (".webm" if look.transparent else ".mp4"))
        return VideoJob(
            file,
            audio,
            output,
            look.size,
            self._context.settings.seed,
            look.background,
            look.transparent,
            _MOST_SECONDS,
        )

    def _done(self, request: gr.Request, job: VideoJob | SpeechJob, output: Path) -> gr.FileData:
        task = self._workshop.queue.do(self._owner(request), job)
        _watch(task, lambda: self._workshop.queue.drop(task))
        task.outcome()
        return _file_data(output)

    def _say_live(self, text: str, voice: str, request: gr.Request) -> None:
        stage = self._context.stage(request)
        before = stage.voice, stage.speed
        if voice == before[0]:
            stage.say(text)
            return
        stage.choose_voice(voice, before[1])
        try:
            stage.say(text)
        finally:
            stage.choose_voice(*before)

    def _new_file(self, name: str) -> Path:
        """Return where a file of this name may lie for Gradio to send it."""
        folder = self._context.work_directory / "files" / secrets.token_hex(16)
        folder.mkdir(parents=True)
        safe = "".join(letter if letter.isalnum() or letter in " .-_" else "_" for letter in name)
        return folder / safe[-80:].lstrip(". ")


def _file_data(path: Path) -> gr.FileData:
    return gr.FileData(path=str(path), orig_name=path.name, meta={"_type": "gradio.FileData"})


def _watch(task: Task, stop: Callable[[], object]) -> None:
    """Tell the caller how far a task is until it is over; stop it if it is not wanted any more."""
    progress = gr.Progress()
    try:
        while not task.wait(_LOOK_SECONDS):
            progress(task.share, desc=task.step or "waiting")
    except BaseException:
        stop()
        raise
