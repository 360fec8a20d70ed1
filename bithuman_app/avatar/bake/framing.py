"""Bring a picture to the avatar's size: keep its framing where the face is large enough."""

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..landmarks import Image

#: A face narrower than this share of the picture's shorter side is cropped to head and shoulders.
_SMALL_FACE: Final = 0.17
#: Head and shoulders: picture height in face heights (hairline to chin), and where the face sits.
_PORTRAIT_HEIGHT: Final = 2.6
_FACE_CENTRE_DOWN: Final = 0.46
#: Room that a dropping jaw needs below the chin, in face heights.
_BELOW_CHIN: Final = 0.15


@dataclass(frozen=True)
class Framing:
    """A crop of the source picture: ``left``, ``top``, ``width``, ``height`` may reach outside it."""

    left: float
    top: float
    width: float
    height: float


def choose_framing(
    source: tuple[int, int],
    target: tuple[int, int],
    face_box: tuple[float, float, float, float],
    head_top: float,
) -> Framing:
    """Choose the crop of a ``source`` (width, height) for a ``target`` (width, height).

    ``face_box`` is (x0, y0, x1, y1) from hairline to chin and ear to ear, ``head_top`` the y of the
    top of the hair. The largest crop of the target's shape that keeps the head in is taken; for a
    small face one of head and shoulders.
    """
    width, height = source
    aspect = target[0] / target[1]
    centre_x, centre_y = (face_box[0] + face_box[2]) / 2, (face_box[1] + face_box[3]) / 2
    face_width, face_height = face_box[2] - face_box[0], face_box[3] - face_box[1]
    crop_height = min(height, width / aspect)
    head_height = face_box[3] + _BELOW_CHIN * face_height - min(face_box[1], max(0.0, head_top))
    needed = max(head_height, 1.3 * face_width / aspect)
    if face_width < _SMALL_FACE * min(crop_height * aspect, crop_height):
        crop_height = min(crop_height, _PORTRAIT_HEIGHT * face_height)
    elif crop_height < needed:
        crop_height = needed  # a cut chin or head: the crop reaches outside and is padded
    crop_width = crop_height * aspect

    def place(centre: float, share: float, crop: float, whole: float) -> float:
        start = centre - share * crop
        return float(np.clip(start, 0, whole - crop)) if crop <= whole else float((whole - crop) * share)

    top = place(centre_y, _FACE_CENTRE_DOWN, crop_height, height)
    lowest = face_box[3] + _BELOW_CHIN * face_height - crop_height  # a higher crop would cut the chin
    if 0 <= top <= height - crop_height:
        top = float(np.clip(max(lowest, min(top, head_top - 0.05 * crop_height)), 0, height - crop_height))
    return Framing(place(centre_x, 0.5, crop_width, width), top, crop_width, crop_height)


def find_head_top(person: NDArray[np.float32], face_box: tuple[float, float, float, float]) -> float:
    """Return the y of the top of the hair: the first row above the face in which the person shows.

    ``person`` float32 (h, w), 0..1. Without a person there (a mask that misses drawings, say) the
    hairline plus a third of the face's height is taken.
    """
    x0, y0, x1, y1 = (round(v) for v in face_box)
    above = person[: max(1, y0 + (y1 - y0) // 4), max(0, x0) : max(1, x1)]
    rows = np.nonzero((above > 0.5).mean(1) > 0.08)[0] if above.size else np.array([], int)
    guess = y0 - 0.35 * (y1 - y0)
    return float(rows[0]) if len(rows) else guess


def pad_for_chin(image: Image, rows: int) -> Image:
    """Continue a picture below its lower border so that a jaw can drop: its last rows, ever softer."""
    last = np.median(image[-max(1, rows // 6) :], 0, keepdims=True)
    spread = cv2.GaussianBlur(last, (0, 0), max(1.0, rows / 3)).reshape(1, image.shape[1], -1)
    last = last.reshape(1, image.shape[1], -1)
    depth = np.linspace(0, 1, rows)[:, None, None]
    share = np.clip(depth / 0.25, 0, 1)
    shadow = 1 - 0.35 * np.clip((depth - 0.2) / 0.8, 0, 1)
    below = (last * (1 - share) + spread * share) * shadow
    padded = np.r_[image.reshape(*image.shape[:2], -1), np.round(below).astype(np.uint8)]
    return np.asarray(padded.reshape(-1, *image.shape[1:]), np.uint8)


def crop(image: Image, framing: Framing, target: tuple[int, int]) -> Image:
    """Cut and scale a picture to the target (width, height); what lies outside is a blur of its border."""
    left, top = int(np.floor(framing.left)), int(np.floor(framing.top))
    right = int(np.ceil(framing.left + framing.width))
    bottom = int(np.ceil(framing.top + framing.height))
    height, width = image.shape[:2]
    pads = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    if any(pads):
        image = _extend(image, pads)
    part = image[top + pads[0] : bottom + pads[0], left + pads[2] : right + pads[2]]
    shrinking = part.shape[0] > target[1]
    return np.asarray(
        cv2.resize(part, target, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_CUBIC), np.uint8
    )


def _extend(image: Image, pads: tuple[int, int, int, int]) -> Image:
    """Continue a picture beyond its borders (top, bottom, left, right) out of focus.

    A mirror image would show a second face.
    """
    height, width = image.shape[:2]
    continued = cv2.copyMakeBorder(image, *pads, cv2.BORDER_REPLICATE)
    # the blur is coarse: a quarter of the size will do
    small = cv2.resize(continued, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), max(1.0, 0.04 * max(height, width) / 4))
    blurred = cv2.resize(soft, continued.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    inside = np.zeros(continued.shape[:2], np.float32)
    inside[pads[0] : pads[0] + height, pads[2] : pads[2] + width] = 1
    ramp = max(1.0, 0.012 * max(height, width))
    share = np.minimum(cv2.distanceTransform((inside > 0).astype(np.uint8), cv2.DIST_L2, 3) / ramp, 1)
    share = share.reshape(*share.shape, *([1] * (image.ndim - 2)))
    return np.asarray(np.round(continued * share + blurred * (1 - share)), np.uint8)
