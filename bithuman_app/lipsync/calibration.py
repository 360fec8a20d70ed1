"""From the network's numbers to the curve format.

The network knows the mouth twice: as phonemes ask for it, and as a teacher sees it who was fitted to real
lips. The two are averaged, for each errs where the other does not; contacts are decided by outputs of their
own and then win, because least squares blurs what lasts a frame or two. The constants come from speech
synthesised for the purpose, whose phonemes are known, and from the training's recordings.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import ARTICULATION_NAMES, VISEME_NAMES
from .network import OUTPUTS

#: The teacher's opening, in deviations from its mean in speech, in the middle of p, b and m, and at the 97th
#: percentile of speech.
LIPS_CLOSED: Final = -1.35
LIPS_OPEN: Final = 1.9
#: The teacher's share in opening, width and rounding; the rest are the phonemes'.
LIPS_SHARE: Final = {"opening": 0.6, "width": 0.65, "rounding": 0.4}
#: One deviation of the teacher's width and rounding on the scale of the curves, and its mean rounding: so
#: that both ways to know the mouth have the same mean and deviation in speech.
WIDTH_SPAN: Final = 0.37
ROUNDING_SPAN: Final = 0.25
ROUNDING_MEAN: Final = 0.19
#: What the network, which like every least squares shies from extremes, makes of the opening in the middle
#: of p, b and m (median), and at the 97th percentile of speech: a closed and a wide open mouth.
OPENING_RANGE: Final = (0.17, 0.85)
#: The same for rounding: its mean in spread vowels, and the 97th percentile of speech.
ROUNDING_RANGE: Final = (0.15, 0.55)
#: Probability of a contact: below the first nothing touches, above the second the contact is complete. In
#: their middle p, b, m and f, v are found best (F1 0.78 and 0.71).
CONTACT_EDGE: Final = (0.35, 0.75)
#: What is left of the opening where the lower lip touches the teeth.
BITTEN_OPENING: Final = 0.1
#: Part of the way that a frame goes to what is asked of it: lips have mass. Contacts are exempt.
SMOOTHING: Final = 0.75

_ARTICULATION: Final = slice(0, len(ARTICULATION_NAMES))
_OPENING, _ROUNDING, _CLOSURE, _LIP_TEETH = (
    ARTICULATION_NAMES.index(name) for name in ("opening", "rounding", "closure", "lip_teeth")
)
_IS_CONTACT: Final = np.array([name in ("closure", "lip_teeth") for name in ARTICULATION_NAMES])
_LOWEST: Final = np.array([-1 if name == "width" else 0 for name in ARTICULATION_NAMES], np.float32)
_LIPS: Final = slice(OUTPUTS.index("lip_opening"), OUTPUTS.index("lip_rounding") + 1)
_CONTACTS: Final = slice(OUTPUTS.index("logit_closure"), OUTPUTS.index("logit_lip_teeth") + 1)
_SILENCE: Final = VISEME_NAMES.index("sil")
_LOGITS: Final = slice(OUTPUTS.index("logit_sil"), OUTPUTS.index("logit_sil") + len(VISEME_NAMES))


def viseme_probabilities(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the viseme probabilities of a frame, float32 (15,), from network outputs (27,)."""
    logits = outputs[_LOGITS]
    odds = np.exp(logits - logits.max())
    probabilities: NDArray[np.float32] = odds / odds.sum()
    return probabilities


class Calibration:
    """Network outputs to articulation, frame after frame."""

    def __init__(self) -> None:
        """Start at rest."""
        self.reset()

    def reset(self) -> None:
        """Go back to rest."""
        self._last = np.zeros(len(ARTICULATION_NAMES), np.float32)

    def push(self, outputs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the curves of the next frame, float32 (7,), from network outputs (27,)."""
        asked = _articulation(outputs)
        self._last = np.where(_IS_CONTACT, asked, self._last + np.float32(SMOOTHING) * (asked - self._last))
        return self._last


def _articulation(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    curves = outputs[_ARTICULATION].copy()
    opening, width, rounding = outputs[_LIPS].tolist()
    lips = {
        "opening": (opening - LIPS_CLOSED) / (LIPS_OPEN - LIPS_CLOSED),
        "width": width * WIDTH_SPAN,
        "rounding": rounding * ROUNDING_SPAN + ROUNDING_MEAN,
    }
    for name, value in lips.items():
        number = ARTICULATION_NAMES.index(name)
        curves[number] = LIPS_SHARE[name] * value + (1 - LIPS_SHARE[name]) * curves[number]
    for number, (low, high) in ((_OPENING, OPENING_RANGE), (_ROUNDING, ROUNDING_RANGE)):
        curves[number] = (curves[number] - low) / (high - low)
    curves = np.minimum(np.maximum(curves, _LOWEST), 1).astype(np.float32)
    curves[_IS_CONTACT] = _contacts(outputs[_CONTACTS])
    _touch(curves)
    return curves


def _contacts(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return closure and lip-teeth contact, float32 (2,): 0 or 1 but for a narrow smooth step between."""
    start, full = CONTACT_EDGE
    probability = 1 / (1 + np.exp(-logits))
    step = np.clip((probability - start) / (full - start), 0, 1)
    smooth: NDArray[np.float32] = (step * step * (3 - 2 * step)).astype(np.float32)
    return smooth


def _touch(curves: NDArray[np.float32]) -> None:
    """Shut the lips where they touch; where the lower lip is at the teeth, leave the slit that f has."""
    closure, lip_teeth = curves[_CLOSURE], curves[_LIP_TEETH]
    opening = curves[_OPENING] * (1 - closure)
    curves[_OPENING] = opening + lip_teeth * (min(opening, np.float32(BITTEN_OPENING)) - opening)


def release(
    curves: NDArray[np.float32], visemes: NDArray[np.float32], openness: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw a frame towards rest: all of it at ``openness`` 1; zeros and certain silence at 0."""
    resting = np.zeros_like(visemes)
    resting[_SILENCE] = 1
    weight = np.float32(openness)
    return curves * weight, visemes * weight + resting * (1 - weight)
