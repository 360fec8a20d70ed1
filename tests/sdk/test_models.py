"""The data classes: conversions, defaults and the questions programs ask them."""

import numpy as np
import pytest

from bithuman_app.sdk import AudioChunk, Emotion, EmotionPrediction, VideoControl, VideoFrame
from bithuman_app.sdk.api import INT16_MAX


def test_chunk_of_bytes_is_little_endian_pcm() -> None:
    chunk = AudioChunk.from_bytes(b"\x01\x00\xff\x7f\x00\x80", 16_000)

    assert chunk.array.tolist() == [1, 32767, -32768]


def test_chunk_gives_its_bytes_back() -> None:
    assert AudioChunk.from_bytes(b"\x01\x02\x03\x04", 8_000).bytes == b"\x01\x02\x03\x04"


def test_an_odd_last_byte_is_dropped() -> None:
    assert len(AudioChunk.from_bytes(b"\x01\x02\x03", 8_000).array) == 1


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_floats_have_a_full_scale_of_one(kind: type) -> None:
    assert AudioChunk(np.array([-1, 0, 0.5, 1], kind), 16_000).array.tolist() == [-32767, 0, 16383, 32767]


def test_floats_beyond_full_scale_are_clipped() -> None:
    assert AudioChunk(np.array([2.0, -np.inf, np.inf, np.nan]), 16_000).array.tolist() == [
        INT16_MAX, -INT16_MAX, INT16_MAX, 0,
    ]  # fmt: skip


def test_one_column_counts_as_mono() -> None:
    assert AudioChunk(np.zeros((5, 1), np.int16), 16_000).array.shape == (5,)


@pytest.mark.parametrize(
    "data",
    [np.zeros(4, np.int32), np.zeros((4, 2), np.int16), [1, 2], "sound", None, np.zeros(4, np.complex64)],
)
def test_what_is_no_mono_sound_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="audio must be"):
        AudioChunk(data, 16_000)  # type: ignore[arg-type]


def test_a_chunk_is_true_even_when_empty() -> None:
    assert AudioChunk(np.zeros(0, np.int16), 16_000)


def test_duration_is_in_seconds() -> None:
    assert AudioChunk(np.zeros(12_000, np.int16), 24_000).duration == 0.5


def test_a_chunk_is_the_last_unless_it_says_otherwise() -> None:
    assert AudioChunk(np.zeros(1, np.int16), 16_000).last_chunk


def test_control_from_audio_speaks() -> None:
    control = VideoControl.from_audio(b"\0\0", 16_000)

    assert control.is_speaking
    assert not control.is_idle


@pytest.mark.parametrize(
    "control",
    [VideoControl(), VideoControl(text="hello"), VideoControl(end_of_speech=True), VideoControl(action=[])],
)
def test_control_that_asks_for_nothing_is_idle(control: VideoControl) -> None:
    assert control.is_idle


@pytest.mark.parametrize(
    "control",
    [
        VideoControl(action="nod"),
        VideoControl(target_video="a"),
        VideoControl(emotion_preds=[EmotionPrediction(Emotion.JOY, 1)]),
    ],
)
def test_control_that_asks_for_something_is_not_idle(control: VideoControl) -> None:
    assert not control.is_idle


def test_every_control_has_an_identifier_of_its_own() -> None:
    assert VideoControl().message_id != VideoControl().message_id


def test_frame_gives_its_picture_with_red_first() -> None:
    frame = VideoFrame(bgr_image=np.array([[[1, 2, 3]]], np.uint8))

    assert frame.rgb_image is not None
    assert frame.rgb_image.tolist() == [[[3, 2, 1]]]


def test_frame_without_picture_says_so() -> None:
    assert not VideoFrame().has_image
    assert VideoFrame().rgb_image is None


def test_emotion_is_its_name() -> None:
    assert Emotion.JOY == "joy"
    assert {emotion.value for emotion in Emotion} == {
        "anger", "disgust", "fear", "joy", "neutral", "sadness", "surprise",
    }  # fmt: skip


def test_emotion_prediction_survives_a_dictionary() -> None:
    prediction = EmotionPrediction(Emotion.FEAR, 0.25)

    assert EmotionPrediction.from_dict(prediction.to_dict()) == prediction
