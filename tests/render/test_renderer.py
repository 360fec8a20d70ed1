"""What holds for every frame: it is the picture at rest, and the same pose gives the same bytes."""

import numpy as np
import pytest

from bithuman_app.avatar import open_avatar, save_avatar
from bithuman_app.avatar.arkit import ARKIT_NAMES
from bithuman_app.avatar.pose import FacePose, HeadPose
from bithuman_app.lipsync.curves import Curves
from bithuman_app.performance import Performer
from bithuman_app.render import Renderer
from tests import faces
from tests.faces import REST, head, speaking


def psnr(a: np.ndarray, b: np.ndarray) -> float:
    """Return the peak signal-to-noise ratio in dB."""
    error = float(((a.astype(float) - b) ** 2).mean())
    return float("inf") if error == 0 else 10 * np.log10(255**2 / error)


@pytest.mark.parametrize("name", faces.ALL)
def test_at_rest_a_frame_is_the_picture(name: str) -> None:
    frame, picture = faces.renderer(name).render(REST), faces.avatar(name).image[..., :3]

    assert np.abs(frame.astype(int) - picture).max() <= 1


@pytest.mark.parametrize("name", faces.ALL)
def test_the_person_of_the_picture_is_kept(name: str) -> None:
    """The frame against the artwork itself, scaled down: nothing of the person is lost in the bake."""
    import cv2

    left, top, width, height = faces.avatar(name).manifest["crop"]
    matrix = np.array([[width / faces.SIZE, 0, left], [0, height / faces.SIZE, top]])
    matrix[:, 2] += (matrix[0, 0] - 1) / 2
    source = cv2.GaussianBlur(faces.picture(name), (0, 0), 0.5)
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    scaled = cv2.warpAffine(source, matrix, (faces.SIZE, faces.SIZE), flags=flags)
    inner = slice(8, -8)
    frame = faces.renderer(name).render(REST)[inner, inner]

    assert np.abs(frame.astype(int) - scaled[inner, inner]).mean() < 1.5
    assert psnr(frame, scaled[inner, inner]) > 33


@pytest.mark.parametrize("name", faces.ALL)
def test_a_slight_movement_changes_little(name: str) -> None:
    """Between rest and the first movement nothing jumps."""
    slight = FacePose(
        speaking("aa").coefficients * np.float32(0.02), head=HeadPose(yaw=0.002, pitch=0.002, x=0.002)
    )

    assert psnr(faces.renderer(name).render(slight), faces.renderer(name).render(REST)) > 33


POSES = {"rest": REST, "speaking": speaking("E"), "turned": head(yaw=0.1, roll=-0.05)}


@pytest.mark.parametrize("pose", POSES)
def test_the_same_pose_gives_the_same_bytes(pose: str) -> None:
    renderer = faces.renderer("maya")
    first = renderer.render(POSES[pose])
    renderer.render(speaking("U"))  # nothing of one frame stays for the next

    np.testing.assert_array_equal(renderer.render(POSES[pose]), first)


def test_two_renderers_of_an_avatar_agree() -> None:
    other = Renderer(faces.avatar("maya"))

    for pose in POSES.values():
        np.testing.assert_array_equal(other.render(pose), faces.renderer("maya").render(pose))


def test_the_same_seed_gives_the_same_frames() -> None:
    silence = Curves(np.zeros((30, 7), np.float32), np.eye(15, dtype=np.float32)[np.zeros(30, int)])
    quiet = np.full(30, -100, np.float32)

    def last_frame(seed: int) -> np.ndarray:
        return faces.renderer("maya").render(Performer(seed=seed).perform(silence, quiet)[-1])

    np.testing.assert_array_equal(last_frame(7), last_frame(7))
    assert (last_frame(7) != last_frame(8)).any()


def test_frames_are_fresh_arrays() -> None:
    first, second = (faces.renderer("maya").render(REST) for _ in range(2))
    first[...] = 0

    assert second.any()
    assert faces.avatar("maya").image[..., :3].any()


def test_frames_have_the_avatars_size_and_type() -> None:
    frame = faces.renderer("maya").render(REST)

    assert frame.shape == (faces.SIZE, faces.SIZE, 3)
    assert frame.dtype == np.uint8
    assert frame.flags.c_contiguous
    assert faces.renderer("maya").size == (faces.SIZE, faces.SIZE)


def test_alpha_cuts_the_person_out() -> None:
    frame = faces.renderer("maya").render_with_alpha(speaking("aa"))
    mouth_x, mouth_y = faces.avatar("maya").mouth.anchor.astype(int)

    assert frame.shape == (faces.SIZE, faces.SIZE, 4)
    assert frame[mouth_y, mouth_x, 3] == 255
    assert frame[4, 4, 3] == 0


def test_colours_are_the_same_with_and_without_alpha() -> None:
    pose = speaking("O")

    np.testing.assert_array_equal(
        faces.renderer("nora").render_with_alpha(pose)[..., :3], faces.renderer("nora").render(pose)
    )


def test_a_saved_avatar_renders_as_the_baked_one(tmp_path) -> None:
    """Fields are stored as 16-bit floats: a hundredth of a pixel, which a frame hardly shows."""
    save_avatar(faces.avatar("nora"), tmp_path / "nora.imx")
    loaded = Renderer(open_avatar(tmp_path / "nora.imx"))

    np.testing.assert_array_equal(loaded.render(REST), faces.renderer("nora").render(REST))
    for pose in (speaking("aa"), speaking("U"), head(yaw=0.1, pitch=-0.05), faces.face(eyeBlink=0.5)):
        assert psnr(loaded.render(pose), faces.renderer("nora").render(pose)) > 45


@pytest.mark.parametrize("name", ["maya", "iris", "ginger"])
def test_every_coefficient_alone_gives_a_whole_frame(name: str) -> None:
    """No coefficient may tear a hole: hardly a pixel leaves the range of colours of its surroundings."""
    import cv2

    rest = faces.renderer(name).render(REST)
    around = 41
    kernel = np.ones((around, around), np.uint8)
    low, high = cv2.erode(rest, kernel).astype(int) - 60, cv2.dilate(rest, kernel).astype(int) + 60
    for coefficient in ARKIT_NAMES:
        if coefficient in ("jawOpen", "tongueOut"):
            continue  # they show what the picture does not
        frame = faces.renderer(name).render(faces.face(**{coefficient: 1.0})).astype(int)
        outside = ((frame < low) | (frame > high)).any(2).mean()
        assert outside < 0.0015, coefficient
