"""Videos out: MP4 (H.264 and AAC) or WebM (VP9 and Opus, also with transparency)."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import cv2
import numpy as np
from av.audio import AudioStream
from av.video import VideoStream
from numpy.typing import NDArray

from ..errors import OutputError, UsageError
from .audio import SOUNDTRACK_RATE
from .files import PartialFile, write_error

FRAMES_PER_SECOND: Final = 25
MAX_SIDE: Final = 8192
Packets = list["av.Packet[Any]"]
_SAMPLES_PER_FRAME: Final = SOUNDTRACK_RATE // FRAMES_PER_SECOND


@dataclass(frozen=True, slots=True)
class _Format:
    """How one kind of file is encoded.

    CPU per 512 x 512 frame of a moving head, one thread of a shared Xeon, PSNR against the source
    (4:2:0 alone allows 38.5 dB), bytes per second of video:

    ========================== ======= ======== =======
    libx264 crf 18 superfast   2.3 ms  38.2 dB  227 kB
    libx264 crf 18 veryfast    2.2 ms  37.7 dB   41 kB   <- taken
    libx264 crf 18 medium      6.5 ms  38.0 dB   53 kB
    libvpx-vp9 crf 24 speed 8  1.6 ms  37.1 dB   53 kB
    libvpx-vp9 crf 24 speed 7  2.1 ms  37.3 dB   47 kB   <- taken
    libvpx-vp9 crf 24 speed 5  3.2 ms  37.3 dB   44 kB
    ========================== ======= ======== =======

    Converting BGR to YUV costs another 0.5 ms.
    """

    container: str
    container_options: dict[str, str]
    video_codecs: tuple[str, ...]
    video_options: dict[str, str]
    audio_codec: str
    bit_rate_per_channel: int


_FORMATS: Final = {
    ".mp4": _Format(
        "mp4",
        {"movflags": "+faststart"},
        ("libx264",),
        {"preset": "veryfast", "crf": "18", "g": "50"},
        "aac",
        96_000,
    ),
    ".webm": _Format(
        "webm",
        {},
        ("libvpx-vp9", "libvpx"),
        {"deadline": "realtime", "cpu-used": "7", "crf": "24", "b": "0", "g": "50"},
        "libopus",
        64_000,
    ),
}
SUFFIXES: Final = tuple(_FORMATS)


class VideoWriter:
    """Writes frames and their sound into a file that appears, whole, when the ``with`` block ends.

    Until then a temporary file beside it is written, which is removed if the block is left by an
    exception (Ctrl-C too). Equal input gives equal bytes: one encoder thread, no dates, no random
    identifiers. The colours are BT.709, limited range. Sides are made even by repeating the last
    column or row, since 4:2:0 video cannot have odd ones.

    >>> with VideoWriter("out.mp4", 512, 512, sound=read_soundtrack("speech.wav", 1), channels=1) as writer:
    ...     writer.write_frame(image)
    """

    def __init__(
        self,
        path: Path | str,
        width: int,
        height: int,
        *,
        sound: Iterator[NDArray[np.float32]] | None = None,
        channels: int = 1,
        transparent: bool = False,
    ) -> None:
        """Check the arguments; nothing is created before ``with``.

        ``sound`` gives blocks float32 (n, channels) at ``SOUNDTRACK_RATE``, read as far as there are
        frames; when it ends sooner, silence follows. Raises ``UsageError`` if the name's suffix is
        not in ``SUFFIXES``, for transparency in an MP4, or for an impossible size.
        """
        self.path = Path(path)
        if self.path.suffix.lower() not in _FORMATS:
            raise UsageError(f"{self.path}: the name of a video must end in {' or '.join(SUFFIXES)}")
        if transparent and self.path.suffix.lower() != ".webm":
            raise UsageError(f"{self.path}: only WebM can be transparent; name the video *.webm")
        if not (2 <= width <= MAX_SIDE and 2 <= height <= MAX_SIDE):
            raise UsageError(f"a video of {width} x {height} pixels cannot be made (2 to {MAX_SIDE} a side)")
        self.width, self.height = width + width % 2, height + height % 2
        self.frames = 0
        self._format = _FORMATS[self.path.suffix.lower()]
        self._source_format = "bgra" if transparent else "bgr24"
        self._pixel_format = "yuva420p" if transparent else "yuv420p"
        self._sound = sound
        self._channels = channels

    def __enter__(self) -> Self:
        """Create the temporary file. Raises ``CannotCreateError`` where that is impossible."""
        self._partial = PartialFile(self.path)
        try:
            self._container = av.open(
                str(self._partial.path.absolute()),
                "w",
                format=self._format.container,
                options=self._options(),
            )
            self._video = self._add_video()
            self._soundtrack = None if self._sound is None else _Soundtrack(self._sound, self._add_audio())
        except BaseException:
            self._partial.discard()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Finish the file, or after an exception remove what there is of it."""
        try:
            if error is None:
                self._finish()
                self._partial.commit()
            else:
                with suppress(av.FFmpegError, OSError):  # the first error is the one to tell
                    self._container.close()
        finally:
            # After a failed close the container holds the file open for as long as it lives.
            del self._container, self._video, self._soundtrack
            self._partial.discard()

    def write_frame(self, image: NDArray[np.uint8]) -> None:
        """Encode the next frame: uint8 (height, width, 3) BGR, or BGRA in a transparent video.

        The array may be reused afterwards. Raises ``OutputError`` if the disk is full.
        """
        if image.shape[0] != self.height or image.shape[1] != self.width:
            image = _made_even(image, self.width, self.height)
        frame = av.VideoFrame.from_numpy_buffer(np.ascontiguousarray(image), self._source_format)
        frame = frame.reformat(
            format=self._pixel_format, dst_colorspace="ITU709", dst_color_range="MPEG", threads=1
        )
        frame.pts = self.frames
        frame.time_base = Fraction(1, FRAMES_PER_SECOND)
        self.frames += 1
        self._mux(self._video.encode(frame))
        if self._soundtrack is not None:
            self._mux(self._soundtrack.encode_frame())

    def _finish(self) -> None:
        if self.frames == 0:
            raise OutputError(f"{self.path}: a video without a single frame cannot be written")
        self._mux(self._video.encode(None))
        if self._soundtrack is not None:
            self._mux(self._soundtrack.finish())
        try:
            self._container.close()
        except (av.FFmpegError, OSError) as error:
            raise write_error(self.path, error) from error

    def _mux(self, packets: Packets) -> None:
        try:
            self._container.mux(packets)
        except (av.FFmpegError, OSError) as error:
            raise write_error(self.path, error) from error

    def _options(self) -> dict[str, str]:
        # Bit-exact leaves out dates, program versions and random identifiers.
        return {"fflags": "+bitexact", **self._format.container_options}

    def _add_video(self) -> VideoStream:
        codec = next((c for c in self._format.video_codecs if c in av.codecs_available), None)
        if codec is None:
            raise OutputError(f"{self.path}: this PyAV has no encoder {self._format.video_codecs[0]}")
        stream = self._container.add_stream(codec, FRAMES_PER_SECOND, options=self._format.video_options)
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = self.width, self.height, self._pixel_format
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        stream.codec_context.time_base = Fraction(1, FRAMES_PER_SECOND)
        _tag_bt709(stream)
        if self._pixel_format == "yuva420p":
            stream.metadata["alpha_mode"] = "1"
        return stream

    def _add_audio(self) -> AudioStream:
        stream = self._container.add_stream(self._format.audio_codec, SOUNDTRACK_RATE)
        assert isinstance(stream, AudioStream)
        stream.layout = "mono" if self._channels == 1 else "stereo"
        stream.bit_rate = self._format.bit_rate_per_channel * self._channels
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        return stream


