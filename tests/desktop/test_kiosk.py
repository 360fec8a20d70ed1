"""A kiosk on a screen: it fills it, nobody gets out of it, and it calls visitors."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.media.audio import read_soundtrack
from bithuman_app.resources import asset
from tests.desktop.conftest import Launch, OpenScreen
from tests.desktop.kiosks import TITLE, RunningKiosk, Witness, fills
from tests.desktop.processes import until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import RATE, SoundServer

StartKiosk = Callable[..., RunningKiosk]
#: No visitor is called or forgotten in these tests, unless they say so.
NEVER = ("--attract-after", "0", "--reset-after", "0")
SILENCE = 1e-4


@pytest.fixture
def start_kiosk(launch: Launch, tmp_path: Path, avatar_file: Path) -> StartKiosk:
    """Start a kiosk on a screen and wait until the avatar is there, and every key goes to it."""

    def start(screen: Screen, *arguments: object) -> RunningKiosk:
        kiosk = RunningKiosk(launch("kiosk", avatar_file, *arguments, **screen.environment), tmp_path / "log")
        kiosk.wait_until_shown()
        until(screen.keys_are_taken, "the kiosk to have the keys")
        return kiosk

    return start


@pytest.fixture
def kiosk(start_kiosk: StartKiosk, screen: Screen) -> RunningKiosk:
    """Return a kiosk that fills a screen."""
    running = start_kiosk(screen, *NEVER)
    until(lambda: fills(screen), "the kiosk to fill the screen")
    return running


@pytest.fixture
def witness(screen: Screen) -> Iterator[Witness]:
    try:
        one = Witness(screen.display)
    except OSError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"this test needs {error}")
    yield one
    one.close()


# The screen


def test_wide_screen_has_the_avatar_in_the_middle_and_black_beside_it(
    start_kiosk: StartKiosk, open_screen: OpenScreen
) -> None:
    screen = open_screen(1920, 1080)
    start_kiosk(screen, *NEVER)

    def is_framed(seen: NDArray[np.uint8]) -> bool:
        beside = seen[:, :400].any() or seen[:, -400:].any()
        return not beside and bool(seen[:, 430:-430].any(axis=(0, 2)).all())

    until(lambda: fills(screen), "the kiosk to fill the screen")
    until(lambda: is_framed(screen.grab()), "the avatar between black borders")


def test_upright_screen_is_filled_with_the_face(start_kiosk: StartKiosk, open_screen: OpenScreen) -> None:
    screen = open_screen(1080, 1920)
    start_kiosk(screen, *NEVER)

    until(lambda: fills(screen), "the kiosk to fill the screen")
    until(lambda: bool(screen.grab()[[150, 960, -150]].any(axis=2).all()), "the face from edge to edge")


def test_portrait_on_a_wide_screen_is_turned(start_kiosk: StartKiosk, screen: Screen) -> None:
    start_kiosk(screen, *NEVER, "--portrait", "--turn", "left")

    def is_turned(seen: NDArray[np.uint8]) -> bool:
        # Maya's pullover is yellow: lower in the picture, and now on the right, is more of it.
        yellow = seen[..., 2].astype(int) - seen[..., 0]
        return bool(yellow[:, -300:-150].mean() > 2 * abs(yellow[:, 150:300].mean()))

    until(lambda: fills(screen), "the kiosk to fill the screen")
    until(lambda: is_turned(screen.grab()), "the face to lie on its left side")


def test_chosen_screen_is_filled_and_the_other_is_not(start_kiosk: StartKiosk, screen: Screen) -> None:
    for name, area in (("left", "640/170x800/210+0+0"), ("right", "640/170x800/210+640+0")):
        subprocess.run(
            ["xrandr", "--display", screen.display, "--setmonitor", name, area, "none"], check=True
        )
    start_kiosk(screen, *NEVER, "--screen", "right")

    until(lambda: fills(screen, (640, 0, 640, 800)), "the kiosk to fill the right screen")


def test_unknown_screen_is_refused_with_a_list(launch: Launch, avatar_file: Path, screen: Screen) -> None:
    program = launch("kiosk", avatar_file, "--screen", "7", **screen.environment)

    assert program.wait() == 64
    assert program.output.splitlines() == [
        "bithuman-app: there is no screen '7'; the screens are 1: screen 1280x800 at 0,0"
    ]


def test_without_a_screen_one_line_says_so(launch: Launch, avatar_file: Path) -> None:
    program = launch("kiosk", avatar_file)

    assert program.wait() == 69
    assert len(program.output.splitlines()) == 1
    assert "there is no screen" in program.output


def test_second_kiosk_says_that_there_is_one(
    kiosk: RunningKiosk, launch: Launch, avatar_file: Path, screen: Screen
) -> None:
    second = launch("kiosk", avatar_file, **screen.environment)

    assert second.wait() == 69
    assert f"a kiosk runs already (process {kiosk.program.process.pid})" in second.output


# No way out


def test_keys_change_nothing(kiosk: RunningKiosk, screen: Screen) -> None:
    screen.press("Escape", "q", "F11", "f", "alt+F4", "alt+Tab", "super+d", "ctrl+q", "shift+q")
    kiosk.wait_for_log("a visit begins, by key")

    for _ in range(20):
        assert fills(screen)
    assert kiosk.starts == 1


def test_chord_ends_it(kiosk: RunningKiosk, screen: Screen) -> None:
    screen.press("ctrl+shift+q")

    assert kiosk.program.wait() == 0
    assert kiosk.incidents.restarts == 0


def test_sigterm_ends_it_and_all_that_it_started(kiosk: RunningKiosk, screen: Screen) -> None:
    kiosk.program.process.terminate()

    assert kiosk.program.wait() == 128 + signal.SIGTERM
    until(lambda: not screen.windows(TITLE), "the window to go")


def test_window_that_is_closed_comes_back(kiosk: RunningKiosk, screen: Screen) -> None:
    screen.close_window(screen.window(TITLE))

    kiosk.wait_until_shown(times=2)
    until(lambda: fills(screen), "the kiosk to fill the screen")
    assert kiosk.incidents.restarts == 0


def test_window_that_comes_before_it_is_covered_again(kiosk: RunningKiosk, screen: Screen) -> None:
    intruder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import cv2, numpy\n"
            "cv2.namedWindow('intruder', cv2.WINDOW_NORMAL | cv2.WINDOW_GUI_NORMAL)\n"
            "cv2.imshow('intruder', numpy.full((300, 300, 3), (255, 0, 255), numpy.uint8))\n"
            "while True: cv2.waitKey(50)",
        ],
        env={"DISPLAY": screen.display, "HOME": "/nonexistent", "QT_QPA_PLATFORM": "xcb"},
        stderr=subprocess.DEVNULL,
    )
    try:
        screen.window("intruder")
        until(lambda: fills(screen) and screen.in_front(TITLE), "the kiosk to be in front")
        until(lambda: not _magenta(screen), "the intruder to be covered")
        for _ in range(20):  # and it stays there
            assert not _magenta(screen)
    finally:
        intruder.kill()
        intruder.wait()


def test_pointer_is_gone(kiosk: RunningKiosk, witness: Witness) -> None:
    until(lambda: not witness.pointer_is_visible(), "the pointer to vanish")


def test_pointer_comes_back_with_the_end(kiosk: RunningKiosk, screen: Screen, witness: Witness) -> None:
    until(lambda: not witness.pointer_is_visible(), "the pointer to vanish")
    screen.press("ctrl+shift+q")
    kiosk.program.wait()

    until(witness.pointer_is_visible, "the pointer to come back")


def test_screen_that_sleeps_is_woken_and_kept_awake(
    start_kiosk: StartKiosk, screen: Screen, witness: Witness
) -> None:
    subprocess.run(["xset", "-display", screen.display, "s", "1", "1"], check=True)
    until(witness.saver_is_on, "the screen saver to begin by itself")

    start_kiosk(screen, *NEVER)

    until(lambda: not witness.saver_is_on(), "the screen saver to end")
    end = time.monotonic() + 4  # four times as long as it waits
    while time.monotonic() < end:
        assert not witness.saver_is_on()
        time.sleep(0.05)


# Visitors


def test_calls_visitors_after_the_quiet_time(
    start_kiosk: StartKiosk, screen: Screen, sound_server: SoundServer
) -> None:
    with sound_server.listen() as speaker:
        start_kiosk(screen, "--attract-phrase", "Good morning.", "--attract-after", "2")

        until(lambda: speaker.onsets(threshold=0.02), "a phrase on the loudspeaker")


def test_calls_with_a_recording(start_kiosk: StartKiosk, screen: Screen, sound_server: SoundServer) -> None:
    clip = asset("audio", "speech.wav")
    with sound_server.listen() as speaker:
        kiosk = start_kiosk(screen, "--attract-clip", clip, "--attract-after", "1")

        until(lambda: speaker.onsets(threshold=0.02), "the recording on the loudspeaker")
        assert f"calling for visitors: {clip}" in kiosk.log


def test_key_silences_a_call(
    start_kiosk: StartKiosk, screen: Screen, sound_server: SoundServer, long_speech: Path
) -> None:
    with sound_server.listen() as speaker:
        start_kiosk(screen, "--attract-clip", long_speech, "--attract-after", "1")
        until(lambda: speaker.onsets(threshold=0.02), "a call on the loudspeaker")
        screen.press("space")

        until(lambda: speaker.loudness(0.5) < SILENCE, "silence, long before the call's end")


def test_pointer_silences_a_call(
    start_kiosk: StartKiosk, screen: Screen, sound_server: SoundServer, long_speech: Path
) -> None:
    with sound_server.listen() as speaker:
        start_kiosk(screen, "--attract-clip", long_speech, "--attract-after", "1")
        until(lambda: speaker.onsets(threshold=0.02), "a call on the loudspeaker")
        until(screen.pointer_is_taken, "the kiosk to have the pointer")
        screen.click(300, 300)

        until(lambda: speaker.loudness(0.5) < SILENCE, "silence, long before the call's end")


def test_visitor_who_speaks_silences_a_call(
    start_kiosk: StartKiosk, screen: Screen, sound_server: SoundServer, long_speech: Path
) -> None:
    voice = np.concatenate([block[:, 0] for block in read_soundtrack(asset("audio", "speech.wav"), 1, RATE)])
    with sound_server.listen() as speaker:
        kiosk = start_kiosk(screen, "--attract-clip", long_speech, "--attract-after", "1", "--mic")
        until(lambda: speaker.onsets(threshold=0.02), "a call on the loudspeaker")
        with sound_server.speaking(voice[: 3 * RATE].astype(np.float32)):
            kiosk.wait_for_log("a visit begins, by speech")

        until(lambda: speaker.loudness(0.5) < SILENCE, "silence, long before the call's end")


def test_visit_ends_when_the_visitor_has_left(start_kiosk: StartKiosk, screen: Screen) -> None:
    kiosk = start_kiosk(screen, "--attract-after", "0", "--reset-after", "1")
    screen.press("space")

    kiosk.wait_for_log("a visit begins, by key")
    kiosk.wait_for_log("the visit is over")


def _magenta(screen: Screen) -> bool:
    return bool((screen.grab() == (255, 0, 255)).all(axis=2).any())
