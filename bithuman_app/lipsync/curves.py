"""The curve format in which every path from speech to mouth meets."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

FRAMES_PER_SECOND: Final = 25
SAMPLE_RATE: Final = 16_000
SAMPLES_PER_FRAME: Final = SAMPLE_RATE // FRAMES_PER_SECOND

ARTICULATION_NAMES: Final[tuple[str, ...]] = (
    "opening", "width", "rounding", "closure", "lip_teeth", "tongue", "jaw",
)  # fmt: skip

#: The 15 visemes of the Oculus lip-sync SDK, in its order.
VISEME_NAMES: Final[tuple[str, ...]] = (
    "sil", "PP", "FF", "TH", "DD", "kk", "CH", "SS", "nn", "RR", "aa", "E", "I", "O", "U",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Curves:
    """What a mouth does over time, 25 frames a second.

    ``articulation`` is float32 (frames, 7) in the order of ``ARTICULATION_NAMES``: opening of the
    lips (0 closed, 1 a wide open vowel), width (-1 rounded to 1 spread, 0 at rest), rounding and
    protrusion 0..1, bilabial closure 0..1, contact of lower lip and upper teeth 0..1, tongue tip
    raised 0..1, jaw opening 0..1. ``visemes`` is float32 (frames, 15), rows summing to 1, in the
    order of ``VISEME_NAMES``.
    """

    articulation: NDArray[np.float32]
    visemes: NDArray[np.float32]

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.articulation)

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        """Return one articulation curve, float32 (frames,), by its name."""
        return self.articulation[:, ARTICULATION_NAMES.index(name)]
