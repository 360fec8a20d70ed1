"""Several recordings at once."""

import json
import os
from pathlib import Path

import psutil
import pytest

from bithuman_app import cli
from tests.cli.render_command.helpers import (
    POSIX,
    frame_count,
    program,
    recording,
    wait_until,
)


def test_several_recordings_become_a_video_each(avatar: str, capsys: pytest.CaptureFixture[str]) -> None:
    recording("in/b.wav", 0.2)
    recording("in/a.mp3", 0.4, rate=48_000)
    Path("in/notes.txt").write_text("not a recording")
    assert cli.run(["render", avatar, "in", "-o", "out", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert [each["output"] for each in report["renders"]] == ["out/a.mp4", "out/b.mp4"]
    assert report["failures"] == []
    assert report["frames"] == 15
    assert report["audio_seconds"] == pytest.approx(0.6)
    assert sorted(os.listdir("out")) == ["a.mp4", "b.mp4"]


def test_in_parallel_or_alone_the_file_is_the_same(avatar: str) -> None:
    recording("a.wav", 0.4)
    recording("b.wav", 0.2)
    assert cli.run(["render", avatar, "a.wav", "b.wav", "-o", "out"]) == 0
    assert cli.run(["render", avatar, "a.wav", "-o", "alone.mp4"]) == 0
    assert Path("out/a.mp4").read_bytes() == Path("alone.mp4").read_bytes()


def test_names_that_clash_get_numbers(avatar: str) -> None:
    recording("a.wav", 0.1)
    recording("A.mp3", 0.2, rate=48_000)
    recording("more/a.wav", 0.3)
    assert cli.run(["render", avatar, "a.wav", "A.mp3", "more/a.wav", "-o", "out"]) == 0
    assert sorted(os.listdir("out")) == ["A-2.mp4", "a-3.mp4", "a.mp4"]
    assert frame_count("out/a-3.mp4") == 8


def test_a_file_named_twice_is_rendered_once(avatar: str) -> None:
    recording("in/a.wav", 0.1)
    assert cli.run(["render", avatar, "in/a.wav", "in", "-o", "out"]) == 0
    assert os.listdir("out") == ["a.mp4"]


@pytest.mark.parametrize(("bad", "exit_code"), [("bad.wav", 65), ("none.wav", 66)])
def test_one_bad_recording_is_told_in_a_line_and_the_others_go_on(
    avatar: str, capsys: pytest.CaptureFixture[str], bad: str, exit_code: int
) -> None:
    Path("bad.wav").write_text("this is text")
    for name in ("a.wav", "c.wav"):
        recording(name, 0.1)
    assert cli.run(["render", avatar, "a.wav", bad, "c.wav", "-o", "out"]) == exit_code
    assert sorted(os.listdir("out")) == ["a.mp4", "c.mp4"]
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("bithuman-app:")]
    assert len(lines) == 1
    assert bad in lines[0]


def test_failures_are_in_the_json_report_too(avatar: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("bad.wav").write_text("this is text")
    recording("a.wav", 0.1)
    assert cli.run(["render", avatar, "a.wav", "bad.wav", "-o", "out", "--json"]) == 65
    report = json.loads(capsys.readouterr().out)
    assert [each["audio"] for each in report["renders"]] == ["a.wav"]
    assert [(each["audio"], each["exit_code"]) for each in report["failures"]] == [("bad.wav", 65)]


@POSIX
def test_a_worker_that_dies_costs_one_recording_only(avatar: str) -> None:
    names = [str(recording(f"{letter}.wav", 300.0 if letter == "a" else 0.2)) for letter in "abcd"]
    with program("render", avatar, *names, "-o", "out") as process:
        wait_until(lambda: list(Path("out").glob(".a.mp4.*.part")) if Path("out").exists() else [])
        (partial,) = Path("out").glob(".a.mp4.*.part")
        psutil.Process(int(partial.name.split(".")[-2])).kill()
        _, errors = process.communicate(timeout=180)
    assert process.returncode == 74
    assert "a.wav: the process that worked on it ended unexpectedly (signal 9)" in errors
    assert sorted(os.listdir("out")) == ["b.mp4", "c.mp4", "d.mp4"]
