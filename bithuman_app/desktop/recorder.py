"""What the window shows, as a video file with its sound."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import CannotCreateError, OutputError, UserError
from ..media.resampling import Resampler
from ..media.video import FRAMES_PER_SECOND, VideoWriter
from ..stage import StageTick
from .canvas import placed
from .player import FRAMES_PER_TICK, sound_of
from .sound_output import RATE

_log = logging.getLogger(__name__)

#: This many ticks may wait to be encoded (4 s); a machine that is slower than that cannot record.
_MOST_WAITING: Final = 100
_MICROPHONE_RATE: Final = 16_000


class Recorder:
    """Writes ticks into an MP4 that appears, whole, when it has finished.

    Pictures have the size of the first, without what the window writes over them; another avatar is fitted
    in. The sound is what was said, muted or not, and also the voice of a microphone that only moves the
    mouth. ``add`` and ``finish`` are for one thread and return at once.
    """

    def __init__(self, path: Path, on_end: Callable[[Path, UserError | None], None]) -> None:
        """Begin; ``on_end`` is told, by the recorder's thread, that the file is there, or why not."""
        self.path = path
        self._on_end = on_end
        self._ticks: queue.Queue[StageTick | None] = queue.Queue(_MOST_WAITING)
        self._count = 0
        #: Whether ticks came faster than they could be written: it ends then.
        self.too_slow = False
        self._sound: deque[NDArray[np.float32]] = deque()
        self._microphone = _Upsampler()
        self._thread = threading.Thread(target=self._work, name="recorder", daemon=True)
        self._thread.start()

    @property
    def seconds(self) -> float:
        """Return how long the video is by now."""
        return self._count / FRAMES_PER_SECOND

    @property
    def alive(self) -> bool:
        """Return whether it still writes."""
        return self._thread.is_alive()

    def add(self, tick: StageTick) -> None:
        """Append a tick, with the pictures that were dropped before it made up for."""
        self._count += 1 + tick.tick.dropped
        try:
            self._ticks.put_nowait(tick)
        except queue.Full:
            self.too_slow = True

    def finish(self) -> None:
        """Let it write what waits, and end."""
        threading.Thread(target=self._ticks.put, args=(None,), daemon=True).start()

    def wait(self) -> None:
        """Wait until the file is there."""
        self._thread.join()

    def _work(self) -> None:
        problem: UserError | None = None
        try:
            self._write()
            if self.too_slow:
                problem = OutputError(f"{self.path} ends early: this computer is too slow to record it")
        except UserError as error:
            problem = error
        except Exception as error:
            _log.exception("the video could not be recorded")
            problem = CannotCreateError(f"the video could not be recorded: {error}")
        self._on_end(self.path, problem)

    def _write(self) -> None:
        first = self._ticks.get()
        if first is None:
            raise CannotCreateError("nothing was shown to be recorded")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise CannotCreateError(f"cannot create {self.path.parent}: {error.strerror}") from error
        height, width = first.tick.image().shape[:2]
        with VideoWriter(self.path, width, height, sound=_Blocks(self._sound)) as writer:
            tick: StageTick | None = first
            while tick is not None:
                self._write_tick(writer, tick, width, height)
                tick = None if self.too_slow else self._ticks.get()

    def _write_tick(self, writer: VideoWriter, tick: StageTick, width: int, height: int) -> None:
        pictures = 1 + tick.tick.dropped
        sound = sound_of(tick) if tick.audible else self._microphone.push(tick.tick.samples)
        self._sound.append(_exactly(sound, pictures * FRAMES_PER_TICK)[:, None])
        picture = _fitted(tick.tick.image(), width, height)
        for _ in range(pictures):
            writer.write_frame(picture)


class _Blocks:
    """What waits in a queue, as the iterator that ``VideoWriter`` wants; it never ends."""

    def __init__(self, waiting: deque[NDArray[np.float32]]) -> None:
        self._waiting = waiting

    def __iter__(self) -> "_Blocks":
        return self

    def __next__(self) -> NDArray[np.float32]:
        return self._waiting.popleft()


class _Upsampler:
    """Brings the microphone's sound to the video's rate, tick by tick, each as long as it should be."""

    def __init__(self) -> None:
        self._resampler = Resampler(_MICROPHONE_RATE, RATE, 1)
        self._rest = np.zeros(0, np.float32)

    def push(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return int16 (n,) at 16 kHz as float32 (3 n,); the first are silent, for a filter looks ahead."""
        sound = samples.astype(np.float32) / np.float32(32_768)
        found = np.concatenate([self._rest, self._resampler.push(sound[None])[0]])
        wanted = len(samples) * RATE // _MICROPHONE_RATE
        found = np.pad(found, (max(0, wanted - len(found)), 0))
        self._rest = found[wanted:]
        return found[:wanted]


def recording_path(folder: Path, avatar: str, now: datetime) -> Path:
    """Return the name of a new recording: the avatar, the day and the time."""
    path = folder / f"{avatar} {now:%Y-%m-%d %H.%M.%S}.mp4"
    number = 2
    while path.exists():
        path = folder / f"{avatar} {now:%Y-%m-%d %H.%M.%S} ({number}).mp4"
        number += 1
    return path


def _exactly(sound: NDArray[np.float32], count: int) -> NDArray[np.float32]:
    return np.pad(sound[:count], (0, max(0, count - len(sound))))


def _fitted(picture: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    if picture.shape[:2] == (height, width):
        return picture
    left, top, inner_width, inner_height = placed(picture.shape[1], picture.shape[0], width, height)
    frame = np.zeros((height, width, 3), np.uint8)
    inside = cv2.resize(picture, (inner_width, inner_height), interpolation=cv2.INTER_AREA)
    frame[top : top + inner_height, left : left + inner_width] = inside
    return frame
