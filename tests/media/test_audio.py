import os
import random
import struct
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from bithuman_app.errors import DataError, MissingInputError, UsageError
from bithuman_app.media.audio import probe, read_audio, read_soundtrack
from tests.media.sound_files import click, tone, write_sound

FORMATS = [
    ("u8.wav", "pcm_u8", 44_100),
    ("int16.wav", "pcm_s16le", 44_100),
    ("int24.wav", "pcm_s24le", 44_100),
    ("int32.wav", "pcm_s32le", 8_000),
    ("float.wav", "pcm_f32le", 96_000),
    ("double.wav", "pcm_f64le", 48_000),
    ("speech.mp3", "libmp3lame", 44_100),
    ("speech.m4a", "aac", 44_100),
    ("speech.flac", "flac", 22_050),
    ("vorbis.ogg", "vorbis", 44_100),
    ("opus.ogg", "libopus", 48_000),
    ("speech.opus", "libopus", 48_000),
    ("speech.mkv", "aac", 44_100),
    ("speech.webm", "libopus", 48_000),
    ("speech.mov", "aac", 48_000),
]


@pytest.fixture
def speech_like_wav(tmp_path: Path) -> Path:
    return write_sound(tmp_path / "tone.wav", tone(1.0, 16_000), 16_000, "pcm_s16le")


