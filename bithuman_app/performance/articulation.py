"""From articulation curves to the mouth's coefficients, continuously.

The curves say how far the mouth is open, how wide, how round and where it touches; the viseme
probabilities say which shape fills that opening: teeth for SS, a funnel for CH, the tongue for TH.
Contacts come last and win: a closed p, b or m is closed whatever the rest asks for.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import ARKIT_NAMES, INDEX
from ..lipsync.curves import VISEME_NAMES
from .visemes import VISEME_POSES

#: jawOpen of the widest vowel.
WIDEST_JAW: Final = 0.62
#: How much of the jaw follows the lips' opening; the rest follows the jaw curve.
JAW_FROM_OPENING: Final = 0.75
#: An opening below this is a closed mouth.
CLOSED_OPENING: Final = 0.03
#: The opening from which on the lips are parted as far as the viseme asks.
PARTED_OPENING: Final = 0.28
#: Evidence of a contact below the first value is none, above the second complete. Set so that p, b, m and
#: f, v of read speech are found best (F1 0.80 and 0.72 on 110 and 41 of them).
CONTACT_EDGE: Final = (0.25, 0.65)
#: Rounded lips come close without touching (w, u): how much rounding takes from a closure.
ROUNDING_AGAINST_CLOSURE: Final = 0.5

#: The teeth are nearly together in s and ʃ, however far the neighbouring vowels part the lips: how much
#: a certain sibilant takes from the jaw.
SIBILANT_AGAINST_JAW: Final = 0.6

#: A dropped jaw draws the lips out of their rounding; without this, the "wa" of "watch" is a tall slit.
OPENING_AGAINST_ROUNDING: Final = 0.55

#: What the viseme probabilities add to.
_SHAPED: Final = (
    "mouthUpperUp", "mouthLowerDown", "tongueOut", "mouthStretch", "mouthSmile", "mouthFunnel", "mouthPucker",
)  # fmt: skip


def _viseme_table(names: tuple[str, ...]) -> NDArray[np.float64]:
    """Return what each viseme asks of the named coefficients and, last, of the tongue: (15, n + 1)."""
    columns = [INDEX[name] if name in INDEX else INDEX[name + "Left"] for name in names]
    poses = [VISEME_POSES[name] for name in VISEME_NAMES]
    return np.array([[*pose.coefficients[columns].tolist(), pose.tongue] for pose in poses])


_MOVED: Final = (
    "jawOpen", "mouthUpperUp", "mouthLowerDown", "mouthStretch", "mouthSmile", "mouthFunnel", "mouthPucker",
    "tongueOut", "mouthPress", "mouthRollLower", "mouthRollUpper", "mouthShrugLower",
)  # fmt: skip
_LEFT: Final = [INDEX.get(name, INDEX.get(name + "Left", -1)) for name in _MOVED]
_RIGHT: Final = [INDEX.get(name, INDEX.get(name + "Right", -1)) for name in _MOVED]
_TABLE: Final = _viseme_table(_SHAPED)
_SILENCE: Final = VISEME_NAMES.index("sil")
_LIP_TEETH: Final = VISEME_NAMES.index("FF")
_SIBILANTS: Final = [VISEME_NAMES.index("SS"), VISEME_NAMES.index("CH")]


def edge(value: float, limits: tuple[float, float]) -> float:
    """Return 0 below the first limit, 1 above the second, and a smooth rise between (3t² - 2t³)."""
    t = min(max((value - limits[0]) / (limits[1] - limits[0]), 0.0), 1.0)
    return t * t * (3.0 - 2.0 * t)


def mouth(
    articulation: NDArray[np.float32], visemes: NDArray[np.float32]
) -> tuple[NDArray[np.float32], float]:
    """Return the mouth of one frame: the 52 coefficients, float32 (52,), and the tongue, both 0..1.

    ``articulation`` is float32 (7,) and ``visemes`` float32 (15,), one frame of ``Curves``. Curves at
    rest with certain silence give exact zeros.
    """
    opening, width, rounding, closure, lip_teeth, tongue, jaw = articulation.tolist()
    shares = visemes.astype(np.float64)
    speaking = 1.0 - float(shares[_SILENCE])
    upper, lower, tongue_out, stretch, smile, funnel, pucker, tongue_tip = (shares @ _TABLE).tolist()

    closed = edge(closure * (1.0 - ROUNDING_AGAINST_CLOSURE * rounding), CONTACT_EDGE)
    # The curve alone takes some s for f; the viseme's probability, a third being certain, tells them apart.
    bitten = edge(0.5 * lip_teeth + 0.5 * min(3.0 * float(shares[_LIP_TEETH]), 1.0), CONTACT_EDGE)
    bitten *= 1.0 - closed
    free = (1.0 - closed) * (1.0 - bitten)
    opening = max(0.0, opening - CLOSED_OPENING) / (1.0 - CLOSED_OPENING)
    parted = min(opening / PARTED_OPENING, 1.0) * free
    jaw = JAW_FROM_OPENING * opening + (1.0 - JAW_FROM_OPENING) * min(jaw, 1.5 * opening)
    jaw *= 1.0 - SIBILANT_AGAINST_JAW * float(shares[_SIBILANTS].sum())
    rounding *= 1.0 - OPENING_AGAINST_ROUNDING * opening
    spread = max(0.0, width) * (1.0 - rounding) * speaking
    unrounded = 1.0 - 0.8 * rounding

    values = (
        WIDEST_JAW * jaw * free + 0.05 * bitten,  # jawOpen
        (0.15 * opening + 0.9 * upper) * unrounded * parted + 0.62 * bitten,  # mouthUpperUp
        (0.15 * opening + 0.8 * lower * unrounded) * parted,  # mouthLowerDown
        (0.3 * spread + 0.5 * stretch) * unrounded,  # mouthStretch
        (0.2 * spread + 0.5 * smile) * unrounded,  # mouthSmile
        (rounding * (0.06 + 0.6 * opening) + 0.6 * funnel) * (1.0 - closed),  # mouthFunnel
        rounding * (0.75 - 0.5 * opening) + 0.4 * pucker,  # mouthPucker
        tongue_out * parted,  # tongueOut
        0.35 * closed,  # mouthPress
        0.3 * closed + 0.75 * bitten,  # mouthRollLower
        0.3 * closed,  # mouthRollUpper
        0.2 * bitten,  # mouthShrugLower
    )
    coefficients = np.zeros(len(ARKIT_NAMES), np.float32)
    coefficients[_LEFT] = coefficients[_RIGHT] = [min(max(value, 0.0), 1.0) for value in values]
    raised = (tongue_tip + 0.2 * tongue * speaking) * (1.0 - closed)
    return coefficients, min(raised, 1.0)
