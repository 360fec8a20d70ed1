"""Ticks become a video."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.desktop import recorder as recorder_module
from bithuman_app.desktop.recorder import Recorder, recording_path
from bithuman_app.errors import CannotCreateError, OutputError, UserError
from bithuman_app.stage import Stage, StageView, Wardrobe

RATE = 48_000
TONE = (0.5 * np.sin(2 * np.pi * 440 * np.arange(RATE) / RATE)).astype(np.float32)


class Recording:
    """A recorder, and what it said in the end."""

    def __init__(self, path: Path) -> None:
        self.ends: list[tuple[Path, UserError | None]] = []
        self.recorder = Recorder(path, lambda *end: self.ends.append(end))

    def add(self, view: StageView, count: int) -> None:
        for _ in range(count):
            self.recorder.add(view.next())

    def finish(self) -> UserError | None:
        self.recorder.finish()
        self.recorder.wait()
        ((_, problem),) = self.ends
        return problem


@pytest.fixture
def stage(avatar_file: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file))) as one:
        yield one


def pictures(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as video:
        return [frame.to_ndarray(format="bgr24") for frame in video.decode(video=0)]


def sound(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as video:
        return np.concatenate([frame.to_ndarray()[0] for frame in video.decode(audio=0)])


def test_pictures_and_sound_are_as_they_were_given(stage: Stage, tmp_path: Path) -> None:
    view = stage.view()
    recording = Recording(tmp_path / "new" / "video.mp4")
    stage.speak([TONE], RATE)
    recording.add(view, 50)

    assert recording.finish() is None
    assert recording.recorder.seconds == 2.0
    assert [picture.shape for picture in pictures(recording.recorder.path)] == [(256, 256, 3)] * 50
    heard = sound(recording.recorder.path)
    assert len(heard) == pytest.approx(2 * RATE, abs=2048)
    assert np.sqrt(np.mean(heard[4800:43_200] ** 2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)
    assert np.abs(heard[RATE + 4800 : 2 * RATE]).max() < 0.01


def test_another_avatar_is_fitted_in(stage: Stage, tmp_path: Path) -> None:
    view = stage.view()
    recording = Recording(tmp_path / "video.mp4")
    recording.add(view, 5)
    stage.change_avatar("nora")
    recording.add(view, 5)

    assert recording.finish() is None
    shown = pictures(recording.recorder.path)
    assert {picture.shape for picture in shown} == {(256, 256, 3)}
    assert np.abs(shown[0].astype(int) - shown[-1]).mean() > 20


def test_pictures_that_were_dropped_are_made_up_for(stage: Stage, tmp_path: Path) -> None:
    slow, fast = stage.view(), stage.view()
    slow.next()
    for _ in range(10):
        fast.next()
    late = slow.next()
    assert late.tick.dropped > 3
    recording = Recording(tmp_path / "video.mp4")
    recording.recorder.add(late)

    assert recording.finish() is None
    assert len(pictures(recording.recorder.path)) == 1 + late.tick.dropped


def test_a_microphone_that_only_moves_the_mouth_is_recorded(stage: Stage, tmp_path: Path) -> None:
    view = stage.view()
    recording = Recording(tmp_path / "video.mp4")
    number = stage.session.push((TONE[::3] * 32_000).astype(np.int16), 16_000, end=True)
    stage.utterances.mute((0, number))
    recording.add(view, 25)

    assert recording.finish() is None
    heard = sound(recording.recorder.path)[4800:43_200]
    assert np.sqrt(np.mean(heard**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


def test_where_nothing_can_be_written_it_says_so(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    recording = Recording(tmp_path / "file" / "video.mp4")
    recording.add(stage.view(), 2)

    assert isinstance(recording.finish(), CannotCreateError)


def test_a_computer_that_is_too_slow_keeps_what_there_is(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recorder_module, "_MOST_WAITING", 2)
    recording = Recording(tmp_path / "video.mp4")
    tick = stage.view().next()
    while not recording.recorder.too_slow:  # ticks come at once, and each takes a while to be written
        recording.recorder.add(tick)

    assert isinstance(recording.finish(), OutputError)
    assert 0 < len(pictures(recording.recorder.path)) < recording.recorder.seconds * 25


def test_recordings_of_one_second_have_different_names(tmp_path: Path) -> None:
    now = datetime(2026, 11, 22, 9, 5, 7)
    first = recording_path(tmp_path, "maya", now)
    first.touch()

    assert first.name == "maya 2026-11-22 09.05.07.mp4"
    assert recording_path(tmp_path, "maya", now).name == "maya 2026-11-22 09.05.07 (2).mp4"
