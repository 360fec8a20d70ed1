"""Draw the eyes: an eyeball that turns, under lids that move like curtains."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import INDEX
from ..avatar.landmarks import Side
from ..avatar.model import LIDS_MEET_AT, Avatar, Eye
from ..avatar.pose import FacePose
from ..avatar.sampling import sample
from .planes import four
from .warp import Floats

Pixels = NDArray[np.uint8]

#: The white around the iris stretches out to this many iris radii.
_IRIS_REACH: Final = (1.25, 3.3)
_MEET: Final = np.float32(LIDS_MEET_AT)


class EyeLayer:
    """Draws one eye of an avatar into frames."""

    def __init__(self, avatar: Avatar, side: Side) -> None:
        eye: Eye = avatar.eyes[side]
        self._eye, self._picture = eye, avatar.image
        height, width = eye.ball.shape[:2]
        self._shut = float(eye.curtain[..., 1].max()) < 1  # shut in the picture, or not to be read
        self.rows = slice(eye.top, eye.top + height)
        self.columns = slice(eye.left, eye.left + width)
        corner = np.array([eye.left, eye.top], np.float32)
        self._corner = np.tile(corner, (height, width, 1))  # numpy is slow on an axis of two
        self._down = avatar.rotation[:, 1].astype(np.float32)
        self._rotation = avatar.rotation.astype(np.float32)
        self._feather = np.float32(max(0.6, avatar.unit / 220) * 2)
        self._outward = 1.0 if side == "left" else -1.0
        suffix = side.capitalize()
        self._index = {
            name: INDEX[f"eye{name}{suffix}"]
            for name in ("Blink", "Squint", "Wide", "LookIn", "LookOut", "LookUp", "LookDown")
        }

    def draw(self, frame: Pixels, plain_map: Floats, pose: FacePose) -> None:
        """Draw into ``frame`` (BGRA, whole picture) in place; ``plain_map`` is the frame's pixel map."""
        c = {name: float(pose.coefficients[i]) for name, i in self._index.items()}
        if self._shut or max(c.values()) < 0.005:
            return
        where = plain_map[self.rows, self.columns]
        local = where - self._corner
        curtain = sample(self._eye.curtain, local)
        below, height = np.ascontiguousarray(curtain[..., 0]), np.ascontiguousarray(curtain[..., 1])
        closing, raising = _lids(c, self._eye)
        upper_edge = height * np.float32(closing) * _MEET
        lower_edge = height * np.float32(1 - raising)
        look = self._rotation @ (self._eye.look * self._gaze(c))
        ball = self._eyeball(local, look)
        lid = None  # a look to the side leaves the upper lid where it is
        if abs(closing) > 0.004:
            lid = self._upper_lid(where, local, below, height, upper_edge, max(closing, 0.0))
        lower = self._lower_lid(where, below, height, lower_edge) if raising > 0.005 else None
        step = 1 / self._feather
        above = np.clip((upper_edge - below) * step + np.float32(0.5), 0, 1)
        under = np.clip((below - lower_edge) * step + np.float32(0.5), 0, 1)
        # beyond the corners both lids meet in one line, through which no eyeball may show
        np.maximum(under, 1 - np.minimum(height, 1), out=under)
        under *= 1 - above
        inside = 1 - above - under
        if closing > 0.02:  # the lid shadows the eyeball just under it
            depth = np.maximum(below - upper_edge, 0) / np.maximum(height, np.float32(1))
            ball *= four(1 - np.float32(0.35 * min(1.0, 2 * closing)) * np.exp(-depth * 7))
        target = frame[self.rows, self.columns]
        plain = target.astype(np.float32)
        drawn = ball * four(inside)
        drawn += (plain if lid is None else lid) * four(above)
        drawn += (plain if lower is None else lower) * four(under)
        drawn[..., 3] = plain[..., 3]
        np.clip(np.rint(drawn, out=drawn), 0, 255, out=drawn)
        target[...] = drawn

    def _gaze(self, c: dict[str, float]) -> Floats:
        """Where the eye looks, -1..1 (right, down) in the upright frame."""
        across = (c["LookOut"] - c["LookIn"]) * self._outward
        return np.array([across, c["LookDown"] - c["LookUp"]], np.float32)

    def _eyeball(self, local: Floats, look: Floats) -> Floats:
        """Sample the eyeball with its iris moved by ``look`` pixels."""
        if np.abs(look).max() > 0.02:
            centre, radius = self._eye.iris[:2], self._eye.iris[2]
            x, y = centre + look
            distance = cv2.magnitude(local[..., 0] - x, local[..., 1] - y)
            near, far = (np.float32(r) * radius for r in _IRIS_REACH)
            t = np.clip((far - distance) / (far - near), 0, 1)
            share = t * t * (3 - 2 * t)
            local = local - cv2.merge([share * look[0], share * look[1]])
        found = sample(self._eye.ball, local)
        return found.astype(np.float32)

    def _upper_lid(
        self, where: Floats, local: Floats, below: Floats, height: Floats, edge: Floats, closing: float
    ) -> Floats:
        """The upper lid, its edge ``edge`` pixels below the open line: stretched, then painted skin."""
        crease = np.float32(self._eye.crease)
        share = (below + crease) / np.maximum(edge + crease, np.float32(0.25) * crease)
        inside = np.clip(share, 0, None)
        slide = np.where(share > 0, inside * crease - crease - below, np.float32(0))
        skin = self._slid(self._picture, where, slide)
        painted_share = _smoothstep(0.4 * self._eye.painted_from, self._eye.painted_from, closing)
        if painted_share <= 0:
            return skin
        slide = np.where(share > 0, inside * (height * _MEET + crease) - crease - below, np.float32(0))
        sheet = self._slid(self._eye.sheet, local, slide)
        share_of_sheet = sheet[..., 3] * np.float32(painted_share / 255)
        sheet -= skin
        sheet *= four(share_of_sheet)
        skin += sheet
        return skin

    def _lower_lid(self, where: Floats, below: Floats, height: Floats, edge: Floats) -> Floats:
        """The lower lid raised: the skin below it follows down to the crease's depth."""
        crease = np.float32(self._eye.crease)
        share = (height + crease - below) / np.maximum(height + crease - edge, np.float32(1))
        slide = np.where(share > 0, height + crease - share * crease - below, np.float32(0))
        return self._slid(self._picture, where, slide)

    def _slid(self, texture: Pixels, where: Floats, slide: Floats) -> Floats:
        """Sample a texture with every pixel slid along its column by ``slide`` pixels."""
        at = where + cv2.merge([slide * self._down[0], slide * self._down[1]])
        found = sample(texture, at)
        return found.astype(np.float32)


def _lids(c: dict[str, float], eye: Eye) -> tuple[float, float]:
    """How far the upper lid has closed (negative: opened wide) and the lower lid has risen, 0..1.

    Lids follow a vertical look; a blink overrides everything else.
    """
    rest = eye.follow * (0.12 * c["Squint"] + 0.30 * c["LookDown"] - 0.10 * c["LookUp"])
    rest -= eye.widen * c["Wide"]
    closing = rest + (1 - rest) * min(1.0, c["Blink"])
    raising = (0.26 * c["Squint"] + 0.06 * c["LookUp"]) * (1 - min(1.0, c["Blink"]))
    return closing, raising


def _smoothstep(low: float, high: float, value: float) -> float:
    t = min(1.0, max(0.0, (value - low) / (high - low)))
    return t * t * (3 - 2 * t)
