"""Changing the sample rate, block by block, without shifting the sound."""

import av
import numpy as np

from .channels import Samples


class Resampler:
    """Converts blocks of float32 (channels, n) from one rate to another.

    FFmpeg's resampler filters, so it holds back a few samples; ``finish`` returns them. Sample 0 of
    the output is sample 0 of the input, and altogether exactly ``ceil(n * target / source)`` samples
    come out of ``n``.
    """

    def __init__(self, source_rate: int, target_rate: int, channels: int) -> None:
        """``channels`` is 1 or 2."""
        self.source_rate = source_rate
        self._target_rate = target_rate
        self._layout = "mono" if channels == 1 else "stereo"
        self._channels = channels
        self._taken = 0
        self._given = 0
        self._resampler = (
            None
            if source_rate == target_rate
            else av.AudioResampler(format="fltp", layout=self._layout, rate=target_rate)
        )

    def push(self, samples: Samples) -> Samples:
        """Take (channels, n) samples, n > 0, and return those that are complete, possibly none."""
        self._taken += samples.shape[1]
        if self._resampler is None:
            self._given += samples.shape[1]
            return samples
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", self._layout)
        frame.sample_rate = self.source_rate
        return self._collect(self._resampler.resample(frame))

    def finish(self) -> Samples:
        """Return what was held back; afterwards the resampler is used up."""
        expected = -(-self._taken * self._target_rate // self.source_rate)
        before = self._given
        if self._resampler is None:
            return self._nothing()
        rest = self._collect(self._resampler.resample(None))[:, : expected - before]
        return np.pad(rest, ((0, 0), (0, expected - before - rest.shape[1])))

    def _collect(self, frames: list[av.AudioFrame]) -> Samples:
        if not frames:
            return self._nothing()
        samples: Samples = np.concatenate([frame.to_ndarray() for frame in frames], axis=1, dtype=np.float32)
        self._given += samples.shape[1]
        return samples

    def _nothing(self) -> Samples:
        return np.zeros((self._channels, 0), np.float32)
