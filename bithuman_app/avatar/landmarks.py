"""Find faces in a picture and track 468 points, both irises and the person's outline on them.

The four networks are MediaPipe's (Apache-2.0, see ``assets/NOTICE.md``), run by OpenCV's DNN
module. ``left`` and ``right`` are the subject's own, as in MediaPipe and ARKit.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import UnavailableError
from ..resources import asset

Side = Literal["left", "right"]
Image = NDArray[np.uint8]
Points = NDArray[np.float64]

EYE_CORNERS: Final[dict[Side, tuple[int, int]]] = {"right": (33, 133), "left": (263, 362)}
#: Mesh indices of the 16 eye-contour points in the order the iris network returns them.
EYE_CONTOUR: Final[dict[Side, tuple[int, ...]]] = {
    "right": (33, 7, 163, 144, 145, 153, 154, 155, 133, 246, 161, 160, 159, 158, 157, 173),
    "left": (263, 249, 390, 373, 374, 380, 381, 382, 362, 466, 388, 387, 386, 385, 384, 398),
}

_DETECTION_SIZE, _MESH_SIZE, _IRIS_SIZE, _PERSON_SIZE = 128, 192, 64, 256
_MESH_MARGIN: Final = 1.5  # crop side / face side, as MediaPipe's face_landmark graph has it
_IRIS_MARGIN: Final = 2.3
_SURE_OF_FACE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Detection:
    """A face found: ``score`` 0..1, ``box`` (x0, y0, x1, y1) and six key points (6, 2), in pixels."""

    score: float
    box: NDArray[np.float64]
    key_points: Points

    @property
    def side(self) -> float:
        """Longer side of the box in pixels."""
        return float(max(self.box[2] - self.box[0], self.box[3] - self.box[1]))


@dataclass(frozen=True, slots=True)
class Landmarks:
    """A tracked face.

    ``points`` float64 (468, 3): x, y in pixels, z in pixels towards the camera negative.
    ``irises``: per side float64 (5, 2): centre, then four points on the rim.
    ``presence`` 0..1: how sure the network is that this is a face.
    """

    points: Points
    irises: dict[Side, Points]
    presence: float

    @property
    def interocular(self) -> float:
        """Distance between the outer eye corners in pixels."""
        return float(np.hypot(*(self.points[263, :2] - self.points[33, :2])))

    @property
    def yaw_degrees(self) -> float:
        """Rough yaw: how far the nose tip lies off the middle of the outer cheeks.

        Uses the depth that the network gives the two sides of the face.
        """
        across = self.points[454] - self.points[234]
        return float(np.degrees(np.arctan2(across[2], np.hypot(across[0], across[1]))))


@cache
def _network(name: str) -> cv2.dnn.Net:
    path = asset("models", f"{name}.tflite")
    if not path.is_file():
        raise UnavailableError(f"the model {path.name} is missing from this installation; install it again")
    return cv2.dnn.readNetFromTFLite(str(path), cv2.dnn.ENGINE_CLASSIC)


def _forward(name: str, image: NDArray[np.float32], outputs: tuple[str, ...]) -> list[NDArray[np.float32]]:
    """Run a network on one RGB image (h, w, 3) and return the named outputs, flattened."""
    network = _network(name)
    network.setInput(np.ascontiguousarray(image.transpose(2, 0, 1)[None]))
    return [np.asarray(o, np.float32).ravel() for o in network.forward(list(outputs))]


def _rgb(image: Image) -> Image:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2RGB), np.uint8)


@cache
def _anchors() -> Points:
    """Anchor centres (896, 2) of the short-range face detector: strides 8 and 16, two and six a cell."""
    cells = []
    for stride, repeats in ((8, 2), (16, 6)):
        count = _DETECTION_SIZE // stride
        for y in range(count):
            for x in range(count):
                cells += [((x + 0.5) / count, (y + 0.5) / count)] * repeats
    return np.array(cells)


def _detect_in_tile(rgb: Image) -> list[Detection]:
    height, width = rgb.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    square = np.zeros((side, side, 3), np.uint8)
    square[top : top + height, left : left + width] = rgb
    small = cv2.resize(square, (_DETECTION_SIZE, _DETECTION_SIZE), interpolation=cv2.INTER_AREA)
    flat_boxes, flat_scores = _forward(
        "face_detection_short_range",
        small.astype(np.float32) / 127.5 - 1,
        ("regressors", "classificators"),
    )
    boxes = flat_boxes.reshape(-1, 16).astype(np.float64) / _DETECTION_SIZE
    scores = 1 / (1 + np.exp(-np.clip(flat_scores, -80, 80)))
    anchors, offset = _anchors(), np.array([left, top])
    found = []
    for i in np.argsort(-scores)[:20]:
        if scores[i] < _SURE_OF_FACE:
            break
        centre, size = boxes[i, :2] + anchors[i], boxes[i, 2:4]
        corners = np.r_[(centre - size / 2) * side - offset, (centre + size / 2) * side - offset]
        points = (boxes[i, 4:].reshape(6, 2) + anchors[i]) * side - offset
        found.append(Detection(float(scores[i]), corners, points))
    return found


def _overlap(a: Detection, b: Detection) -> float:
    """Intersection of two boxes over the area of the smaller one."""
    low = np.maximum(a.box[:2], b.box[:2])
    high = np.minimum(a.box[2:], b.box[2:])
    shared = float(np.prod(np.clip(high - low, 0, None)))
    areas = [float(np.prod(d.box[2:] - d.box[:2])) for d in (a, b)]
    return shared / max(min(areas), 1e-9)


def detect_faces(image: Image) -> list[Detection]:
    """Return the faces in a BGR picture, largest first; empty if there is none.

    The detector sees faces down to about a fifth of the picture, so where the whole picture gives
    nothing (or only unsure faces) overlapping tiles are searched too.
    """
    rgb = _rgb(image)
    height, width = rgb.shape[:2]
    found = _detect_in_tile(rgb)
    if not found or max(d.score for d in found) < 0.75:
        for share in (0.6, 0.4, 0.25):
            side = int(min(height, width) * share)
            if side < 64:
                break
            for y in np.linspace(0, height - side, int(np.ceil(1.6 * height / side))).astype(int):
                for x in np.linspace(0, width - side, int(np.ceil(1.6 * width / side))).astype(int):
                    for d in _detect_in_tile(np.ascontiguousarray(rgb[y : y + side, x : x + side])):
                        shift = np.array([x, y])
                        found.append(Detection(d.score, d.box + np.r_[shift, shift], d.key_points + shift))
            if any(d.score > 0.8 for d in found):
                break
    kept: list[Detection] = []
    for d in sorted(found, key=lambda d: -d.score):
        if all(_overlap(d, other) < 0.4 for other in kept):
            kept.append(d)
    return sorted(kept, key=lambda d: -d.side)


def _crop_matrix(centre: Points, side: float, rotation: float, size: int) -> Points:
    """2x3 matrix from crop pixels to picture pixels."""
    c, s = np.cos(rotation), np.sin(rotation)
    turn = np.array([[c, -s], [s, c]]) * (side / size)
    return np.asarray(np.c_[turn, centre - turn @ np.array([size / 2, size / 2])])


def _crop(rgb: Image, matrix: Points, size: int) -> NDArray[np.float32]:
    patch = cv2.warpAffine(rgb, matrix, (size, size), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    return np.asarray(patch / 255, np.float32)


def _mesh(rgb: Image, detection: Detection, passes: int) -> tuple[Points, float]:
    """Track the mesh, each pass cropping by the points of the one before."""
    eyes = detection.key_points[1] - detection.key_points[0]
    rotation = float(np.arctan2(eyes[1], eyes[0]))
    centre = (detection.box[:2] + detection.box[2:]) / 2
    side = detection.side * _MESH_MARGIN
    points, presence = np.zeros((468, 3)), 0.0
    for _ in range(passes):
        matrix = _crop_matrix(centre, side, rotation, _MESH_SIZE)
        flat, flag = _forward("face_landmark", _crop(rgb, matrix, _MESH_SIZE), ("conv2d_21", "conv2d_31"))
        local = flat.reshape(468, 3).astype(np.float64)
        points = np.c_[local[:, :2] @ matrix[:, :2].T + matrix[:, 2], local[:, 2] * side / _MESH_SIZE]
        presence = float(1 / (1 + np.exp(-flag[0])))
        across = points[263, :2] - points[33, :2]
        rotation = float(np.arctan2(across[1], across[0]))
        c, s = np.cos(rotation), np.sin(rotation)
        turn = np.array([[c, -s], [s, c]])
        upright = points[:, :2] @ turn
        low, high = upright.min(0), upright.max(0)
        centre = turn @ ((low + high) / 2)
        side = float((high - low).max()) * _MESH_MARGIN
    return points, presence


def _iris(rgb: Image, points: Points, side: Side) -> tuple[Points, Points]:
    """Return the refined eye contour (16, 2) in ``EYE_CONTOUR`` order and the iris (5, 2)."""
    outer, inner = (points[i, :2] for i in EYE_CORNERS[side])
    a, b = (outer, inner) if side == "right" else (inner, outer)
    across = b - a
    matrix = _crop_matrix(
        (a + b) / 2,
        float(np.hypot(*across)) * _IRIS_MARGIN,
        float(np.arctan2(across[1], across[0])),
        _IRIS_SIZE,
    )
    if side == "left":  # the network knows right eyes: show it the mirror image
        mirror = np.array([[-1.0, 0.0], [0.0, 1.0]])
        matrix = np.c_[matrix[:, :2] @ mirror, matrix[:, :2] @ [_IRIS_SIZE - 1, 0] + matrix[:, 2]]
    contour, iris = _forward(
        "iris_landmark", _crop(rgb, matrix, _IRIS_SIZE), ("output_eyes_contours_and_brows", "output_iris")
    )

    def to_picture(flat: NDArray[np.float32]) -> Points:
        return flat.reshape(-1, 3)[:, :2].astype(np.float64) @ matrix[:, :2].T + matrix[:, 2]

    return to_picture(contour)[:16], to_picture(iris)


def track_face(image: Image, detection: Detection, passes: int = 2) -> Landmarks:
    """Track a detected face in a BGR picture.

    The eye contours are the mean of the mesh's and the iris network's, weighted 2 to 3: the
    latter follows lids more closely.
    """
    rgb = _rgb(image)
    points, presence = _mesh(rgb, detection, passes)
    irises: dict[Side, Points] = {}
    for side in ("right", "left"):
        contour, irises[side] = _iris(rgb, points, side)
        rows = list(EYE_CONTOUR[side])
        points[rows, :2] = 0.4 * points[rows, :2] + 0.6 * contour
    return Landmarks(points, irises, presence)


def segment_person(image: Image) -> NDArray[np.float32]:
    """Return how surely each pixel shows a person: float32 (h, w), 0..1, soft at the edges."""
    rgb = _rgb(image)
    small = cv2.resize(rgb, (_PERSON_SIZE, _PERSON_SIZE), interpolation=cv2.INTER_AREA)
    (flat,) = _forward("selfie_segmentation", np.asarray(small / 255, np.float32), ("activation_10",))
    mask = flat.reshape(_PERSON_SIZE, _PERSON_SIZE)
    return np.asarray(cv2.resize(mask, (image.shape[1], image.shape[0])), np.float32)
