"""``bithuman-app render``: recordings become videos of an avatar that speaks them."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._common import print_json
from ._options import Recordings, SpokenText, TimedPhonemes
from ._threads import keep_numpy_to_one_thread

if TYPE_CHECKING:
    from ..studio.video_job import Rendered
    from ._render_progress import Display


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("render")(_render)


def _render(
    avatar: Annotated[
        str, typer.Argument(metavar="AVATAR", help="An avatar's name, an .imx file, or a picture of a face.")
    ],
    audio: Recordings,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="The video, *.mp4 or *.webm; for several recordings a folder. A video that is there is "
            "replaced. Without it, the current directory and the recording's name.",
        ),
    ] = None,
    size: Annotated[
        str | None,
        typer.Option(metavar="512|1024|WxH", help="Size of the video in pixels; by default the avatar's."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(min=0, help="Decides blinks, glances and sway; same seed, same video.")
    ] = None,
    background: Annotated[
        str | None,
        typer.Option(
            metavar="COLOR|IMAGE|transparent",
            help="What is behind the person: a colour (name, #RRGGBB or R,G,B), a picture, or 'transparent' "
            "(WebM). By default the avatar's own.",
        ),
    ] = None,
    text: SpokenText = None,
    phonemes: TimedPhonemes = None,
    limit: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Render no more than this much of each recording.")
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option("--json", help="Print one JSON object; realtime_factor counts times real time."),
    ] = False,
) -> int:
    """Render recordings with an avatar into videos; several at once use all cores.

    The name of OUT decides between MP4 (H.264, AAC) and WebM (VP9, Opus).
    """
    keep_numpy_to_one_thread()
    from ..errors import UsageError
    from ..media.audio import probe
    from ..settings import load
    from ..studio.video_job import VideoJob
    from ._curve_sheet import check_one_source, read_phonemes, read_text
    from ._render_inputs import (
        find_avatar,
        find_recordings,
        parse_background,
        parse_size,
        several_outputs,
        single_output,
    )
    from ._render_progress import Display

    settings = load(seed=seed)
    if limit is not None and not 0 < limit < float("inf"):
        raise UsageError("--limit must be more than 0 seconds")
    pixels = parse_size(size)
    transparent = background == "transparent"
    behind = None if background is None or transparent else parse_background(background)
    recordings = find_recordings(audio)
    check_one_source(text, phonemes, len(recordings))
    several = len(recordings) > 1 or any(word.is_dir() for word in audio)
    if several:
        outputs = several_outputs(output, recordings, transparent)
    else:
        probe(recordings[0])  # before a picture is baked for nothing
        outputs = [single_output(output, recordings[0], transparent)]
    words = None if text is None else tuple(read_text(text))
    timed = None if phonemes is None else tuple(read_phonemes(phonemes))
    jobs: list[VideoJob] = []
    with Display(jobs, quiet=as_json) as display:
        avatar_file = find_avatar(avatar, pixels, settings, display.preparing)
        jobs += [
            VideoJob(
                avatar_file, recording, path, pixels, settings.seed, behind, transparent, limit, words, timed
            )
            for recording, path in zip(recordings, outputs, strict=True)
        ]
        code = _render_several(display, settings.threads) if several else _render_one(display)
    if as_json:
        print_json(_summary(display) if several else _report(display.rendered[0]))
    return code


def _render_one(display: "Display") -> int:
    import cv2

    from ..studio.video_job import render

    cv2.setNumThreads(1)  # the other core encodes; more threads measured slower
    display.finished(0, render(display.jobs[0], lambda done, total: display.progressed(0, done, total)))
    return 0


def _render_several(display: "Display", processes: int) -> int:
    """Render all, whatever fails; return the exit code of the first file that failed."""
    from ..studio.video_job import check_inputs
    from ..studio.workers import run_all

    check_inputs(display.jobs[0])  # one message, not one for each recording
    run_all(display.jobs, processes, display)
    return display.failures[min(display.failures)].exit_code if display.failures else 0


def _summary(display: "Display") -> dict[str, Any]:
    from ._avatar_output import path_text

    rendered = [display.rendered[index] for index in sorted(display.rendered)]
    audio_seconds = sum(each.audio_seconds for each in rendered)
    return {
        "renders": [_report(each) for each in rendered],
        "failures": [
            {"audio": path_text(display.jobs[index].audio), "error": str(error), "exit_code": error.exit_code}
            for index, error in sorted(display.failures.items())
        ],
        "frames": sum(each.frames for each in rendered),
        "audio_seconds": round(audio_seconds, 4),
        "render_seconds": round(display.seconds, 3),
        "realtime_factor": round(audio_seconds / display.seconds, 2),
    }


def _report(rendered: "Rendered") -> dict[str, Any]:
    from dataclasses import asdict

    from ._avatar_output import path_text

    return {
        **asdict(rendered),
        "audio": path_text(rendered.audio),
        "output": path_text(rendered.output),
        "audio_seconds": round(rendered.audio_seconds, 4),
        "render_seconds": round(rendered.render_seconds, 3),
        "realtime_factor": round(rendered.realtime_factor, 2),
    }
