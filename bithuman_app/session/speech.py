"""Sound of 16 kHz in, frames out: what the mouth does, and the sound that belongs to it."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ..lipsync import SAMPLES_PER_FRAME, ArticulationStream, Curves, loudness
from ..lipsync.exact_path import ExactPath


@dataclass(frozen=True, slots=True, eq=False)
class SpokenFrame:
    """40 ms of speech.

    ``articulation`` float32 (7,) and ``visemes`` float32 (15,) are a frame of ``Curves``; ``samples``
    float32 (n,) is its sound, 640 samples but for the last of an utterance; ``loudness_db`` its level.
    """

    articulation: NDArray[np.float32]
    visemes: NDArray[np.float32]
    loudness_db: float
    samples: NDArray[np.float32]

    def spoken_as(self, path: ExactPath, number: int) -> "SpokenFrame":
        """Return frame ``number`` of an utterance with the lips that its phonemes ask for."""
        curves = path.meet(number, Curves(self.articulation[None], self.visemes[None]))
        return replace(self, articulation=curves.articulation[0], visemes=curves.visemes[0])


class Speech:
    """Listens to one utterance after another; the frames do not depend on how the sound is cut."""

    def __init__(self) -> None:
        """Load the lip-sync network; raises what ``ArticulationStream`` raises."""
        self._stream = ArticulationStream()
        self._sound = np.zeros(0, np.float32)

    @property
    def pending(self) -> int:
        """Return how many samples were heard whose frames are not out yet."""
        return len(self._sound)

    def push(self, samples: NDArray[np.float32]) -> list[SpokenFrame]:
        """Take any number of samples, float32 (n,), and return the frames that are complete."""
        self._sound = np.concatenate([self._sound, samples])
        return self._join(self._stream.push(samples))

    def finish(self) -> list[SpokenFrame]:
        """Return the last frames of the utterance."""
        return self._join(self._stream.flush())

    def reset(self) -> None:
        """Forget the utterance."""
        self._stream.reset()
        self._sound = np.zeros(0, np.float32)

    def _join(self, curves: Curves) -> list[SpokenFrame]:
        count = len(curves)
        sound, self._sound = np.split(self._sound, [count * SAMPLES_PER_FRAME])
        frames = zip(curves.articulation, curves.visemes, loudness(sound).tolist(), strict=True)
        return [
            SpokenFrame(
                articulation,
                visemes,
                level,
                sound[index * SAMPLES_PER_FRAME : (index + 1) * SAMPLES_PER_FRAME],
            )
            for index, (articulation, visemes, level) in enumerate(frames)
        ]
