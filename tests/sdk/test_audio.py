"""Helpers of ``bithuman.audio`` on real sound files and signals."""

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.errors import UsageError
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.sdk.audio import (
    AudioStreamBatcher,
    float32_to_int16,
    get_mel_chunks,
    int16_to_float32,
    load_audio,
    resample,
    write_video_with_audio,
)
from bithuman_app.sdk.models import AudioChunk
from tests.media.sound_files import write_sound

SPEECH = asset("audio", "speech.wav")


def tone(seconds: float, rate: int, hertz: float = 440) -> NDArray[np.float32]:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(np.float32)


def test_sound_is_loaded_at_its_own_rate() -> None:
    with av.open(str(SPEECH)) as file:
        rate = file.streams.audio[0].sample_rate

    samples, given = load_audio(SPEECH)

    assert given == rate
    assert samples.dtype == np.float32
    assert samples.ndim == 1


def test_sound_is_loaded_at_the_rate_asked_for() -> None:
    samples, rate = load_audio(str(SPEECH), target_sr=24_000)

    assert rate == 24_000
    assert len(samples) == len(read_audio(SPEECH, 24_000))


def test_a_missing_sound_file_is_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        load_audio(tmp_path / "nowhere.wav")


def test_floats_are_clipped_not_wrapped() -> None:
    assert float32_to_int16(np.array([1.5, -1.5, 0.5], np.float32)).tolist() == [32767, -32767, 16383]


def test_int16_and_float_are_inverse() -> None:
    samples = np.array([-32767, -1, 0, 1, 32767], np.int16)

    assert float32_to_int16(int16_to_float32(samples) * 1.000_001).tolist() == samples.tolist()


@pytest.mark.parametrize("kind", [np.int16, np.float32])
def test_resampling_keeps_type_and_length(kind: type) -> None:
    sound = tone(0.5, 24_000)
    sound = float32_to_int16(sound) if kind is np.int16 else sound

    out = resample(sound, 24_000, 16_000)

    assert out.dtype == kind
    assert len(out) == 8_000


def test_resampling_keeps_the_tone() -> None:
    out = resample(tone(1, 48_000), 48_000, 16_000)

    assert abs(np.argmax(np.abs(np.fft.rfft(out))) - 440) <= 1


@pytest.mark.parametrize("rate", [0, -1, 10**9])
def test_an_impossible_rate_is_refused(rate: int) -> None:
    with pytest.raises(ValueError, match="sample rate"):
        resample(tone(0.1, 16_000), 16_000, rate)


def test_video_has_all_frames_and_the_sound(tmp_path: Path) -> None:
    frames = [np.full((64, 48, 3), (250, 0, 0), np.uint8)] * 25

    write_video_with_audio(tmp_path / "red.mp4", frames, tone(1, 24_000), 24_000)

    with av.open(str(tmp_path / "red.mp4")) as file:
        pictures = [frame.to_ndarray(format="rgb24") for frame in file.decode(video=0)]
    assert len(pictures) == 25
    assert pictures[0][32, 24, 0] > 200
    assert pictures[0][32, 24, 2] < 60
    assert np.abs(read_audio(tmp_path / "red.mp4")).max() > 0.4


@pytest.mark.parametrize(("fps", "count"), [(50, 25), (25, 50), (10, 125)])
def test_frames_of_another_rate_keep_their_time(fps: int, count: int, tmp_path: Path) -> None:
    frames = [np.zeros((32, 32, 3), np.uint8)] * 50

    write_video_with_audio(tmp_path / "a.mp4", frames, np.zeros(100, np.float32), 16_000, fps=fps)

    with av.open(str(tmp_path / "a.mp4")) as file:
        assert file.streams.video[0].frames == count


def test_a_video_needs_a_frame(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at least one frame"):
        write_video_with_audio(tmp_path / "a.mp4", [], np.zeros(10, np.float32), 16_000)


def test_batches_join_to_what_was_pushed() -> None:
    batcher = AudioStreamBatcher()
    sound = float32_to_int16(tone(1.3, 16_000))
    batches = [
        piece
        for start in range(0, len(sound), 700)
        for piece in batcher.push(AudioChunk(sound[start : start + 700], 16_000, last_chunk=False))
    ]
    batches += list(batcher.push(None))

    joined = np.concatenate([batcher.unpad(piece.array) for piece in batches])

    assert np.array_equal(joined[: len(sound)], sound)
    assert not joined[len(sound) :].any()
    assert len(joined) % 640 == 0


def test_first_batch_comes_after_two_frames_and_the_pads() -> None:
    batcher = AudioStreamBatcher()

    early = list(batcher.push(AudioChunk(np.ones(3879, np.int16), 16_000, last_chunk=False)))
    complete = list(batcher.push(AudioChunk(np.ones(1, np.int16), 16_000, last_chunk=False)))

    assert early == []
    assert [len(piece.array) for piece in complete] == [4280]


def test_flushing_nothing_gives_nothing() -> None:
    assert AudioStreamBatcher().flush() is None


def test_mel_chunks_come_one_a_frame() -> None:
    chunks = get_mel_chunks(tone(2, 16_000, 1000), fps=25)

    assert {chunk.shape for chunk in chunks} == {(80, 16)}
    assert abs(len(chunks) - 50) <= 6


def test_mel_chunks_tell_loud_from_silent_and_high_from_low() -> None:
    low, high = (get_mel_chunks(tone(1, 16_000, hertz), 25)[5].mean(axis=1) for hertz in (200, 4000))
    silent = get_mel_chunks(np.zeros(16_000, np.float32), 25)[5]

    assert low.argmax() < high.argmax()
    assert silent.max() == -4


def test_stereo_files_are_averaged_over_channels(tmp_path: Path) -> None:
    left = tone(0.5, 16_000)
    write_sound(tmp_path / "two.wav", np.stack([left, -left]), 16_000, "pcm_s16le")

    samples, _rate = load_audio(tmp_path / "two.wav")

    assert len(samples) == 8_000
    assert np.abs(samples).max() < 0.01
