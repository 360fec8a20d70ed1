"""Files of any kind are opened: dropped on the window, named on the command line, or chosen."""

import shutil
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from bithuman_app.desktop.open_file import FileKind, FileOpener, kind_of
from bithuman_app.errors import DataError, MissingInputError
from bithuman_app.resources import asset
from bithuman_app.session import SessionClosedError
from bithuman_app.stage import Listener, Stage, Wardrobe
from tests.desktop.conftest import Launch
from tests.desktop.drag_source import drop
from tests.desktop.processes import until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

PORTRAIT = asset("artwork", "nora_1024.png")
TITLE = "– bithuman-app"
#: A bake gives way to everything else, so on a busy machine it takes long.
BAKING = 600.0


def tone(path: Path, hertz: float, seconds: float = 0.6) -> Path:
    """Write a recording of one tone."""
    time = np.arange(int(16_000 * seconds)) / 16_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((12_000 * np.sin(2 * np.pi * hertz * time)).astype("<i2").tobytes())
    return path


class Screenful:
    """What an opener had to say, and what the stage was told to do."""

    def __init__(self) -> None:
        self.notices: list[str] = []
        self.steps: list[str] = []
        self.happened: list[str] = []

    def notice(self, text: str, *, progress: float | None = None) -> None:
        if progress is not None:
            self.steps.append(text)
        elif text:
            self.notices.append(text)


class Witness(Listener):
    def __init__(self, happened: list[str]) -> None:
        self._happened = happened

    def speech_began(self, stage: Stage, text: str) -> None:
        self._happened.append(text)

    def avatar_changed(self, stage: Stage) -> None:
        self._happened.append(f"avatar {stage.avatar}")


@pytest.fixture
def stage(avatar_file: Path, tmp_path: Path) -> Iterator[Stage]:
    """Return a stage on which time passes as fast as it can."""
    with Stage(Wardrobe(str(avatar_file), tmp_path / "library")) as stage:
        view = stage.view()

        def pull() -> None:
            try:
                while True:
                    view.next()
                    threading.Event().wait(0.002)
            except SessionClosedError:
                return

        thread = threading.Thread(target=pull)
        thread.start()
        yield stage
        view.close()
        thread.join()


@pytest.fixture
def seen() -> Screenful:
    return Screenful()


@pytest.fixture
def opener(stage: Stage, seen: Screenful) -> Iterator[FileOpener]:
    stage.add_listener(Witness(seen.happened))
    opener = FileOpener(stage, seen.notice)
    yield opener
    opener.close()


# What it is


def test_a_file_is_known_by_what_it_holds(avatar_file: Path, tmp_path: Path):
    shutil.copy(PORTRAIT, tmp_path / "picture.wav")
    shutil.copy(avatar_file, tmp_path / "avatar.png")
    tone(tmp_path / "sound.jpg", 440)
    assert kind_of(tmp_path / "picture.wav") is FileKind.PICTURE
    assert kind_of(tmp_path / "avatar.png") is FileKind.AVATAR
    assert kind_of(tmp_path / "sound.jpg") is FileKind.RECORDING


def test_what_is_not_there_cannot_be_opened(tmp_path: Path):
    with pytest.raises(MissingInputError, match=r"cannot open no such\.wav: No such file"):
        kind_of(tmp_path / "no such.wav")


def test_a_folder_cannot_be_opened(tmp_path: Path):
    with pytest.raises(DataError, match="is a folder"):
        kind_of(tmp_path)


# What is done with it


def test_recordings_are_said_in_their_order(opener: FileOpener, seen: Screenful, tmp_path: Path):
    opener.open([tone(tmp_path / "one.wav", 440), tone(tmp_path / "and two.wav", 880)])
    until(lambda: not opener.busy, "both files to be opened")
    assert seen.happened == ["one.wav", "and two.wav"]
    assert seen.notices == []


def test_the_recording_is_told(stage: Stage, seen: Screenful, tmp_path: Path):
    played: list[Path] = []
    opener = FileOpener(stage, seen.notice, played.append)
    path = tone(tmp_path / "one.wav", 440)
    opener.open([path])
    until(lambda: played, "the recording to be played")
    opener.close()
    assert played == [path]


def test_a_picture_becomes_the_avatar(opener: FileOpener, stage: Stage, seen: Screenful, tmp_path: Path):
    picture = tmp_path / "My aunt.png"
    shutil.copy(PORTRAIT, picture)
    opener.open([picture])
    until(lambda: stage.avatar == "My aunt", "the picture to be the avatar", BAKING)
    assert stage.size == (512, 512)  # though the one before was smaller
    assert any("finding the face" in step or "fitting the face" in step for step in seen.steps)
    assert "My aunt" in stage.wardrobe.names()


def test_a_picture_of_a_name_that_is_taken_gets_another(opener: FileOpener, stage: Stage, tmp_path: Path):
    picture = tmp_path / "maya.png"
    shutil.copy(PORTRAIT, picture)
    opener.open([picture])
    until(lambda: stage.avatar == "maya 2", "the picture to be the avatar", BAKING)


def test_an_avatar_file_comes_on_the_stage(opener: FileOpener, stage: Stage):
    opener.open([asset("avatars", "iris_512.imx")])
    until(lambda: stage.avatar == "iris", "the avatar to be on the stage")
    assert stage.size == (512, 512)


