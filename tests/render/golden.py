"""The golden frames: small pictures of what frames looked like when a person last approved them.

    python -m tests.render.golden

draws them anew into ``tests/render/golden/NAME.png``. Do that after a wanted change of the look, view the
pictures, and commit them together with the change.
"""

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.pose import FacePose, HeadPose
from tests import faces
from tests.faces import REST, face, speaking

FOLDER = Path(__file__).parent / "golden"
#: One for each style.
NAMES = ("maya", "iris", "ginger")
POSES: dict[str, FacePose] = {
    "at rest": REST,
    "PP": speaking("PP"),
    "FF": speaking("FF"),
    "aa": speaking("aa"),
    "I": speaking("I"),
    "U": speaking("U"),
    "half a blink": face(eyeBlink=0.5),
    "blink": face(eyeBlink=1.0),
    "gaze to the right": face(eyeLookOutLeft=0.8, eyeLookInRight=0.8),
    "turned and smiling": FacePose(
        face(mouthSmile=0.7, browInnerUp=0.5).coefficients, head=HeadPose(yaw=0.12, pitch=-0.05, roll=0.05)
    ),
}
SIDE, COLUMNS = 112, 5
#: Half the side of the square around the face that is kept, in interocular distances.
_REACH = 1.15

Picture = NDArray[np.uint8]


def face_of(name: str, pose: FacePose) -> Picture:
    """Return the face of a rendered frame, ``SIDE`` x ``SIDE``."""
    avatar = faces.avatar(name)
    centre = avatar.mouth.anchor - avatar.rotation[:, 1] * 0.35 * avatar.unit
    scale = 2 * _REACH * avatar.unit / SIDE
    matrix = np.array([[scale, 0, centre[0]], [0, scale, centre[1]]])
    matrix[:, 2] -= scale * (SIDE - 1) / 2
    frame = cv2.GaussianBlur(faces.renderer(name).render(pose), (0, 0), 0.35 * scale)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(frame, matrix, (SIDE, SIDE), flags=flags), np.uint8)


def cell(pose: str) -> tuple[slice, slice]:
    """Return where a pose stands in a golden picture."""
    row, column = divmod(list(POSES).index(pose), COLUMNS)
    return slice(row * SIDE, (row + 1) * SIDE), slice(column * SIDE, (column + 1) * SIDE)


def main() -> None:
    """Draw all golden pictures."""
    FOLDER.mkdir(exist_ok=True)
    rows = -(-len(POSES) // COLUMNS)
    for name in NAMES:
        sheet = np.zeros((rows * SIDE, COLUMNS * SIDE, 3), np.uint8)
        for label, pose in POSES.items():
            sheet[cell(label)] = face_of(name, pose)
        path = FOLDER / f"{name}.png"
        path.write_bytes(cv2.imencode(".png", sheet, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes())
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
