"""The bake, step by step."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ... import __version__
from ...errors import DataError, UsageError
from ...media.images import read_image
from ..landmarks import Image, Landmarks, detect_faces, segment_person, track_face
from ..model import Avatar
from .choose_face import SURE_FACE
from .eyes import bake_eye
from .face import Face, Style
from .field import Grid
from .framing import Framing, choose_framing, crop, find_head_top, pad_for_chin
from .head import bake_head, pivot
from .interior import bake_interior, guess_style
from .lips import find_lips
from .marks import Marks, landmarks_from_marks
from .matte import refine_matte
from .mouth import bake_mouth, blend_layers, layer_fields, mouth_grid, still_points
from .shapes import SHAPE_NAMES, displacements
from .topology import CHIN_POINT, FOREHEAD

BakeProgress = Callable[[str, float], None]
Size = tuple[int, int]

_CELLS: Final = 64  # of the whole picture's field along its longer side
_MIN_SIZE, _MAX_SIZE = 128, 4096
_BACKDROP: Final = np.array([214, 216, 220], np.float64)  # BGR, behind cut-out pictures
_HOW_TO_MARK: Final = (
    "mark it: bithuman-app bake IMAGE --face X,Y,W,H (pixels of the picture), or more exactly with "
    "--eyes X,Y,RX,RY,X,Y,RX,RY --mouth X,Y,X,Y"
)


class NoFaceError(DataError):
    """The networks see no face in the picture; it can be marked by hand."""


@dataclass(frozen=True, slots=True)
class BakeOptions:
    """How to bake: frame ``size`` (width, height), ``name``, hand ``marks`` and ``style``.

    ``style`` None guesses between photo and drawing; ``"animal"`` leaves out the teeth and is the
    default for marked faces in which the network sees no person. ``landmarks`` is a face already
    tracked in the picture, used instead of searching; ``marks`` come before it.
    """

    size: Size = (512, 512)
    name: str = "avatar"
    marks: Marks | None = None
    style: Style | None = None
    landmarks: Landmarks | None = None


def bake_file(
    path: Path | str, options: BakeOptions | None = None, progress: BakeProgress | None = None
) -> Avatar:
    """Bake a picture file; see ``bake``. Raises what ``media.images.read_image`` raises as well."""
    return bake(read_image(path), options, progress)


def bake(
    image: NDArray[np.uint8], options: BakeOptions | None = None, progress: BakeProgress | None = None
) -> Avatar:
    """Bake a picture, uint8 (h, w, 3) BGR or (h, w, 4) BGRA, into an avatar.

    ``progress`` is called with the name of the step and the share done, 0..1. Warnings (several
    faces, strong yaw, low resolution, cut chin) are in ``avatar.manifest["warnings"]``.
    Raises ``NoFaceError`` if no face is found, ``UsageError`` for an impossible size.
    """
    options = options or BakeOptions()
    report = progress or (lambda step, share: None)
    width, height = options.size
    if not (_MIN_SIZE <= width <= _MAX_SIZE and _MIN_SIZE <= height <= _MAX_SIZE):
        raise UsageError(
            f"the size must lie between {_MIN_SIZE} and {_MAX_SIZE} pixels, not {width}x{height}"
        )
    warnings: list[str] = []
    report("finding the face", 0.0)
    colour, alpha = _split_alpha(image)
    landmarks, marked = _find_face(colour, options, warnings)
    report("framing", 0.15)
    colour, alpha, landmarks, framing = _frame(colour, alpha, landmarks, options.size, warnings)
    report("cutting out the person", 0.25)
    person = segment_person(colour) if alpha is None else (alpha / 255).astype(np.float32)
    cut_out = refine_matte(colour, person) if alpha is None else alpha
    report("fitting the face", 0.4)
    tracked = Face.from_landmarks(landmarks)
    style: Style = options.style or ("animal" if marked else guess_style(colour, tracked))
    face, lips = find_lips(colour, tracked, style)
    moves, jaw = displacements(face, lips.gap)
    moves = moves @ face.rotation.T
    still = still_points(face, width, height)
    grid = Grid.over(0, 0, width, height, max(width, height) / _CELLS)
    whole = blend_layers(face, grid, *layer_fields(face, grid, moves, still)) / grid.step
    report("the mouth", 0.7)
    region = mouth_grid(face, width, height)
    mouth = bake_mouth(
        colour,
        face,
        lips,
        moves,
        still,
        bake_head(face, person, region),
        region,
        jaw,
        bake_interior(colour, face, lips, region, style),
        flat=style == "drawing",
    )
    report("the eyes", 0.85)
    eyes = {side: bake_eye(colour, face, side, style) for side in face.irises}
    if any(eye.curtain[..., 1].max() < 1 for eye in eyes.values()):
        warnings.append("an eye could not be read and will not blink; mark both with --eyes if they are open")
    avatar = Avatar(
        name=options.name,
        image=np.dstack([colour, cut_out]),
        shapes=SHAPE_NAMES,
        grid=grid,
        field=whole.astype(np.float32),
        head=bake_head(face, person, grid),
        pivot=pivot(face).astype(np.float32),
        unit=face.interocular,
        rotation=face.rotation.astype(np.float32),
        mouth=mouth,
        eyes=eyes,
        style=style,
        manifest={
            "generator": f"bithuman-app {__version__}",
            "warnings": warnings,
            "source": {"width": int(image.shape[1]), "height": int(image.shape[0])},
            "crop": [round(v, 2) for v in (framing.left, framing.top, framing.width, framing.height)],
        },
        thumbnail=_thumbnail(colour, face),
    )
    report("done", 1.0)
    return avatar


def _split_alpha(image: NDArray[np.uint8]) -> tuple[Image, NDArray[np.uint8] | None]:
    """Lay a cut-out picture over a plain backdrop; the alpha plane is returned if it says anything."""
    if image.shape[2] == 3:
        return image, None
    alpha = image[..., 3]
    if int(alpha.min()) >= 250:
        return np.ascontiguousarray(image[..., :3]), None
    share = alpha[..., None] / 255.0
    colour = image[..., :3] * share + _BACKDROP * (1 - share)
    return np.round(colour).astype(np.uint8), np.ascontiguousarray(alpha)


def _find_face(image: Image, options: BakeOptions, warnings: list[str]) -> tuple[Landmarks, bool]:
    """Return landmarks and whether they come from hand marks."""
    if options.marks is not None:
        return landmarks_from_marks(options.marks), True
    landmarks = options.landmarks or _largest_face(image, warnings)
    if abs(landmarks.yaw_degrees) > 28:
        warnings.append(
            f"the face is turned by about {abs(landmarks.yaw_degrees):.0f} degrees; "
            "a picture from the front looks better"
        )
    if landmarks.interocular < 45:
        warnings.append(
            f"the face is small ({landmarks.interocular:.0f} pixels between the eye corners); "
            "a larger picture looks sharper"
        )
    return landmarks, False


def _largest_face(image: Image, warnings: list[str]) -> Landmarks:
    tracked = [track_face(image, face) for face in detect_faces(image)[:6]]
    sure = [t for t in tracked if t.presence >= SURE_FACE]
    if not sure:
        raise NoFaceError(f"no face was found in the picture; {_HOW_TO_MARK}")
    if len(sure) > 1:
        warnings.append(f"{len(sure)} faces were found; the largest is used (mark another with --face)")
    return max(sure, key=lambda t: t.interocular)


def _frame(
    image: Image,
    alpha: NDArray[np.uint8] | None,
    landmarks: Landmarks,
    size: Size,
    warnings: list[str],
) -> tuple[Image, NDArray[np.uint8] | None, Landmarks, Framing]:
    """Crop picture, alpha and landmarks to the frame size."""
    points = landmarks.points
    face_height = float(np.hypot(*(points[CHIN_POINT, :2] - points[FOREHEAD, :2])))
    missing = points[:, 1].max() + 0.12 * face_height - image.shape[0]
    if missing > 0:
        warnings.append("the chin is cut by the picture's border; the picture is continued below it")
        rows = round(missing + 0.2 * face_height)
        image = pad_for_chin(image, rows)
        alpha = None if alpha is None else pad_for_chin(alpha, rows)
    low, high = points[:, :2].min(0), points[:, :2].max(0)
    box = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
    person = segment_person(image) if alpha is None else (alpha / 255).astype(np.float32)
    framing = choose_framing((image.shape[1], image.shape[0]), size, box, find_head_top(person, box))
    factor = np.array([size[0] / framing.width, size[1] / framing.height])
    offset = np.array([framing.left, framing.top])
    moved = points.copy()
    moved[:, :2] = (points[:, :2] - offset) * factor
    moved[:, 2] *= factor.mean()
    irises = {side: (iris - offset) * factor for side, iris in landmarks.irises.items()}
    framed = Landmarks(moved, irises, landmarks.presence)
    cut = crop(image, framing, size)
    return cut, None if alpha is None else crop(alpha, framing, size), framed, framing


def _thumbnail(image: Image, face: Face) -> bytes:
    """A JPEG of the face, 160 x 160."""
    half = 1.15 * face.height
    centre = face.oval_centre - face.rotation @ np.array([0, 0.1 * face.height])
    half = float(min(half, *centre, *(np.array(image.shape[1::-1]) - centre)))
    x, y = centre - half
    part = image[max(0, int(y)) : int(y + 2 * half), max(0, int(x)) : int(x + 2 * half)]
    small = cv2.resize(part if part.size else image, (160, 160), interpolation=cv2.INTER_AREA)
    return bytes(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 88])[1])
