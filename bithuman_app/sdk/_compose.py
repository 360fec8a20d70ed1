"""Whole clips, as fast as they can be made: ``Bithuman.compose`` and ``Avatar.render``."""

import math
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar
from ..lipsync import SAMPLE_RATE
from ..media.audio import read_audio
from ..session import Session, Tick
from .models import ComposedFrame, to_int16

Sound = NDArray[np.int16]


def compose(
    avatar: Avatar,
    audio: Any,
    preallocated_out: NDArray[np.uint8] | None,
    output_size: tuple[int, int] | None,
) -> Iterator[ComposedFrame]:
    """Yield the frames of ``audio`` (see ``pieces``), centred on black in ``output_size`` if given.

    With ``preallocated_out``, uint8 (h, w, 3), every frame is written there.
    """
    for tick in ticks(avatar, pieces(audio), output_size):
        image = _copy(tick, preallocated_out)
        yield ComposedFrame(image, 0, tick.index)


def ticks(avatar: Avatar, sound: Iterable[Sound], size: tuple[int, int] | None = None) -> Iterator[Tick]:
    """Yield the ticks of pieces of 16 kHz sound, each as soon as the pieces so far allow."""
    with Session(avatar, size=size, queue_seconds=math.inf) as session:
        view = session.view(late_after=None)
        for piece in sound:
            session.push(piece, SAMPLE_RATE)
            while session.ready:
                yield view.next()
        session.flush()
        while session.ready:
            tick = view.next()
            if tick.sample_count:
                yield tick


def pieces(audio: Any) -> Iterator[Sound]:
    """Yield 16 kHz mono sound int16 (n,): of a file's path, of an array or bytes, or of an iterable of those.

    A text or path names a sound file; bytes are 16-bit PCM; floats have full scale ±1. Raises
    ``ValueError`` for another type and what ``read_audio`` raises for a file.
    """
    if isinstance(audio, str | Path):
        yield to_int16(read_audio(audio, SAMPLE_RATE))
    elif isinstance(audio, bytes | bytearray | memoryview | np.ndarray):
        yield to_int16(audio)
    elif isinstance(audio, Iterable):
        for piece in audio:
            yield from pieces(piece)
    else:
        raise ValueError(f"audio must be a path, PCM or an iterable of PCM, not {type(audio).__name__}")


def _copy(tick: Tick, out: NDArray[np.uint8] | None) -> NDArray[np.uint8]:
    image = tick.image()
    assert image is not None  # the view is never late
    if out is None:
        return image.copy()
    np.copyto(out, image)
    return out
