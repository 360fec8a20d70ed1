"""Pictures, baked avatars and poses for tests; each is made once a process."""

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import coefficients
from bithuman_app.avatar.bake import BakeOptions, bake
from bithuman_app.avatar.landmarks import Landmarks, detect_faces, track_face
from bithuman_app.avatar.model import Avatar
from bithuman_app.avatar.pose import FacePose, HeadPose
from bithuman_app.media.images import read_image
from bithuman_app.performance import VISEME_POSES
from bithuman_app.render import Renderer
from tools.bake_avatars import CHARACTERS

Picture = NDArray[np.uint8]

PEOPLE = ("maya", "nora", "leo")
ALL = tuple(character.name for character in CHARACTERS)
SIZE = 512
REST = FacePose()


@cache
def picture(name: str) -> Picture:
    """Return the artwork of a shipped character, uint8 (1024, 1024, 3) BGR; not to be written to."""
    character = next(character for character in CHARACTERS if character.name == name)
    image = read_image(character.picture)[..., :3]
    image = np.ascontiguousarray(image)
    image.flags.writeable = False
    return image


@cache
def avatar(name: str) -> Avatar:
    """Return a shipped character, baked at 512 x 512."""
    marks = next(character.marks for character in CHARACTERS if character.name == name)
    return bake(picture(name).copy(), BakeOptions(size=(SIZE, SIZE), name=name, marks=marks))


@cache
def renderer(name: str) -> Renderer:
    """Return the renderer of a shipped character."""
    return Renderer(avatar(name))


@cache
def smiling_picture() -> Picture:
    """Return a picture that shows teeth: nora at 1024 x 1024, amid the vowel of "see"."""
    large = bake(picture("nora").copy(), BakeOptions(size=(1024, 1024)))
    return Renderer(large).render(speaking("I"))


@cache
def smiling_avatar() -> Avatar:
    """Return an avatar baked from a picture that shows teeth."""
    return bake(smiling_picture(), BakeOptions(size=(SIZE, SIZE), name="smiling"))


def speaking(viseme: str) -> FacePose:
    """Return a viseme at full strength, amid speech."""
    return replace(VISEME_POSES[viseme], speech=1.0)


def face(**named: float) -> FacePose:
    """Return a pose of named coefficients."""
    return FacePose(coefficients(named))


def head(**motion: float) -> FacePose:
    """Return a pose of the head alone."""
    return FacePose(head=HeadPose(**motion))


def tracked(frame: Picture) -> Landmarks:
    """Return the landmarks of the largest face in a frame."""
    return track_face(frame, detect_faces(frame)[0])


def on_canvas(image: Picture, width: int, height: int, share: float, left: float = 0.5) -> Picture:
    """Return a grey picture with a smaller copy of ``image``, its height ``share`` of the whole.

    ``left`` says where it stands: 0 at the left border, 1 at the right one.
    """
    side = round(height * share)
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    canvas = np.full((height, width, 3), 128, np.uint8)
    x, y = round((width - side) * left), (height - side) // 2
    canvas[y : y + side, x : x + side] = small
    return canvas
