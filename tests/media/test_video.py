import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.errors import CannotCreateError, OutputError, UsageError
from bithuman_app.media.video import VideoWriter

SUFFIXES = ["mp4", "webm"]


def frames(count: int, width: int = 96, height: int = 64, channels: int = 3) -> Iterator[NDArray[np.uint8]]:
    """A picture whose brightness tells the number of the frame."""
    for index in range(count):
        yield np.full((height, width, channels), 40 + 3 * (index % 60), np.uint8)


def noise(samples: int, channels: int = 1, block: int = 1_000) -> Iterator[NDArray[np.float32]]:
    generator = np.random.default_rng(0)
    for start in range(0, samples, block):
        yield generator.normal(0, 0.1, (min(block, samples - start), channels)).astype(np.float32)


def write(path: Path, count: int = 25, samples: int = 48_000, channels: int = 1) -> Path:
    with VideoWriter(path, 96, 64, sound=noise(samples, channels), channels=channels) as writer:
        for image in frames(count):
            writer.write_frame(image)
    return path


def decoded_pictures(path: Path) -> list[av.VideoFrame]:
    with av.open(str(path)) as container:
        return list(container.decode(video=0))


def decoded_sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as container:
        return np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)


def run_script(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    prelude = (
        "import sys, resource, numpy as np\n"
        "from bithuman_app.errors import UserError\n"
        "from bithuman_app.media.video import VideoWriter\n"
        "picture = np.random.default_rng(0).integers(0, 255, (256, 256, 3), np.uint8)\n"
    )
    return subprocess.run(
        [sys.executable, "-c", prelude + code, *arguments], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize(
    ("suffix", "video_codec", "audio_codec"), [("mp4", "h264", "aac"), ("webm", "vp9", "opus")]
)
def test_the_codecs_are_those_that_browsers_play(
    tmp_path: Path, suffix: str, video_codec: str, audio_codec: str
) -> None:
    with av.open(str(write(tmp_path / f"a.{suffix}"))) as container:
        video, audio = container.streams.video[0].codec_context, container.streams.audio[0].codec_context
        assert (video.name, video.pix_fmt, audio.name) == (video_codec, "yuv420p", audio_codec)
        assert container.streams.video[0].average_rate == 25
        assert (video.colorspace, video.color_primaries, video.color_trc, video.color_range) == (1, 1, 1, 1)


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("count", [1, 2, 25, 33])
def test_every_frame_is_there_in_order_and_on_time(tmp_path: Path, suffix: str, count: int) -> None:
    pictures = decoded_pictures(write(tmp_path / f"a.{suffix}", count))
    assert [frame.time for frame in pictures] == pytest.approx([index / 25 for index in range(count)])
    brightness = [frame.to_ndarray(format="bgr24").mean() for frame in pictures]
    assert brightness == pytest.approx([40 + 3 * index for index in range(count)], abs=3)


@pytest.mark.parametrize("count", [1, 2, 25, 33])
@pytest.mark.parametrize("samples", [0, 1_000, 48_000, 100_000])
def test_in_an_mp4_sound_and_picture_are_exactly_as_long(tmp_path: Path, count: int, samples: int) -> None:
    with av.open(str(write(tmp_path / "a.mp4", count, samples))) as container:
        video, audio = container.streams.video[0], container.streams.audio[0]
        assert video.frames == count
        assert video.duration * video.time_base == audio.duration * audio.time_base == Fraction(count, 25)


@pytest.mark.parametrize("samples", [0, 1_000, 48_000, 100_000])
def test_in_a_webm_sound_and_picture_are_exactly_as_long(tmp_path: Path, samples: int) -> None:
    assert decoded_sound(write(tmp_path / "a.webm", 33, samples)).shape[1] == 33 * 1_920


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("channels", [1, 2])
def test_a_click_is_heard_when_it_was_given(tmp_path: Path, suffix: str, channels: int) -> None:
    samples = np.zeros((48_000, channels), np.float32)
    samples[24_000:24_010] = 0.9
    with VideoWriter(tmp_path / f"a.{suffix}", 96, 64, sound=iter([samples]), channels=channels) as writer:
        for image in frames(25):
            writer.write_frame(image)
    sound = decoded_sound(writer.path)
    assert len(sound) == channels
    assert np.argmax(np.abs(sound[0])) == pytest.approx(24_005, abs=20)


def test_a_video_may_have_no_sound(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 96, 64) as writer:
        for image in frames(5):
            writer.write_frame(image)
    with av.open(str(writer.path)) as container:
        assert not container.streams.audio


def test_an_mp4_can_be_played_while_it_is_loading(tmp_path: Path) -> None:
    data = write(tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_colours_survive(tmp_path: Path, suffix: str) -> None:
    colours = [(0, 0, 0), (255, 255, 255), (200, 30, 30), (30, 200, 30), (30, 30, 200), (120, 150, 210)]
    image = np.repeat(np.array(colours, np.uint8)[None].repeat(64, 0), 32, axis=1)
    with VideoWriter(tmp_path / f"a.{suffix}", image.shape[1], 64) as writer:
        for _ in range(3):
            writer.write_frame(image)
    decoded = decoded_pictures(writer.path)[-1]
    seen = decoded.to_ndarray(format="bgr24", src_colorspace="ITU709")[32, 16::32]
    assert np.abs(seen.astype(int) - colours).max() <= 6


def test_a_transparent_webm_keeps_what_is_transparent(tmp_path: Path) -> None:
    image = np.full((64, 96, 4), 128, np.uint8)
    image[..., 3] = 0
    image[16:48, 32:64, 3] = 255
    with VideoWriter(tmp_path / "a.webm", 96, 64, transparent=True) as writer:
        for _ in range(3):
            writer.write_frame(image)
    with av.open(str(writer.path)) as container:
        stream = container.streams.video[0]
        assert {key.lower(): value for key, value in stream.metadata.items()}["alpha_mode"] == "1"
        # FFmpeg's own VP9 decoder leaves the transparency out; the one of libvpx, as browsers use, has it.
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        decoded = [frame for packet in container.demux(stream) for frame in decoder.decode(packet)]
    alpha = decoded[0].to_ndarray(format="bgra")[..., 3]
    assert alpha[32, 48] >= 250
    assert alpha[8, 8] <= 5


def test_odd_sides_are_made_even_by_repeating_the_edge(tmp_path: Path) -> None:
    with VideoWriter(tmp_path / "a.mp4", 95, 63) as writer:
        writer.write_frame(np.full((63, 95, 3), 200, np.uint8))
    assert (writer.width, writer.height) == (96, 64)
    picture = decoded_pictures(writer.path)[0].to_ndarray(format="bgr24")
    assert picture.shape == (64, 96, 3)
    assert picture[-1, -1].min() > 190


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_equal_input_gives_equal_bytes(tmp_path: Path, suffix: str) -> None:
    first = write(tmp_path / f"a.{suffix}", 40, channels=2).read_bytes()
    assert write(tmp_path / f"b.{suffix}", 40, channels=2).read_bytes() == first


def test_the_file_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with VideoWriter(path, 96, 64) as writer:
        for image in frames(5):
            writer.write_frame(image)
        assert not path.exists()
    assert path.exists()
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, ValueError, FileNotFoundError])
def test_an_interrupted_video_leaves_nothing_and_keeps_the_old_one(
    tmp_path: Path, error: type[BaseException]
) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"an older video")

    def fail_half_way() -> None:
        with VideoWriter(path, 96, 64, sound=noise(48_000)) as writer:
            for image in frames(5):
                writer.write_frame(image)
            raise error

    with pytest.raises(error):
        fail_half_way()
    assert path.read_bytes() == b"an older video"
    assert list(tmp_path.iterdir()) == [path]


