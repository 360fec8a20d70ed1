"""Small helpers: pictures as JPEG, file hashes, pacing, the window and the runner."""

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from bithuman_app.errors import UnavailableError
from bithuman_app.sdk import AsyncBithuman, AudioChunk, VideoFrame
from bithuman_app.sdk._pacing import Pace
from bithuman_app.sdk.utils import FPSController, agent, calculate_file_hash, fps_controller
from bithuman_app.sdk.utils.agent import AudioOutput, LocalAvatarRunner, LocalVideoPlayer, VideoOutput
from bithuman_app.sdk.utils.image import CompressedImage, decode_image, encode_image

PICTURE = cv2.GaussianBlur(np.random.default_rng(0).integers(0, 255, (64, 48, 3), dtype=np.uint8), (0, 0), 5)


def test_a_picture_survives_encoding() -> None:
    decoded = decode_image(encode_image(PICTURE, quality=95))

    assert np.abs(decoded.astype(int) - PICTURE).mean() < 3


def test_quality_costs_bytes() -> None:
    assert len(encode_image(PICTURE, 95)) > len(encode_image(PICTURE, 30))


def test_a_compressed_picture_opens_when_looked_at() -> None:
    assert CompressedImage(PICTURE).as_numpy().shape == PICTURE.shape
    assert CompressedImage(encode_image(PICTURE)).as_numpy().shape == PICTURE.shape


@pytest.mark.parametrize("data", [b"", b"no picture"])
def test_other_bytes_are_no_picture(data: bytes) -> None:
    with pytest.raises(ValueError, match="no picture"):
        decode_image(data)


def test_an_array_that_is_no_picture_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be encoded"):
        encode_image(np.zeros((3, 3, 7), np.uint8))


def test_a_file_is_named_by_its_md5(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"abc")

    assert calculate_file_hash(str(tmp_path / "a")) == hashlib.md5(b"abc").hexdigest()
    assert calculate_file_hash(str(tmp_path / "b")) is None


class Clock:
    """Time that passes only when slept."""

    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(fps_controller, "time", clock)
    return clock


def test_controller_keeps_the_rate_whatever_the_work_takes(clock: Clock) -> None:
    controller = FPSController(25)
    start = clock.now
    for work in itertools.islice(itertools.cycle([0.0, 0.03, 0.05, 0.01]), 100):
        clock.now += work
        controller.wait_next_frame()
        controller.update()

    assert clock.now - start == pytest.approx(100 / 25, abs=0.08)
    assert controller.average_fps == pytest.approx(25, abs=2)
    assert controller.fps == controller.average_fps


def test_controller_tells_the_wait_without_sleeping(clock: Clock) -> None:
    controller = FPSController(25)
    controller.update()
    clock.now += 0.01

    assert controller.wait_next_frame(sleep=False) == pytest.approx(0.03)
    assert clock.now == pytest.approx(100.01)


def test_a_disabled_controller_never_waits(clock: Clock) -> None:
    controller = FPSController(25, disabled=True)
    controller.update()

    assert controller.wait_next_frame() == 0


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="target_fps"):
        FPSController(0)


def test_pace_does_not_drift_in_a_day() -> None:
    pace, now = Pace(), 0.0
    for index in range(24 * 3600 * 25 // 100):  # every hundredth frame of a day, each late by 7 ms
        now += pace.wait(now)
        now = max(now, index / 25) + 0.007

    assert now == pytest.approx(index / 25, abs=0.05)


def test_pace_lets_who_is_a_little_late_catch_up() -> None:
    pace = Pace()
    pace.wait(0.0)

    assert [pace.wait(now) for now in (0.12, 0.12, 0.12, 0.12)] == pytest.approx([0, 0, 0, 0.04])


def test_pace_starts_anew_after_a_pause() -> None:
    pace = Pace()
    pace.wait(0.0)

    assert [pace.wait(now) for now in (5.0, 5.0)] == pytest.approx([0, 0.04])


def test_without_a_screen_the_window_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(agent.sys, "platform", "linux")

    with pytest.raises(UnavailableError, match="no screen"):
        LocalVideoPlayer((100, 100))


class Screen(VideoOutput):
    def __init__(self) -> None:
        self.pictures = 0

    async def capture_frame(self, frame: VideoFrame, fps: float, exp_time: float) -> None:
        self.pictures += 1

    def buffer_empty(self) -> bool:
        return True


class Speaker(AudioOutput):
    def __init__(self) -> None:
        self.sound = b""

    async def capture_frame(self, audio_chunk: AudioChunk) -> None:
        self.sound += audio_chunk.bytes

    def clear_buffer(self) -> None:
        self.sound = b""


class Receiver:
    """Gives half a second of sound, and hears what became of it."""

    def __init__(self) -> None:
        self.finished: list[tuple[float, bool]] = []
        self.clear: Any = None

    def on(self, event: str, callback: Any) -> None:
        assert event == "clear_buffer"
        self.clear = callback

    async def __aiter__(self) -> AsyncIterator[Any]:
        for _piece in range(25):
            yield SimpleNamespace(data=memoryview(b"\x00\x10" * 320), sample_rate=16_000)
        yield object()

    async def notify_playback_finished(self, playback_position: float, interrupted: bool) -> None:
        self.finished.append((playback_position, interrupted))


@pytest.mark.parametrize("interrupt", [False, True])
def test_runner_hands_frames_on_and_tells_what_was_played(model: Path, interrupt: bool) -> None:
    async def main() -> tuple[Receiver, Screen, Speaker]:
        receiver, screen, speaker = Receiver(), Screen(), Speaker()
        runtime = await AsyncBithuman.create(model_path=str(model))
        runner = LocalAvatarRunner(
            bithuman_runtime=runtime, audio_input=receiver, audio_output=speaker, video_output=screen
        )
        await runner.start()
        if interrupt:
            while not speaker.sound:
                await asyncio.sleep(0.01)
            receiver.clear()
        for _try in range(500):
            if receiver.finished:
                break
            await asyncio.sleep(0.01)
        await runner.aclose()
        runtime.cleanup()
        return receiver, screen, speaker

    receiver, screen, speaker = asyncio.run(main())

    assert len(receiver.finished) == 1
    position, interrupted = receiver.finished[0]
    assert interrupted == interrupt
    assert screen.pictures > 0
    if not interrupt:
        assert position == pytest.approx(0.5)
        assert speaker.sound == b"\x00\x10" * 8000
