"""What an avatar is in memory: a picture, the fields that move it, and the layers of mouth and eyes.

Rooms above read these arrays; only ``bake`` makes them and ``schema`` stores them. Fields are in
cells of their own grid (see ``bake.field.Grid``), everything else in pixels of the picture.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .landmarks import Side

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]

#: Shapes beyond ARKit's: close a mouth that the picture shows open; soften a smile that it shows.
CLOSE_SOURCE: Final = "closeSource"
RELAX_SMILE: Final = "relaxSmile"
#: Where closed lids meet, from the upper (0) to the lower (1) lid line of the open eye: the lower lid
#: hardly moves, and the upper one covers its wet rim.
LIDS_MEET_AT: Final = 1.04


@dataclass(frozen=True)
class FieldGrid:
    """A rectangle of the picture (pixels) divided into ``rows`` x ``columns`` cells."""

    left: int
    top: int
    width: int
    height: int
    columns: int
    rows: int


@dataclass(frozen=True)
class HeadField:
    """How nodes of a grid take part in head motion.

    ``weight`` float32 (rows, columns), 1 on the head, 0 where the picture stands still; ``depth``
    in pixels towards the viewer; ``breath`` pixels that the node rises when breathing in.
    """

    weight: Floats
    depth: Floats
    breath: Floats


@dataclass(frozen=True)
class Interior:
    """What lies behind the lips, already at the picture's scale and turned like the face.

    Textures are uint8 (h, w, 4) BGRA; ``*_anchor`` float (2,) is the pixel of the texture that sits
    at the anchor of the mouth: the middle of the incisal edge, the tip of the tongue. ``own`` is
    the picture's own open mouth, uint8 (mouth height, mouth width, 4), or None. ``dark`` BGR (3,)
    is the colour of the cavity; ``shading`` (0..1) says how much lips and depth darken it,
    ``saturation`` (0..1) how colourful the picture is.
    """

    upper_teeth: Bytes
    upper_anchor: Floats
    lower_teeth: Bytes
    lower_anchor: Floats
    tongue: Bytes
    tongue_anchor: Floats
    dark: Floats
    shading: float
    saturation: float
    own: Bytes | None = None


@dataclass(frozen=True)
class Mouth:
    """The mouth region: two layers of lips over an interior.

    ``upper``, ``lower`` uint8 (h, w, 4) BGRA over the rectangle of ``grid``: lips and skin, the same
    colours in both; alpha is the layer's mask. ``field`` float32 (shapes, 2, rows, columns, 2): forward
    displacement of the upper and the lower layer. ``relief`` int8 (h, w, 2): shading of funnel and
    pucker, 127 = twice as bright.
    ``border`` uint8 (h, w): weight of the region against the rest of the picture.
    ``anchor`` (2,) pixels where closed lips meet; ``jaw_drop`` (2,) how the lower teeth move for
    ``jawOpen`` = 1. ``open`` says that the picture shows an open mouth.
    """

    grid: FieldGrid
    field: Floats
    head: HeadField
    upper: Bytes
    lower: Bytes
    border: Bytes
    relief: NDArray[np.int8]
    interior: Interior
    anchor: Floats
    jaw_drop: Floats
    width: float
    open: bool


@dataclass(frozen=True)
class Eye:
    """One eye region at (``left``, ``top``): eyeball under two lids that move like curtains.

    ``ball`` uint8 (h, w, 4) BGRA, opaque: the eyeball, continued under the lids. ``curtain`` float32
    (h, w, 2): how many pixels below the upper lid line a pixel lies, and how far below it the lower
    lid line runs there. ``sheet`` uint8 (h, w, 4) BGRA: the closed eye. ``iris`` float32 (3,): centre
    x, y in the region and radius. ``crease``: lid skin above the upper line, pixels; what lies higher
    does not move. ``look`` float32 (2,): pixels that the iris moves (across, down) for a full look;
    ``widen`` is how far ``eyeWide`` lifts the lid, of the eye's height;
    ``painted_from`` is how far the lid closes until all of it is painted instead of stretched skin;
    ``follow`` (0..1) is how much the lids follow a look up or down and a squint.
    """

    left: int
    top: int
    ball: Bytes
    curtain: Floats
    sheet: Bytes
    iris: Floats
    crease: float
    look: Floats
    widen: float
    painted_from: float
    follow: float


@dataclass(frozen=True)
class Avatar:
    """A baked face, ready to render.

    ``image`` uint8 (height, width, 4) BGRA: the picture; alpha cuts the person out. ``field``
    float32 (shapes, rows, columns, 2) moves the whole picture. ``pivot`` (2,) pixels: the point
    the head turns about. ``unit``: interocular distance in pixels. ``rotation`` float32 (2, 2):
    from the face's upright frame to the picture.
    """

    name: str
    image: Bytes
    shapes: tuple[str, ...]
    grid: FieldGrid
    field: Floats
    head: HeadField
    pivot: Floats
    unit: float
    rotation: Floats
    mouth: Mouth
    eyes: dict[Side, Eye]
    style: str
    manifest: dict[str, Any] = dataclasses.field(default_factory=dict)
    thumbnail: bytes | None = None

    @property
    def width(self) -> int:
        """Width of the frames in pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Height of the frames in pixels."""
        return int(self.image.shape[0])
