"""Teachers that tell, from Whisper's features, what a mouth did, and what there was to hear.

``LipTeacher`` was fitted to tracked lips. ``PhonemeTeacher`` is fitted by the recipe to synthetic speech
whose phonemes are known, and then tells the articulation of real recordings, which have no phonemes.
Both are ridge regressions on the same features: 256 principal directions over seven pairs of 20 ms.
"""

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float32]
_PAIRS_EACH_SIDE: Final = 3
_PIECE: Final = 20_000
#: Directions of Whisper's features that the network is asked to tell; they hold half of the variance.
HEARD: Final = 48
_STORED: Final = Path(__file__).with_name("whisper_to_lips.npz")


def _with_context(rows: Rows) -> Rows:
    """Return each row with its neighbours: rows j + 2k and j + 1 + 2k for k in -3..3, (n, 14 * d)."""
    count = len(rows)
    places = [
        np.clip(np.arange(count) + 2 * pair + second, 0, count - 1)
        for pair in range(-_PAIRS_EACH_SIDE, _PAIRS_EACH_SIDE + 1)
        for second in (0, 1)
    ]
    return np.concatenate([rows[place] for place in places], 1)


class LipTeacher:
    """Whisper's features to opening, width and rounding of the lips, in units of their deviation.

    ``whisper_to_lips.npz`` was fitted for this project on 249 s of tracked lips of twelve speakers, none
    of them among the evaluation's: ``mean``, ``std`` and ``project`` reduce the 512 features,
    ``feature_mean`` and ``feature_std`` scale them in context, ``weights`` has the bias in its last row.
    """

    def __init__(self) -> None:
        """Load the fitted numbers."""
        with np.load(_STORED) as stored:
            self._stored = {name: stored[name].astype(np.float32) for name in stored.files}

    def reduce(self, features: Rows) -> Rows:
        """Return float32 (n, 256) from Whisper's features (n, 512)."""
        stored = self._stored
        return ((features - stored["mean"]) / stored["std"]) @ stored["project"]

    def in_context(self, reduced: Rows) -> Rows:
        """Return the regression's inputs, float32 (n, 3584), scaled."""
        return (_with_context(reduced) - self._stored["feature_mean"]) / self._stored["feature_std"]

    def lips(self, reduced: Rows) -> Rows:
        """Return opening, width and rounding, float32 (n, 3), for reduced features (n, 256)."""
        return apply(self, reduced, self._stored["weights"])


class Hearing:
    """The main directions of Whisper's features, each with mean 0 and deviation 1 in the speech given."""

    def __init__(self, reduced: Rows) -> None:
        """Find the directions in reduced features (n, 256) of real speech."""
        self._mean = reduced.mean(0, dtype=np.float64)
        variances, directions = np.linalg.eigh(np.cov((reduced - self._mean).T))
        self._project = (directions / np.sqrt(variances))[:, : -HEARD - 1 : -1]

    def of(self, reduced: Rows) -> Rows:
        """Return float32 (n, 48) for reduced features (n, 256)."""
        heard: Rows = ((reduced - self._mean) @ self._project).astype(np.float32)
        return heard


def apply(teacher: LipTeacher, reduced: Rows, weights: Rows) -> Rows:
    """Return the outputs of a regression, piece by piece; ``weights`` (3585, k), the bias last."""
    pieces = []
    for start in range(0, len(reduced), _PIECE):
        first = max(0, start - 20)
        inputs = teacher.in_context(reduced[first : start + _PIECE + 20].astype(np.float32))
        pieces.append(
            (inputs @ weights[:-1] + weights[-1])[start - first :][: min(_PIECE, len(reduced) - start)]
        )
    return np.concatenate(pieces).astype(np.float32)


class RidgeFit:
    """A ridge regression's normal equations, added up source by source."""

    def __init__(self, inputs: int, outputs: int) -> None:
        """Start empty."""
        self._gram = np.zeros((inputs + 1, inputs + 1))
        self._moment = np.zeros((inputs + 1, outputs))
        self._rows = 0

    def add(self, inputs: Rows, targets: Rows) -> None:
        """Add examples: float32 (n, inputs) and (n, outputs)."""
        with_bias = np.concatenate([inputs, np.ones((len(inputs), 1), np.float32)], 1)
        self._gram += with_bias.T @ with_bias
        self._moment += with_bias.T @ targets
        self._rows += len(inputs)

    def solve(self, penalty: float) -> Rows:
        """Return weights (inputs + 1, outputs); ``penalty`` is relative to the number of examples."""
        ridge = np.eye(len(self._gram)) * penalty * self._rows
        ridge[-1, -1] = 0
        return np.linalg.solve(self._gram + ridge, self._moment).astype(np.float32)
