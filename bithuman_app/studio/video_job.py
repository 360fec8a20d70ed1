"""One recording into one video: what is to be done, doing it, and what came of it."""

import math
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar, open_avatar
from ..errors import DataError
from ..lipsync import articulate
from ..lipsync.alignment import align
from ..lipsync.curves import FRAMES_PER_SECOND, SAMPLE_RATE, SAMPLES_PER_FRAME
from ..lipsync.phonemes import Phoneme
from ..media.audio import probe, read_audio, read_soundtrack
from ..media.images import read_image
from ..media.video import VideoWriter
from ..render.background import Colour, blend
from ..session.offline import perform
from .workers import Report

#: Frames that may wait for the encoder; enough to even out its key frames.
_QUEUE: Final = 8
#: Frames between two reports of progress.
_REPORT_EVERY: Final = 5


@dataclass(frozen=True, slots=True)
class VideoJob:
    """What to render. ``background`` is a colour, the path of a picture, or ``None`` for the avatar's own.

    What is spoken may be known: ``phonemes`` with their times, or ``words`` as ``lipsync.pronunciation``
    gives them, which are found in the recording. Then closures are exact.
    """

    avatar: Path
    audio: Path
    output: Path
    size: tuple[int, int] | None = None
    seed: int = 0
    background: Colour | Path | None = None
    transparent: bool = False
    limit_seconds: float | None = None
    words: tuple[tuple[str, ...], ...] | None = None
    phonemes: tuple[Phoneme, ...] | None = None

    @property
    def title(self) -> str:
        """The recording, for messages."""
        return str(self.audio)

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The video."""
        return (self.output,)

    def run(self, report: Report) -> "Rendered":
        """Render it, see ``render``."""
        return render(self, lambda done, total: report(done, total, "rendering"))


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was rendered. ``realtime_factor`` is seconds of sound per second of work: more is faster."""

    audio: Path
    output: Path
    frames: int
    audio_seconds: float
    render_seconds: float
    realtime_factor: float
    width: int
    height: int
    fps: int


#: Called with the frames that are done and all that there will be.
Progress = Callable[[int, int], None]


def render(job: VideoJob, on_progress: Progress) -> Rendered:
    """Render one video and return what came of it; the time counts from decoding to the finished file.

    Rendering and encoding run in two threads. Raises ``UserError`` as the rooms below raise it; the
    output appears whole or not at all.
    """
    avatar = _avatar(job.avatar)
    start = time.perf_counter()
    samples = read_audio(job.audio, limit_seconds=job.limit_seconds)
    phonemes = job.phonemes if job.words is None else _find(job.words, job.audio)
    total = math.ceil(len(samples) / SAMPLES_PER_FRAME)
    channels = min(2, probe(job.audio).channels)
    width, height = job.size or (avatar.width, avatar.height)
    with (
        closing(read_soundtrack(job.audio, channels, limit_seconds=job.limit_seconds)) as sound,
        VideoWriter(
            job.output, width, height, sound=sound, channels=channels, transparent=job.transparent
        ) as writer,
    ):
        frames = perform(
            avatar,
            samples,
            phonemes=phonemes,
            seed=job.seed,
            size=job.size,
            background=_background(job.background),
            transparent=job.transparent,
        )
        _encode((frame.image for frame in frames), writer, total, on_progress)
    seconds = time.perf_counter() - start
    audio_seconds = len(samples) / SAMPLE_RATE
    return Rendered(
        audio=job.audio,
        output=job.output,
        frames=writer.frames,
        audio_seconds=audio_seconds,
        render_seconds=seconds,
        realtime_factor=audio_seconds / seconds,
        width=writer.width,
        height=writer.height,
        fps=FRAMES_PER_SECOND,
    )


def _find(words: Sequence[Sequence[str]], audio: Path) -> list[Phoneme]:
    """Return the phones of words where they are heard in a whole recording, however little is rendered."""
    samples = read_audio(audio)
    try:
        return align(words, samples, articulate(samples))
    except DataError as error:
        raise DataError(f"{audio}: {error}") from error


def _encode(
    images: Iterator[NDArray[np.uint8]], writer: VideoWriter, total: int, on_progress: Progress
) -> None:
    """Encode in a thread of its own, in order, while the next frames are being rendered."""
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="encoder") as encoder:
        waiting: deque[Future[Any]] = deque()
        try:
            for done, image in enumerate(images, start=1):
                waiting.append(encoder.submit(writer.write_frame, image))
                if len(waiting) > _QUEUE:
                    waiting.popleft().result()
                if done % _REPORT_EVERY == 0 or done == total:
                    on_progress(done, total)
            for future in waiting:
                future.result()
        finally:
            encoder.shutdown(cancel_futures=True)


@lru_cache(maxsize=1)
def _avatar(path: Path) -> Avatar:
    """Keep the avatar for the next recording of the same process."""
    return open_avatar(path)


def _background(background: Colour | Path | None) -> NDArray[np.uint8] | Colour | None:
    """Read a background picture; its own transparent parts become black."""
    if not isinstance(background, Path):
        return background
    picture = read_image(background)
    if picture.shape[2] == 4:
        return blend(picture, np.zeros_like(picture[..., :3]))
    return picture


def check_inputs(job: VideoJob) -> None:
    """Raise ``UserError`` if the avatar or the background cannot be read, before any work is done."""
    _avatar(job.avatar)
    _background(job.background)
