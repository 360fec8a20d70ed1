"""From sound of any rate to the 16 kHz that is listened to, without losing hold of the original."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..lipsync import SAMPLE_RATE
from ..media.resampling import Resampler
from .pcm import Pcm, PcmFormat, to_int16, to_mono

#: How far FFmpeg's resampler looks ahead: half its default filter of 32 taps, at the lower of both rates.
_HALF_FILTER: Final = 16


@dataclass
class _Run:
    """Sound of one rate and one number of channels within an utterance."""

    format: PcmFormat
    start: int  #: where it starts in the utterance, in samples of 16 kHz
    resampler: Resampler
    moments: int = 0  #: how many were heard
    given: int = 0  #: how many samples of 16 kHz came out
    ended: bool = False
    early: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    pieces: deque[NDArray[np.int16]] = field(default_factory=deque)
    handed: int = 0  #: how many moments of the original were given out

    def length(self) -> int:
        """Return how many samples of 16 kHz what was heard makes, a begun one counting."""
        return -(-self.moments * SAMPLE_RATE // self.format.rate)

    def give(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return what is due of new samples; the rest waits for more sound."""
        samples = np.concatenate([self.early, samples])
        due = self.length() - self.given
        if self.ended:
            samples = np.pad(samples[:due], (0, max(0, due - len(samples))))
        self.early, samples = samples[due:], samples[:due]
        self.given += len(samples)
        return samples

    def hand_until(self, moment: int) -> list[NDArray[np.int16]]:
        """Return the original up to a moment as pieces (n, channels)."""
        handed = []
        while self.handed < moment:
            piece = self.pieces.popleft()
            wanted = moment - self.handed
            if len(piece) > wanted:
                self.pieces.appendleft(piece[wanted:])
                piece = piece[:wanted]
            self.handed += len(piece)
            handed.append(piece)
        return handed


class Intake:
    """One utterance after another: what is heard at 16 kHz, and the same sound as it was pushed.

    At other rates the 16 kHz sound lags behind the original by the resampler's look-ahead, 1 ms (at
    rates below 16 kHz 16 samples). So the first frame needs no more sound than at 16 kHz.
    """

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forget the utterance."""
        self._runs: deque[_Run] = deque()
        self._heard = 0

    def hear(self, format: PcmFormat, data: bytes) -> NDArray[np.float32]:
        """Take whole moments of sound, return the 16 kHz mono that is complete, float32 (n,)."""
        before = self._change_to(format)
        run = self._runs[-1]
        samples = format.decode(data)
        run.moments += len(samples)
        run.pieces.append(to_int16(samples))
        after = run.give(run.resampler.push(to_mono(samples)[None])[0])
        self._heard += len(after)
        return np.concatenate([before, after])

    def finish(self) -> NDArray[np.float32]:
        """Return the last samples of the utterance, float32 (n,)."""
        if not self._runs or self._runs[-1].ended:
            return np.zeros(0, np.float32)
        run = self._runs[-1]
        run.ended = True
        samples = run.give(run.resampler.finish()[0])
        self._heard += len(samples)
        return samples

    def original(self, stop: int) -> tuple[Pcm, ...]:
        """Return the original from where the last call stopped up to sample ``stop`` of the 16 kHz sound."""
        found: list[Pcm] = []
        while self._runs:
            run = self._runs[0]
            whole = run.ended and stop >= run.start + run.given
            moment = run.moments if whole else max(0, stop - run.start) * run.format.rate // SAMPLE_RATE
            pieces = run.hand_until(moment)
            if pieces:
                found.append(Pcm(np.concatenate(pieces), run.format.rate))
            if not whole:
                break
            self._runs.popleft()
        return tuple(found)

    def _change_to(self, format: PcmFormat) -> NDArray[np.float32]:
        """Begin a new run if the sound changed; return what the old one still held."""
        rest = np.zeros(0, np.float32)
        if self._runs and not self._runs[-1].ended:
            current = self._runs[-1].format
            if (current.rate, current.channels) == (format.rate, format.channels):
                return rest
            rest = self.finish()
        resampler = Resampler(format.rate, SAMPLE_RATE, 1)
        if format.rate != SAMPLE_RATE and self._heard == 0:
            taps = -(-_HALF_FILTER * max(format.rate, SAMPLE_RATE) // SAMPLE_RATE)
            resampler.push(np.zeros((1, taps), np.float32))
        self._runs.append(_Run(format, self._heard, resampler))
        return rest
