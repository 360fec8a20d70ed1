"""The frame of a short video from which an avatar is best baked."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import av
import cv2
import numpy as np
from av.container import InputContainer
from numpy.typing import NDArray

from ..avatar.bake import NoFaceError
from ..avatar.bake.choose_face import SURE_FACE
from ..avatar.landmarks import Landmarks, detect_faces, track_face
from ..errors import DataError
from ..media.containers import open_input
from .workers import Report

Image = NDArray[np.uint8]

#: How much of a video is looked at, and how many of its frames.
_MOST_SECONDS: Final = 30.0
_LOOKS: Final = 16
_MOST_PIXELS: Final = 4096 * 2304
#: Points of the face mesh: lids above and below each pupil with the corners of the eye, and the lips' inner
#: edges with the corners of the mouth.
_LIDS: Final = ((159, 145, 33, 133), (386, 374, 362, 263))
_LIPS: Final = (13, 14, 61, 291)
_NO_VIDEO: Final = "this is neither a picture nor a video that can be read"
#: From this openness on (height by width) an eye counts as wide open.
_OPEN_EYE: Final = 0.25
_TURNED_DEGREES: Final = 40.0


def best_frame(path: Path, report: Report) -> Image:
    """Return the frame, BGR, in which one looks at the camera, with open eyes and a closed mouth.

    Raises ``DataError`` for what is no video, ``NoFaceError`` if no face is seen in it.
    """
    best: tuple[float, Image] | None = None
    for number, image in enumerate(_frames(path)):
        report(0.25 * (number + 1) / _LOOKS, 1.0, "choosing a frame")
        score = _score(image)
        if score is not None and (best is None or score > best[0]):
            best = (score, image)
    if best is None:
        raise NoFaceError(
            "no face was found in the video; take a picture of it in which one is seen from the front"
        )
    return best[1]


def _frames(path: Path) -> Iterator[Image]:
    with _opened(path) as container:
        stream = container.streams.best("video")
        if stream is None:
            raise DataError(f"{path}: {_NO_VIDEO}")
        wanted = 0.0
        step = _MOST_SECONDS / _LOOKS
        if stream.duration is not None and stream.time_base is not None:
            step = min(_MOST_SECONDS, float(stream.duration * stream.time_base)) / _LOOKS
        try:
            for frame in container.decode(stream):
                assert isinstance(frame, av.VideoFrame)
                if frame.width * frame.height > _MOST_PIXELS:
                    raise DataError(f"{path}: the video is too large ({frame.width} x {frame.height} pixels)")
                time = frame.time or 0.0
                if time >= wanted:
                    wanted += step
                    yield np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                if time > _MOST_SECONDS:
                    return
        except av.FFmpegError as error:
            raise DataError(f"{path}: the video is damaged") from error


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    with ExitStack() as stack:
        try:
            container = stack.enter_context(open_input(path))
        except DataError as error:
            raise DataError(f"{path}: {_NO_VIDEO}") from error
        yield container


def _score(image: Image) -> float | None:
    """Return how fit a frame is, more is better; None if no face is in it."""
    found = detect_faces(image)
    if not found:
        return None
    face = track_face(image, found[0])
    if face.presence < SURE_FACE:
        return None
    eyes = min(min(1.0, _openness(face, *points) / _OPEN_EYE) for points in _LIDS)
    frontal = max(0.0, 1 - abs(face.yaw_degrees) / _TURNED_DEGREES)
    closed = max(0.0, 1 - 2 * _openness(face, *_LIPS))
    return eyes + frontal + 0.7 * closed + 0.3 * _sharpness(image, face)


def _openness(face: Landmarks, above: int, below: int, left: int, right: int) -> float:
    points = face.points[:, :2]
    width = float(np.hypot(*(points[right] - points[left])))
    return float(np.hypot(*(points[above] - points[below]))) / max(width, 1e-6)


def _sharpness(image: Image, face: Landmarks) -> float:
    """Return 0 (blurred) to 1, by the variance of the Laplacian over the face at a fixed size."""
    low, high = face.points[:, :2].min(0), face.points[:, :2].max(0)
    left, top = np.maximum(low, 0).astype(int)
    right, bottom = high.astype(int)
    part = image[top:bottom, left:right]
    if part.size == 0:
        return 0.0
    grey = cv2.cvtColor(cv2.resize(part, (192, 192), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2GRAY)
    variance = float(cv2.Laplacian(grey, cv2.CV_32F).var())
    return variance / (variance + 100.0)
