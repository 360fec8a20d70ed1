"""Face pose in, BGR frame out."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import INDEX
from ..avatar.model import CLOSE_SOURCE, RELAX_SMILE, Avatar
from ..avatar.pose import FacePose, HeadPose
from ..avatar.sampling import MIRROR, sample
from .cut_out import without_background
from .eyes import EyeLayer
from .mouth import MouthLayer
from .warp import Floats, GridInverse, enlarge

Frame = NDArray[np.uint8]
#: How much of a smile that the picture shows is let go while speaking.
_RELAX_SMILE: Final = 0.35


class Renderer:
    """Renders one avatar. Frames depend on the pose alone: nothing is kept from frame to frame.

    With ``cut_out`` the colours of thin hair are freed of the old background, for frames that are
    laid over a new one. An instance is not for use by several threads at once.
    """

    def __init__(self, avatar: Avatar, cut_out: bool = False) -> None:
        self.avatar = avatar
        self._picture = without_background(avatar.image) if cut_out else avatar.image
        grid = avatar.grid
        self._full_step = np.array([grid.width / grid.columns, grid.height / grid.rows], np.float32)
        self._inverse = GridInverse(1, grid.rows, grid.columns)
        self._origin = np.zeros(2, np.float32)
        shapes = len(avatar.shapes)
        self._fields = np.ascontiguousarray(
            np.concatenate([avatar.field.reshape(shapes, -1), avatar.mouth.field.reshape(shapes, -1)], 1)
        )
        self._full_values = grid.rows * grid.columns * 2
        self._head = _HeadMotion(avatar)
        self._mouth = MouthLayer(avatar)
        self._eyes = [EyeLayer(avatar, side) for side in avatar.eyes]
        # shapes that ARKit names, and where they lie in the pose
        self._from_arkit = [(i, INDEX[n]) for i, n in enumerate(avatar.shapes) if n in INDEX]
        self._rows = np.array([i for i, _ in self._from_arkit])
        self._columns = np.array([j for _, j in self._from_arkit])
        self._own = {n: i for i, n in enumerate(avatar.shapes) if n not in INDEX}

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames in pixels."""
        return self.avatar.width, self.avatar.height

    def render(self, pose: FacePose) -> Frame:
        """Return a fresh frame, uint8 (height, width, 3) BGR."""
        return np.asarray(cv2.cvtColor(self.render_with_alpha(pose), cv2.COLOR_BGRA2BGR), np.uint8)

    def render_with_alpha(self, pose: FacePose) -> Frame:
        """Return a fresh frame, uint8 (height, width, 4) BGRA; alpha cuts the person out."""
        avatar = self.avatar
        moved = self._mix(self._weights(pose))
        head_full, head_mouth = self._head.displacement(pose.head, pose.breath)
        grid = avatar.grid
        full = moved[: self._full_values].reshape(grid.rows, grid.columns, 2) + head_full
        where = enlarge(self._inverse.invert(full), self.size, self._full_step, self._origin)
        # four channels: OpenCV samples them twice as fast as three
        frame = sample(self._picture, where, MIRROR)
        mouth = moved[self._full_values :].reshape(2, *head_mouth.shape)
        self._mouth.draw(frame, where, mouth, head_mouth, pose)
        for eye in self._eyes:
            eye.draw(frame, where, pose)
        return np.asarray(frame, np.uint8)

    def _mix(self, weights: Floats) -> Floats:
        """Weighted sum of the fields of active shapes, float32 (values,).

        Not a matrix product: BLAS would wake its threads for it, which costs milliseconds on a busy
        machine and saves nothing, for most shapes are at rest.
        """
        mixed = np.zeros((1, self._fields.shape[1]), np.float32)
        for i in np.nonzero(weights)[0]:
            cv2.scaleAdd(self._fields[i : i + 1], float(weights[i]), mixed, mixed)
        return np.asarray(mixed[0])

    def _weights(self, pose: FacePose) -> Floats:
        weights = np.zeros(len(self.avatar.shapes), np.float32)
        weights[self._rows] = pose.coefficients[self._columns]
        if self.avatar.mouth.open:
            weights[self._own[CLOSE_SOURCE]] = pose.speech
            weights[self._own[RELAX_SMILE]] = _RELAX_SMILE * pose.speech
        return weights


class _HeadMotion:
    """Turns, tilts and shifts the head in depth, fading out towards what stands still."""

    def __init__(self, avatar: Avatar) -> None:
        self._unit = np.float32(avatar.unit)
        self._shapes = []
        offsets, weights, depths, breaths, steps = [], [], [], [], []
        for grid, head in ((avatar.grid, avatar.head), (avatar.mouth.grid, avatar.mouth.head)):
            step = np.array([grid.width / grid.columns, grid.height / grid.rows], np.float32)
            y, x = np.mgrid[: grid.rows, : grid.columns].astype(np.float32)
            at = np.stack([grid.left + (x + 0.5) * step[0] - 0.5, grid.top + (y + 0.5) * step[1] - 0.5], -1)
            offsets.append((at - avatar.pivot).reshape(-1, 2))
            weights.append(head.weight.ravel())
            depths.append(head.depth.ravel())
            breaths.append(head.breath.ravel())
            steps.append(np.broadcast_to(1 / step, (grid.rows * grid.columns, 2)))
            self._shapes.append((grid.rows, grid.columns, 2))
        offset = np.concatenate(offsets).astype(np.float32)
        self._x, self._y = np.ascontiguousarray(offset[:, 0]), np.ascontiguousarray(offset[:, 1])
        self._z, weight = np.concatenate(depths), np.concatenate(weights)
        per_cell = np.concatenate(steps).astype(np.float32)
        self._weight_x, self._weight_y = weight * per_cell[:, 0], weight * per_cell[:, 1]
        self._breath = np.concatenate(breaths) * per_cell[:, 1]
        self._split = self._shapes[0][0] * self._shapes[0][1]

    def displacement(self, head: HeadPose, breath: float) -> tuple[Floats, Floats]:
        """Displacement in cells for the whole picture's and the mouth's grid, (rows, columns, 2) each."""
        cos_yaw, sin_yaw = np.float32(np.cos(head.yaw)), np.float32(np.sin(head.yaw))
        cos_pitch, sin_pitch = np.float32(np.cos(head.pitch)), np.float32(np.sin(head.pitch))
        cos_roll, sin_roll = np.float32(np.cos(head.roll)), np.float32(np.sin(head.roll))
        x = cos_yaw * self._x + sin_yaw * self._z
        z = cos_yaw * self._z - sin_yaw * self._x
        y = cos_pitch * self._y + sin_pitch * z
        out = np.empty((len(x), 2), np.float32)
        out[:, 0] = self._weight_x * (cos_roll * x - sin_roll * y - self._x + np.float32(head.x) * self._unit)
        out[:, 1] = self._weight_y * (sin_roll * x + cos_roll * y - self._y + np.float32(head.y) * self._unit)
        out[:, 1] += self._breath * np.float32(breath)
        return out[: self._split].reshape(self._shapes[0]), out[self._split :].reshape(self._shapes[1])
