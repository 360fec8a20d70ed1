"""``bithuman-app bench``: how fast the program is on this machine."""

import os
from typing import Annotated, Any

import typer

from ._common import print_json
from ._threads import keep_numpy_to_one_thread

#: Rows of the table: what is measured, and the name of its figures.
_TIMES = (
    ("load an avatar", "load_ms"),
    ("prepare to render", "prepare_ms"),
    ("lip sync, a frame", "lipsync_ms"),
    ("performance, a frame", "performance_ms"),
)
_SCENES = (
    ("head only", "head_only"),
    ("talking", "talking"),
    ("talking, blink, gaze", "talk_blink_gaze"),
    ("as performed", "as_performed"),
)
_SIZES = (("512 x 512", "512"), ("1280 x 720", "720p"), ("1024 x 1024", "1024"))


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("bench")(_bench)


def _bench(
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object; *_ms is processor time, *_wall_ms clock.")
    ] = False,
    quick: Annotated[bool, typer.Option("--quick", help="Repeat less: rougher figures, sooner.")] = False,
) -> None:
    """Measure bake, load, rendering, encoding, live sessions, the page's server and memory of this machine.

    Works on a picture and a recording that ship with the program; takes about a minute.
    """
    keep_numpy_to_one_thread()
    from ..bench import run_benchmark
    from ._bake_progress import bake_progress

    with bake_progress("measuring") as progress:
        facts = {"machine": _machine(), **run_benchmark(quick, progress), **_measure_page(quick)}
    if as_json:
        print_json(facts)
    else:
        _print_tables(facts)


def _measure_page(quick: bool) -> dict[str, float]:
    """Return what one live page costs the server, in real time."""
    from ..media.audio import read_audio
    from ..resources import asset
    from ..web.bench import measure_web_session

    avatar = str(asset("avatars", "maya_512.imx"))
    return measure_web_session(avatar, read_audio(asset("audio", "speech.wav")), quick)


def _machine() -> dict[str, Any]:
    """Return what the figures depend on besides the program."""
    import platform
    from importlib.metadata import version
    from pathlib import Path

    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": models[0] if models else platform.processor() or platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "opencv": version("opencv-python"),
        "numpy": version("numpy"),
    }


def _print_tables(facts: dict[str, Any]) -> None:
    from ._avatar_output import print_table

    def row(label: str, name: str) -> list[str]:
        wall = name.replace("_ms", "_wall_ms", 1)
        return [label, *(f"{facts[key]:.2f}" for key in (name, f"{name}_p95", f"{name}_max", wall))]

    rows = [row(label, name) for label, name in _TIMES]
    for size, key in _SIZES:
        rows += [row(f"{size}: {label}", f"render_ms_{key}_{scene}") for label, scene in _SCENES]
        rows.append(row(f"{size}: encode", f"encode_ms_{key}"))
    print_table(("one thread, milliseconds", "mean", "95 %", "longest", "by the clock"), rows)
    machine = facts["machine"]
    print_table(
        (),
        [
            ("bake at 512 x 512", f"{facts['bake_s']:.2f} s ({facts['bake_wall_s']:.2f} s by the clock)"),
            ("whole video, 512 x 512", f"{facts['render_realtime_factor']:.1f} times real time"),
            ("lip sync of one stream", f"{facts['lipsync_cpu_percent']:.1f} % of a core"),
            ("live session, first talking picture", f"{facts['session_first_frame_ms']:.0f} ms"),
            ("live sessions a core carries", f"{facts['sessions_per_core_512']:.1f}"),
            ("lateness of a live picture, 99 %", f"{facts['tick_jitter_p99_ms']:.1f} ms"),
            ("one live page, talking", f"{facts['web_session_cpu_percent']:.1f} % of a core"),
            ("one live page, silent", f"{facts['web_session_idle_cpu_percent']:.1f} % of a core"),
            ("memory while talking", f"{facts['rss_mb']:.0f} MB"),
            ("machine", f"{machine['processor']}, {machine['cores']} cores"),
            ("versions", f"Python {machine['python']}, OpenCV {machine['opencv']}, numpy {machine['numpy']}"),
        ],
    )
