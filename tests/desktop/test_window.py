"""The window as people use it: a real screen, real keys, a real loudspeaker."""

import os
import time
from pathlib import Path

import av
import numpy as np
import pytest

from bithuman_app.resources import asset
from tests.desktop.conftest import Launch, OpenScreen
from tests.desktop.processes import Program, until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import RATE, SoundServer

TITLE = "bithuman-app"
SPEECH = asset("audio", "speech.wav")
#: What the shipped speech is at least as loud as, root mean square.
LOUD = 0.01


class Shown:
    """A window that shows a live avatar and has the keyboard."""

    def __init__(self, screen: Screen, program: Program) -> None:
        self.screen, self.program = screen, program
        self.number = screen.window(TITLE)
        until(lambda: "– bithuman-app" in screen.title(self.number), "the avatar to be on the stage")
        screen.focus(self.number)

    @property
    def area(self) -> tuple[int, int, int, int]:
        return self.screen.area(self.number)

    def press(self, *keys: str) -> None:
        self.screen.press(*keys)

    def picture(self) -> np.ndarray:
        return self.screen.grab(self.area)

    def until_it_moves(self) -> None:
        before = self.picture()
        until(lambda: not np.array_equal(self.picture(), before), "the picture to change")

    def until_it_stands_still(self) -> None:
        def still() -> bool:
            before, end = self.picture(), time.monotonic() + 1.0
            while time.monotonic() < end:
                time.sleep(0.05)
                if not np.array_equal(self.picture(), before):
                    return False
            return True

        until(still, "the picture to stand still")

    def record(self, folder: Path) -> None:
        """Press R, and wait until a video is being written into a folder."""
        self.press("r")
        until(lambda: folder.is_dir() and any(folder.iterdir()), "the recording to begin")


def test_the_avatar_is_shown_and_lives(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file))

    window.until_it_moves()

    until(lambda: window.area[2:] == (256, 256), "the avatar's size")
    until(lambda: window.picture().mean() > 30, "the avatar")


@pytest.mark.parametrize("key", ["q", "Q", "Escape"])
def test_a_key_closes_it(screen: Screen, launch: Launch, avatar_file: Path, key: str) -> None:
    window = Shown(screen, launch("window", avatar_file))

    window.press(key)

    assert window.program.wait() == 0
    assert window.program.output == ""


def test_the_cross_in_its_corner_closes_it(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file))

    screen.close_window(window.number)

    assert window.program.wait() == 0


def test_it_has_the_size_that_was_asked_for(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file, "--size", "600x340"))

    until(lambda: window.area[2:] == (600, 340), "the size")


def test_it_stays_above_other_windows_if_asked(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file, "--always-on-top"))

    until(
        lambda: "_NET_WM_STATE_ABOVE" in screen.property(window.number, "_NET_WM_STATE"),
        "the window manager to keep it above",
    )


@pytest.mark.parametrize("size", [(1280, 720), (600, 1000)], ids=["16:9", "portrait"])
def test_full_screen_keeps_the_proportions_on_black(
    open_screen: OpenScreen, launch: Launch, avatar_file: Path, size: tuple[int, int]
) -> None:
    screen = open_screen(*size)
    window = Shown(screen, launch("window", avatar_file, **screen.environment))
    small = window.area

    window.press("F11")
    until(lambda: window.area == (0, 0, *size), "the window to fill the screen")
    side = min(size)
    left, top = (size[0] - side) // 2, (size[1] - side) // 2
    middle = pytest.approx((left, top, left + side, top + side), abs=4)
    until(lambda: lit_area(screen) == middle, "a square in the middle of the screen")

    window.press("Escape")
    until(lambda: window.area[2:] == small[2:], "the window to be small again")
    assert window.program.running


def test_key_1_plays_from_the_start_and_key_2_silences(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path, long_speech: Path
) -> None:
    with sound_server.listen() as speaker:
        window = Shown(screen, launch("window", avatar_file, "--audio-file", long_speech))
        until(lambda: speaker.loudness(0.5) > LOUD, "the recording to play by itself")

        window.press("2")
        until(lambda: speaker.loudness(0.5) == 0, "silence, long before the recording's end")

        window.press("1")
        until(lambda: speaker.loudness(0.5) > LOUD, "the recording to play again")


def test_mute_silences_and_the_avatar_speaks_on(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path, long_speech: Path
) -> None:
    with sound_server.listen() as speaker:
        window = Shown(screen, launch("window", avatar_file, "--audio-file", long_speech))
        until(lambda: speaker.loudness(0.5) > LOUD, "sound")

        window.press("m")
        until(lambda: speaker.loudness(0.3) == 0, "silence")
        window.until_it_moves()

        window.press("m")
        until(lambda: speaker.loudness(0.3) > LOUD, "sound")


