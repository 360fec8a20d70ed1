"""``Bithuman`` without an event loop, and the simple surface: ``open`` and ``render``."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
import pytest

from bithuman_app import sdk
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.sdk import AsyncBithuman, Bithuman, VideoControl

RATE = 16_000
SPEECH = asset("audio", "speech.wav")


def tone(seconds: float) -> np.ndarray:
    return (8000 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE)) / RATE) + 50).astype(np.int16)


@pytest.fixture
def runtime(model: Path) -> Iterator[Bithuman]:
    with Bithuman.create(model_path=str(model), token="any") as runtime:
        yield runtime


def test_all_sound_comes_back(runtime: Bithuman) -> None:
    runtime.push_audio(tone(0.5).tobytes(), RATE, last_chunk=False)
    runtime.flush()

    frames = list(itertools.takewhile(lambda frame: not frame.end_of_speech, runtime.run()))

    assert b"".join(frame.audio_chunk.bytes for frame in frames if frame.audio_chunk) == tone(0.5).tobytes()


def test_idle_frames_come_when_nothing_is_said(runtime: Bithuman) -> None:
    assert all(frame.has_image for frame in itertools.islice(runtime.run(), 3))


def test_a_control_is_processed_at_once(runtime: Bithuman) -> None:
    frames = list(runtime.process(VideoControl.from_audio(tone(0.4), RATE)))

    assert sum(frame.has_image for frame in frames) == 10
    assert frames[-1].end_of_speech


def test_interrupting_ends_the_speech(runtime: Bithuman) -> None:
    runtime.push_audio(tone(1).tobytes(), RATE)
    next(iter(runtime.run()))
    runtime.interrupt()

    assert all(frame.audio_chunk is None for frame in itertools.islice(runtime.run(), 10))


def test_asynchronous_runtime_is_a_runtime() -> None:
    assert issubclass(AsyncBithuman, Bithuman)
    assert sdk.AsyncAvatar is AsyncBithuman


def test_a_clip_is_composed_onto_a_canvas(model: Path) -> None:
    with Bithuman.load(model, api_secret="any", preferred_ep=sdk.EP_AUTO) as runtime:
        frames = list(runtime.compose(tone(0.2)))

    assert [frame.frame_idx for frame in frames] == [0, 1, 2, 3, 4]
    assert frames[0].bgr.shape == (720, 1280, 3)


def test_a_clip_is_composed_into_an_array_of_the_callers(model: Path) -> None:
    out = np.zeros((160, 160, 3), np.uint8)
    with Bithuman.load(model) as runtime:
        frame = next(runtime.compose(tone(0.2), out, output_size=None))

    assert frame.bgr is out
    assert out.any()


def test_rendering_gives_25_pictures_a_second_with_red_first(model: Path) -> None:
    with sdk.open(str(model)) as avatar:
        pictures = list(avatar.render(tone(0.5)))
    with Bithuman(model_path=model) as runtime:
        rest = runtime.get_first_frame()

    assert len(pictures) == 13
    assert rest is not None
    assert np.abs(pictures[0].astype(int) - rest[..., ::-1]).mean() < 3


@pytest.mark.parametrize(
    "audio",
    [
        tone(0.4),
        tone(0.4).tobytes(),
        tone(0.4).astype(np.float32) / 32767,
        [tone(0.1)] * 4,
        iter([tone(0.3).tobytes(), tone(0.1)]),
    ],
    ids=["int16", "bytes", "float32", "list", "mixed iterator"],
)
def test_sound_comes_in_any_form(model: Path, audio: object) -> None:
    assert len(list(sdk.open(model).render(audio))) == 10


def test_a_sound_file_is_rendered_into_a_video(model: Path, tmp_path: Path) -> None:
    count = sdk.open(model).render(str(SPEECH), tmp_path / "out.mp4")

    seconds = len(read_audio(SPEECH)) / RATE
    with av.open(str(tmp_path / "out.mp4")) as file:
        assert file.streams.video[0].frames == count == int(np.ceil(seconds * 25))
    assert np.abs(read_audio(tmp_path / "out.mp4")).max() > 0.05


def test_closing_the_generator_stops_reading_the_sound(model: Path) -> None:
    read = []

    def pieces() -> Iterator[np.ndarray]:
        for index in range(100):
            read.append(index)
            yield tone(0.2)

    pictures = sdk.open(model).render(pieces())
    next(pictures)
    pictures.close()  # type: ignore[attr-defined]

    assert len(read) < 5


def test_what_is_no_avatar_is_refused(tmp_path: Path) -> None:
    with pytest.raises(sdk.InvalidAvatar, match="nowhere"):
        sdk.open(tmp_path / "nowhere.imx")


def test_sound_that_cannot_be_read_fails(model: Path, tmp_path: Path) -> None:
    with pytest.raises(sdk.Failed, match="nowhere"):
        list(sdk.open(model).render(str(tmp_path / "nowhere.wav")))


def test_a_closed_avatar_says_so(model: Path) -> None:
    avatar = sdk.open(model)
    avatar.close()

    with pytest.raises(sdk.AvatarError, match="closed"):
        avatar.render(tone(0.1))
