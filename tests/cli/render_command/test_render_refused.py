"""What cannot be done is said in one line, and nothing is written."""

import os
from pathlib import Path

import pytest

from bithuman_app import cli
from tests.cli.render_command.helpers import recording


@pytest.mark.parametrize(
    ("arguments", "exit_code", "message"),
    [
        (["talk.wav", "-o", "out.avi"], 64, ".mp4 or .webm"),
        (["talk.wav", "-o", "none/out.mp4"], 73, "does not exist"),
        (["talk.wav", "-o", "out.mp4", "--background", "transparent"], 64, "webm"),
        (["talk.wav", "--background", "sky-blue-pink"], 64, "no picture file and no colour"),
        (["talk.wav", "--background", "text.png"], 65, "text.png: this is no picture"),
        (["talk.wav", "--size", "huge"], 64, "--size"),
        (["talk.wav", "--size", "99999"], 64, "--size"),
        (["talk.wav", "--size", "1x2x3"], 64, "--size"),
        (["talk.wav", "--limit", "0"], 64, "--limit"),
        (["talk.wav", "--limit", "nan"], 64, "--limit"),
        (["none.wav"], 66, "none.wav: no such file"),
        (["text.wav"], 65, "text.wav: not a sound"),
        (["empty"], 66, "no recording in this folder"),
        (["talk.wav", "text.wav", "-o", "out.mp4"], 64, "must name a folder"),
        (["talk.wav", "text.wav", "-o", "text.wav"], 73, "place of this folder"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_a_wrong_command_line_gets_one_clear_line(
    avatar: str,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    exit_code: int,
    message: str,
) -> None:
    recording("talk.wav", 0.1)
    Path("text.wav").write_text("this is text")
    Path("text.png").write_text("this is text")
    Path("empty").mkdir()
    before = sorted(os.listdir())
    assert cli.run(["render", avatar, *arguments]) == exit_code
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert message in output.err
    assert sorted(os.listdir()) == before


@pytest.mark.parametrize(
    ("name", "exit_code"),
    [("nobody", 66), ("none.imx", 66), ("text.imx", 65), ("text.png", 65), ("a.gif", 65)],
)
def test_something_that_is_no_avatar_is_refused(
    capsys: pytest.CaptureFixture[str], name: str, exit_code: int
) -> None:
    recording("talk.wav", 0.1)
    for text in ("text.imx", "text.png"):
        Path(text).write_text("this is text")
    Path("a.gif").write_bytes(b"GIF89a" + bytes(100))
    assert cli.run(["render", name, "talk.wav"]) == exit_code
    assert capsys.readouterr().err.count("\n") == 1


def test_the_recording_is_never_overwritten_by_its_video(
    avatar: str, capsys: pytest.CaptureFixture[str]
) -> None:
    recording("talk.wav", 0.1)
    assert cli.run(["render", avatar, "talk.wav", "-o", "film.mp4"]) == 0
    before = Path("film.mp4").read_bytes()
    assert cli.run(["render", avatar, "film.mp4", "-o", "film.mp4"]) == 64
    assert cli.run(["render", avatar, "film.mp4"]) == 64
    assert "overwrite its own sound" in capsys.readouterr().err
    assert Path("film.mp4").read_bytes() == before