def test_space_lets_sound_and_picture_stand_still_and_go_on(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path, long_speech: Path
) -> None:
    with sound_server.listen() as speaker:
        window = Shown(screen, launch("window", avatar_file, "--audio-file", long_speech))
        until(lambda: speaker.loudness(0.5) > LOUD, "sound")

        window.press("space")
        until(lambda: speaker.loudness(0.3) == 0, "silence")
        window.until_it_stands_still()

        window.press("space")
        until(lambda: speaker.loudness(0.3) > LOUD, "sound")
        window.until_it_moves()


def test_n_and_p_change_the_avatar(screen: Screen, launch: Launch) -> None:
    window = Shown(screen, launch("window", "maya"))

    window.press("n")
    until(lambda: screen.title(window.number).startswith("Nora"), "the next avatar")
    window.press("p")
    until(lambda: screen.title(window.number).startswith("Maya"), "the one before")


def test_h_shows_and_hides_the_help(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file, "--size", "512"))

    def middle() -> float:
        return float(window.picture()[200:312, 200:312].mean())

    plain = middle()
    window.press("h")
    until(lambda: middle() < 0.8 * plain, "a dark panel")
    window.press("question")
    until(lambda: middle() > 0.9 * plain, "the panel to go")


def test_r_records_a_video_with_sound(
    screen: Screen,
    sound_server: SoundServer,
    launch: Launch,
    avatar_file: Path,
    long_speech: Path,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "videos"
    with sound_server.listen() as speaker:
        window = Shown(
            screen, launch("window", avatar_file, "--audio-file", long_speech, "--record-to", folder)
        )
        until(lambda: speaker.loudness(0.5) > LOUD, "the recording to play by itself")
        window.record(folder)
        begun = len(speaker.samples)
        until(lambda: np.count_nonzero(speaker.samples[begun:]) > 2 * RATE, "two seconds of speech")
        window.press("r")
    (path,) = until(lambda: list(folder.glob("*.mp4")), "the video")

    assert path.name.startswith("maya ")
    with av.open(str(path)) as video:
        pictures = sum(1 for _ in video.decode(video=0))
        assert (video.streams.video[0].width, video.streams.video[0].height) == (256, 256)
    with av.open(str(path)) as video:
        sound = np.concatenate([frame.to_ndarray()[0] for frame in video.decode(audio=0)])
    assert pictures >= 20
    assert len(sound) / 48_000 == pytest.approx(pictures / 25, abs=0.1)
    assert np.sqrt(np.mean(sound**2)) > LOUD


def test_a_recording_under_way_is_kept_when_the_window_closes(
    screen: Screen, launch: Launch, avatar_file: Path, tmp_path: Path
) -> None:
    window = Shown(screen, launch("window", avatar_file, "--record-to", tmp_path / "videos"))
    window.record(tmp_path / "videos")
    window.until_it_moves()
    window.until_it_moves()

    window.press("q")

    assert window.program.wait() == 0
    (path,) = (tmp_path / "videos").glob("*.mp4")
    with av.open(str(path)) as video:
        assert sum(1 for _ in video.decode(video=0)) > 0


def test_o_opens_the_file_that_the_dialog_gives(
    screen: Screen, launch: Launch, avatar_file: Path, tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    zenity = programs / "zenity"
    zenity.write_text(f"#!/bin/sh\necho '{asset('avatars', 'leo_512.imx')}'\n", encoding="utf-8")
    zenity.chmod(0o755)
    paths = f"{programs}{os.pathsep}{os.environ['PATH']}"
    window = Shown(screen, launch("window", avatar_file, PATH=paths))

    window.press("o")

    until(lambda: screen.title(window.number).startswith("Leo"), "the avatar that was chosen")


def test_it_runs_without_a_loudspeaker(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file, "--audio-file", SPEECH))

    window.until_it_moves()
    window.press("q")

    assert window.program.wait() == 0
    assert window.program.output == ""


def test_sigterm_ends_it(screen: Screen, launch: Launch, avatar_file: Path) -> None:
    window = Shown(screen, launch("window", avatar_file))

    window.program.process.terminate()

    assert window.program.wait() == 143


@pytest.mark.parametrize(
    ("arguments", "code", "reason"),
    [
        (["nobody"], 66, "there is no avatar called 'nobody'"),
        (["--audio-file", "nowhere.wav"], 66, "nowhere.wav does not exist"),
        (["--size", "big"], 64, "--size is WIDTHxHEIGHT"),
        (["--volume", "3"], 64, "--volume of the loudspeaker is at most 2"),
    ],
)
def test_bad_input_is_one_line(
    screen: Screen, launch: Launch, arguments: list[str], code: int, reason: str
) -> None:
    program = launch("window", *arguments)

    assert program.wait() == code
    assert reason in program.output
    assert program.output.count("\n") == 1


def lit_area(screen: Screen) -> tuple[int, int, int, int]:
    """Return the part of the screen that is not black: left, top, right, bottom."""
    lit = screen.grab().max(axis=2) > 8
    rows, columns = np.flatnonzero(lit.mean(axis=1) > 0.3), np.flatnonzero(lit.mean(axis=0) > 0.3)
    if not (len(rows) and len(columns)):
        return 0, 0, 0, 0
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1
