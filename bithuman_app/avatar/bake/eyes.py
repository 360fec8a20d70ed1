"""The eye regions: an eyeball that turns under lids drawn like curtains.

A lid stretched from a photo smears: only a few rows of skin lie between crease and lashes. So a
closed eye is painted at bake time (``sheet``): skin colour from the brow bone and the cheek,
skin or fur texture from below the eye, and the eye's own lash line laid along the closed line.
"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import EYE_CORNERS, Image, Side
from ..model import LIDS_MEET_AT, Eye
from ..sampling import MIRROR, NOTHING, sample
from .face import Face, Floats, Style, smoothstep
from .lids import fit_lid_lines
from .topology import LOWER_LID, UPPER_LID

#: Half the region's size, of the eye's width. Drawn lashes reach further out.
_REGION: Final = {"photo": (0.7, 0.5), "drawing": (0.95, 0.75), "animal": (0.7, 0.5)}
#: Lid skin above the eye: of the eye's height plus of its width. In drawings all lashes lie in it.
_CREASE: Final = {"photo": (0.5, 0.07), "drawing": (0.8, 0.16), "animal": (0.5, 0.07)}
#: A full ARKit look turns the eye by about 28 degrees: nearly one iris radius across, less up and down.
_FULL_LOOK: Final = np.array([0.95, 0.6])
#: How much of a painted lid's colour comes from the cheek rather than from under the brow.
_CHEEK_IN_LID: Final = {"photo": 0.6, "drawing": 0.2, "animal": 0.3}
_ROUNDNESS: Final = {"photo": 0.05, "drawing": 0.0, "animal": 0.12}
_LASHES: Final = 0.13  # height of the lash line, of the eye's width


def bake_eye(image: Image, face: Face, side: Side, style: Style) -> Eye:
    """Build one eye region of a BGR picture."""
    region = _Region(image, face, side, style)
    centre, radius = region.drawn_iris() if style == "drawing" else region.iris()
    return Eye(
        left=region.left,
        top=region.top,
        ball=_eyeball(region, centre, radius),
        curtain=np.stack([region.below_upper, region.height], -1).astype(np.float32),
        sheet=_closed_sheet(region),
        iris=np.array([*centre, radius], np.float32),
        crease=region.crease,
        look=(
            _FULL_LOOK * radius * np.array([_room(region, radius), 0.5 if style == "drawing" else 1.0])
        ).astype(np.float32),
        painted_from=0.5 if style == "photo" else 0.2,
        follow=0.4 if style == "drawing" else 1.0,
        widen=0.16 * float(np.clip(1.6 - 1.5 * region.tallest / region.width, 0.2, 1)),
    )


def _room(region: "_Region", radius: float) -> float:
    """Share of a full look that keeps the iris inside the eye; animals' eyes are nearly all iris."""
    return float(np.clip((region.width / 2 - radius) / radius / 0.9, 0.15, 1.0))


