"""Reading, converting and writing sound, as programs expect it from ``bithuman.audio``."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ...errors import MissingInputError, UsageError
from ...media.audio import SOUNDTRACK_RATE, probe, read_audio
from ...media.resampling import Resampler
from ...media.video import FRAMES_PER_SECOND, VideoWriter
from ..models import INT16_MAX

_MAX_RATE: Final = 768_000


def load_audio(audio_path: str | Path, target_sr: int | None = None) -> tuple[NDArray[np.float32], int]:
    """Read a sound file as float32 mono (n,) in [-1, 1], with its own rate or ``target_sr``.

    Reads WAV, MP3, M4A, FLAC, OGG, AIFF and the sound of videos; channels are averaged. Raises
    ``FileNotFoundError`` for a file that cannot be opened, ``errors.DataError`` for one without sound.
    """
    try:
        rate = _checked_rate(target_sr) if target_sr is not None else probe(audio_path).sample_rate
        return read_audio(audio_path, rate), rate
    except MissingInputError as error:
        raise FileNotFoundError(str(error)) from error


def float32_to_int16(x: NDArray[Any]) -> NDArray[np.int16]:
    """Convert floats of full scale ±1 to int16; what is louder is clipped, NaN becomes silence."""
    safe = np.nan_to_num(np.asarray(x), posinf=1.0, neginf=-1.0)
    whole: NDArray[np.int16] = (np.clip(safe, -1.0, 1.0) * INT16_MAX).astype(np.int16)
    return whole


def int16_to_float32(x: NDArray[np.int16]) -> NDArray[np.float32]:
    """Convert int16 to float32 of full scale ±1."""
    floats: NDArray[np.float32] = np.asarray(x).astype(np.float32) / np.float32(INT16_MAX)
    return floats


def resample(audio_buffer: NDArray[Any], origin_sr: int, target_sr: int) -> NDArray[Any]:
    """Return mono sound (n,) at another rate, int16 if it was int16, else float32.

    ``ceil(n * target_sr / origin_sr)`` samples come out.
    """
    if audio_buffer.ndim != 1:
        raise ValueError(f"audio must be mono, that is of shape (n,), not {audio_buffer.shape}")
    if _checked_rate(origin_sr) == _checked_rate(target_sr) or not len(audio_buffer):
        return audio_buffer
    whole_numbers = audio_buffer.dtype == np.int16
    floats = int16_to_float32(audio_buffer) if whole_numbers else audio_buffer.astype(np.float32)
    resampler = Resampler(origin_sr, target_sr, channels=1)
    out: NDArray[np.float32] = np.concatenate([resampler.push(floats[None]), resampler.finish()], axis=1)[0]
    return float32_to_int16(out) if whole_numbers else out


def write_video_with_audio(
    output_path: str | Path,
    frames: Iterable[NDArray[np.uint8]],
    audio_np: NDArray[Any],
    sample_rate: int,
    fps: int = 25,
) -> None:
    """Write uint8 (h, w, 3) RGB frames and mono sound (int16 or float) as an MP4 or WebM.

    The file appears whole or not at all. Videos have 25 frames a second; frames of another rate are
    repeated or left out. The sound is cut off, or continued by silence, at the end of the last frame.
    Raises ``UsageError`` without frames.
    """
    if not fps > 0:
        raise UsageError(f"a video of {fps} frames a second cannot be made")
    sound = resample(_as_float(audio_np), sample_rate, SOUNDTRACK_RATE)
    blocks = (sound[start : start + SOUNDTRACK_RATE, None] for start in range(0, len(sound), SOUNDTRACK_RATE))
    pictures = iter(frames)
    first = next(pictures, None)
    if first is None:
        raise UsageError(f"{output_path}: a video needs at least one frame")
    with VideoWriter(output_path, first.shape[1], first.shape[0], sound=blocks) as writer:
        for frame in _at_video_rate(first, pictures, fps):
            writer.write_frame(np.asarray(cv2.cvtColor(frame, cv2.COLOR_RGB2BGR), np.uint8))


def _at_video_rate(
    first: NDArray[np.uint8], rest: Iterator[NDArray[np.uint8]], fps: float
) -> Iterator[NDArray[np.uint8]]:
    """Give each frame as often as it takes to go on at 25 a second."""
    given = 0
    for index, frame in enumerate(_chained(first, rest)):
        while given * fps < (index + 1) * FRAMES_PER_SECOND:
            yield frame
            given += 1


def _chained(first: NDArray[np.uint8], rest: Iterator[NDArray[np.uint8]]) -> Iterator[NDArray[np.uint8]]:
    yield first
    yield from rest


def _as_float(audio: NDArray[Any]) -> NDArray[np.float32]:
    audio = np.asarray(audio)
    if audio.dtype == np.int16:
        return int16_to_float32(audio)
    return np.nan_to_num(audio.astype(np.float32), posinf=0.0, neginf=0.0)


def _checked_rate(rate: int) -> int:
    if not 0 < rate <= _MAX_RATE:
        raise ValueError(f"a sample rate of {rate} Hz cannot be used")
    return int(rate)
