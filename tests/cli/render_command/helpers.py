"""Recordings to render, and the command as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import av
import pytest

from tests.media.sound_files import tone, write_sound

SIZE = 128
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals and limits")


def recording(name: str, seconds: float = 0.5, rate: int = 16_000) -> Path:
    codecs = {".wav": "pcm_s16le", ".mp3": "libmp3lame", ".m4a": "aac", ".ogg": "libopus"}
    path = Path(name)
    path.parent.mkdir(exist_ok=True, parents=True)
    return write_sound(path, tone(seconds, rate), rate, codecs[path.suffix])


def program(*arguments: str, **options: object) -> "subprocess.Popen[str]":
    """Start the command as a process group of its own, as a shell does."""
    return subprocess.Popen(
        [sys.executable, "-m", "bithuman_app", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])}, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def wait_until(condition: Callable[[], object], seconds: float = 180) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def half_written(folder: str = ".") -> list[Path]:
    return list(Path(folder).glob(".*.part"))


def frame_count(path: str | Path) -> int:
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))
