"""The mouth region: two lip layers, their fields, and the shading of protruding lips."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import Image
from ..model import HeadField, Interior, Mouth
from ..sampling import sample
from .face import Face, Floats, smoothstep
from .field import Grid, interpolate
from .lips import Lips, smooth_curve
from .topology import (
    CHIN_SKIN,
    FACE_OVAL,
    LOWER_LIP,
    LOWER_LIP_INNER,
    LOWER_LIP_OUTER,
    MOUTH_CORNERS,
    PHILTRUM,
    UPPER_LIP,
    UPPER_LIP_INNER,
    UPPER_LIP_OUTER,
)

#: Points that steer the upper layer: all but the lower lip and chin; and the other way round.
_UPPER_POINTS: Final = np.setdiff1d(np.arange(468), LOWER_LIP + CHIN_SKIN)
_LOWER_POINTS: Final = np.setdiff1d(np.arange(468), UPPER_LIP + PHILTRUM)
Ring = tuple[int, ...]
_CELL: Final = 1 / 40  # of an interocular distance: fine enough for the curvature of lips
_RELIEF_STRENGTH: Final = 0.17


def still_points(face: Face, width: int, height: int) -> Floats:
    """Points that never move: two rings outside the face outline and the picture's border."""
    centre = face.oval_centre
    spokes = face.points[list(FACE_OVAL), :2] - centre
    down = (spokes @ face.rotation)[:, 1] / np.abs(spokes).max(1)
    # further out below: the jaw drops there
    reach = np.where(down < 0.3, 1.28, 1.28 + 0.45 * np.clip((down - 0.3) / 0.5, 0, 1))[:, None]
    edge = np.linspace(0, 1, 10)[:, None]
    top_left = np.zeros_like(edge)
    return np.concatenate(
        [
            centre + spokes * reach,
            centre + spokes * (reach + 0.35),
            np.c_[edge * width, top_left],
            np.c_[edge * width, top_left + height],
            np.c_[top_left, edge * height],
            np.c_[top_left + width, edge * height],
        ]
    )


def layer_fields(face: Face, grid: Grid, moves: Floats, still: Floats) -> tuple[Floats, Floats]:
    """Return the upper and lower layer's displacement, float64 (shapes, rows, columns, 2), pixels.

    ``moves`` float64 (shapes, 468, 2) in picture pixels.
    """
    count = len(moves)

    def layer(points: NDArray[np.int64], own_edge: Ring, other_edge: Ring) -> Floats:
        # the opening of an open mouth goes with the lip: the field may only fold beyond it, unseen
        follows = np.r_[points, own_edge[1:-1]]
        values = moves[:, follows].transpose(1, 0, 2).reshape(len(follows), -1)
        values = np.r_[values, np.zeros((len(still), values.shape[1]))]
        at = np.r_[face.points[np.r_[points, other_edge[1:-1]], :2], still]
        field = interpolate(at, values, grid.nodes())
        return field.reshape(grid.rows, grid.columns, count, 2).transpose(2, 0, 1, 3)

    return (
        layer(_UPPER_POINTS, UPPER_LIP_INNER, LOWER_LIP_INNER),
        layer(_LOWER_POINTS, LOWER_LIP_INNER, UPPER_LIP_INNER),
    )


def blend_layers(face: Face, grid: Grid, upper: Floats, lower: Floats) -> Floats:
    """One field for the whole picture: the upper layer above the mouth corners, the lower below."""
    corners = face.upright[list(MOUTH_CORNERS), 1].mean()
    below = face.to_upright(grid.nodes())[..., 1] - corners
    share = smoothstep(-0.11 * face.interocular, 0.11 * face.interocular, below)[None, ..., None]
    return np.asarray((upper + (lower - upper) * share) * _near_face(face, grid)[None, ..., None])


