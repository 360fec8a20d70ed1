"""A tracked face with an upright frame of its own, in which shapes are easy to state."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ..landmarks import Landmarks, Points, Side
from .topology import CHIN_POINT, FACE_OVAL, FOREHEAD, MOUTH_CORNERS, NOSE_TIP

Floats = NDArray[np.float64]
#: What a picture shows: decides between real and drawn teeth and lids, and none for animals.
Style = Literal["photo", "drawing", "animal"]


@dataclass(frozen=True)
class Face:
    """Landmarks in the picture and in an upright frame.

    The upright frame has its origin between eyes and mouth, x along the line through the outer
    eye corners (towards image right), y towards the chin; unit: pixels of the picture.

    ``points`` float64 (468, 3) picture pixels; ``upright`` float64 (468, 2).
    """

    points: Points
    upright: Floats
    origin: Floats
    rotation: Floats  # 2x2, upright -> picture
    irises: dict[Side, Points]

    @classmethod
    def from_landmarks(cls, landmarks: Landmarks) -> "Face":
        """Build the upright frame from the eyes."""
        points = landmarks.points.astype(np.float64)
        across = points[263, :2] - points[33, :2]
        angle = np.arctan2(across[1], across[0])
        c, s = np.cos(angle), np.sin(angle)
        rotation = np.array([[c, -s], [s, c]])
        origin = points[[33, 263, 61, 291, 1], :2].mean(0)
        upright = (points[:, :2] - origin) @ rotation
        return cls(points, upright, origin, rotation, dict(landmarks.irises))

    @property
    def interocular(self) -> float:
        """Distance between the outer eye corners in pixels, the unit of most constants."""
        return float(self.upright[263, 0] - self.upright[33, 0])

    @property
    def mouth_width(self) -> float:
        """Distance between the mouth corners in pixels."""
        right, left = MOUTH_CORNERS
        return float(self.upright[left, 0] - self.upright[right, 0])

    @property
    def mouth_centre_x(self) -> float:
        """Middle between the mouth corners, upright x."""
        right, left = MOUTH_CORNERS
        return float(self.upright[left, 0] + self.upright[right, 0]) / 2

    @property
    def height(self) -> float:
        """Hairline to chin in pixels."""
        return float(np.hypot(*(self.points[FOREHEAD, :2] - self.points[CHIN_POINT, :2])))

    @property
    def nose_to_chin(self) -> float:
        """Nose tip to chin in pixels."""
        return float(self.upright[CHIN_POINT, 1] - self.upright[NOSE_TIP, 1])

    @property
    def oval_centre(self) -> Floats:
        """Middle of the face outline, picture pixels."""
        return np.asarray(self.points[list(FACE_OVAL), :2].mean(0))

    def to_upright(self, picture: Floats) -> Floats:
        """Map picture coordinates (..., 2) to the upright frame."""
        return (picture - self.origin) @ self.rotation

    def to_picture(self, upright: Floats) -> Floats:
        """Map upright coordinates (..., 2) to picture pixels."""
        return upright @ self.rotation.T + self.origin

    def with_upright(self, upright: Floats) -> "Face":
        """Return the face with its points moved in the upright frame."""
        points = self.points.copy()
        points[:, :2] = self.to_picture(upright)
        return Face(points, upright, self.origin, self.rotation, self.irises)


def smoothstep(low: float | Floats, high: float | Floats, value: Floats) -> Floats:
    """Hermite step: 0 at ``low``, 1 at ``high`` (either may be the larger)."""
    t = np.clip((value - low) / (np.asarray(high) - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))
