"""Lids close and eyes turn: measured on rendered frames."""

import numpy as np
import pytest

from bithuman_app.avatar.landmarks import EYE_CORNERS, Side
from tests import faces
from tests.faces import REST, face
from tests.render.inside import Aperture, eyes_of

LOOKS = {
    "left": face(eyeLookOutRight=0.8, eyeLookInLeft=0.8),
    "right": face(eyeLookInRight=0.8, eyeLookOutLeft=0.8),
    "up": face(eyeLookUp=0.8),
    "down": face(eyeLookDown=0.8),
}


@pytest.fixture(scope="module", params=[*faces.ALL, "smiling"])
def eyes(request: pytest.FixtureRequest) -> Aperture:
    name: str = request.param
    return eyes_of(faces.smiling_avatar() if name == "smiling" else faces.avatar(name))


def iris(name: str, look: str, side: Side) -> tuple[float, float]:
    """Return where the iris is between the corners of its eye (0 image left, 1 right), and below them.

    The second number is in interocular distances.
    """
    landmarks = faces.tracked(faces.renderer(name).render(LOOKS[look] if look != "rest" else REST))
    a, b = (landmarks.points[i, :2] for i in EYE_CORNERS[side])
    left, right = (a, b) if a[0] < b[0] else (b, a)
    across = right - left
    offset = landmarks.irises[side][0] - left
    share = float(offset @ across / (across @ across))
    return share, float(offset[1] - share * across[1]) / landmarks.interocular


def test_a_blink_closes_the_eyes(eyes: Aperture) -> None:
    assert eyes.area(face(eyeBlink=1.0)) < 0.02 * eyes.area(face(eyeBlink=0.05))


def test_half_a_blink_closes_the_eyes_halfway(eyes: Aperture) -> None:
    share = eyes.area(face(eyeBlink=0.5)) / eyes.area(face(eyeBlink=0.05))

    assert 0.3 < share < 0.7


def test_lids_close_more_and_more(eyes: Aperture) -> None:
    areas = [eyes.area(face(eyeBlink=share)) for share in (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)]

    assert areas == sorted(areas, reverse=True)


def test_a_blink_wins_over_every_other_movement_of_the_eyes(eyes: Aperture) -> None:
    busy = face(eyeBlink=1.0, eyeWide=1.0, eyeLookUp=1.0, eyeSquint=1.0)

    assert eyes.area(busy) < 0.02 * eyes.area(face(eyeBlink=0.05))


def test_wide_eyes_show_more(eyes: Aperture) -> None:
    assert eyes.area(face(eyeWide=1.0)) > 1.02 * eyes.area(face(eyeBlink=0.01))


def test_one_eye_can_wink() -> None:
    both = eyes_of(faces.avatar("nora"))
    open_area, wink = both.area(face(eyeBlink=0.05)), both.area(face(eyeBlinkLeft=1.0, eyeBlinkRight=0.05))

    assert 0.35 < wink / open_area < 0.65


@pytest.mark.parametrize("name", ["nora", "leo"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_iris_goes_where_the_eye_looks(name: str, side: Side) -> None:
    rest, left, right = (iris(name, look, side)[0] for look in ("rest", "left", "right"))

    assert left < rest - 0.08
    assert right > rest + 0.08


@pytest.mark.parametrize("name", ["nora", "leo"])
@pytest.mark.parametrize("side", ["left", "right"])
def test_the_iris_rises_and_sinks(name: str, side: Side) -> None:
    rest, up, down = (iris(name, look, side)[1] for look in ("rest", "up", "down"))

    assert up < rest - 0.005
    assert down > rest + 0.005


def test_lids_follow_a_look_down(eyes: Aperture) -> None:
    assert eyes.area(face(eyeLookDown=1.0)) < 0.9 * eyes.area(face(eyeBlink=0.01))


def test_a_closed_lid_has_the_colour_of_the_skin_around_it() -> None:
    """Between brow and lashes a closed lid is skin: near what the cheek shows, far from the eyeball."""
    for name in faces.PEOPLE:
        frame = faces.renderer(name).render(face(eyeBlink=1.0)).astype(float)
        landmarks = faces.tracked(np.ascontiguousarray(faces.avatar(name).image[..., :3]))
        for side in ("right", "left"):
            x, y = landmarks.irises[side][0]
            lid = np.median(frame[int(y) - 3 : int(y) + 2, int(x) - 5 : int(x) + 6], (0, 1))
            cheek_y = int(y + 0.35 * landmarks.interocular)
            cheek = np.median(frame[cheek_y - 4 : cheek_y + 5, int(x) - 5 : int(x) + 6], (0, 1))
            brightness = lid.mean() / cheek.mean()
            assert 0.5 < brightness < 1.3, (name, side, brightness)