@pytest.mark.parametrize(("name", "codec", "rate"), FORMATS, ids=[f[0] for f in FORMATS])
def test_a_click_keeps_its_place_in_every_format(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    path = write_sound(tmp_path / name, click(2.0, at=1.0, rate=rate, channels=2), rate, codec)
    samples = read_audio(path)
    assert samples.dtype == np.float32
    assert abs(np.argmax(np.abs(samples)) / 16_000 - 1.0) < 0.002


@pytest.mark.parametrize(
    ("name", "codec", "rate"), [f for f in FORMATS if f[1] not in ("vorbis",)], ids=lambda v: str(v)
)
def test_length_is_the_duration_of_the_source(tmp_path: Path, name: str, codec: str, rate: int) -> None:
    seconds = 1.37
    path = write_sound(tmp_path / name, np.repeat(tone(seconds, rate), 2, axis=0), rate, codec)
    length = len(read_audio(path))
    if name.endswith(".mkv"):  # Matroska does not state how much of the last AAC packet is padding
        assert seconds * 16_000 <= length <= seconds * 16_000 + 1024
    else:
        assert abs(length - seconds * 16_000) <= 1


def test_whole_seconds_are_whole_seconds_after_resampling(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(10.0, 44_100), 44_100, "pcm_s16le")
    assert len(read_audio(path)) == 160_000


def test_level_and_pitch_survive_resampling(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", tone(1.0, 44_100, hertz=440, amplitude=0.5), 44_100, "pcm_s24le")
    expected = tone(1.0, 16_000, hertz=440, amplitude=0.5)[0]
    np.testing.assert_allclose(read_audio(path)[200:-200], expected[200:-200], atol=2e-3)


def test_channels_are_averaged_with_equal_weight(tmp_path: Path) -> None:
    levels = np.linspace(0.1, 0.6, 6, dtype=np.float32)
    samples = np.repeat(levels[:, None], 16_000, axis=1)
    path = write_sound(tmp_path / "surround.wav", samples, 16_000, "pcm_f32le")
    np.testing.assert_allclose(read_audio(path), levels.mean(), atol=1e-6)


def test_opposite_channels_cancel_instead_of_lengthening(tmp_path: Path) -> None:
    left = tone(0.5, 16_000)
    path = write_sound(tmp_path / "a.wav", np.concatenate([left, -left]), 16_000, "pcm_f32le")
    samples = read_audio(path)
    assert len(samples) == 8_000
    assert np.abs(samples).max() < 1e-6


def test_channels_without_a_known_layout_are_read(tmp_path: Path) -> None:
    path = tmp_path / "three.wav"
    frames = np.repeat(np.array([[3000, 6000, 9000]], np.int16), 1600, axis=0).tobytes()
    fmt = struct.pack("<HHIIHH", 1, 3, 16_000, 96_000, 6, 16)
    path.write_bytes(
        b"RIFF" + struct.pack("<I", 36 + len(frames)) + b"WAVEfmt " + struct.pack("<I", 16) + fmt
        + b"data" + struct.pack("<I", len(frames)) + frames
    )  # fmt: skip
    np.testing.assert_allclose(read_audio(path), 6000 / 32768, atol=1e-6)


def test_the_sound_of_a_video_is_read(tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        sound = container.add_stream("aac", rate=48_000)
        sound.layout = "mono"
        for _ in range(50):
            container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        frame = av.AudioFrame.from_ndarray(click(2.0, at=1.0, rate=48_000), "fltp", "mono")
        frame.sample_rate, frame.pts = 48_000, 0
        container.mux([*video.encode(None), *sound.encode(frame), *sound.encode(None)])
    samples = read_audio(path)
    assert abs(np.argmax(np.abs(samples)) / 16_000 - 1.0) < 0.002
    assert len(samples) == 32_000


def test_not_a_number_and_infinity_become_silence(tmp_path: Path) -> None:
    samples = np.full((1, 1600), 0.25, np.float32)
    samples[0, 100:200] = np.nan
    samples[0, 300:400] = np.inf
    samples[0, 500:600] = -np.inf
    path = write_sound(tmp_path / "a.wav", samples, 16_000, "pcm_f32le")
    expected = np.where(np.isfinite(samples[0]), samples[0], 0.0)
    np.testing.assert_array_equal(read_audio(path), expected)


def test_float_samples_beyond_full_scale_are_clipped(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.wav", np.full((1, 1600), 7.0, np.float32), 16_000, "pcm_f32le")
    assert read_audio(path).max() == 1.0


@pytest.mark.parametrize("rate", [16_000, 44_100])
def test_the_limit_is_exact(tmp_path: Path, rate: int) -> None:
    path = write_sound(tmp_path / "a.wav", tone(2.0, rate), rate, "pcm_s16le")
    assert len(read_audio(path, limit_seconds=0.5)) == 8_000


def test_a_limit_beyond_the_end_changes_nothing(speech_like_wav: Path) -> None:
    np.testing.assert_array_equal(read_audio(speech_like_wav, limit_seconds=9.0), read_audio(speech_like_wav))


@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_that_leaves_nothing_is_refused(speech_like_wav: Path, limit: float) -> None:
    with pytest.raises(UsageError, match="more than 0"):
        read_audio(speech_like_wav, limit_seconds=limit)


def test_another_sample_rate_can_be_asked_for(speech_like_wav: Path) -> None:
    assert len(read_audio(speech_like_wav, sample_rate=24_000)) == 24_000


def test_a_stream_that_changes_its_rate_half_way_is_read_whole(tmp_path: Path) -> None:
    first = write_sound(tmp_path / "a.mp3", tone(1.0, 44_100), 44_100, "libmp3lame")
    second = write_sound(tmp_path / "b.mp3", tone(1.0, 24_000), 24_000, "libmp3lame")
    both = tmp_path / "both.mp3"
    both.write_bytes(first.read_bytes() + second.read_bytes())
    assert len(read_audio(both)) == pytest.approx(32_000, abs=3_000)  # joints carry encoder padding


def test_the_soundtrack_is_as_long_as_what_the_mouth_hears(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", np.repeat(tone(1.3, 44_100), 2, axis=0), 44_100, "libmp3lame")
    soundtrack = np.concatenate(list(read_soundtrack(path, channels=2)))
    assert soundtrack.shape[1] == 2
    assert len(soundtrack) == pytest.approx(3 * len(read_audio(path)), abs=3)


def test_the_soundtrack_keeps_left_and_right_apart(tmp_path: Path) -> None:
    samples = np.concatenate([np.full((1, 4800), 0.5), np.full((1, 4800), -0.25)]).astype(np.float32)
    path = write_sound(tmp_path / "a.wav", samples, 48_000, "pcm_f32le")
    soundtrack = np.concatenate(list(read_soundtrack(path, channels=2)))
    np.testing.assert_allclose(soundtrack, samples.T, atol=1e-6)


def test_surround_dialogue_stays_audible_in_the_stereo_soundtrack(tmp_path: Path) -> None:
    samples = np.zeros((6, 4800), np.float32)
    samples[2] = 0.8  # FL FR FC LFE SL SR: the centre speaks
    path = write_sound(tmp_path / "a.wav", samples, 48_000, "pcm_f32le")
    soundtrack = np.concatenate(list(read_soundtrack(path, channels=2)))
    np.testing.assert_allclose(soundtrack[:, 0], soundtrack[:, 1])
    assert soundtrack.max() > 0.2  # an even average would leave 0.13


def test_probe_tells_what_the_header_says(tmp_path: Path) -> None:
    info = probe(write_sound(tmp_path / "a.flac", np.zeros((2, 44_100), np.float32), 44_100, "flac"))
    assert (info.codec, info.sample_rate, info.channels, info.seconds) == ("flac", 44_100, 2, 1.0)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match=r"none\.wav: no such file"):
        read_audio(tmp_path / "none.wav")


def test_a_folder_is_not_a_sound(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError, match="is a folder"):
        read_audio(tmp_path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")
    with pytest.raises(MissingInputError, match="regular file"):
        read_audio(tmp_path / "pipe.wav")


def test_a_null_byte_in_the_name_is_a_missing_file() -> None:
    with pytest.raises(MissingInputError):
        read_audio("bad\0name.wav")


@pytest.mark.skipif(not hasattr(os, "setuid"), reason="needs POSIX permissions")
def test_a_file_that_may_not_be_read_says_so(speech_like_wav: Path) -> None:
    speech_like_wav.chmod(0)
    script = (
        "import os, sys; from bithuman_app.media.audio import read_audio\n"
        "from bithuman_app.errors import MissingInputError\n"
        "folder, name = os.path.split(sys.argv[1]); os.chdir(folder)\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: read_audio(name)\n"
        "except MissingInputError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(speech_like_wav)], capture_output=True, text=True)
    assert "permission denied" in run.stdout, run.stderr


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"this is not a sound at all\n" * 50, "not a sound"),
        (b"RIFF\x24\0\0\0WAVE", "not a sound"),
        (random.Random(2).randbytes(5_000), "not a sound"),
    ],
)
def test_a_file_that_is_no_sound_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "text.wav"
    path.write_bytes(content)
    with pytest.raises(DataError, match=message):
        read_audio(path)


def test_a_sound_without_samples_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "silent.wav"
    fmt = struct.pack("<HHIIHH", 1, 1, 16_000, 32_000, 2, 16)
    path.write_bytes(b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + fmt + b"data\0\0\0\0")
    with pytest.raises(DataError, match="0 samples"):
        read_audio(path)


def test_a_video_without_sound_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "mute.mp4"
    with av.open(str(path), "w") as container:
        video = container.add_stream("libx264", rate=25)
        video.width = video.height = 64
        video.pix_fmt = "yuv420p"
        container.mux(video.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8))))
        container.mux(video.encode(None))
    with pytest.raises(DataError, match="no sound"):
        read_audio(path)


