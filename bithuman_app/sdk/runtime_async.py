"""``AsyncBithuman``: the runtime for programs with an event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any, Final, Self, TypeVar

from ._engine import Engine
from ._pacing import Pace
from .exceptions import RuntimeNotReadyError
from .models import VideoControl, VideoFrame
from .runtime import Bithuman, BufferEmptyCallback, ModelPath

_POLL: Final = 0.004
#: A bounded input never holds back the sound that the first talking frame waits for, milliseconds.
_ALWAYS_ROOM_MS: Final = 200
T = TypeVar("T")


class AsyncBithuman(Bithuman):
    """``Bithuman`` with coroutines; rendering happens in a thread of its own.

    >>> runtime = await AsyncBithuman.create(model_path="maya")
    >>> await runtime.push_audio(pcm, sample_rate=16000)
    >>> async for frame in runtime.run():
    ...     ...
    """

    def __init__(self, **arguments: Any) -> None:
        """Take what ``Bithuman`` takes."""
        super().__init__(**arguments)
        self._renderer = ThreadPoolExecutor(1, thread_name_prefix="bithuman")

    @classmethod
    async def create(cls, **arguments: Any) -> Self:  # type: ignore[override]
        """Make a runtime without holding up the event loop; takes what ``Bithuman`` takes."""
        return await asyncio.to_thread(cls, **arguments)

    async def set_model(self, model_path: ModelPath | None = None) -> Self:  # type: ignore[override]
        """Take another avatar; what was waiting to be said is dropped. None changes nothing."""
        if model_path is not None:
            await asyncio.to_thread(self._load, model_path)
        return self

    async def load_data_async(self) -> None:
        """Do nothing: the avatar is loaded already."""

    async def start(
        self,
        out_buffer_empty: BufferEmptyCallback | None = None,
        *,
        idle_timeout: float | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        **_more: Any,
    ) -> None:
        """Get ready to run; may be called again. ``run`` calls it by itself."""
        self._ready()
        self._stopped.clear()

    async def stop(self) -> None:
        """End ``run``; it may be started again. May be called again."""
        self._stopped.set()

    async def shutdown(self) -> None:
        """Stop and release the avatar; may be called again."""
        self.close()

    def close(self) -> None:
        """Stop and release the avatar and the thread; may be called again."""
        super().close()
        self._renderer.shutdown(wait=False)

    async def push_audio(self, data: bytes, sample_rate: int, last_chunk: bool = True) -> None:  # type: ignore[override]
        """Say 16-bit little-endian mono PCM of any rate; ``last_chunk`` ends the utterance."""
        engine = self._ready()
        await self._wait_for_room(engine, len(data) // 2, sample_rate)
        engine.push_audio(data, sample_rate, last_chunk)

    async def push(self, control: VideoControl) -> None:  # type: ignore[override]
        """Do what a control says."""
        engine = self._ready()
        if control.audio is not None:
            await self._wait_for_room(engine, len(control.audio.array), control.audio.sample_rate)
        engine.push(control)

    async def flush(self) -> None:  # type: ignore[override]
        """End the utterance: one frame with ``end_of_speech`` comes after all its sound."""
        super().flush()

    async def run(  # type: ignore[override]
        self,
        out_buffer_empty: BufferEmptyCallback | None = None,
        *,
        idle_timeout: float | None = None,
        loop: asyncio.AbstractEventLoop | None = None,
        realtime: bool | None = None,
    ) -> AsyncIterator[VideoFrame]:
        """Give frames until ``stop``: talking, or idle with a picture and no sound.

        They come at 25 a second. With ``realtime=False`` (ours; by default the setting ``REALTIME``)
        they come as fast as they are asked for, and so they do with ``out_buffer_empty``, the caller's
        word that it wants another idle frame; then it is asked after ``idle_timeout`` seconds without
        sound.
        """
        await self.start()
        paced = self.settings.REALTIME if realtime is None else realtime
        pace = Pace()
        clock = asyncio.get_running_loop().time
        while not self._stopped.is_set():
            if out_buffer_empty is not None:
                await self._wait_for_buffer(out_buffer_empty, idle_timeout or 0.0)
            elif paced:
                await asyncio.sleep(pace.wait(clock()))
            for frame in await self._pull():
                yield frame

    async def _pull(self) -> list[VideoFrame]:
        """Render the next frame in the renderer's thread; nothing once stopped or closed meanwhile."""
        if self._stopped.is_set():
            return []
        engine = self._ready()
        try:
            return engine.unless_interrupted(await self._in_thread(engine.frames))
        except RuntimeNotReadyError:
            if self._stopped.is_set() or engine is not self._engine:
                return []
            raise

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._renderer, work)

    async def _wait_for_buffer(self, out_buffer_empty: BufferEmptyCallback, idle_timeout: float) -> None:
        """Return when there is sound, or after the timeout as soon as the caller wants an idle frame."""
        clock = asyncio.get_running_loop().time
        since = clock()
        while not (self._stopped.is_set() or self._ready().session.ready):
            if clock() - since >= idle_timeout and out_buffer_empty():
                return
            await asyncio.sleep(_POLL)

    async def _wait_for_room(self, engine: Engine, samples: int, sample_rate: int) -> None:
        if self.input_buffer_size <= 0 or sample_rate <= 0:
            return
        most = _ALWAYS_ROOM_MS + self.input_buffer_size * 1000 * samples // sample_rate
        while engine.session.queued_ms > most and engine is self._engine:
            await asyncio.sleep(_POLL)

    async def _initialize_token(self) -> None:  # type: ignore[override]
        """Do nothing; clients call it when they use a runtime again."""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
