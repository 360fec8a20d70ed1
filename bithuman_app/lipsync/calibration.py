"""From the network's numbers to the curve format.

The network knows the mouth twice: as phonemes ask for it, and as a teacher sees it who was fitted to real
lips. The opening is the teacher's, for how far people open depends on more than phonemes; width and rounding
are mixed; contacts are decided by outputs of their own and then win, because least squares blurs what lasts
a frame or two. Constants come from speech synthesised for the purpose, whose phonemes are known, from the
training's recordings, and where docs/lipsync.md says so from filmed people.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .curves import ARTICULATION_NAMES, VISEME_NAMES
from .network import FRAME_OUTPUTS

#: The teacher's opening, in deviations from its mean in speech, in the middle of p, b and m, and at the 97th
#: percentile of speech.
LIPS_CLOSED: Final = -1.35
LIPS_OPEN: Final = 1.9
#: The teacher's share in width and rounding; the rest are the phonemes'.
LIPS_SHARE: Final = {"width": 0.9, "rounding": 0.4}
#: One deviation of the teacher's width and rounding on the scale of the curves, and its mean rounding: so
#: that both ways to know the mouth have the same mean and deviation in speech.
WIDTH_SPAN: Final = 0.37
ROUNDING_SPAN: Final = 0.25
ROUNDING_MEAN: Final = 0.19
#: What the network, which like every least squares shies from extremes, makes of the opening where lips begin
#: to part, and at the 97th percentile of speech. Up to the first the curve only rises to the third value.
OPENING_RANGE: Final = (0.2, 1.1)
BARELY_OPEN: Final = 0.06
#: The same for rounding: its mean in spread vowels, and the 97th percentile of speech.
ROUNDING_RANGE: Final = (0.15, 0.55)
#: Probability of a contact: below the first nothing touches, above the second the contact is complete. In
#: their middle p, b, m and f, v are found best (F1 0.87 and 0.81 in three synthetic voices).
CONTACT_EDGE: Final = (0.35, 0.75)
#: The contact curves are sharp. The opening closes as far as a contact is probable, for a mouth that shuts is
#: on its way there before and after.
CLOSING_EDGE: Final = (0.02, 1.0)
#: What is left of the opening where the lower lip touches the teeth.
BITTEN_OPENING: Final = 0.1
#: Lips spare themselves small movements. The opening stays where it is until what is asked of it differs by
#: more than this part of it, then follows at that distance; a closed and a wide open mouth are still reached.
#: Without it the mouth moves a tenth faster, and it is a tenth faster than real ones as it is.
SLACK: Final = 0.08
#: Lips stay as they are in a short pause. But when no voice is heard any more and silence is more probable
#: than the first, the sentence has ended: of the opening at most the second is left with every frame.
SILENT_ABOVE: Final = 0.2
SETTLING: Final = 0.85

_CURVES: Final = len(ARTICULATION_NAMES)
_CONTACTS: Final = slice(FRAME_OUTPUTS.index("logit_closure"), FRAME_OUTPUTS.index("sharp_lip_teeth") + 1)
_LIPS: Final = slice(FRAME_OUTPUTS.index("lip_opening"), FRAME_OUTPUTS.index("lip_rounding") + 1)
_SILENCE: Final = VISEME_NAMES.index("sil")
_LOGITS: Final = slice(FRAME_OUTPUTS.index("logit_sil"), FRAME_OUTPUTS.index("logit_sil") + len(VISEME_NAMES))


def viseme_probabilities(outputs: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the viseme probabilities of a frame, float32 (15,), from network outputs (29,)."""
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
        self._held = 0.0
        self._opening = 0.0

    def push(
        self, outputs: NDArray[np.float32], silence: float = 0.0, voice: bool = True
    ) -> NDArray[np.float32]:
        """Return the curves of the next frame, float32 (7,), from network outputs (29,).

        ``silence`` is the probability that nothing is said in it, ``voice`` whether a voice is heard.
        """
        values = outputs.tolist()
        _, width, rounding, _, _, tongue, jaw = values[:_CURVES]
        lip_opening, lip_width, lip_rounding = values[_LIPS]
        edges = (CLOSING_EDGE, CONTACT_EDGE, CONTACT_EDGE, CONTACT_EDGE)
        closing, biting, closure, lip_teeth = map(_contact, values[_CONTACTS], edges)
        opening = (lip_opening - LIPS_CLOSED) / (LIPS_OPEN - LIPS_CLOSED)
        width = _mixed("width", lip_width * WIDTH_SPAN, width)
        rounding = _mixed("rounding", lip_rounding * ROUNDING_SPAN + ROUNDING_MEAN, rounding)
        spread, round_ = ROUNDING_RANGE
        opening = self._moved(_spanned(opening) * (1 - closing))
        # Where the lower lip is at the teeth, the slit that f has is left.
        opening += biting * (min(opening, BITTEN_OPENING) - opening)
        if not voice and silence > SILENT_ABOVE:
            opening = min(opening, self._opening * SETTLING)
        self._opening = opening
        rounding = _within(0, (rounding - spread) / (round_ - spread))
        curves = (
            opening,
            _within(-1, width),
            rounding,
            closure,
            lip_teeth,
            _within(0, tongue),
            _within(0, jaw),
        )
        return np.array(curves, np.float32)

    def _moved(self, asked: float) -> float:
        """Return the opening of a frame that is asked to open so far, both 0..1."""
        slack = SLACK * asked
        self._held = min(max(self._held, asked - slack), asked + slack)
        return min(1.0, self._held / (1 - SLACK))


def _mixed(name: str, lips: float, phonemes: float) -> float:
    share = LIPS_SHARE[name]
    return share * lips + (1 - share) * phonemes


def _within(lowest: float, value: float) -> float:
    return min(max(value, lowest), 1.0)


def _spanned(opening: float) -> float:
    """Stretch the network's opening to 0..1; see ``OPENING_RANGE``."""
    parted, wide = OPENING_RANGE
    if opening < parted:
        return BARELY_OPEN * max(opening, 0.0) / parted
    return min(1.0, BARELY_OPEN + (1 - BARELY_OPEN) * (opening - parted) / (wide - parted))


def _contact(logit: float, edge: tuple[float, float]) -> float:
    """Return how complete a contact is, 0..1: 0 before the edge, 1 after it, a smooth step between."""
    start, full = edge
    probability = 1 / (1 + math.exp(-min(max(logit, -50.0), 50.0)))
    step = min(max((probability - start) / (full - start), 0.0), 1.0)
    return step * step * (3 - 2 * step)


def release(
    curves: NDArray[np.float32], visemes: NDArray[np.float32], openness: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Draw a frame towards rest: all of it at ``openness`` 1; zeros and certain silence at 0."""
    resting = np.zeros_like(visemes)
    resting[_SILENCE] = 1
    weight = np.float32(openness)
    return curves * weight, visemes * weight + resting * (1 - weight)
