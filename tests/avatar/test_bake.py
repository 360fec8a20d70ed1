"""A picture becomes an avatar: which pictures, and what is said about those that are not ideal."""

import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar import open_avatar, save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake, bake_file
from bithuman_app.avatar.model import Avatar
from bithuman_app.errors import DataError, UsageError
from bithuman_app.render import Renderer
from tests import faces
from tests.faces import speaking
from tests.render.inside import mouth_of

SMALL = BakeOptions(size=(256, 256))


def encode(suffix: str, image: NDArray[np.uint8], *options: int) -> bytes:
    done, data = cv2.imencode(suffix, image, options)
    assert done
    return data.tobytes()


def save(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def turned(image: NDArray[np.uint8], orientation: int) -> bytes:
    """Encode a JPEG whose EXIF orientation must be undone to see the picture upright."""
    exif = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    done, data = cv2.imencodeWithMetadata(
        ".jpg", image, [cv2.IMAGE_METADATA_EXIF], [np.frombuffer(exif, np.uint8)]
    )
    assert done
    return data.tobytes()


def half_size(name: str) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(faces.picture(name), (512, 512), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module")
def expected() -> Avatar:
    return bake(half_size("leo"), SMALL)


def assert_same_face(avatar: Avatar, expected: Avatar, tolerance: float = 2.0) -> None:
    np.testing.assert_allclose(avatar.mouth.anchor, expected.mouth.anchor, atol=tolerance)
    assert avatar.unit == pytest.approx(expected.unit, rel=0.03)


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        (".png", ()),
        (".jpg", (cv2.IMWRITE_JPEG_QUALITY, 90)),
        (".webp", (cv2.IMWRITE_WEBP_QUALITY, 90)),
    ],
)
def test_the_format_of_the_picture_does_not_matter(
    tmp_path: Path, expected: Avatar, suffix: str, options: tuple[int, ...]
) -> None:
    path = save(tmp_path / f"leo{suffix}", encode(suffix, half_size("leo"), *options))

    assert_same_face(bake_file(path, SMALL), expected)


def test_a_camera_on_its_side_does_not_matter(tmp_path: Path, expected: Avatar) -> None:
    on_its_side = cv2.rotate(half_size("leo"), cv2.ROTATE_90_COUNTERCLOCKWISE)

    assert_same_face(bake_file(save(tmp_path / "leo.jpg", turned(on_its_side, 6)), SMALL), expected)


def test_sixteen_bits_and_grey_are_pictures_too(tmp_path: Path, expected: Avatar) -> None:
    grey = cv2.cvtColor(half_size("leo"), cv2.COLOR_BGR2GRAY)
    deep = grey.astype(np.uint16) * 257

    for number, image in enumerate((grey, deep)):
        avatar = bake_file(save(tmp_path / f"{number}.png", encode(".png", image)), SMALL)
        assert_same_face(avatar, expected)


