"""The queue of videos."""

import io
import time
import zipfile
from pathlib import Path

import av
import numpy as np
import pytest

from bithuman_app.errors import DataError, MissingInputError, OutputError, UnavailableError
from bithuman_app.studio.archive import zipped
from bithuman_app.studio.bench import State
from bithuman_app.studio.folder import Folder
from bithuman_app.studio.queue import Look, Order, RenderQueue, finished
from bithuman_app.studio.workshop import Workshop
from tests.studio.conftest import SIZE, Record
from tests.studio.jobs import PATIENCE
from tests.waiting import wait_until


def order(
    workshop: Workshop, recording: Path, look: Look | None = None, name: str = "hello.wav", owner: str = "me"
) -> Order:
    avatar = workshop.gallery.card("maya").file().path
    return workshop.queue.add(owner, recording, name, avatar, "Maya", look or Look())


def done(one: Order) -> Order:
    assert one.task.wait(PATIENCE)
    assert one.task.state is State.DONE, one.problem
    return one


def working(one: Order) -> Order:
    wait_until(lambda: one.task.state is State.WORKING and one.task.share > 0, PATIENCE)
    return one


def first_frame(path: Path) -> np.ndarray:
    with av.open(str(path)) as container:
        return next(container.decode(video=0)).to_ndarray(format="bgr24")


def test_an_order_becomes_a_video_with_sound(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record(0.4)))

    with av.open(str(one.output)) as container:
        frames = sum(1 for _ in container.decode(video=0))
        kinds = {stream.type for stream in container.streams}
    assert (frames, kinds) == (10, {"video", "audio"})


def test_the_size_can_be_chosen(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record(), Look(size=(192, 160))))

    assert first_frame(one.output).shape == (160, 192, 3)


def test_a_colour_is_behind_the_person(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record(), Look(background=(0, 200, 0))))

    assert first_frame(one.output)[2, 2] == pytest.approx((0, 200, 0), abs=12)


def test_without_background_the_video_is_a_transparent_webm(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record(), Look(transparent=True)))

    with av.open(str(one.output)) as container:
        assert one.file_name == "hello.webm"
        assert container.streams.video[0].metadata["ALPHA_MODE"] == "1"


def test_what_is_no_recording_is_refused_in_one_line(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no sound")

    with pytest.raises(
        DataError, match=r"^notes\.txt: not a sound or video file that can be read, or damaged$"
    ):
        order(workshop, tmp_path / "notes.txt", name="notes.txt")


def test_a_sound_file_of_more_than_50_mb_is_refused(workshop: Workshop, record: Record) -> None:
    path = record()
    with path.open("r+b") as file:
        file.truncate(51 * 1024**2)

    with pytest.raises(DataError, match=r"hello\.wav: has 51\.0 MB; at most 50 MB are taken"):
        order(workshop, path)


def test_a_name_that_somebody_sends_is_only_shown(workshop: Workshop, record: Record) -> None:
    one = order(workshop, record(), name="../../etc/pass\nwd.wav")

    assert one.title == "pass wd.wav"
    assert one.output.parent == workshop.folder.path


def test_an_order_that_is_cancelled_leaves_no_file(workshop: Workshop, record: Record) -> None:
    one = working(order(workshop, record(60)))

    workshop.queue.cancel("me", one.id)

    assert one.task.state is State.CANCELLED
    assert not list(workshop.folder.path.iterdir())


def test_an_order_that_is_cancelled_stays_in_the_list(workshop: Workshop, record: Record) -> None:
    one = order(workshop, record(60))

    workshop.queue.cancel("me", one.id)

    assert workshop.queue.orders("me") == [one]


def test_only_the_video_is_kept_of_what_is_done(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record()))

    assert list(workshop.folder.path.iterdir()) == [one.output]


def test_an_order_can_be_removed_with_its_video(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record()))

    workshop.queue.remove("me", one.id)

    assert workshop.queue.orders("me") == []
    assert not list(workshop.folder.path.iterdir())


def test_clearing_removes_only_what_is_over(workshop: Workshop, record: Record) -> None:
    done(order(workshop, record()))
    running = order(workshop, record(60, "long.wav"))

    workshop.queue.remove_all("me")

    assert workshop.queue.orders("me") == [running]