def test_a_bad_file_is_one_notice_and_the_next_one_is_opened(
    opener: FileOpener, seen: Screenful, tmp_path: Path
):
    bad = tmp_path / "not a sound.wav"
    bad.write_bytes(b"nothing to hear" * 100)
    opener.open([bad, tone(tmp_path / "good.wav", 440)])
    until(lambda: not opener.busy, "both files to be opened")
    (notice,) = seen.notices
    assert notice.startswith("not a sound.wav")
    assert seen.happened == ["good.wav"]


def test_another_program_s_avatar_is_named(opener: FileOpener, seen: Screenful, tmp_path: Path):
    foreign = tmp_path / "theirs.imx"
    foreign.write_bytes(b"IMX3" + bytes(200))
    opener.open([foreign])
    until(lambda: seen.notices, "a notice")
    assert "theirs.imx" in seen.notices[0]
    assert str(tmp_path) not in seen.notices[0]


def test_a_picture_without_a_face_is_one_notice(
    opener: FileOpener, stage: Stage, seen: Screenful, tmp_path: Path
):
    import cv2

    wall = tmp_path / "wall.png"
    cv2.imwrite(str(wall), np.full((300, 300, 3), 128, np.uint8))
    opener.open([wall])
    until(lambda: seen.notices, "a notice", BAKING)
    assert seen.notices[0].startswith("wall.png: no face was found")
    assert stage.avatar == "maya"


def test_a_bake_can_be_stopped(stage: Stage, seen: Screenful, tmp_path: Path):
    stopped: list[bool] = []

    def notice(text: str, *, progress: float | None = None) -> None:
        seen.notice(text, progress=progress)
        if progress is not None and not stopped:
            stopped.append(opener.cancel())

    opener = FileOpener(stage, notice)
    picture = tmp_path / "aunt.png"
    shutil.copy(PORTRAIT, picture)
    opener.open([picture, tone(tmp_path / "after it.wav", 440)])
    until(lambda: not opener.busy, "the bake to stop", BAKING)
    opener.close()
    assert stopped == [True]
    assert seen.notices == ["aunt.png: stopped"]
    assert stage.avatar == "maya"


def test_with_nothing_to_stop_nothing_is_stopped(opener: FileOpener):
    assert not opener.cancel()


def test_other_files_take_the_place_of_those_that_wait(
    opener: FileOpener, seen: Screenful, tmp_path: Path, long_speech: Path
):
    opener.open([long_speech, tone(tmp_path / "never.wav", 660)])
    until(lambda: seen.happened == [long_speech.name], "the first to be said")
    opener.open([tone(tmp_path / "now.wav", 880)])
    until(lambda: seen.happened[-1] == "now.wav", "the other to be said")
    assert seen.happened == [long_speech.name, "now.wav"]


# In the window


def test_two_dropped_recordings_are_heard(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path, tmp_path: Path
):
    launch("window", avatar_file)
    window = screen.window(TITLE)
    until(sound_server.players, "the loudspeaker to be open")
    files = [tone(tmp_path / "low.wav", 400, seconds=3), tone(tmp_path / "and high.wav", 1500, seconds=3)]
    with sound_server.listen() as heard:
        drop(screen, window, files)
        until(lambda: has(heard.samples, 400) and has(heard.samples, 1500), "both tones")


def test_a_dropped_picture_is_shown(screen: Screen, launch: Launch, avatar_file: Path, tmp_path: Path):
    launch("window", avatar_file)
    window = screen.window(TITLE)
    picture = tmp_path / "Großtante 1.png"
    shutil.copy(PORTRAIT, picture)
    drop(screen, window, [picture])
    until(lambda: "Großtante 1" in screen.title(window), "the picture to be the avatar", BAKING)


def test_escape_stops_a_bake_and_not_the_program(
    screen: Screen, launch: Launch, avatar_file: Path, tmp_path: Path
):
    program = launch("window", avatar_file)
    window = screen.window(TITLE)
    screen.focus(window)
    pictures = [tmp_path / f"aunt number {number}.png" for number in "abc"]
    for picture in pictures:
        shutil.copy(PORTRAIT, picture)
    log = tmp_path / "log" / "bithuman-app.log"
    drop(screen, window, pictures)
    until(lambda: "a picture" in log.read_text(encoding="utf-8"), "the bake to begin")
    screen.press("Escape")
    until(lambda: "opening files was stopped" in log.read_text(encoding="utf-8"), "the bake to stop", BAKING)
    drop(screen, window, [asset("avatars", "iris_512.imx")])
    until(lambda: "Iris" in screen.title(window), "the avatar to be on the stage")
    assert program.running


def test_files_may_be_named_on_the_command_line(screen: Screen, launch: Launch, avatar_file: Path):
    launch("window", avatar_file, asset("avatars", "iris_512.imx"))
    window = screen.window(TITLE)
    until(lambda: "Iris" in screen.title(window), "the avatar to be on the stage")


def has(samples: np.ndarray, hertz: float) -> bool:
    """Say whether a tone is heard in some fifth of a second of a recording at 48 kHz."""
    pieces = samples[: len(samples) // 9600 * 9600].reshape(-1, 9600)
    strength = np.abs(pieces @ np.exp(-2j * np.pi * hertz * np.arange(9600) / 48_000)) / 4800
    return bool((strength > 0.1).any())
