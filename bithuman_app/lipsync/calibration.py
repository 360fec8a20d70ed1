"""From the network's numbers to the curve format.

The zero points are what the network gives in silence, the scales what it gives for the clearest
example of each gesture in read speech (the mean at the middle of such phonemes).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import ARTICULATION_NAMES, VISEME_NAMES
from .network import OUTPUTS

#: Curve: (network output, value that maps to 0, value that maps to 1).
SCALES: Final[dict[str, tuple[str, float, float]]] = {
    "opening": ("FINAL_open", 0.0, 1.0),
    "rounding": ("FINAL_round", -0.1, 1.1),
    "closure": ("close", 0.09, 0.29),
    "lip_teeth": ("ft", 0.08, 0.33),
    "tongue": ("tongue", 0.08, 0.33),
    "jaw": ("jaw", 0.0, 0.7),
}
#: Contacts are over within a frame: their greater 20 ms counts, so averaging does not blur them.
CONTACTS: Final = ("closure", "lip_teeth")
#: Width at rest, fully rounded and fully spread.
WIDTH_REST: Final = 0.14
WIDTH_ROUNDED: Final = -1.4
WIDTH_SPREAD: Final = 1.1

_CURVES: Final = [ARTICULATION_NAMES.index(name) for name in SCALES]
_SOURCES: Final = [OUTPUTS.index(source) for source, _, _ in SCALES.values()]
_ZEROS: Final = np.array([zero for _, zero, _ in SCALES.values()], np.float32)
_SPANS: Final = np.array([one - zero for _, zero, one in SCALES.values()], np.float32)
_IS_CONTACT: Final = np.array([name in CONTACTS for name in SCALES])
_WIDTH_CURVE: Final = ARTICULATION_NAMES.index("width")
_WIDTH_SOURCE: Final = OUTPUTS.index("FINAL_width")
_SILENCE: Final = VISEME_NAMES.index("sil")
_LOGITS: Final = slice(OUTPUTS.index("logit_sil"), OUTPUTS.index("logit_sil") + len(VISEME_NAMES))


def viseme_probabilities(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the viseme probabilities of a frame, float32 (15,), from network outputs (2, 27)."""
    logits = outputs[:, _LOGITS].mean(0)
    odds = np.exp(logits - logits.max())
    probabilities: NDArray[np.float32] = odds / odds.sum()
    return probabilities


def articulation(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the curves of a frame, float32 (7,), from network outputs (2, 27).

    The two steps of a frame are averaged, which takes tremor out and costs no delay.
    """
    first, second = outputs
    mean = (first + second) * np.float32(0.5)
    values = np.where(_IS_CONTACT, np.maximum(first, second)[_SOURCES], mean[_SOURCES])
    curves = np.empty(len(ARTICULATION_NAMES), np.float32)
    curves[_CURVES] = np.minimum(np.maximum((values - _ZEROS) / _SPANS, 0), 1)
    curves[_WIDTH_CURVE] = _width(float(mean[_WIDTH_SOURCE]))
    return curves


def _width(value: float) -> float:
    if value >= WIDTH_REST:
        return min((value - WIDTH_REST) / (WIDTH_SPREAD - WIDTH_REST), 1.0)
    return max((value - WIDTH_REST) / (WIDTH_REST - WIDTH_ROUNDED), -1.0)


def release(
    curves: NDArray[np.float32], visemes: NDArray[np.float32], openness: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw a frame towards rest: all of it at ``openness`` 1; zeros and certain silence at 0."""
    resting = np.zeros_like(visemes)
    resting[_SILENCE] = 1
    weight = np.float32(openness)
    return curves * weight, visemes * weight + resting * (1 - weight)
