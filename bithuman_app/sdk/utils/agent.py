"""A window for the avatar, and a runner that connects sound, runtime and outputs of one's own."""

import asyncio
import contextlib
import os
import sys
from abc import ABC, abstractmethod
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ...errors import UnavailableError
from ..models import AudioChunk, VideoFrame
from ..runtime_async import AsyncBithuman
from .fps_controller import FPSController

_GREEN: Final = (0, 255, 0)


class AudioOutput(ABC):
    """Where sound goes."""

    @abstractmethod
    async def capture_frame(self, audio_chunk: AudioChunk) -> None:
        """Take a chunk, waiting while there is no room for it."""

    @abstractmethod
    def clear_buffer(self) -> None:
        """Drop what has not been heard yet."""


class VideoOutput(ABC):
    """Where pictures go."""

    @abstractmethod
    async def capture_frame(self, frame: VideoFrame, fps: float, exp_time: float) -> None:
        """Take a frame, waiting while there is no room for it."""

    @abstractmethod
    def buffer_empty(self) -> bool:
        """Tell whether everything taken has been shown."""


class LocalVideoPlayer(VideoOutput):
    """Shows frames in a window of this machine; Q in the window ends the program.

    Raises ``UnavailableError`` where there is no screen.
    """

    def __init__(
        self, window_size: tuple[int, int], window_name: str = "BitHuman Avatar", buffer_size: int = 0
    ) -> None:
        """``window_size`` is (width, height); ``buffer_size`` bounds the waiting frames (0: any number)."""
        if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
            raise UnavailableError("there is no screen to show the avatar on (DISPLAY is not set)")
        self._name = window_name
        self._frames: asyncio.Queue[NDArray[np.uint8]] = asyncio.Queue(buffer_size)
        self._task: asyncio.Task[None] | None = None
        self._quit = False
        cv2.namedWindow(window_name, cv2.WINDOW_NORMAL)
        cv2.resizeWindow(window_name, *window_size)

    async def capture_frame(self, frame: VideoFrame, fps: float = 0.0, exp_time: float = 0.0) -> None:
        """Take a frame; one without picture is dropped. Raises ``SystemExit`` once Q was pressed."""
        if self._quit:
            raise SystemExit(0)
        if self._task is None:
            self._task = asyncio.create_task(self._display())
        if frame.bgr_image is not None:
            await self._frames.put(await self.render_image(frame, fps, exp_time))

    def buffer_empty(self) -> bool:
        """Tell whether everything taken has been shown."""
        return self._frames.empty()

    async def render_image(
        self, frame: VideoFrame, fps: float = 0.0, exp_time: float = 0.0
    ) -> NDArray[np.uint8]:
        """Return the picture with the frame rate written on it, if one is given."""
        if frame.bgr_image is None:
            raise ValueError("the frame has no picture")
        image = frame.bgr_image.copy()
        if fps > 0:
            cv2.putText(image, f"FPS: {fps:.1f}", (10, 30), cv2.FONT_HERSHEY_SIMPLEX, 0.7, _GREEN, 2)
        return image

    async def aclose(self) -> None:
        """Close the window."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        with contextlib.suppress(cv2.error):
            cv2.destroyWindow(self._name)

    async def _display(self) -> None:
        while True:
            image = await self._frames.get()
            if not self._quit:
                cv2.imshow(self._name, image)
                self._quit = cv2.waitKey(1) & 0xFF in (ord("q"), ord("Q"))


class LocalAvatarRunner:
    """Feeds a runtime from a receiver of sound and hands its frames to outputs.

    ``audio_input`` is LiveKit's ``AudioReceiver`` or anything like it: an asynchronous iterator of sound
    frames (``data``, ``sample_rate``), each segment ended by an object without ``data``; it may have
    ``on("clear_buffer", callback)`` and ``notify_playback_finished(playback_position, interrupted)``.
    """

    def __init__(
        self,
        *,
        bithuman_runtime: AsyncBithuman,
        audio_input: Any,
        audio_output: AudioOutput,
        video_output: VideoOutput,
        options: Any = None,
        runtime_kwargs: dict[str, Any] | None = None,
    ) -> None:
        """``runtime_kwargs`` go to ``runtime.run``; ``options`` are accepted and not used."""
        self._runtime, self._input = bithuman_runtime, audio_input
        self._audio, self._video = audio_output, video_output
        self._runtime_arguments = {"out_buffer_empty": video_output.buffer_empty, **(runtime_kwargs or {})}
        self._fps = FPSController(bithuman_runtime.fps)
        self._played = 0.0
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Begin; returns at once."""
        await self._runtime.start()
        if hasattr(self._input, "on"):
            self._input.on("clear_buffer", self._clear)
        self._spawn(self._read_audio())
        self._spawn(self._publish())

    def stop(self) -> None:
        """End; what is waiting is dropped."""
        for task in self._tasks:
            task.cancel()

    async def aclose(self) -> None:
        """End and wait until everything has ended."""
        self.stop()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._runtime.stop()

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _read_audio(self) -> None:
        async for frame in self._input:
            if hasattr(frame, "data"):
                await self._runtime.push_audio(bytes(frame.data), frame.sample_rate, last_chunk=False)
            else:
                await self._runtime.flush()

    async def _publish(self) -> None:
        async for frame in self._runtime.run(**self._runtime_arguments):
            if frame.has_image:
                await asyncio.sleep(self._fps.wait_next_frame(sleep=False))
                await self._video.capture_frame(frame, self._fps.average_fps, 0.0)
                self._fps.update()
            if frame.audio_chunk is not None:
                await self._audio.capture_frame(frame.audio_chunk)
                self._played += frame.audio_chunk.duration
            if frame.end_of_speech:
                await self._finished(interrupted=False)

    def _clear(self, *_event: Any) -> None:
        self._runtime.interrupt()
        self._audio.clear_buffer()
        self._spawn(self._finished(interrupted=True))

    async def _finished(self, *, interrupted: bool) -> None:
        played, self._played = self._played, 0.0
        notify = getattr(self._input, "notify_playback_finished", None)
        if notify is None:
            return
        told = notify(playback_position=played, interrupted=interrupted)
        if asyncio.iscoroutine(told):
            await told