class _Region:
    """Pixels around one eye, with their distance from the lid lines.

    ``below_upper`` (h, w): pixels below the upper lid line; ``height`` (h, w): from that line to
    the lower one in the same column; ``across`` -1..1 between the corners, beyond outside.
    """

    def __init__(self, image: Image, face: Face, side: Side, style: Style) -> None:
        self.face, self.side, self.style = face, side, style
        corners = face.upright[list(EYE_CORNERS[side])]
        corners = corners[np.argsort(corners[:, 0])]
        self.width = float(corners[1, 0] - corners[0, 0])
        upper_points = np.r_[corners[:1], face.upright[list(UPPER_LID[side])], corners[1:]]
        lower_points = np.r_[corners[:1], face.upright[list(LOWER_LID[side])], corners[1:]]
        middle = face.to_picture(np.r_[upper_points, lower_points].mean(0))
        opening = float(np.ptp(np.r_[upper_points[:, 1], lower_points[:, 1]]))
        wide, high = _REGION[style]
        half = np.array([self.width * wide, max(high * self.width, 2.5 * high * opening)])
        low = np.maximum(np.floor(middle - half), 0).astype(int)
        high = np.minimum(np.ceil(middle + half), image.shape[1::-1]).astype(int)
        self.left, self.top = int(low[0]), int(low[1])
        self.image = image
        self.part = image[low[1] : high[1], low[0] : high[0]]
        y, x = np.mgrid[low[1] : high[1], low[0] : high[0]]
        upright = face.to_upright(np.stack([x, y], -1).astype(np.float64))
        self.x, self.y = upright[..., 0], upright[..., 1]
        lines = fit_lid_lines(image, face, upper_points, lower_points, face.irises[side], style)
        upper, lower = lines.upper, lines.lower
        self.across = (self.x - lines.middle) / (lines.width / 2)
        self.below_upper = self.y - upper(self.x)
        self.height = np.clip(lower(self.x) - upper(self.x), 0, None)
        self.tallest = float(self.height.max())
        of_height, of_width = _CREASE[style]
        self.crease = of_height * self.tallest + of_width * self.width

    def iris(self) -> tuple[Floats, float]:
        """Centre (2,) in region pixels and radius of the iris."""
        points = self.face.irises[self.side]
        radius = float(np.mean(np.hypot(*(points[1:5] - points[0]).T)))
        return points[0] - [self.left, self.top], radius

    def drawn_iris(self) -> tuple[Floats, float]:
        """Like ``iris``, from the picture: what is not white in the eye; the network knows real ones."""
        value = self.part.max(-1).astype(np.float64)
        pale = (value > 200) & (value - self.part.min(-1) < 0.15 * value)
        shown = (self.below_upper > 1) & (self.below_upper < self.height - 1) & ~pale
        y, x = np.nonzero(shown)
        if len(x) < 20:
            return self.iris()
        left, right = np.percentile(x, [2, 98])
        top, bottom = np.percentile(y, [2, 98])
        return np.array([(left + right) / 2, (top + bottom) / 2]), float((right - left) / 2)

    def sample(self, below_upper: Floats) -> Floats:
        """Colours (h, w, 3) found by sliding each pixel along its column to another lid distance."""
        slide = (below_upper - self.below_upper)[..., None] * self.face.rotation[:, 1]
        rows, columns = self.part.shape[:2]
        y, x = np.mgrid[self.top : self.top + rows, self.left : self.left + columns]
        at = (np.stack([x, y], -1) + slide).astype(np.float32)
        found = sample(self.image, at, MIRROR)
        return found.astype(np.float64)


def _eyeball(region: _Region, centre: Floats, radius: float) -> NDArray[np.uint8]:
    """The eyeball, uint8 (h, w, 4), continued under both lids: inpainted white, the iris made a disc."""
    inset = max(0.9, 0.035 * region.width)  # lashes, liner and wet rim are no eyeball
    inner = np.minimum(region.below_upper - inset, region.height - region.below_upper - 0.5 * inset)
    hidden = ((inner < 0.5) | (np.abs(region.across) > 1)).astype(np.uint8)
    if (hidden == 0).sum() < 12:
        return np.dstack([region.part, np.full(hidden.shape, 255, np.uint8)])
    ball = cv2.inpaint(region.part, hidden, 4, cv2.INPAINT_TELEA)
    rows, columns = hidden.shape
    y, x = np.mgrid[:rows, :columns].astype(np.float64)
    dx, dy = x - centre[0], y - centre[1]
    distance = np.hypot(dx, dy) / max(radius, 1e-3)
    # under a lid the iris looks like its mirror image across the horizontal through its centre
    mirrored = np.stack([x, centre[1] - dy], -1).astype(np.float32)
    other = sample(ball, mirrored)
    visible = sample((1 - hidden).astype(np.float32), mirrored, NOTHING)
    share = (hidden * visible * smoothstep(1.12, 0.98, distance))[..., None]
    disc = np.round(ball * (1 - share) + other * share).clip(0, 255).astype(np.uint8)
    return np.dstack([disc, np.full(hidden.shape, 255, np.uint8)])


