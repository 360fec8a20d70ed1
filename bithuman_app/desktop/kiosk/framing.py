"""Which part of an avatar's picture a narrow screen shows: the face, as large as the screen allows."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ...avatar.model import Avatar

#: A person's head in interocular distances, where the picture has no outline of it.
_HEAD_WIDTHS: Final = 2.8
#: How much of the head's width must be seen: a full screen is worth the tips of the hair, no more.
_SEEN: Final = 0.92
_OPAQUE: Final = 128


@dataclass(frozen=True)
class Face:
    """Where the head of an avatar lies in its picture, in shares of the picture's width: 0 left, 1 right."""

    middle: float
    width: float


def face_of(avatar: Avatar) -> Face:
    """Return where a head with its hair lies, by the picture's outline down to the mouth."""
    middle = float(avatar.mouth.anchor[0])
    width = _HEAD_WIDTHS * avatar.unit
    above_mouth = avatar.image[: max(1, int(avatar.mouth.anchor[1])), :, 3] >= _OPAQUE
    columns = np.flatnonzero(above_mouth.any(axis=0))
    if len(columns) and (columns[0] > 0 or columns[-1] < avatar.width - 1):
        middle = (float(columns[0]) + float(columns[-1]) + 1) / 2
        width = float(columns[-1] - columns[0] + 1)
    return Face(middle / avatar.width, width / avatar.width)


def crop(size: tuple[int, int], face: Face, room: tuple[int, int]) -> tuple[int, int]:
    """Return the first column to show of a picture of ``size`` (width, height), and how many.

    They have the proportions of ``room`` (width, height), unless the head needs more or the picture
    has less. No row is left out.
    """
    width, height = size
    wanted = max(round(height * room[0] / room[1]), round(_SEEN * face.width * width))
    columns = max(1, min(width, wanted))
    left = round(face.middle * width - columns / 2)
    return max(0, min(left, width - columns)), columns


class PortraitFraming:
    """Cuts an avatar's pictures for a narrow screen."""

    def __init__(self, avatar: Avatar) -> None:
        self.follow(avatar)

    def follow(self, avatar: Avatar) -> None:
        """Cut this avatar's pictures from now on."""
        self._face, self._size = face_of(avatar), (avatar.width, avatar.height)

    def __call__(self, picture: NDArray[np.uint8], room: tuple[int, int]) -> NDArray[np.uint8]:
        """Return the part of a picture, BGR (h, w, 3), that a room of (width, height) shows.

        What is not a whole picture of the avatar, such as one that was cut before, is left as it is.
        """
        size = picture.shape[1], picture.shape[0]
        if size != self._size:
            return picture
        left, columns = crop(size, self._face, room)
        return picture[:, left : left + columns]
