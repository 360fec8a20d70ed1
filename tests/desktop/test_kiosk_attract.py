"""What a kiosk says to visitors: phrases and recordings in turn, silent at once when told."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app.desktop.kiosk.attract import Attraction
from bithuman_app.desktop.kiosk.phrases import read_phrases
from bithuman_app.errors import DataError, MissingInputError
from bithuman_app.resources import asset
from bithuman_app.stage import Listener, Stage, Wardrobe
from tests.desktop.processes import PATIENCE, until


class Heard(Listener):
    """Notes what is going to be said."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.began = threading.Event()

    def speech_began(self, stage: Stage, text: str) -> None:
        self.texts.append(text)
        self.began.set()


@pytest.fixture
def stage(avatar_file: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file))) as one:
        yield one


@pytest.fixture
def heard(stage: Stage) -> Heard:
    listener = Heard()
    stage.add_listener(listener)
    return listener


def test_says_one_phrase_after_the_other(stage: Stage, heard: Heard) -> None:
    attraction = Attraction(stage, ["Good morning.", "Come closer."], None)
    for number in (1, 2, 3):
        attraction.begin()
        until(lambda number=number: len(heard.texts) == number, f"call number {number}")

    assert heard.texts == ["Good morning.", "Come closer.", "Good morning."]


def test_plays_a_recording(stage: Stage, heard: Heard) -> None:
    Attraction(stage, [], asset("audio", "speech.wav")).begin()

    assert heard.began.wait(PATIENCE)
    assert heard.texts == ["speech.wav"]


def test_hush_silences_a_call(stage: Stage, heard: Heard) -> None:
    attraction = Attraction(stage, ["This is a rather long phrase that takes its time."], None)
    attraction.begin()
    assert heard.began.wait(PATIENCE)
    attraction.hush()

    until(lambda: not stage.saying, "silence")


def test_call_that_is_hushed_before_it_is_heard_stays_silent(stage: Stage) -> None:
    attraction = Attraction(stage, ["Hello."], None)
    attraction.begin()
    attraction.hush()
    until(lambda: not any(thread.name == "attract" for thread in threading.enumerate()), "the call's end")

    assert not stage.saying


def test_recording_that_cannot_be_read_is_only_logged(
    stage: Stage, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "clip.wav").write_text("no sound")
    Attraction(stage, [], tmp_path / "clip.wav").begin()

    until(lambda: "cannot call for visitors" in caplog.text, "the log")


def test_phrases_are_the_lines_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "phrases.txt"
    file.write_text("# in the morning\nGood morning.\n\n  Come closer.  \n", encoding="utf-8")

    assert read_phrases(file) == ["Good morning.", "Come closer."]


def test_file_without_a_phrase_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phrases.txt").write_text("# nothing\n\n")

    with pytest.raises(DataError, match="no phrase"):
        read_phrases(tmp_path / "phrases.txt")


def test_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "phrases.txt").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(DataError, match="UTF-8"):
        read_phrases(tmp_path / "phrases.txt")


def test_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(MissingInputError):
        read_phrases(tmp_path / "phrases.txt")
