"""What each of the fifteen Oculus visemes looks like, as a face pose from a closed neutral."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..avatar.arkit import coefficients
from ..avatar.pose import FacePose


def _pose(tongue: float = 0.0, **named: float) -> FacePose:
    return FacePose(coefficients(named), tongue=tongue)


#: Held at full strength, as in a slow, clear example; in running speech they blend and are weaker.
VISEME_POSES: Final[Mapping[str, FacePose]] = MappingProxyType(
    {
        "sil": _pose(),
        # Lips pressed together and rolled in a little, jaw shut.
        "PP": _pose(mouthPress=0.35, mouthRollLower=0.35, mouthRollUpper=0.3),
        # Lower lip under the upper teeth, upper lip lifted off it.
        "FF": _pose(
            jawOpen=0.05, mouthRollLower=0.75, mouthUpperUp=0.65, mouthShrugLower=0.2
        ),
        # Tongue tip between the teeth.
        "TH": _pose(
            tongue=0.6, jawOpen=0.16, mouthLowerDown=0.5, mouthUpperUp=0.35, tongueOut=0.35
        ),
        # Tongue behind the upper teeth, a narrow gap.
        "DD": _pose(tongue=0.55, jawOpen=0.13, mouthLowerDown=0.6, mouthUpperUp=0.4),
        "kk": _pose(jawOpen=0.2, mouthStretch=0.2, mouthUpperUp=0.4, mouthLowerDown=0.3),
        # Lips pushed forward into a square funnel.
        "CH": _pose(jawOpen=0.06, mouthFunnel=0.8, mouthPucker=0.3, mouthUpperUp=0.15, mouthLowerDown=0.25),
        # Both rows of teeth, almost shut, lips drawn apart.
        "SS": _pose(
            jawOpen=0.05, mouthStretch=0.35, mouthSmile=0.2, mouthUpperUp=0.6, mouthLowerDown=0.95
        ),
        "nn": _pose(tongue=0.7, jawOpen=0.13, mouthUpperUp=0.3, mouthLowerDown=0.5),
        "RR": _pose(tongue=0.3, jawOpen=0.1, mouthFunnel=0.5, mouthPucker=0.35, mouthLowerDown=0.2),
        "aa": _pose(jawOpen=0.58, mouthUpperUp=0.45, mouthLowerDown=0.35),
        "E": _pose(jawOpen=0.32, mouthStretch=0.35, mouthSmile=0.2, mouthUpperUp=0.5, mouthLowerDown=0.5),
        "I": _pose(jawOpen=0.15, mouthStretch=0.45, mouthSmile=0.35, mouthUpperUp=0.5, mouthLowerDown=0.65),
        "O": _pose(jawOpen=0.38, mouthFunnel=0.65, mouthPucker=0.35),
        "U": _pose(jawOpen=0.1, mouthFunnel=0.15, mouthPucker=1.0),
    }
)  # fmt: skip
