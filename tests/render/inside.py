"""Measures exactly what shows between lips and lids: only there does the colour behind them matter."""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.avatar.pose import FacePose
from bithuman_app.render import Renderer

#: Levels of 255 between a white and a black inside from which on a pixel counts as open.
_SHOWS = 24


class Aperture:
    """An avatar twice, white and black behind lips or lids: where frames differ, one sees inside."""

    def __init__(self, white: Avatar, black: Avatar) -> None:
        self._white, self._black = Renderer(white), Renderer(black)
        self.unit = white.unit

    def shows(self, pose: FacePose) -> NDArray[np.bool_]:
        """Return where the inside shows in a frame of this pose."""
        white, black = self._white.render(pose).astype(int), self._black.render(pose).astype(int)
        shows: NDArray[np.bool_] = (white - black).max(2) > _SHOWS
        return shows

    def area(self, pose: FacePose) -> int:
        """Return how many pixels of the inside show."""
        return int(self.shows(pose).sum())

    def height(self, pose: FacePose) -> float:
        """Return how high the opening is where it is highest, in interocular distances."""
        return float(self.shows(pose).sum(0).max()) / self.unit

    def width(self, pose: FacePose) -> float:
        """Return how wide the opening is, in interocular distances."""
        columns = np.nonzero(self.shows(pose).any(0))[0]
        return float(np.ptp(columns) + 1) / self.unit if len(columns) else 0.0


def mouth_of(avatar: Avatar) -> Aperture:
    """Return the aperture between the lips."""

    def painted(level: int) -> Avatar:
        inside, colour = avatar.mouth.interior, np.array([level, level, level, 255], np.uint8)
        flat = replace(
            inside,
            upper_teeth=np.full_like(inside.upper_teeth, colour),
            lower_teeth=np.full_like(inside.lower_teeth, colour),
            tongue=np.full_like(inside.tongue, colour),
            dark=colour[:3].astype(np.float32),
            own=None if inside.own is None else np.full_like(inside.own, colour),
        )
        return replace(avatar, mouth=replace(avatar.mouth, interior=flat))

    return Aperture(painted(255), painted(0))


def eyes_of(avatar: Avatar) -> Aperture:
    """Return the apertures between the lids of both eyes."""

    def painted(level: int) -> Avatar:
        colour = np.array([level, level, level, 255], np.uint8)
        balls = {side: replace(eye, ball=np.full_like(eye.ball, colour)) for side, eye in avatar.eyes.items()}
        return replace(avatar, eyes=balls)

    return Aperture(painted(255), painted(0))