def test_the_inside_of_a_grey_mouth_is_grey() -> None:
    grey = cv2.cvtColor(cv2.cvtColor(half_size("leo"), cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    frame = Renderer(bake(np.asarray(grey, np.uint8), SMALL)).render(speaking("aa")).astype(int)

    assert np.ptp(frame, axis=2).max() <= 12


def test_a_cut_out_picture_stays_cut_out() -> None:
    alpha = np.zeros((512, 512), np.uint8)
    cv2.ellipse(alpha, (256, 270), (150, 240), 0, 0, 360, 255, -1)
    avatar = bake(np.dstack([half_size("leo"), alpha]), SMALL)

    assert avatar.image[5, 5, 3] == 0
    assert avatar.image[140, 128, 3] == 255
    assert (
        np.ptp(avatar.image[:8, :8, :3], (0, 1)).max() == 0
    )  # a plain backdrop, not what lay under the alpha


def test_an_opaque_alpha_channel_changes_nothing(expected: Avatar) -> None:
    opaque = np.dstack([half_size("leo"), np.full((512, 512), 255, np.uint8)])

    np.testing.assert_array_equal(bake(opaque, SMALL).image, expected.image)


@pytest.mark.parametrize("size", [(512, 512), (320, 240), (240, 320), (640, 360)])
def test_frames_have_the_size_that_was_asked_for(size: tuple[int, int]) -> None:
    avatar = bake(half_size("nora"), BakeOptions(size=size))

    assert (avatar.width, avatar.height) == size
    assert Renderer(avatar).render(speaking("aa")).shape == (size[1], size[0], 3)


@pytest.mark.parametrize("size", [(64, 512), (512, 100), (8192, 8192), (0, 0)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    with pytest.raises(UsageError, match="between 128 and 4096 pixels"):
        bake(half_size("nora"), BakeOptions(size=size))


def test_a_good_picture_has_no_warnings() -> None:
    for name in faces.ALL:
        assert faces.avatar(name).manifest["warnings"] == []


def test_of_several_faces_the_largest_is_used_with_a_warning() -> None:
    leo = faces.on_canvas(faces.picture("leo"), 500, 700, 0.6)
    nora = faces.on_canvas(faces.picture("nora"), 700, 700, 1)
    both = np.hstack([leo, nora])
    avatar = bake(both, SMALL)

    assert any("2 faces were found" in warning for warning in avatar.manifest["warnings"])
    left, _top, width, _height = avatar.manifest["crop"]
    assert left + width / 2 > 500


def test_a_small_face_is_used_with_a_warning() -> None:
    avatar = bake(faces.on_canvas(faces.picture("leo"), 900, 600, 0.3), SMALL)

    assert any("the face is small" in warning for warning in avatar.manifest["warnings"])


def test_a_cut_chin_is_continued_with_a_warning() -> None:
    landmarks = faces.tracked(faces.picture("leo").copy())
    chin, lip = landmarks.points[152, 1], landmarks.points[17, 1]
    cut = np.ascontiguousarray(faces.picture("leo")[: int(0.4 * chin + 0.6 * lip)])
    avatar = bake(cut, SMALL)

    assert any("chin is cut" in warning for warning in avatar.manifest["warnings"])
    assert mouth_of(avatar).height(speaking("aa")) > 0.15
    # what continues the chin is skin, neither black nor the backdrop's colour
    x, y = (avatar.mouth.anchor + avatar.rotation[:, 1] * 0.55 * avatar.unit).astype(int)
    lips = avatar.image[int(avatar.mouth.anchor[1]), int(x), :3].astype(int)
    assert np.abs(avatar.image[min(y, avatar.height - 1), x, :3].astype(int) - lips).max() < 120


def test_a_face_turned_aside_is_used_with_a_warning() -> None:
    """The landmarks are turned here: no shipped picture shows a face from the side."""
    from dataclasses import replace

    landmarks = faces.tracked(half_size("nora"))
    points = landmarks.points.copy()
    middle, angle = points[:, [0, 2]].mean(0), np.radians(35)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    points[:, [0, 2]] = (points[:, [0, 2]] - middle) @ turn + middle
    aside = replace(landmarks, points=points)

    avatar = bake(half_size("nora"), BakeOptions(size=(256, 256), landmarks=aside))

    assert any("is turned by about" in warning for warning in avatar.manifest["warnings"])


def test_no_face_is_an_error_that_tells_how_to_mark_one() -> None:
    noise = np.random.default_rng(0).integers(0, 256, (300, 300, 3), np.uint8)

    with pytest.raises(DataError, match="no face was found") as error:
        bake(noise)
    for option in ("--face X,Y,W,H", "--eyes X,Y,RX,RY,X,Y,RX,RY", "--mouth X,Y,X,Y"):
        assert option in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("shape", [(1, 1, 3), (2, 400, 3), (400, 3, 4), (16, 16, 3)])
def test_a_tiny_picture_has_no_face(shape: tuple[int, int, int]) -> None:
    with pytest.raises(DataError, match="no face was found"):
        bake(np.full(shape, 200, np.uint8))


@pytest.mark.parametrize(
    ("name", "style"),
    [("maya", "photo"), ("nora", "photo"), ("leo", "photo"), ("iris", "drawing"), ("ginger", "animal")],
)
def test_the_style_is_guessed(name: str, style: str) -> None:
    assert faces.avatar(name).style == style


def test_a_marked_animal_speaks_and_blinks_where_it_is_marked() -> None:
    avatar = faces.avatar("ginger")
    scale = faces.SIZE / 1024
    shown = np.argwhere(mouth_of(avatar).shows(speaking("aa")))

    # marked: corners (437, 612) and (588, 612), eyes at (404, 487) and (619, 487)
    assert shown[:, 1].mean() == pytest.approx(512.5 * scale, abs=6)
    assert 600 * scale < shown[:, 0].mean() < 680 * scale
    centres = sorted((eye.left + eye.iris[0], eye.top + eye.iris[1]) for eye in avatar.eyes.values())
    assert centres == [
        pytest.approx((404 * scale, 487 * scale), abs=4),
        pytest.approx((619 * scale, 487 * scale), abs=4),
    ]


def test_the_same_picture_gives_the_same_file(tmp_path: Path) -> None:
    for name in ("first", "second"):
        save_avatar(bake(half_size("maya"), SMALL), tmp_path / f"{name}.imx")

    assert (tmp_path / "first.imx").read_bytes() == (tmp_path / "second.imx").read_bytes()


def test_the_picture_itself_is_not_changed() -> None:
    image = half_size("maya")
    before = image.copy()
    bake(image, SMALL)

    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("name", faces.ALL)
def test_a_file_at_512_is_at_most_4_megabytes(tmp_path: Path, name: str) -> None:
    save_avatar(faces.avatar(name), tmp_path / "avatar.imx")

    assert (tmp_path / "avatar.imx").stat().st_size <= 4_000_000


def test_name_source_and_crop_are_kept_in_the_file(tmp_path: Path) -> None:
    save_avatar(bake(half_size("leo"), BakeOptions(size=(256, 256), name="Leó")), tmp_path / "a.imx")
    loaded = open_avatar(tmp_path / "a.imx")

    assert loaded.name == "Leó"
    assert loaded.manifest["source"] == {"width": 512, "height": 512}
    assert len(loaded.manifest["crop"]) == 4
    assert loaded.thumbnail is not None
    assert cv2.imdecode(np.frombuffer(loaded.thumbnail, np.uint8), cv2.IMREAD_COLOR).shape == (160, 160, 3)


def test_progress_rises_to_one() -> None:
    steps: list[tuple[str, float]] = []
    bake(half_size("leo"), SMALL, lambda step, share: steps.append((step, share)))

    shares = [share for _step, share in steps]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert all(step for step, _share in steps)


def test_a_tilted_head_is_baked_as_it_is() -> None:
    matrix = cv2.getRotationMatrix2D((512, 512), 20, 1.0)
    tilted = cv2.warpAffine(faces.picture("nora"), matrix, (1024, 1024), borderMode=cv2.BORDER_REPLICATE)
    avatar = bake(np.asarray(tilted, np.uint8), SMALL)

    angle = np.degrees(np.arctan2(avatar.rotation[1, 0], avatar.rotation[0, 0]))
    assert angle == pytest.approx(-20, abs=3)
    assert mouth_of(avatar).height(speaking("aa")) > 0.15
    assert mouth_of(avatar).area(speaking("PP")) == 0
