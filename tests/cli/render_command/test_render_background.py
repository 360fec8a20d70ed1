"""The size of a video, what is behind the person, and pictures in the place of avatars."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from bithuman_app import cli
from bithuman_app.resources import asset
from tests.cli.render_command.helpers import SIZE, recording


def corner_colour(path: str) -> list[int]:
    with av.open(path) as container:
        frame = next(container.decode(video=0))
    return [int(value) for value in frame.to_ndarray(format="bgr24", src_colorspace="ITU709")[4, 4]]


def test_a_size_makes_the_video_that_big(avatar: str) -> None:
    recording("talk.wav", 0.1)
    assert cli.run(["render", avatar, "talk.wav", "--size", "320x180"]) == 0
    with av.open("talk.mp4") as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (320, 180)


def test_a_colour_is_put_behind_the_person(avatar: str) -> None:
    recording("talk.wav", 0.1)
    assert cli.run(["render", avatar, "talk.wav", "--background", "#2060c0"]) == 0
    assert corner_colour("talk.mp4") == pytest.approx([0xC0, 0x60, 0x20], abs=8)


def test_a_picture_is_put_behind_the_person(avatar: str) -> None:
    recording("talk.wav", 0.1)
    cv2.imwrite("wall.png", np.full((50, 90, 3), (40, 160, 90), np.uint8))
    assert cli.run(["render", avatar, "talk.wav", "--background", "wall.png"]) == 0
    assert corner_colour("talk.mp4") == pytest.approx([40, 160, 90], abs=8)


def test_a_transparent_video_is_a_webm_with_alpha(avatar: str) -> None:
    recording("talk.wav", 0.1)
    assert cli.run(["render", avatar, "talk.wav", "--background", "transparent"]) == 0
    with av.open("talk.webm") as container:
        stream = container.streams.video[0]
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        frames = [frame for packet in container.demux(stream) for frame in decoder.decode(packet)]
    alpha = frames[0].to_ndarray(format="bgra")[..., 3]
    assert alpha[4, 4] < 20
    assert alpha[SIZE // 2, SIZE // 2] > 240


def test_a_picture_is_baked_on_the_way_and_only_once(monkeypatch: pytest.MonkeyPatch) -> None:
    recording("talk.wav", 0.1)
    picture = str(asset("artwork", "leo_1024.png"))
    assert cli.run(["render", picture, "talk.wav", "-o", "a.mp4", "--size", "128"]) == 0

    def no_bake(*_arguments: object) -> None:
        raise AssertionError("baked again")

    monkeypatch.setattr("bithuman_app.avatar.bake.bake_file", no_bake)
    assert cli.run(["render", picture, "talk.wav", "-o", "b.mp4", "--size", "128"]) == 0
    assert Path("a.mp4").read_bytes() == Path("b.mp4").read_bytes()


def test_a_damaged_bake_in_the_cache_is_made_anew(tmp_path: Path) -> None:
    recording("talk.wav", 0.1)
    arguments = ["render", str(asset("artwork", "leo_1024.png")), "talk.wav", "--size", "128"]
    assert cli.run(arguments) == 0
    (cached,) = (tmp_path / "home" / "cache").rglob("*.imx")
    cached.write_bytes(b"rubbish")
    assert cli.run(arguments) == 0
    assert cached.stat().st_size > 10_000


def test_a_cache_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    recording("talk.wav", 0.1)
    (tmp_path / "home").mkdir(exist_ok=True)
    (tmp_path / "home" / "cache").write_text("a file in its place")
    assert cli.run(["render", str(asset("artwork", "leo_1024.png")), "talk.wav", "--size", "128"]) == 0
    assert Path("talk.mp4").is_file()
