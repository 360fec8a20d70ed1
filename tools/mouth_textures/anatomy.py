"""Sizes and places of the teeth: one table per jaw, and three variations of it.

Crown widths and lengths are the usual means of dental anatomy textbooks (Wheeler's): upper central incisor
8.5 mm wide and 10.5 mm long, lower central incisor 5.3 mm and 8.8 mm. All lengths in millimetres.
"""

import math
from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Tooth:
    """A crown in its own frame: X across (mesial negative), Y from the edge to the gum, Z to the cheek."""

    width: float
    length: float
    rise: float  # how far the incisal edge stays behind the central incisor's level
    cusp: float  # height of a point in the middle of the edge
    corner_mesial: float  # height over which each corner is rounded
    corner_distal: float
    squareness: float  # superellipse exponent of the corners
    taper: float  # width at the gum over greatest width
    ridge: float  # how far the sides fall back from the middle
    shade: float = 1.0  # brightness
    warmth: float = 0.0  # 0 neutral, 1 clearly yellow
    turn: float = 0.0  # own rotation about Y in radians


@dataclass(frozen=True)
class PlacedTooth:
    """A tooth on the dental arch: centre (x, z), facial direction in radians from the viewer, side ±1."""

    tooth: Tooth
    x: float
    z: float
    angle: float
    side: int
    scale: float  # perspective: what is farther back looks smaller


@dataclass(frozen=True)
class Arch:
    """The curve ``z = −(bend·x² + flank·x⁴)`` that the facial surfaces follow."""

    bend: float
    flank: float

    def depth(self, x: float) -> float:
        """Return z at x."""
        return -(self.bend * x * x + self.flank * x**4)

    def slope(self, x: float) -> float:
        """Return dz/dx at x."""
        return -(2 * self.bend * x + 4 * self.flank * x**3)

    def advance(self, x: float, length: float) -> float:
        """Return the x that lies ``length`` millimetres farther along the curve."""
        for _ in range(200):
            x += length / 200 / math.hypot(1, self.slope(x))
        return x


UPPER = (
    Tooth(8.5, 10.5, 0.0, 0.0, 1.3, 2.3, 4.4, 0.74, 0.75),
    Tooth(6.6, 9.2, 0.75, 0.1, 1.5, 2.6, 3.3, 0.72, 0.9, 0.99, 0.10),
    Tooth(7.7, 10.4, 0.15, 1.5, 2.4, 3.2, 2.3, 0.74, 1.6, 0.955, 0.42),
    Tooth(7.1, 8.6, 0.9, 1.4, 2.4, 2.6, 2.4, 0.78, 1.8, 0.96, 0.28),
    Tooth(6.8, 7.8, 1.3, 1.0, 2.2, 2.4, 2.4, 0.80, 1.8, 0.96, 0.28),
    Tooth(10.0, 7.4, 1.5, 0.7, 2.0, 2.4, 2.8, 0.86, 1.6, 0.95, 0.30),
)
LOWER = (
    Tooth(5.3, 8.8, 0.0, 0.0, 0.7, 0.9, 4.6, 0.70, 0.7, 0.98, 0.12),
    Tooth(5.8, 9.0, 0.05, 0.05, 0.8, 1.2, 4.0, 0.70, 0.75, 0.98, 0.14),
    Tooth(6.8, 10.2, -0.15, 0.95, 1.8, 2.8, 2.4, 0.72, 1.4, 0.95, 0.40),
    Tooth(7.0, 8.4, 0.6, 1.3, 2.2, 2.6, 2.4, 0.76, 1.8, 0.95, 0.28),
    Tooth(7.1, 7.8, 1.0, 0.9, 2.2, 2.4, 2.5, 0.80, 1.8, 0.95, 0.28),
    Tooth(10.8, 7.4, 1.2, 0.7, 2.0, 2.2, 2.8, 0.86, 1.6, 0.95, 0.28),
)
UPPER_ARCH = Arch(0.0265, 1.6e-5)
LOWER_ARCH = Arch(0.0330, 2.6e-5)
_CAMERA_DISTANCE = 380.0  # from the incisors: a portrait's perspective


@dataclass(frozen=True)
class Character:
    """What tells one person's teeth from another's."""

    seed: int
    disorder: float  # spread of the rotations in degrees and of the edges in tenths of a millimetre
    squareness: float  # added to the corner exponent
    corner: float  # factor on the rounding of the corners
    lateral_width: float  # factor on the lateral incisors
    wear: float  # millimetres of cusp and edge lost
    warmth: float


CHARACTERS = {
    "a": Character(seed=3, disorder=0.8, squareness=0.2, corner=1.0, lateral_width=1.0, wear=0.0, warmth=0.0),
    "b": Character(
        seed=8, disorder=1.9, squareness=-0.7, corner=1.25, lateral_width=0.93, wear=0.1, warmth=0.12
    ),
    "c": Character(
        seed=14, disorder=2.6, squareness=1.2, corner=0.75, lateral_width=1.06, wear=0.45, warmth=0.25
    ),
}


def place_row(teeth: tuple[Tooth, ...], arch: Arch, character: Character) -> list[PlacedTooth]:
    """Return both halves of a row, each tooth touching the one before it on the arch."""
    random = np.random.default_rng(character.seed + len(teeth) * int(10 * teeth[0].width))
    row = []
    for side in (-1, 1):
        start = 0.0
        for index, typical in enumerate(teeth):
            tooth = _individual(typical, index, character, random)
            # neighbours overlap by a hair: natural teeth press against each other
            middle = arch.advance(start, tooth.width * 0.49)
            start = arch.advance(start, tooth.width * 0.98)
            angle = math.atan(-arch.slope(middle)) * 0.93 + tooth.turn
            z = arch.depth(middle)
            scale = _CAMERA_DISTANCE / (_CAMERA_DISTANCE - z)
            row.append(PlacedTooth(tooth, side * middle, z, side * angle, side, scale))
    return row


def _individual(tooth: Tooth, index: int, character: Character, random: np.random.Generator) -> Tooth:
    jitter = random.standard_normal(6) * character.disorder
    lateral = character.lateral_width if index == 1 else 1.0
    # the central incisors are what everybody looks at: keep them nearly alike
    calm = 0.45 if index == 0 else 1.0
    return replace(
        tooth,
        width=tooth.width * lateral * (1 + 0.006 * jitter[0] * calm),
        length=tooth.length * (1 + 0.012 * jitter[1] * calm),
        rise=tooth.rise + 0.11 * jitter[2] * calm + (0.35 if index == 0 else -0.1) * character.wear,
        cusp=max(0.0, tooth.cusp - character.wear),
        corner_mesial=tooth.corner_mesial * character.corner,
        corner_distal=tooth.corner_distal * character.corner,
        squareness=tooth.squareness + character.squareness,
        shade=tooth.shade * (1 + 0.008 * jitter[3]),
        warmth=tooth.warmth + character.warmth + 0.04 * jitter[4],
        turn=math.radians(2.2 * jitter[5]) * calm,
    )
