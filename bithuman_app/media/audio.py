"""Sound files in: any container and codec that PyAV reads, also the sound of a video."""

import logging
import math
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.audio import AudioStream
from av.container import InputContainer
from numpy.typing import NDArray

from ..errors import DataError, UsageError
from .channels import Samples, to_float, to_mono, to_stereo
from .containers import declared_seconds, open_input
from .resampling import Resampler

#: The rate at which sound goes into a video; Opus knows no higher one and 25 fps divides it evenly.
SOUNDTRACK_RATE: Final = 48_000
#: A file that ends this much sooner than its header says has been cut off.
_CUT_OFF_SECONDS: Final = 0.25

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What the header of a sound file says; ``seconds`` is ``None`` where it says nothing reliable."""

    codec: str
    sample_rate: int
    channels: int
    seconds: float | None


def probe(path: Path | str) -> SoundInfo:
    """Return what a file's header says of its (best) sound stream.

    Raises ``MissingInputError`` (no such file) or ``DataError`` (no sound in it, not readable).
    """
    path = Path(path)
    with open_input(path) as container:
        stream = _sound_stream(container, path)
        seconds = declared_seconds(container, path)
        return SoundInfo(stream.codec_context.name, stream.sample_rate, stream.channels, seconds)


def read_audio(
    path: Path | str, sample_rate: int = 16_000, limit_seconds: float | None = None
) -> NDArray[np.float32]:
    """Decode a whole sound file to float32 (n,) in [-1, 1]: channels averaged, resampled.

    ``n`` is ``ceil(seconds * sample_rate)``. At most ``limit_seconds`` are read. The delay that an
    encoder added is removed where the file states it (MP3 with a LAME header, MP4, Matroska, Ogg);
    raw AAC (``.aac``) states none and starts about 23 ms late. NaN and infinite samples become 0.

    Raises ``MissingInputError`` for a file that cannot be opened and ``DataError`` for one without
    sound, with an unknown format, or (WAV, MP4, FLAC) shorter than its own header says.
    """
    path = Path(path)
    mono = _converted(path, sample_rate, limit_seconds, lambda samples, _names: to_mono(samples))
    samples = np.concatenate([block[0] for block in mono])
    return np.clip(samples, -1.0, 1.0, out=samples)


def read_soundtrack(
    path: Path | str,
    channels: int,
    sample_rate: int = SOUNDTRACK_RATE,
    limit_seconds: float | None = None,
) -> Generator[NDArray[np.float32]]:
    """Decode a sound file block by block, as float32 (n, channels) with 1 or 2 channels, at full quality.

    Together the blocks are as long as what ``read_audio`` returns. Surround sound is mixed down to
    stereo by ITU-R BS.775. Raises what ``read_audio`` raises.
    """
    mix = _stereo if channels == 2 else lambda samples, _names: to_mono(samples)
    for block in _converted(Path(path), sample_rate, limit_seconds, mix):
        yield np.ascontiguousarray(block.T)


def _stereo(samples: Samples, names: tuple[str, ...]) -> Samples:
    return to_stereo(samples, names)


def _converted(
    path: Path,
    sample_rate: int,
    limit_seconds: float | None,
    mix: Callable[[Samples, tuple[str, ...]], Samples],
) -> Iterator[Samples]:
    """Yield the file's sound as blocks (channels, n) at ``sample_rate``, mixed by ``mix``."""
    if limit_seconds is not None and not limit_seconds > 0:
        raise UsageError("the limit must be more than 0 seconds")
    resampler: Resampler | None = None
    for samples, rate, names in _decoded(path, limit_seconds):
        if resampler is not None and resampler.source_rate != rate:  # chained streams may change it
            yield resampler.finish()
            resampler = None
        mixed = mix(samples, names)
        if resampler is None:
            resampler = Resampler(rate, sample_rate, channels=len(mixed))
        yield resampler.push(mixed)
    if resampler is None:
        raise DataError(f"{path}: there is no sound in it (0 samples)")
    yield resampler.finish()


def _decoded(path: Path, limit_seconds: float | None) -> Iterator[tuple[Samples, int, tuple[str, ...]]]:
    """Yield (samples, rate, channel names) of each decoded frame, trimmed to the limit."""
    with open_input(path) as container:
        stream = _sound_stream(container, path)
        declared = declared_seconds(container, path)
        # MP4 states the length without the padding that its last packet carries.
        exact_end = declared if "mov" in container.format.name.split(",") else None
        end = min((s for s in (limit_seconds, exact_end) if s is not None), default=math.inf)
        seconds = 0.0
        for frame in _frames(container, stream, path):
            samples = to_float(frame)
            rate = frame.sample_rate
            room = math.inf if end == math.inf else math.ceil(round((end - seconds) * rate, 6))
            if samples.shape[1] > room:
                samples = samples[:, : int(room)]
            if samples.shape[1]:
                seconds += samples.shape[1] / rate
                yield samples, rate, tuple(channel.name for channel in frame.layout.channels)
            if room <= 0:
                return
        if declared is not None and seconds < min(declared, end) - _CUT_OFF_SECONDS:
            raise DataError(
                f"{path}: the file is cut off: its header says {declared:.2f} s of sound, "
                f"{seconds:.2f} s are there"
            )


def _frames(container: InputContainer, stream: AudioStream, path: Path) -> Iterator[av.AudioFrame]:
    """Decode packet by packet, so that a damaged packet is skipped as players do it."""
    damaged = 0
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except av.FFmpegError:  # the container itself is damaged from here on
            damaged += 1
            packet = None
        try:
            yield from stream.decode(packet)
        except av.EOFError:
            pass  # demux ends with an empty packet, which has flushed the decoder already
        except av.FFmpegError:
            damaged += 1
        if packet is None:
            break
    if damaged:
        _log.warning("%s: %d damaged piece(s) of sound skipped", path, damaged)


def _sound_stream(container: InputContainer, path: Path) -> AudioStream:
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        raise DataError(f"{path}: there is no sound in it")
    if stream.codec_context is None:
        raise DataError(f"{path}: its sound is in a format that cannot be decoded")
    return stream
