"""Pictures become avatars of the gallery."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from bithuman_app.avatar import open_avatar
from bithuman_app.avatar.bake import NoFaceError
from bithuman_app.errors import DataError, UnavailableError, UsageError
from bithuman_app.media.images import read_image
from bithuman_app.media.video import VideoWriter
from bithuman_app.resources import asset
from bithuman_app.studio.bench import State
from bithuman_app.studio.marks import FaceMarks
from bithuman_app.studio.preview_job import looped
from bithuman_app.studio.workshop import Workshop
from tests.studio.conftest import SIZE
from tests.studio.jobs import PATIENCE
from tests.waiting import wait_until

PERSON = asset("artwork", "nora_1024.png")
CAT = asset("artwork", "ginger_1024.png")
CAT_EYES = [380, 395, 75, 80, 645, 395, 75, 80]
CAT_MOUTH = [470, 590, 555, 590]


def bake(workshop: Workshop, picture: Path, name: str = "", **options: object) -> str:
    task = workshop.bake("me", picture, picture.name, name=name, size=(SIZE, SIZE), **options)  # type: ignore[arg-type]
    known_as, _ = task.outcome()
    return str(known_as)


def video(path: Path, *pictures: np.ndarray) -> Path:
    """Write a video that shows each picture for half a second."""
    with VideoWriter(path, 512, 512) as writer:
        for picture in pictures:
            for _ in range(12):
                writer.write_frame(cv2.resize(picture[..., :3], (512, 512)))
    return path


def test_a_picture_becomes_an_avatar(workshop: Workshop) -> None:
    name = bake(workshop, PERSON, "Ada")

    avatar = open_avatar(workshop.gallery.card(name).file().path)
    assert (avatar.name, avatar.width, avatar.height) == ("Ada", SIZE, SIZE)


def test_without_a_name_the_avatar_is_called_like_its_file(workshop: Workshop, tmp_path: Path) -> None:
    picture = tmp_path / "my_sister.png"
    picture.write_bytes(PERSON.read_bytes())

    assert bake(workshop, picture) == "my sister"


def test_somebody_is_told_when_an_avatar_is_there(workshop: Workshop) -> None:
    told: list[str] = []

    bake(workshop, PERSON, "Ada", installed=told.append)

    assert told == ["Ada"]


def test_the_steps_are_told(workshop: Workshop) -> None:
    task = workshop.bake("me", PERSON, "nora.png", size=(SIZE, SIZE))
    steps: set[str] = set()

    wait_until(lambda: steps.add(task.step) or task.state.over, PATIENCE)

    assert "fitting the face" in steps


def test_a_picture_without_a_face_asks_for_marks(workshop: Workshop) -> None:
    with pytest.raises(NoFaceError, match="no face was found in the picture; mark it") as caught:
        bake(workshop, CAT)
    assert "--" not in str(caught.value)


def test_a_marked_picture_becomes_an_avatar(workshop: Workshop) -> None:
    marks = FaceMarks.of_numbers([300, 250, 430, 420], CAT_EYES, CAT_MOUTH)

    name = bake(workshop, CAT, "Tom", marks=marks)

    assert open_avatar(workshop.gallery.card(name).file().path).style == "animal"


def test_marks_outside_the_picture_are_refused(workshop: Workshop) -> None:
    marks = FaceMarks.of_numbers([900, 900, 400, 400], None, None)

    with pytest.raises(UsageError, match="a mark lies outside the picture, which has 1024 x 1024 pixels"):
        bake(workshop, CAT, marks=marks)


def test_of_a_video_the_frame_with_the_face_is_taken(workshop: Workshop, tmp_path: Path) -> None:
    wall = np.full((512, 512, 3), 128, np.uint8)
    path = video(tmp_path / "clip.mp4", wall, read_image(PERSON), wall)

    name = bake(workshop, path, "Ada")

    assert open_avatar(workshop.gallery.card(name).file().path).style == "photo"


def test_a_video_without_a_face_says_so(workshop: Workshop, tmp_path: Path) -> None:
    path = video(tmp_path / "clip.mp4", np.full((512, 512, 3), 128, np.uint8))

    with pytest.raises(NoFaceError):
        bake(workshop, path)


@pytest.mark.parametrize("content", [b"", b"just text", PERSON.read_bytes()[:5000]])
def test_what_is_no_picture_is_refused_in_one_line(
    workshop: Workshop, tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(content)

    with pytest.raises(DataError) as caught:
        bake(workshop, path)
    assert str(caught.value).startswith("face.png: ")
    assert str(tmp_path) not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_picture_of_more_than_10_mb_is_refused(workshop: Workshop, tmp_path: Path) -> None:
    path = tmp_path / "face.png"
    path.write_bytes(PERSON.read_bytes() + bytes(11 * 1024**2))

    with pytest.raises(DataError, match="at most 10 MB are taken"):
        bake(workshop, path)


def test_a_bad_name_is_refused_before_anything_is_done(workshop: Workshop) -> None:
    with pytest.raises(UsageError):
        workshop.bake("me", PERSON, "nora.png", name="../up")


def test_a_bake_that_is_cancelled_leaves_nothing(workshop: Workshop) -> None:
    before = workshop.gallery.cards()
    task = workshop.bake("me", PERSON, "nora.png")
    wait_until(lambda: task.state is State.WORKING, PATIENCE)

    workshop.cancel_bake("me", task.id)

    with pytest.raises(UnavailableError, match="cancelled"):
        task.outcome()
    assert workshop.gallery.cards() == before
    assert not list(workshop.folder.path.iterdir())


def test_nothing_is_left_of_a_bake_but_the_avatar(workshop: Workshop) -> None:
    bake(workshop, PERSON, "Ada")

    assert not list(workshop.folder.path.iterdir())


def test_a_still_picture_is_a_square_jpeg(workshop: Workshop) -> None:
    path = workshop.previews.still(workshop.gallery.card("maya").file())

    picture = cv2.imread(str(path))
    assert picture is not None
    assert picture.shape == (384, 384, 3)


def test_a_clip_ends_where_it_begins() -> None:
    rising = (np.full((4, 4, 3), 2 * number, np.uint8) for number in range(108))

    levels = [int(frame[0, 0, 0]) for frame in looped(rising, 100, 8)]

    steps = np.abs(np.diff([*levels, levels[0]]))
    assert len(levels) == 100
    assert steps.max() < 30  # without a fade the loop would jump by 198


def test_the_face_moves_in_a_clip(workshop: Workshop) -> None:
    path = workshop.previews.clip(workshop.gallery.card("maya").file())

    with av.open(str(path)) as container:
        frames = [frame.to_ndarray(format="bgr24").astype(int) for frame in container.decode(video=0)]
    assert abs(frames[40] - frames[0]).max() > 40


def test_a_preview_is_made_once(workshop: Workshop) -> None:
    entry = workshop.gallery.card("maya").file()
    path = workshop.previews.still(entry)
    path.write_bytes(b"kept")

    assert workshop.previews.still(entry).read_bytes() == b"kept"
