"""A kiosk that lost something comes back by itself: its process, its loudspeaker, its screen."""

import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.desktop.conftest import Launch
from tests.desktop.kiosks import RunningKiosk
from tests.desktop.processes import Program, runs, until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

NEVER = ("--attract-after", "0", "--reset-after", "0")


@pytest.fixture
def kiosk(launch: Launch, screen: Screen, tmp_path: Path, avatar_file: Path) -> RunningKiosk:
    """Return a kiosk that fills a screen."""
    running = RunningKiosk(launch("kiosk", avatar_file, *NEVER), tmp_path / "log")
    running.wait_until_alone(screen)
    return running


def test_killed_kiosk_is_on_the_screen_again(kiosk: RunningKiosk, screen: Screen) -> None:
    kiosk.strike(signal.SIGKILL)

    kiosk.wait_until_alone(screen, times=2)


def test_hung_kiosk_is_on_the_screen_again(
    launch: Launch, screen: Screen, tmp_path: Path, avatar_file: Path
) -> None:
    program = launch("kiosk", avatar_file, *NEVER, BITHUMAN_APP_KIOSK_HUNG_AFTER="5")
    kiosk = RunningKiosk(program, tmp_path / "log")
    kiosk.wait_until_shown()
    times = kiosk.starts
    kiosk.strike(signal.SIGSTOP)

    kiosk.wait_until_alone(screen, times + 1)
    assert kiosk.incidents.last_reason.startswith("no frame for")


def test_restart_is_counted_with_its_reason(kiosk: RunningKiosk) -> None:
    kiosk.strike(signal.SIGKILL)
    kiosk.wait_until_shown(times=2)

    assert kiosk.incidents.restarts == 1
    assert kiosk.incidents.last_reason == "SIGKILL ended it"


def test_chord_ends_a_kiosk_that_was_restarted(kiosk: RunningKiosk, screen: Screen) -> None:
    kiosk.strike(signal.SIGKILL)
    kiosk.wait_until_alone(screen, times=2)
    screen.press("ctrl+shift+q")

    assert kiosk.program.wait() == 0


def test_kiosk_does_not_outlive_its_watchdog(kiosk: RunningKiosk) -> None:
    watched = kiosk.watched
    kiosk.program.process.kill()

    until(lambda: not runs(watched), "the end of the watched process")


def test_loudspeaker_that_was_lost_is_heard_again(
    launch: Launch, screen: Screen, sound_server: SoundServer, tmp_path: Path, avatar_file: Path
) -> None:
    kiosk = RunningKiosk(
        launch("kiosk", avatar_file, "--attract-phrase", "Good morning.", "--attract-after", "1"),
        tmp_path / "log",
    )
    with sound_server.listen() as speaker:
        until(lambda: speaker.onsets(threshold=0.02), "a phrase on the loudspeaker")
    sound_server.stop()
    kiosk.wait_for_log("is gone")
    sound_server.start()

    with sound_server.listen() as speaker:
        until(lambda: speaker.onsets(threshold=0.02), "a phrase on the loudspeaker, again")
    assert kiosk.incidents.restarts == 0


OpenServer = Callable[[str], Program]


@pytest.fixture
def open_server(tmp_path: Path) -> Iterator[OpenServer]:
    """Start X servers on a display of the test's choice; the end of one is the loss of a screen."""
    started: list[Program] = []

    def start(display: str) -> Program:
        log = tmp_path / f"server{len(started)}.log"
        command = ["Xvfb", display, "-screen", "0", "800x600x24", "-nolisten", "tcp"]
        started.append(Program(command, dict(os.environ), log))
        return started[-1]

    yield start
    for server in started:
        server.stop()


def test_screen_that_was_lost_is_filled_again(
    open_server: OpenServer, launch: Launch, tmp_path: Path, avatar_file: Path
) -> None:
    # Nobody else's: other servers have small numbers, and this process has its own to itself.
    display = f":{1000 + os.getpid() % 50_000}"
    server = open_server(display)
    until(Path(f"/tmp/.X11-unix/X{display[1:]}").exists, "the X server")
    kiosk = RunningKiosk(launch("kiosk", avatar_file, *NEVER, DISPLAY=display), tmp_path / "log")
    kiosk.wait_until_shown()

    server.process.kill()
    server.process.wait()
    until(lambda: kiosk.incidents.restarts >= 2, "the watchdog to look for a screen")
    assert kiosk.program.running

    open_server(display)
    kiosk.wait_until_shown(times=2)