def test_an_existing_video_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"an older video")
    assert len(decoded_pictures(write(path, 7))) == 7


def test_a_video_without_frames_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="without a single frame"), VideoWriter(tmp_path / "a.mp4", 96, 64):
        pass
    assert not list(tmp_path.iterdir())


def test_an_unknown_suffix_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.mp4 or \.webm"):
        VideoWriter(tmp_path / "a.avi", 96, 64)


def test_an_mp4_cannot_be_transparent(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="WebM"):
        VideoWriter(tmp_path / "a.mp4", 96, 64, transparent=True)


@pytest.mark.parametrize("size", [(0, 64), (64, 1), (64, 100_000)])
def test_an_impossible_size_is_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="cannot be made"):
        VideoWriter(tmp_path / "a.mp4", *size)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with (
        pytest.raises(CannotCreateError, match="none does not exist"),
        VideoWriter(tmp_path / "none" / "a.mp4", 96, 64),
    ):
        pass


def test_a_video_cannot_take_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").mkdir()
    with pytest.raises(CannotCreateError, match="is a folder"), VideoWriter(tmp_path / "a.mp4", 96, 64):
        pass


def test_a_file_in_the_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with (
        pytest.raises(CannotCreateError, match="not a folder"),
        VideoWriter(tmp_path / "file" / "a.mp4", 96, 64),
    ):
        pass


