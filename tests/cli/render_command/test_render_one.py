"""One recording becomes one video."""

import json
import math
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from bithuman_app import cli
from tests.cli.render_command.helpers import (
    SIZE,
    frame_count,
    recording,
)


def test_a_recording_becomes_an_mp4(avatar: str) -> None:
    recording("speech.wav", 0.5)
    assert cli.run(["render", avatar, "speech.wav", "-o", "out.mp4"]) == 0
    with av.open("out.mp4") as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert (video.codec_context.name, video.pix_fmt, audio.codec_context.name) == (
            "h264",
            "yuv420p",
            "aac",
        )
        assert (video.width, video.height, video.average_rate) == (SIZE, SIZE, 25)


@pytest.mark.parametrize("seconds", [0.01, 0.04, 0.0401, 0.5, 1.01])
@pytest.mark.parametrize("suffix", ["mp4", "webm"])
def test_there_is_a_frame_for_every_begun_25th_of_a_second(avatar: str, seconds: float, suffix: str) -> None:
    recording("speech.wav", seconds, rate=48_000)
    assert cli.run(["render", avatar, "speech.wav", "-o", f"out.{suffix}"]) == 0
    assert frame_count(f"out.{suffix}") == math.ceil(round(25 * seconds, 6))


@pytest.mark.parametrize("name", ["speech.wav", "speech.mp3", "speech.m4a", "speech.ogg"])
def test_sound_and_picture_are_as_long_as_each_other(avatar: str, name: str) -> None:
    recording(name, 0.77, rate=48_000)
    assert cli.run(["render", avatar, name, "-o", "out.mp4"]) == 0
    with av.open("out.mp4") as container:
        lengths = [stream.duration * stream.time_base for stream in container.streams]
    assert lengths == [Fraction(20, 25), Fraction(20, 25)]


def test_the_sound_of_a_video_can_be_rendered_again(avatar: str) -> None:
    recording("speech.wav", 0.4)
    assert cli.run(["render", avatar, "speech.wav", "-o", "first.mp4"]) == 0
    assert cli.run(["render", avatar, "first.mp4", "-o", "second.mp4"]) == 0
    assert frame_count("second.mp4") == 10


def test_the_sound_of_the_video_is_that_of_the_recording(avatar: str) -> None:
    recording("speech.wav", 0.4, rate=44_100)
    assert cli.run(["render", avatar, "speech.wav", "-o", "out.webm"]) == 0
    with av.open("out.webm") as container:
        sound = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)[0]
    spectrum = np.abs(np.fft.rfft(sound[2_000:14_000]))
    assert np.argmax(spectrum) * 4 == pytest.approx(440, abs=8)
    assert np.abs(sound).max() == pytest.approx(0.5, abs=0.1)


def test_the_json_report(avatar: str, capsys: pytest.CaptureFixture[str]) -> None:
    recording("speech.wav", 0.5)
    assert cli.run(["render", avatar, "speech.wav", "-o", "out.mp4", "--json"]) == 0
    output = capsys.readouterr()
    report = json.loads(output.out)
    assert report.pop("render_seconds") > 0
    assert report.pop("realtime_factor") > 0
    assert report == {
        "audio": "speech.wav", "output": "out.mp4", "frames": 13, "audio_seconds": 0.5,
        "width": SIZE, "height": SIZE, "fps": 25,
    }  # fmt: skip
    assert output.err == ""


def test_nothing_but_results_goes_to_standard_output(avatar: str, capsys: pytest.CaptureFixture[str]) -> None:
    recording("speech.wav", 0.2)
    assert cli.run(["render", avatar, "speech.wav"]) == 0
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.count("\n") == 1
    assert "speech.mp4: 0.2 s of sound, 5 frames" in output.err


def test_without_an_output_the_video_is_named_after_the_recording(avatar: str) -> None:
    recording("elsewhere/talk.wav", 0.1)
    assert cli.run(["render", avatar, "elsewhere/talk.wav"]) == 0
    assert Path("talk.mp4").is_file()


def test_an_existing_folder_as_output_holds_the_video(avatar: str) -> None:
    recording("talk.wav", 0.1)
    Path("videos").mkdir()
    assert cli.run(["render", avatar, "talk.wav", "-o", "videos"]) == 0
    assert Path("videos/talk.mp4").is_file()


def test_an_existing_video_is_replaced(avatar: str) -> None:
    recording("talk.wav", 0.1)
    Path("talk.mp4").write_text("an older file")
    assert cli.run(["render", avatar, "talk.wav"]) == 0
    assert frame_count("talk.mp4") == 3


def test_the_limit_shortens_the_video(avatar: str) -> None:
    recording("talk.wav", 2.0)
    assert cli.run(["render", avatar, "talk.wav", "--limit", "0.3"]) == 0
    assert frame_count("talk.mp4") == 8


def test_the_same_seed_gives_the_same_file(avatar: str) -> None:
    recording("talk.wav", 0.4)
    for name in ("a.mp4", "b.mp4"):
        assert cli.run(["render", avatar, "talk.wav", "-o", name, "--seed", "5"]) == 0
    assert Path("a.mp4").read_bytes() == Path("b.mp4").read_bytes()


def test_another_seed_gives_another_video(avatar: str) -> None:
    recording("talk.wav", 1.0)
    for seed in ("1", "2"):
        assert cli.run(["render", avatar, "talk.wav", "-o", f"{seed}.mp4", "--seed", seed]) == 0
    assert Path("1.mp4").read_bytes() != Path("2.mp4").read_bytes()