@pytest.mark.parametrize(
    ("name", "codec"), [("a.wav", "pcm_s16le"), ("a.m4a", "aac"), ("a.flac", "flac"), ("a.wav", "pcm_s24le")]
)
def test_a_file_that_is_cut_off_is_refused(tmp_path: Path, name: str, codec: str) -> None:
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 88_200)).astype(np.float32)
    path = write_sound(tmp_path / name, noise, 44_100, codec)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(DataError):
        read_audio(path)


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF], ids=["zero", "all ones"])
def test_a_wav_written_to_a_pipe_is_read_to_its_end(speech_like_wav: Path, size: int) -> None:
    data = bytearray(speech_like_wav.read_bytes())
    position = data.index(b"data") + 4
    data[position : position + 4] = struct.pack("<I", size)
    speech_like_wav.write_bytes(data)
    assert len(read_audio(speech_like_wav)) == 16_000


def test_a_damaged_piece_in_the_middle_costs_only_that_piece(tmp_path: Path) -> None:
    path = write_sound(tmp_path / "a.mp3", tone(3.0, 44_100), 44_100, "libmp3lame")
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2_000] = random.Random(1).randbytes(2_000)
    path.write_bytes(data)
    assert len(read_audio(path)) > 2.5 * 16_000


@pytest.mark.parametrize("name", ["list.m3u8", "list.wav"])
def test_a_playlist_cannot_open_other_files(tmp_path: Path, speech_like_wav: Path, name: str) -> None:
    path = tmp_path / name
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{speech_like_wav}\n#EXT-X-ENDLIST\n")
    with pytest.raises(DataError):
        read_audio(path)
