"""What an upright screen shows of an avatar: the whole head, as large as the screen allows."""

from pathlib import Path

import numpy as np
import pytest

from bithuman_app.avatar import library, open_avatar
from bithuman_app.desktop.kiosk.framing import Face, PortraitFraming, crop, face_of

UPRIGHT = (1080, 1920)


def test_narrow_head_fills_an_upright_screen() -> None:
    _, columns = crop((1024, 1024), Face(middle=0.5, width=0.4), UPRIGHT)

    assert columns == round(1024 * 1080 / 1920)


def test_head_is_in_the_middle() -> None:
    left, columns = crop((1024, 1024), Face(middle=0.6, width=0.4), UPRIGHT)

    assert left + columns / 2 == pytest.approx(0.6 * 1024, abs=1)


def test_head_near_the_edge_shows_no_more_than_there_is() -> None:
    left, columns = crop((1024, 1024), Face(middle=0.95, width=0.1), UPRIGHT)

    assert left + columns == 1024


def test_wide_head_is_not_cut() -> None:
    _, columns = crop((1024, 1024), Face(middle=0.5, width=0.9), UPRIGHT)

    assert columns >= 0.9 * 0.9 * 1024


def test_picture_that_is_narrower_than_the_screen_is_shown_whole() -> None:
    assert crop((300, 1000), Face(middle=0.5, width=0.9), UPRIGHT) == (0, 300)


@pytest.mark.parametrize("name", ["maya", "nora", "leo", "ginger", "iris"])
def test_faces_that_come_with_the_program_nearly_fill_an_upright_screen(name: str) -> None:
    avatar = open_avatar(library.find(name))
    left, columns = crop((avatar.width, avatar.height), face_of(avatar), UPRIGHT)

    assert columns <= 1.1 * avatar.height * 1080 / 1920
    eyes = [eye.left + float(eye.iris[0]) for eye in avatar.eyes.values()]
    assert left < min(eyes) < max(eyes) < left + columns


def test_avatar_without_an_outline_is_framed_by_its_eyes(avatar_file: Path) -> None:
    avatar = open_avatar(avatar_file)
    avatar.image[..., 3] = 255

    face = face_of(avatar)
    assert face.width == pytest.approx(2.8 * avatar.unit / avatar.width)
    assert face.middle == pytest.approx(float(avatar.mouth.anchor[0]) / avatar.width)


def test_picture_is_cut_once(avatar_file: Path) -> None:
    avatar = open_avatar(avatar_file)
    framing = PortraitFraming(avatar)
    cut = framing(np.ascontiguousarray(avatar.image[..., :3]), UPRIGHT)

    assert cut.shape[1] < avatar.width
    assert framing(cut, UPRIGHT) is cut