def test_a_name_that_is_too_long_is_an_error(tmp_path: Path) -> None:
    with pytest.raises((CannotCreateError, OutputError), match="name"):
        write(tmp_path / ("n" * 300 + ".mp4"))
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(not hasattr(os, "seteuid"), reason="needs POSIX permissions")
def test_a_folder_that_may_not_be_written_to_is_an_error(tmp_path: Path) -> None:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o555)
    code = (
        "import os; os.chdir(sys.argv[1])\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try:\n"
        "    with VideoWriter('a.mp4', 256, 256) as writer: writer.write_frame(picture)\n"
        "except UserError as error: print(type(error).__name__, error)\n"
    )
    run = run_script(code, str(folder))
    assert run.stdout.startswith("CannotCreateError a.mp4: cannot be written (permission denied)"), run.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX resource limits")
@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("part", [0.0, 0.02, 0.5, 0.9, 0.999])
def test_no_room_for_the_file_is_an_error_that_leaves_nothing(
    tmp_path: Path, suffix: str, part: float
) -> None:
    code = (
        "import os\n"
        "def write(path):\n"
        "    with VideoWriter(path, 256, 256, sound=iter([])) as writer:\n"
        "        for index in range(12): writer.write_frame(np.roll(picture, 40 * index, 0))\n"
        "write(sys.argv[1] + '/whole.' + sys.argv[2])\n"
        "room = int(os.path.getsize(sys.argv[1] + '/whole.' + sys.argv[2]) * float(sys.argv[3])) + 1\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))\n"
        "try: write(sys.argv[1] + '/part.' + sys.argv[2])\n"
        "except UserError as error: os.write(1, f'{type(error).__name__} {error}'.encode())\n"
    )
    run = run_script(code, str(tmp_path), suffix, str(part))
    assert run.stdout.startswith("OutputError"), run.stderr
    assert "larger than allowed" in run.stdout
    assert [file.name for file in tmp_path.iterdir()] == [f"whole.{suffix}"]


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a tmpfs")
def test_a_full_disk_is_an_error_that_leaves_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        mounted = subprocess.run(mount, capture_output=True).returncode == 0
    except FileNotFoundError:
        mounted = False
    if not mounted:
        pytest.skip("mounting needs root")
    try:
        code = (
            "try:\n"
            "    with VideoWriter(sys.argv[1] + '/a.mp4', 256, 256) as writer:\n"
            "        for index in range(25): writer.write_frame(np.roll(picture, 40 * index, 0))\n"
            "except UserError as error: print(type(error).__name__, error)\n"
        )
        run = run_script(code, str(disk))
        assert run.stdout.startswith("OutputError"), run.stderr
        assert "disk is full" in run.stdout
        assert not list(disk.iterdir())
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_ctrl_c_in_the_middle_leaves_no_file(tmp_path: Path) -> None:
    code = (
        "with VideoWriter(sys.argv[1] + '/a.mp4', 256, 256) as writer:\n"
        "    for index in range(100_000):\n"
        "        writer.write_frame(picture)\n"
        "        if index == 5: print('running', flush=True)\n"
    )
    prelude = "import sys, numpy as np\nfrom bithuman_app.media.video import VideoWriter\n"
    prelude += "picture = np.zeros((256, 256, 3), np.uint8)\n"
    process = subprocess.Popen(
        [sys.executable, "-c", prelude + code, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"running\n"
        assert list(tmp_path.iterdir())  # the temporary file
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert b"KeyboardInterrupt" in errors
    assert not list(tmp_path.iterdir())
