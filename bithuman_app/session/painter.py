"""From face poses to pictures of the size and on the background that was asked for."""

import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..avatar.pose import FacePose
from ..render import Renderer
from ..render.background import BLACK, Canvas, Colour


class Painter:
    """Paints one avatar. A picture depends on the pose alone. Not for several threads at once."""

    def __init__(
        self,
        avatar: Avatar,
        size: tuple[int, int] | None = None,
        background: NDArray[np.uint8] | Colour | None = None,
        transparent: bool = False,
    ) -> None:
        """``size`` is the (width, height) of the pictures, by default the avatar's.

        Where the proportions differ, the avatar is centred. ``background``, a colour or a BGR picture,
        replaces what is behind the person; by default that is what the avatar's picture shows.
        ``transparent`` cuts the person out instead.
        """
        frame_size = (avatar.width, avatar.height)
        self.size = size or frame_size
        if min(self.size) < 1:
            raise ValueError(f"a picture must be at least 1 x 1, not {self.size[0]} x {self.size[1]}")
        self._renderer = Renderer(avatar, cut_out=transparent or background is not None)
        self._transparent = transparent
        self._replaced = background is not None
        self._canvas = None
        if background is not None or self.size != frame_size:
            self._canvas = Canvas(frame_size, self.size, BLACK if background is None else background)

    def paint(self, pose: FacePose) -> NDArray[np.uint8]:
        """Return a fresh picture, uint8 (h, w, 3) BGR, or (h, w, 4) BGRA of a transparent painter."""
        if self._transparent:
            cut_out = self._renderer.render_with_alpha(pose)
            return cut_out if self._canvas is None else self._canvas.cut_out(cut_out)
        if self._canvas is None:
            return self._renderer.render(pose)
        if self._replaced:
            return self._canvas.paint(self._renderer.render_with_alpha(pose))
        return self._canvas.paint(self._renderer.render(pose))