class _Soundtrack:
    """Encodes exactly as much sound as there are frames; silence where the sound has ended."""

    def __init__(self, blocks: Iterator[NDArray[np.float32]], stream: AudioStream) -> None:
        self._blocks = blocks
        self._stream = stream
        self._layout = stream.layout.name
        self._waiting = np.zeros((0, stream.channels), np.float32)
        self._encoded = 0

    def encode_frame(self) -> Packets:
        """Encode the sound of one more video frame."""
        samples = np.ascontiguousarray(self._take(_SAMPLES_PER_FRAME).T)
        frame = av.AudioFrame.from_ndarray(samples, "fltp", self._layout)
        frame.sample_rate = SOUNDTRACK_RATE
        frame.pts = self._encoded
        frame.time_base = Fraction(1, SOUNDTRACK_RATE)
        self._encoded += _SAMPLES_PER_FRAME
        return self._stream.encode(frame)

    def finish(self) -> Packets:
        """Return what the encoder still holds."""
        return self._stream.encode(None)

    def _take(self, count: int) -> NDArray[np.float32]:
        while len(self._waiting) < count:
            block = next(self._blocks, None)
            if block is None:
                block = np.zeros((count - len(self._waiting), self._waiting.shape[1]), np.float32)
            self._waiting = np.concatenate([self._waiting, block])
        taken, self._waiting = self._waiting[:count], self._waiting[count:]
        return np.clip(taken, -1.0, 1.0)


def _made_even(image: NDArray[np.uint8], width: int, height: int) -> NDArray[np.uint8]:
    down, right = height - image.shape[0], width - image.shape[1]
    if not (0 <= down <= 1 and 0 <= right <= 1):
        raise ValueError(f"a frame of {image.shape} does not fit a video of {width} x {height}")
    return np.asarray(cv2.copyMakeBorder(image, 0, down, 0, right, cv2.BORDER_REPLICATE), np.uint8)


def _tag_bt709(stream: VideoStream) -> None:
    """State primaries, transfer and matrix (ITU-T H.273: 1 is BT.709) and limited range (1)."""
    context = stream.codec_context
    context.color_primaries = context.color_trc = context.colorspace = context.color_range = 1