def _near_face(face: Face, grid: Grid) -> Floats:
    """1 on the face, 0 at twice its size: what the splines leave of a motion out there is no motion."""
    from_centre = (grid.nodes() - face.oval_centre) @ face.rotation
    outline = (face.points[list(FACE_OVAL), :2] - face.oval_centre) @ face.rotation
    half = np.abs(outline).max(0)
    return smoothstep(1.95, 1.45, np.hypot(*(from_centre / half).transpose(2, 0, 1)))


def mouth_grid(face: Face, width: int, height: int) -> Grid:
    """The mouth's rectangle, clipped to the picture: all that a dropped jaw can open, and little more.

    Further away both layers move like the whole picture, which is drawn anyway.
    """
    unit = face.interocular
    centre = face.points[[61, 291, 13, 14], :2].mean(0) + face.rotation @ np.array([0, 0.12 * unit])
    half = np.array([max(0.38 * unit, 0.68 * face.mouth_width), 0.37 * unit])
    low = np.maximum(np.floor(centre - half), 0).astype(int)
    high = np.minimum(np.ceil(centre + half), [width, height]).astype(int)
    size = high - low
    return Grid.over(int(low[0]), int(low[1]), int(size[0]), int(size[1]), unit * _CELL)


def bake_mouth(
    image: Image,
    face: Face,
    lips: Lips,
    moves: Floats,
    still: Floats,
    head: HeadField,
    grid: Grid,
    jaw: Floats,
    interior: Interior,
    flat: bool,
) -> Mouth:
    """Build the mouth region of a BGR picture.

    ``jaw`` is the drop of the lower teeth, upright (2,); ``flat`` pictures (drawings) get no relief.
    """
    upper, lower = layer_fields(face, grid, moves, still)
    upper, lower = _soften(face, grid, upper), _soften(face, grid, lower)
    both = blend_layers(face, grid, upper, lower)
    apart = _where_layers_part(face, grid)[None, ..., None]
    field = np.stack([both + (upper - both) * apart, both + (lower - both) * apart], 1) / grid.step
    rows, columns = slice(grid.top, grid.top + grid.height), slice(grid.left, grid.left + grid.width)
    x, y = _pixels_upright(face, grid)
    part = image[rows, columns]
    if not flat:
        part = _without_corner_lines(part, face, lips, x, y)
    feather = max(0.7, face.interocular / 160)
    above = smoothstep(feather, -feather, y - smooth_curve(lips.upper)(x))
    below = smoothstep(-feather, feather, y - smooth_curve(lips.lower)(x))
    return Mouth(
        grid=grid,
        field=field.astype(np.float32),
        head=head,
        upper=np.dstack([part, np.round(above * 255)]).astype(np.uint8),
        lower=np.dstack([part, np.round(below * 255)]).astype(np.uint8),
        border=_border(grid),
        relief=_relief(face, lips, x, y) * np.int8(not flat),
        interior=interior,
        anchor=face.to_picture(lips.meeting_point).astype(np.float32),
        jaw_drop=(face.rotation @ jaw).astype(np.float32),
        width=face.mouth_width,
        open=lips.open,
    )


def _without_corner_lines(part: Image, face: Face, lips: Lips, x: Floats, y: Floats) -> Image:
    """Take the dark crease out that runs on from the mouth corners into the cheeks.

    It belongs to the mouth at rest; left in the layers it would stick out of a mouth that narrows.
    """
    reach = 0.04 * face.interocular
    beyond = np.abs(x - face.mouth_centre_x) / (face.mouth_width / 2)
    below = y - smooth_curve((lips.upper + lips.lower) / 2)(x)
    rows, columns = part.shape[:2]
    at = np.stack(np.meshgrid(np.arange(columns), np.arange(rows)), -1)
    over, under = (
        sample(part, (at + (edge - below)[..., None] * face.rotation[:, 1]).astype(np.float32))
        for edge in (-reach, reach)
    )
    share = np.clip((below / reach + 1) / 2, 0, 1)[..., None]
    filled = over + (under.astype(np.float64) - over) * share
    window = (
        smoothstep(0.96, 1.02, beyond)
        * smoothstep(1.6, 1.35, beyond)
        * smoothstep(reach, 0.8 * reach, np.abs(below))
    )
    return np.asarray(np.round(part + (filled - part) * window[..., None]), np.uint8)