def test_a_background_picture_goes_with_the_last_video_that_needs_it(
    workshop: Workshop, record: Record, tmp_path: Path
) -> None:
    (tmp_path / "sky.png").write_bytes(b"a picture")
    sky = workshop.queue.keep_background(tmp_path / "sky.png", 1000, "sky.png")
    first, second = (order(workshop, record(60), Look(background=sky)) for _ in range(2))

    workshop.queue.remove("me", first.id)
    assert sky.exists()
    workshop.queue.remove("me", second.id)
    assert not sky.exists()


def test_nobody_sees_the_orders_of_another(workshop: Workshop, record: Record) -> None:
    one = order(workshop, record(), owner="me")

    assert workshop.queue.orders("you") == []
    with pytest.raises(MissingInputError):
        workshop.queue.cancel("you", one.id)


def test_what_is_done_goes_after_a_day(
    workshop: Workshop, record: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = done(order(workshop, record()))
    a_day = time.monotonic() + 24 * 3600 + 1
    monkeypatch.setattr(time, "monotonic", lambda: a_day)

    new = order(workshop, record(60, "long.wav"), owner="you")

    assert workshop.queue.orders("me") == []
    assert not old.output.exists()
    assert workshop.queue.orders("you") == [new]


def test_a_list_is_bounded(tmp_path: Path, workshop: Workshop, record: Record) -> None:
    queue = RenderQueue(Folder(tmp_path / "small"), most_orders=1)
    avatar = workshop.gallery.card("maya").file().path
    queue.add("me", record(60), "one.wav", avatar, "Maya", Look())

    with pytest.raises(UnavailableError, match="the list holds 1 videos"):
        queue.add("me", record(60), "two.wav", avatar, "Maya", Look())
    queue.close()


def test_an_avatar_that_has_gone_is_told_without_a_path(workshop: Workshop, record: Record) -> None:
    running = working(order(workshop, record(60)))
    one = workshop.queue.add("me", record(), "hello.wav", Path("/gone/zoe.imx"), "Zoë", Look())
    workshop.queue.cancel("me", running.id)

    assert one.task.wait(PATIENCE)
    assert one.problem is not None
    assert "/" not in one.problem


def test_videos_of_one_name_are_told_apart_in_a_zip(workshop: Workshop, record: Record) -> None:
    orders = [done(order(workshop, record(), name=name)) for name in ("A.wav", "a.mp3")]

    data = b"".join(zipped(finished(orders)))

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["A.mp4", "a-2.mp4"]
        assert archive.read("A.mp4") == orders[0].output.read_bytes()


def test_the_frames_are_the_sizes_of_the_avatar_by_default(workshop: Workshop, record: Record) -> None:
    one = done(order(workshop, record()))

    assert one.rendered is not None
    assert (one.rendered.width, one.rendered.height) == (SIZE, SIZE)


def test_a_full_workshop_takes_no_more(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "full", most_bytes=10)
    (tmp_path / "file").write_bytes(b"12345678901")
    folder.keep(tmp_path / "file", 100, "first")

    with pytest.raises(OutputError, match="remove some finished videos"):
        folder.keep(tmp_path / "file", 100, "second")


def test_a_nearly_full_disk_takes_no_more(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "full", least_free_bytes=2**62)

    with pytest.raises(OutputError, match="the disk is nearly full"):
        folder.check_room()


def test_a_file_that_is_too_large_is_not_kept(tmp_path: Path) -> None:
    folder = Folder(tmp_path / "work")
    (tmp_path / "file").write_bytes(b"12345678901")

    with pytest.raises(DataError, match="file: the file is too large"):
        folder.keep(tmp_path / "file", 10, "file")
    assert not list(folder.path.iterdir())


def test_what_a_killed_program_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / "work" / f"workshop-{2**22 + 1}-abc"  # beyond Linux's process numbers
    left.mkdir(parents=True)

    Folder(tmp_path / "work")

    assert not left.exists()


def test_the_folder_goes_in_the_end(workshop: Workshop, record: Record) -> None:
    done(order(workshop, record()))

    workshop.close()

    assert not workshop.folder.path.exists()
