"""``bithuman-app curves``: what the mouth does in a recording, as numbers for other programs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._common import print_json
from ._options import Recordings, SpokenText, TimedPhonemes

if TYPE_CHECKING:
    from ..errors import UserError
    from ._curve_outputs import Task
    from ._curve_sheet import CurveSheet

_FORMATS = "npz|json|csv|livelink|audio2face|rhubarb-tsv|rhubarb-json|rhubarb-xml"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("curves")(_curves)


def _curves(
    audio: Recordings,
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="OUT",
            help="The file; for several recordings a folder. Without it, the current directory and the "
            "recording's name. A file that is there is replaced.",
        ),
    ] = None,
    text: SpokenText = None,
    phonemes: TimedPhonemes = None,
    kind: Annotated[
        str | None,
        typer.Option(
            "--format", metavar=_FORMATS, help="Kind of file; by default what OUT's name says, else npz."
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object about what was done.")
    ] = False,
) -> int:
    """Write what the mouth does in recordings: lips, ARKit coefficients and visemes, 25 times a second.

    npz, json and csv hold everything: open (inner-lip aperture) and width of the mouth in distances
    between the outer eye corners, round (0 to 1), seven articulation curves, 52 ARKit coefficients, how
    far the tongue's tip is raised, and the probabilities of 15 Oculus visemes. livelink and audio2face
    hold the ARKit coefficients, the rhubarb formats the mouth shapes A to H and X.
    """
    from ..errors import UserError
    from ..media.audio import probe
    from ..media.files import replace_when_written
    from ._curve_formats import FORMATS
    from ._curve_outputs import plan
    from ._curve_progress import curve_progress
    from ._curve_sheet import check_one_source, make_sheet, read_phonemes, read_text
    from ._render_inputs import find_recordings

    recordings = find_recordings(audio)
    check_one_source(text, phonemes, len(recordings))
    several = len(recordings) > 1 or any(word.is_dir() for word in audio)
    if not several:
        probe(recordings[0])
    words = read_text(text) if text is not None else None
    timed = read_phonemes(phonemes) if phonemes is not None else None
    tasks = plan(recordings, output, kind, several)
    done: list[tuple[Task, CurveSheet]] = []
    failures: list[tuple[Task, UserError]] = []
    with curve_progress(len(tasks), quiet=as_json) as progress:
        for task in tasks:
            try:
                sheet = make_sheet(task.audio, words, timed, progress.advance)
                with replace_when_written(task.output) as partial:
                    partial.write_bytes(FORMATS[task.format].encode(sheet))
            except UserError as error:
                if not several:
                    raise
                failures.append((task, error))
                progress.failed(error)
            else:
                done.append((task, sheet))
                progress.finished(task.output, sheet)
    if as_json:
        reports = [_report(task, sheet) for task, sheet in done]
        print_json({"curves": reports, "failures": _failures(failures)} if several else reports[0])
    return failures[0][1].exit_code if failures else 0


def _report(task: "Task", sheet: "CurveSheet") -> dict[str, Any]:
    from ..lipsync import FRAMES_PER_SECOND
    from ._avatar_output import path_text

    return {
        "audio": path_text(task.audio),
        "output": path_text(task.output),
        "format": task.format,
        "frames": len(sheet.curves),
        "fps": FRAMES_PER_SECOND,
        "audio_seconds": round(sheet.seconds, 4),
        "phonemes": len(sheet.phonemes),
    }


def _failures(failures: "list[tuple[Task, UserError]]") -> list[dict[str, Any]]:
    from ._avatar_output import path_text

    return [
        {"audio": path_text(task.audio), "error": str(error), "exit_code": error.exit_code}
        for task, error in failures
    ]