def _closed_sheet(region: _Region) -> NDArray[np.uint8]:
    """Paint the closed eye, uint8 (h, w, 4); alpha fades into the skin at crease and corners."""
    crease, closed = region.crease, LIDS_MEET_AT * region.height
    down = np.clip((region.below_upper + crease) / np.maximum(closed + crease, 1e-3), -0.5, 1.3)
    above = _smooth_across(region.sample(np.full_like(closed, -crease)), region)
    below = _smooth_across(region.sample(region.height + 0.30 * region.tallest + 0.05 * region.width), region)
    # a brow that reaches down to the crease is no colour for a lid
    lightness = above.mean(-1) / np.maximum(below.mean(-1), 1)
    above = below + (above - below) * smoothstep(0.4, 0.85, lightness)[..., None]
    # a lid is brow bone at the crease; next to the lashes it catches light like the cheek
    mix = (_CHEEK_IN_LID[region.style] * (0.4 + 0.6 * np.clip(down, 0, 1)))[..., None]
    skin = above * (1 - mix) + below * mix
    round_ = _ROUNDNESS[region.style]
    middle = np.sin(np.pi * np.clip(down, 0, 1)) - region.across**2
    bulge = 1 + round_ * (middle - smoothstep(0.8, 1.0, down))
    painted = skin * bulge[..., None]
    if region.style != "drawing":
        painted += _texture(region)
    painted *= _lash_line(region, above, closed)
    fade, inner, outer = (0.12, 1.5, 1.7) if region.style == "drawing" else (0.3, 0.85, 1.25)
    window = smoothstep(outer, inner, np.abs(region.across)) * smoothstep(0.0, fade, down)
    return np.dstack([painted, window * 255]).round().clip(0, 255).astype(np.uint8)


def _smooth_across(colours: Floats, region: _Region) -> Floats:
    """Even out lashes, hair and glasses frames along the lid, keeping its gradient."""
    sigma = max(1.0, 0.14 * region.width)
    robust = cv2.medianBlur(np.round(colours).clip(0, 255).astype(np.uint8), _odd(0.16 * region.width))
    return np.asarray(cv2.GaussianBlur(robust.astype(np.float64), (0, 0), sigma))


def _odd(size: float) -> int:
    return max(3, int(size) | 1)


def _texture(region: _Region) -> Floats:
    """Skin grain from below the eye (fur from above it), without its coarse shading.

    It is moved as it is, every column by the same way, so that patterns stay straight.
    """
    way = 1.25 * region.tallest + region.crease
    found = region.sample(region.below_upper + (-way if region.style == "animal" else way))
    fine = found - cv2.GaussianBlur(found, (0, 0), max(1.0, 0.10 * region.width))
    limit = 2.2 * np.median(np.abs(fine)) / 0.6745 + 1  # robust sigma: hair and frames stand out
    return np.asarray(np.clip(fine, -limit, limit) * 0.9)


def _lash_line(region: _Region, above: Floats, closed: Floats) -> Floats:
    """How much darker than skin the upper lid's margin is, carried down to the closed line (h, w, 3)."""
    reach = _LASHES * region.width
    from_line = region.below_upper - closed
    # below the line the same lashes, mirrored and shorter: they hang over the lower lid
    at = np.where(from_line < 0, from_line, -from_line * 1.4)
    ratio = region.sample(np.clip(at, -reach, 0.0)) / np.maximum(above, 1)
    even = cv2.GaussianBlur(ratio, (0, 0), sigmaX=max(0.7, 0.05 * region.width), sigmaY=0.6)
    fade = smoothstep(reach, 0.35 * reach, np.abs(at)) * smoothstep(1.1, 0.95, np.abs(region.across))
    shadow = np.where(from_line < 0, 1.0, 0.85)
    return np.asarray(1 - (1 - np.clip(even, 0.08, 1.0)) * (fade * shadow)[..., None])