def _soften(face: Face, grid: Grid, field: Floats) -> Floats:
    """Blur a field slightly: kinks at the mesh points would show as creases."""
    sigma = max(0.5, 0.014 * face.interocular / grid.step.mean())
    return np.stack([cv2.GaussianBlur(np.ascontiguousarray(f), (0, 0), sigma) for f in field])


def _where_layers_part(face: Face, grid: Grid) -> Floats:
    """1 between the mouth corners, 0 beyond them and at the rectangle's edge: there both layers agree.

    Ending the split right at the corners keeps dark lines from being dragged out beyond them.
    """
    upright = face.to_upright(grid.nodes())
    across = np.abs(upright[..., 0] - face.mouth_centre_x) / (face.mouth_width / 2)
    nodes = grid.nodes()
    inset = np.minimum.reduce(
        [
            nodes[..., 0] - grid.left,
            grid.left + grid.width - 1 - nodes[..., 0],
            nodes[..., 1] - grid.top,
            grid.top + grid.height - 1 - nodes[..., 1],
        ]
    )
    margin = 0.2 * min(grid.width, grid.height)
    return np.asarray(smoothstep(1.2, 1.0, across) * smoothstep(0, margin, inset))


def _pixels_upright(face: Face, grid: Grid) -> tuple[Floats, Floats]:
    y, x = np.mgrid[grid.top : grid.top + grid.height, grid.left : grid.left + grid.width]
    upright = face.to_upright(np.stack([x, y], -1).astype(np.float64))
    return upright[..., 0], upright[..., 1]


def _border(grid: Grid) -> NDArray[np.uint8]:
    """Weight 255 inside, falling linearly to 0 over a tenth of the rectangle's shorter side."""
    ramp = max(2, min(grid.width, grid.height) // 10)

    def edge(count: int) -> Floats:
        i = np.arange(count)
        return np.clip((np.minimum(i, count - 1 - i) + 1) / (ramp + 1), 0, 1)

    return np.round(np.outer(edge(grid.height), edge(grid.width)) * 255).astype(np.uint8)


def _relief(face: Face, lips: Lips, x: Floats, y: Floats) -> NDArray[np.int8]:
    """Shading of lips that protrude (funnel, pucker), lit from above.

    Each lip is a bump of height z; a surface that rises downwards faces up and is lit more, so
    the change of brightness goes with dz/dy. Below the lower lip the bump also shadows the skin.
    """
    half = face.mouth_width / 2
    u = (x - face.mouth_centre_x) / half
    seam = smooth_curve((lips.upper + lips.lower) / 2)(x)
    upper_edge = face.upright[list(UPPER_LIP_OUTER), 1]
    lower_edge = face.upright[list(LOWER_LIP_OUTER), 1]
    upper_size = max(float(np.ptp(np.r_[upper_edge[5], lips.upper[5, 1]])), 0.06 * face.interocular)
    lower_size = max(float(np.ptp(np.r_[lower_edge[5], lips.lower[5, 1]])), 0.08 * face.interocular)

    def bump(middle: Floats, size: float) -> Floats:
        v = (y - middle) / size
        slope = -v * np.exp(-(v**2)) * np.exp(0.5) * np.sqrt(2)  # d/dy of exp(-v^2), peak 1
        return np.asarray(np.where(slope < 0, 0.7 * slope, slope))  # light fills shadows

    layers = []
    for reach in (1.05, 0.85):  # a funnel is wider than a pucker
        across = np.exp(-((u / reach) ** 4))
        shade = 0.5 * bump(seam - 0.55 * upper_size, 0.7 * upper_size)
        shade = shade + bump(seam + 0.55 * lower_size, 0.8 * lower_size)
        layers.append(np.clip(shade * across * _RELIEF_STRENGTH, -1, 1))
    return np.round(np.stack(layers, -1) * 127).astype(np.int8)
