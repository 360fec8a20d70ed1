"""``AsyncBithuman``: what programs of the 0.8 to the 2.12 years rely on."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bithuman_app.resources import asset
from bithuman_app.sdk import (
    AsyncBithuman,
    ModelLoadError,
    ModelNotFoundError,
    RuntimeNotReadyError,
    VideoControl,
    VideoFrame,
)
from bithuman_app.sdk.audio import float32_to_int16, load_audio

RATE = 16_000


def tone(seconds: float, rate: int = RATE) -> bytes:
    samples = 8000 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * rate)) / rate) + 50
    return samples.astype(np.int16).tobytes()


def with_runtime(model: Path, work: Callable[[AsyncBithuman], Awaitable[Any]], **arguments: Any) -> Any:
    """Create a runtime, do the work with it and return what the work returns."""

    async def main() -> Any:
        runtime = await AsyncBithuman.create(model_path=str(model), **arguments)
        try:
            return await asyncio.wait_for(work(runtime), 30)
        finally:
            runtime.cleanup()

    return asyncio.run(main())


async def until_end_of_speech(runtime: AsyncBithuman) -> list[VideoFrame]:
    frames = []
    async for frame in runtime.run(realtime=False):
        frames.append(frame)
        if frame.end_of_speech:
            break
    return frames


async def take(runtime: AsyncBithuman, count: int) -> list[VideoFrame]:
    frames = []
    async for frame in runtime.run(realtime=False):
        frames.append(frame)
        if len(frames) == count:
            break
    return frames


def heard(frames: list[VideoFrame]) -> bytes:
    return b"".join(frame.audio_chunk.bytes for frame in frames if frame.audio_chunk)


def test_everything_is_known_right_after_create(model: Path) -> None:
    async def look(runtime: AsyncBithuman) -> None:
        picture = runtime.get_first_frame()
        assert picture is not None
        assert picture.shape == (160, 160, 3)
        assert picture.dtype == np.uint8
        assert runtime.get_frame_size() == (runtime.frame_width, runtime.frame_height) == (160, 160)
        assert (runtime.settings.FPS, runtime.settings.INPUT_SAMPLE_RATE) == (25, RATE)
        assert (runtime.fps, runtime.sample_rate, runtime.samples_per_tick) == (25, RATE, 640)

    with_runtime(model, look)


@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"api_secret": "s"},
        {"token": "t", "api_url": "https://nowhere.invalid", "insecure": True, "verbose": True},
        {"tags": "a", "input_buffer_size": 0, "output_buffer_size": 6, "num_threads": 2, "load_model": True},
        {"billing_type": "b", "agent_code": None, "fingerprint": "f", "batch_workers": 2, "quality": "high"},
    ],
)
def test_every_argument_of_every_version_is_accepted(model: Path, arguments: dict[str, Any]) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        return await take(runtime, 1)

    assert with_runtime(model, talk, **arguments)[0].has_image


def test_an_argument_that_no_version_has_is_refused(model: Path) -> None:
    with pytest.raises(TypeError, match="model_pth"):
        asyncio.run(AsyncBithuman.create(model_pth=str(model)))


def test_all_sound_comes_back_with_the_pictures(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(0.99), RATE, last_chunk=False)
        await runtime.flush()
        return await until_end_of_speech(runtime)

    frames = with_runtime(model, talk)

    assert heard(frames) == tone(0.99)
    assert sum(frame.has_image for frame in frames) == 25


def test_speech_ends_with_one_frame_that_has_neither_picture_nor_sound(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(0.2), RATE, last_chunk=False)
        await runtime.flush()
        return await take(runtime, 30)

    ends = [frame for frame in with_runtime(model, talk) if frame.end_of_speech]

    assert len(ends) == 1
    assert not ends[0].has_image
    assert ends[0].audio_chunk is None


@pytest.mark.parametrize("flush", [True, False])
def test_a_bare_push_ends_the_utterance_and_a_flush_after_it_adds_nothing(model: Path, flush: bool) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(0.2), RATE)
        if flush:
            await runtime.flush()
        return await take(runtime, 30)

    assert sum(frame.end_of_speech for frame in with_runtime(model, talk)) == 1


def test_every_flush_of_its_own_gives_an_end_of_speech(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.flush()
        await runtime.flush()
        return await take(runtime, 10)

    assert sum(frame.end_of_speech for frame in with_runtime(model, talk)) == 2


def test_empty_bytes_as_the_last_chunk_end_the_utterance(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(0.2), RATE, last_chunk=False)
        await runtime.push_audio(b"", RATE)
        return await until_end_of_speech(runtime)

    assert heard(with_runtime(model, talk)) == tone(0.2)


def test_two_clips_one_after_the_other_are_told_apart(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[bytes]:
        clips = []
        for seconds in (0.4, 0.2):
            await runtime.push_audio(tone(seconds), RATE)
            await runtime.flush()
            clips.append(heard(await until_end_of_speech(runtime)))
        return clips

    assert with_runtime(model, talk) == [tone(0.4), tone(0.2)]


def test_pieces_of_any_length_are_joined(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        sound, start = tone(0.3), 0
        for length in itertools.cycle([1, 3, 2, 641, 0, 7]):
            await runtime.push_audio(sound[start : start + length], RATE, last_chunk=False)
            start += length
            if start >= len(sound):
                break
        await runtime.flush()
        return await until_end_of_speech(runtime)

    assert heard(with_runtime(model, talk)) == tone(0.3)


@pytest.mark.parametrize("rate", [0, -16_000, 10**9])
def test_an_impossible_rate_is_refused(model: Path, rate: int) -> None:
    async def talk(runtime: AsyncBithuman) -> None:
        await runtime.push_audio(tone(0.1), rate)

    with pytest.raises(ValueError, match="rate"):
        with_runtime(model, talk)


def test_sound_of_another_rate_keeps_its_length(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(1, 24_000), 24_000)
        return await until_end_of_speech(runtime)

    assert len(heard(with_runtime(model, talk))) == 2 * RATE


def test_idle_frames_have_a_picture_and_no_sound(model: Path) -> None:
    frames = with_runtime(model, lambda runtime: take(runtime, 5))

    assert all(frame.has_image and frame.audio_chunk is None for frame in frames)
    assert {frame.source_message_id for frame in frames} == {"IDLE"}


def test_the_mouth_moves_with_the_sound(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> tuple[Any, list[VideoFrame]]:
        rest = runtime.get_first_frame()
        samples, rate = load_audio(asset("audio", "speech.wav"), RATE)
        await runtime.push_audio(float32_to_int16(samples[: 2 * RATE]).tobytes(), rate)
        return rest, await until_end_of_speech(runtime)

    rest, frames = with_runtime(model, talk)
    mouth = np.s_[90:140, 50:110]
    moved = [
        np.abs(frame.bgr_image[mouth].astype(int) - rest[mouth]).mean()
        for frame in frames
        if frame.bgr_image is not None
    ]

    assert max(moved) > 1


def test_a_frames_picture_may_be_drawn_on(model: Path) -> None:
    frame = with_runtime(model, lambda runtime: take(runtime, 1))[0]

    frame.bgr_image[:] = 0

    assert not frame.bgr_image.any()


def test_interrupt_is_synchronous_and_leaves_nothing_to_be_heard(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(2), RATE)
        await take(runtime, 5)
        assert runtime.interrupt() is None  # type: ignore[func-returns-value]
        return await take(runtime, 20)

    frames = with_runtime(model, talk)

    assert heard(frames) == b""
    assert not any(frame.end_of_speech for frame in frames)


def test_after_an_interruption_the_next_clip_is_heard_whole(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        await runtime.push_audio(tone(2), RATE, last_chunk=False)
        await take(runtime, 5)
        runtime.interrupt()
        await runtime.push_audio(tone(0.3), RATE)
        return await until_end_of_speech(runtime)

    assert heard(with_runtime(model, talk)) == tone(0.3)


def test_a_muted_avatar_idles(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        runtime.set_muted(True)
        await runtime.push_audio(tone(0.5), RATE)
        return await take(runtime, 10)

    frames = with_runtime(model, talk)

    assert heard(frames) == b""
    assert "MUTED" in {frame.source_message_id for frame in frames}


def test_frames_carry_the_message_they_come_from(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        control = VideoControl.from_audio(tone(0.2), RATE)
        control.message_id = "greeting"
        await runtime.push(control)
        return await until_end_of_speech(runtime)

    frames = with_runtime(model, talk)

    assert {frame.source_message_id for frame in frames if frame.audio_chunk} == {"greeting"}
    assert frames[-1].source_message_id == "greeting"


def test_frames_come_in_real_time_unless_the_caller_keeps_the_pace(model: Path) -> None:
    async def count(runtime: AsyncBithuman) -> int:
        frames = 0

        async def watch() -> None:
            nonlocal frames
            async for _frame in runtime.run():
                frames += 1

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(watch(), 0.5)
        return frames

    assert 1 <= with_runtime(model, count) <= 14


def test_idle_frames_wait_for_the_callers_buffer(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> list[VideoFrame]:
        frames: list[VideoFrame] = []
        await runtime.push_audio(tone(0.4), RATE)
        async for frame in runtime.run(out_buffer_empty=lambda: len(frames) < 3, idle_timeout=0.01):
            frames.append(frame)
            if frame.end_of_speech:
                break
        return frames

    # sound comes although the buffer is never empty
    assert heard(with_runtime(model, talk)) == tone(0.4)


def test_run_can_be_stopped_and_started_again(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> int:
        rounds = 0
        for _round in range(2):
            await runtime.start()
            await runtime.start()
            async for _frame in runtime.run(realtime=False):
                await runtime.stop()
                await runtime.stop()
            rounds += 1
        return rounds

    assert with_runtime(model, talk) == 2


@pytest.mark.parametrize("how", ["cleanup", "await cleanup", "shutdown"])
def test_every_way_to_end_may_be_repeated(model: Path, how: str) -> None:
    async def end(runtime: AsyncBithuman) -> None:
        for _again in range(2):
            if how == "cleanup":
                runtime.cleanup()
            elif how == "await cleanup":
                await runtime.cleanup()
            else:
                await runtime.shutdown()
        with pytest.raises(RuntimeNotReadyError, match="closed"):
            await runtime.push_audio(b"\0\0", RATE)
        runtime.interrupt()

    with_runtime(model, end)


def test_cleanup_ends_a_running_loop(model: Path) -> None:
    async def end(runtime: AsyncBithuman) -> int:
        frames = 0
        async for _frame in runtime.run(realtime=False):
            frames += 1
            if frames == 3:
                runtime.cleanup()
        return frames

    assert with_runtime(model, end) == 3


def test_a_model_may_come_later(model: Path) -> None:
    async def main() -> VideoFrame:
        runtime = await AsyncBithuman.create(api_secret="s")
        assert runtime.get_first_frame() is None
        with pytest.raises(RuntimeNotReadyError, match="set_model"):
            _ = runtime.samples_per_tick
        assert await runtime.set_model(str(model)) is runtime
        frame = (await take(runtime, 1))[0]
        runtime.cleanup()
        return frame

    assert asyncio.run(main()).has_image


def test_a_missing_model_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"\[model_not_found\]"):
        asyncio.run(AsyncBithuman.create(model_path=str(tmp_path / "avatar.imx")))


def test_a_file_that_is_no_avatar_cannot_be_loaded(tmp_path: Path) -> None:
    (tmp_path / "avatar.imx").write_bytes(b"PK\x03\x04 something else")

    with pytest.raises(ModelLoadError, match=r"\[model_load_failed\]"):
        asyncio.run(AsyncBithuman.create(model_path=str(tmp_path / "avatar.imx")))


def test_output_size_is_the_frames_size(model: Path) -> None:
    async def look(runtime: AsyncBithuman) -> Any:
        return (await take(runtime, 1))[0].bgr_image

    picture = with_runtime(model, look, output_size=(320, 180))

    assert picture.shape == (180, 320, 3)
    assert not picture[:, :40].any()


def test_a_bounded_input_makes_the_pusher_wait(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> tuple[float, bytes]:
        chunk = tone(0.1)

        async def push() -> None:
            for _chunk in range(20):
                await runtime.push_audio(chunk, RATE, last_chunk=False)
            await runtime.flush()

        pusher = asyncio.create_task(push())
        await asyncio.sleep(0.05)
        assert runtime._engine is not None
        waiting = runtime._engine.session.queued_ms
        frames = await until_end_of_speech(runtime)
        await pusher
        return waiting, heard(frames)

    waiting, sound = with_runtime(model, talk, input_buffer_size=3)

    assert waiting <= 600
    assert sound == tone(0.1) * 20


def test_what_clients_touch_when_they_use_a_runtime_again_is_there(model: Path) -> None:
    async def touch(runtime: AsyncBithuman) -> None:
        before = runtime.transaction_id
        runtime._regenerate_transaction_id()
        await runtime._initialize_token()
        assert runtime.transaction_id != before
        assert runtime.get_expiration_time() == 0
        assert runtime.is_token_validated()
        assert runtime.set_token("t")
        assert runtime.start_token_refresh()
        assert not runtime.is_token_refresh_running()
        assert runtime.model_hash is not None
        assert len(runtime.model_hash) == 32
        runtime.video_graph.videos_script.BACK_TO_IDLE = 1
        runtime.video_graph.videos_script.set_next_idle_action()

    with_runtime(model, touch)


def test_pushing_from_another_task_while_running_is_heard(model: Path) -> None:
    async def talk(runtime: AsyncBithuman) -> bytes:
        async def push() -> None:
            for start in range(0, len(tone(0.5)), 320):
                await runtime.push_audio(tone(0.5)[start : start + 320], RATE, last_chunk=False)
                await asyncio.sleep(0)
            await runtime.flush()

        pusher = asyncio.create_task(push())
        frames = await until_end_of_speech(runtime)
        await pusher
        return heard(frames)

    assert with_runtime(model, talk) == tone(0.5)
