"""Frames look as they did when a person last approved them; ``tests/render/golden.py`` says how to renew."""

import cv2
import numpy as np
import pytest

from tests.render import golden

#: Levels of 255: what other processors and versions of OpenCV may differ by, and nobody sees.
_MEAN, _WORST_PATCH = 1.0, 10.0
_PATCH = 4


@pytest.fixture(scope="module", params=golden.NAMES)
def approved(request: pytest.FixtureRequest) -> tuple[str, golden.Picture]:
    name: str = request.param
    image = cv2.imread(str(golden.FOLDER / f"{name}.png"))
    assert image is not None, "draw them with: python -m tests.render.golden"
    return name, np.asarray(image, np.uint8)


@pytest.mark.parametrize("pose", golden.POSES)
def test_a_frame_looks_as_it_was_approved(approved: tuple[str, golden.Picture], pose: str) -> None:
    name, sheet = approved
    wanted = sheet[golden.cell(pose)].astype(np.float32)
    difference = np.abs(golden.face_of(name, golden.POSES[pose]) - wanted)
    patches = cv2.boxFilter(difference, -1, (_PATCH, _PATCH))

    assert difference.mean() < _MEAN
    assert patches.max() < _WORST_PATCH


def test_the_golden_poses_differ_from_each_other() -> None:
    """Else a renderer that draws nothing but the picture would pass."""
    for name in golden.NAMES:
        sheet = cv2.imread(str(golden.FOLDER / f"{name}.png")).astype(np.float32)
        rest = sheet[golden.cell("at rest")]
        for pose in list(golden.POSES)[1:]:
            changed = cv2.boxFilter(np.abs(sheet[golden.cell(pose)] - rest), -1, (_PATCH, _PATCH))
            least = _WORST_PATCH if (name, pose) != ("ginger", "PP") else 3.0  # a cat's lips hardly show
            assert changed.max() > least, (name, pose)
