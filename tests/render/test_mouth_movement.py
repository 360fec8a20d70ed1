"""The mouth does what it is told: measured on rendered frames."""

import numpy as np
import pytest

from bithuman_app.performance import VISEME_POSES
from tests import faces
from tests.faces import REST, face, speaking
from tests.render.inside import Aperture, mouth_of

CLOSED = ("sil", "PP")
OPEN = tuple(viseme for viseme in VISEME_POSES if viseme not in CLOSED)


@pytest.fixture(scope="module", params=[*faces.ALL, "smiling"])
def mouth(request: pytest.FixtureRequest) -> Aperture:
    name: str = request.param
    return mouth_of(faces.smiling_avatar() if name == "smiling" else faces.avatar(name))


def network_gap(name: str, viseme: str) -> float:
    """Return the gap between the inner lips as the landmark network sees it, in interocular distances."""
    landmarks = faces.tracked(faces.renderer(name).render(speaking(viseme)))
    gap = landmarks.points[14, :2] - landmarks.points[13, :2]
    return float(np.hypot(*gap)) / landmarks.interocular


def test_closed_lips_show_nothing_of_the_inside(mouth: Aperture) -> None:
    assert mouth.area(speaking("PP")) == 0


@pytest.mark.parametrize("viseme", OPEN)
def test_every_other_viseme_opens_the_lips(mouth: Aperture, viseme: str) -> None:
    assert mouth.height(speaking(viseme)) > 0.025


def test_vowels_differ_in_height(mouth: Aperture) -> None:
    heights = [mouth.height(speaking(viseme)) for viseme in ("aa", "E", "I", "PP")]

    assert heights == sorted(heights, reverse=True)
    assert heights[0] > 1.3 * heights[1] > 1.6 * heights[2]


def test_rounded_vowels_are_narrow(mouth: Aperture) -> None:
    widths = {viseme: mouth.width(speaking(viseme)) for viseme in ("I", "aa", "O", "U")}

    assert widths["I"] > widths["aa"] > widths["O"] > widths["U"]
    assert widths["U"] < 0.6 * widths["I"]


def test_the_mouth_opens_with_the_jaw_step_by_step(mouth: Aperture) -> None:
    areas = [mouth.area(face(jawOpen=opening)) for opening in (0.2, 0.4, 0.6, 0.8, 1.0)]

    assert areas == sorted(areas)
    assert areas[-1] > 2 * areas[0]


@pytest.mark.parametrize("name", faces.PEOPLE)
def test_the_landmark_network_sees_closed_lips(name: str) -> None:
    """Full dark lips have a gap for the network even in the picture itself: no more than that."""
    in_picture = faces.tracked(np.ascontiguousarray(faces.avatar(name).image[..., :3]))
    gap = np.hypot(*(in_picture.points[14, :2] - in_picture.points[13, :2])) / in_picture.interocular

    assert network_gap(name, "PP") < max(0.012, gap)


@pytest.mark.parametrize("name", [*faces.PEOPLE, "iris"])
def test_the_landmark_network_sees_vowels_in_order(name: str) -> None:
    gaps = [network_gap(name, viseme) for viseme in ("aa", "E", "I", "PP")]

    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0.22
    assert gaps[-1] < 0.03


def test_a_photo_with_an_open_mouth_is_known_as_one() -> None:
    assert faces.smiling_avatar().mouth.open
    assert not any(faces.avatar(name).mouth.open for name in faces.ALL)


def test_a_smile_lifts_the_corners_of_the_mouth() -> None:
    rest, smile = (
        faces.tracked(faces.renderer("nora").render(pose)) for pose in (REST, face(mouthSmile=1.0))
    )
    corners = [61, 291]

    rise = (rest.points[corners, 1] - smile.points[corners, 1]) / rest.interocular
    assert rise.min() > 0.02


def test_teeth_of_two_people_differ() -> None:
    ours, theirs = (faces.avatar(name).mouth.interior.upper_teeth for name in ("maya", "nora"))

    assert ours.shape != theirs.shape or np.abs(ours.astype(int) - theirs).mean() > 1


@pytest.mark.parametrize("viseme", ["TH", "nn"])
def test_the_tongue_shows_in_dental_sounds(viseme: str) -> None:
    """Only the tongue's colour is changed; the frame must change with it."""
    from dataclasses import replace

    from bithuman_app.render import Renderer

    avatar = faces.avatar("nora")
    inside = avatar.mouth.interior
    green = inside.tongue.copy()
    green[..., :3] = (0, 255, 0)
    recoloured = replace(avatar, mouth=replace(avatar.mouth, interior=replace(inside, tongue=green)))
    plain, changed = (Renderer(a).render(speaking(viseme)).astype(int) for a in (avatar, recoloured))

    visible = (np.abs(plain - changed).max(2) > 24).sum() / avatar.unit**2
    assert visible > 0.002
