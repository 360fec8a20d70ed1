"""Cutting a stream of sound into overlapping pieces for a network that looks at video frames."""

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from ..models import AudioChunk
from .utils import resample


class AudioStreamBatcher:
    """Gives pieces of whole video frames, each with some sound before and after it.

    A piece is ``pre_pad`` samples, then the sound of its frames, then ``post_pad`` samples of what
    follows; ``unpad`` takes the ends off. The first piece holds ``min_video_frames``, the later ones
    ``expected_video_frames``; before the first sound and after the last there are zeros. The runtime here
    does not need it: it is for programs that feed networks of their own.
    """

    def __init__(
        self,
        *,
        pre_pad: int = 400,
        post_pad: int = 200 * 13,
        hop_size: int = 200,
        min_video_frames: int = 2,
        expected_video_frames: int = 10,
        fps: int = 25,
        output_sample_rate: int = 16_000,
    ) -> None:
        """Pads and ``hop_size`` are in samples at ``output_sample_rate``."""
        self.pre_pad, self.post_pad, self.hop_size = pre_pad, post_pad, hop_size
        self.min_video_frames = max(1, min_video_frames)
        self.expected_video_frames = max(1, expected_video_frames)
        self.fps, self.output_sample_rate = fps, output_sample_rate
        self._samples_per_frame = output_sample_rate // fps
        self.reset()

    def reset(self) -> None:
        """Forget all sound; the next one begins an utterance."""
        self._buffer = np.zeros(self.pre_pad, np.int16)
        self._started = False
        self._heard = 0  # samples in the buffer that are not leading zeros or already given

    def push(self, data: AudioChunk | None) -> Iterator[AudioChunk]:
        """Take sound at any rate and yield the pieces that are complete; None or a last chunk flushes."""
        if data is not None and len(data.array):
            samples = resample(data.array, data.sample_rate, self.output_sample_rate)
            self._buffer = np.concatenate([self._buffer, samples])
            self._heard += len(samples)
        while (piece := self._take()) is not None:
            yield AudioChunk(piece, self.output_sample_rate, last_chunk=False)
        if data is None or data.last_chunk:
            rest = self.flush()
            if rest is not None:
                yield rest

    def flush(self) -> AudioChunk | None:
        """Return what is left, filled up with zeros to whole frames, or None; then start anew."""
        left = self._heard
        if left <= 0:
            self.reset()
            return None
        whole = -(-left // self._samples_per_frame) * self._samples_per_frame
        piece = np.zeros(self.pre_pad + whole + self.post_pad, np.int16)
        piece[: len(self._buffer)] = self._buffer
        self.reset()
        return AudioChunk(piece, self.output_sample_rate, last_chunk=True)

    def unpad(self, audio_array: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return the sound of a piece's own frames."""
        return audio_array[self.pre_pad : len(audio_array) - self.post_pad]

    @cached_property
    def pre_pad_video_frames(self) -> int:
        """How many video frames the leading pad touches."""
        return -(-self.pre_pad // self._samples_per_frame)

    def _take(self) -> NDArray[np.int16] | None:
        frames = self.expected_video_frames if self._started else self.min_video_frames
        own = frames * self._samples_per_frame
        if len(self._buffer) < self.pre_pad + own + self.post_pad:
            return None
        piece = self._buffer[: self.pre_pad + own + self.post_pad].copy()
        self._buffer = self._buffer[own:]
        self._heard -= own
        self._started = True
        return piece
