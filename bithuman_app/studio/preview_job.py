"""What a gallery shows of an avatar: a still picture and a few seconds of it talking, in a loop."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar, open_avatar
from ..lipsync.curves import FRAMES_PER_SECOND, SAMPLE_RATE
from ..media.audio import read_audio
from ..media.files import replace_when_written
from ..media.images import encode_jpeg, square
from ..media.video import VideoWriter
from ..resources import asset
from ..session.offline import perform
from .workers import Report

Image = NDArray[np.uint8]

_STILL_PIXELS: Final = 384
_CLIP_PIXELS: Final = 320
_SAID_SECONDS: Final = 3.2
_CLIP_FRAMES: Final = 4 * FRAMES_PER_SECOND
#: The end turns into the beginning over so many frames, so that the loop has no jump.
_FADE_FRAMES: Final = 8
_JPEG_QUALITY: Final = 88


@dataclass(frozen=True, slots=True)
class StillJob:
    """A JPEG of an avatar at rest, square."""

    avatar: Path
    output: Path
    title: str

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The JPEG."""
        return (self.output,)

    def run(self, report: Report) -> Path:
        """Make it. Raises what ``open_avatar`` raises."""
        avatar = open_avatar(self.avatar)
        image = next(perform(avatar, np.zeros(1, np.float32))).image
        with replace_when_written(self.output) as partial:
            partial.write_bytes(encode_jpeg(square(image, _STILL_PIXELS), _JPEG_QUALITY))
        return self.output


@dataclass(frozen=True, slots=True)
class ClipJob:
    """A silent MP4 of an avatar that says a few words, square, whose end fits its beginning."""

    avatar: Path
    output: Path
    title: str

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The MP4."""
        return (self.output,)

    def run(self, report: Report) -> Path:
        """Make it. Raises what ``open_avatar`` raises."""
        avatar = open_avatar(self.avatar)
        with VideoWriter(self.output, _CLIP_PIXELS, _CLIP_PIXELS) as writer:
            for number, image in enumerate(looped(_frames(avatar), _CLIP_FRAMES, _FADE_FRAMES)):
                writer.write_frame(image)
                report(number + 1, _CLIP_FRAMES, "rendering")
        return self.output


def _frames(avatar: Avatar) -> Iterator[Image]:
    said = read_audio(asset("audio", "speech.wav"), limit_seconds=_SAID_SECONDS)
    seconds = (_CLIP_FRAMES + _FADE_FRAMES) / FRAMES_PER_SECOND
    samples = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    samples[: len(said)] = said[: len(samples)]
    for frame in perform(avatar, samples):
        yield square(frame.image, _CLIP_PIXELS)


def looped(frames: Iterator[Image], count: int, fade: int) -> Iterator[Image]:
    """Yield ``count`` of ``count + fade`` frames: what is left over fades into the beginning."""
    beginning = list(islice(frames, fade))
    middle = list(islice(frames, count - fade))
    for step, (new, old) in enumerate(zip(beginning, frames, strict=True)):
        share = (step + 1) / (fade + 1)
        yield np.asarray(cv2.addWeighted(new, share, old, 1 - share, 0), np.uint8)
    yield from middle
