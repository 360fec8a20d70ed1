import cv2
import numpy as np
import pytest

from bithuman_app.avatar import save_avatar
from bithuman_app.cli._sheet_drawing import draw_sheet
from bithuman_app.cli._sheet_poses import SECTIONS
from bithuman_app.media.images import read_image
from bithuman_app.performance import VISEME_POSES
from tests import faces
from tests.cli.workplace import Workplace, open_workplace

workplace = pytest.fixture(open_workplace)


def labels() -> list[str]:
    return [shot.label for section in SECTIONS for shot in section.shots]


def test_the_sheet_shows_all_visemes_and_what_else_a_face_does() -> None:
    assert set(VISEME_POSES) <= set(labels())
    for wanted in (
        "blink", "half blink", "gaze left", "gaze right", "gaze up", "gaze down", "brows up", "brows down",
        "smile", "turned left", "turned right", "looking up", "looking down", "tilted left", "tilted right",
    ):  # fmt: skip
        assert wanted in labels()


@pytest.mark.parametrize(("label", "sideways"), [("turned left", -1), ("turned right", 1)])
def test_labels_say_left_and_right_as_the_viewer_sees_them(label: str, sideways: int) -> None:
    pose = next(shot.pose for section in SECTIONS for shot in section.shots if shot.label == label)

    assert np.sign(pose.head.yaw) == sideways


def test_every_pose_is_drawn_differently() -> None:
    sheet = draw_sheet(faces.avatar("nora"))
    poses = [shot.pose for section in SECTIONS for shot in section.shots]
    frames = {faces.renderer("nora").render(pose).tobytes() for pose in poses}

    # "at rest" stands in two sections, and "sil" of a closed mouth is rest as well
    assert len(frames) == len(poses) - 2
    assert sheet.ndim == 3
    assert sheet.dtype == np.uint8


def test_an_avatar_file_becomes_a_sheet(workplace: Workplace) -> None:
    save_avatar(faces.avatar("iris"), workplace.folder / "iris.imx")
    outcome = workplace.run("sheet", "iris.imx", "-o", "sheets.png", "--json")

    assert outcome.code == 0
    sheet = read_image(workplace.folder / "sheets.png")
    assert outcome.json == {
        "output": "sheets.png", "name": "iris", "width": sheet.shape[1], "height": sheet.shape[0],
    }  # fmt: skip


def test_a_picture_becomes_a_sheet_at_once(workplace: Workplace) -> None:
    outcome = workplace.run("sheet", workplace.portrait("leo"), "--size", "320x240")

    assert outcome.code == 0
    assert "a contact sheet of leo" in outcome.err
    assert "sheet.png" in workplace.files()


def test_the_avatars_own_colours_are_on_the_sheet(workplace: Workplace) -> None:
    """The jumper's colour, in a whole frame of the last section."""
    sheet = draw_sheet(faces.avatar("maya"))
    avatar = faces.avatar("maya")
    jumper = avatar.image[avatar.height - 20, avatar.width // 2, :3].astype(int)
    small = cv2.resize(sheet, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(int)

    assert (np.abs(small - jumper).max(2) < 12).mean() > 0.01


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nobody"], 66),
        (["nobody.imx"], 66),
        (["leo.png", "-o", "sheet.gif"], 64),
        (["leo.png", "-o", "nowhere/sheet.png"], 73),
        (["ginger.png"], 65),
    ],
)
def test_what_cannot_be_drawn_is_one_line(workplace: Workplace, arguments: list[str], code: int) -> None:
    workplace.portrait("leo")
    workplace.portrait("ginger")
    outcome = workplace.run("sheet", *arguments)

    assert outcome.code == code
    assert outcome.err.count("\n") == 1
    assert workplace.files() == {"leo.png", "ginger.png"}
