"""A kiosk's avatar forgets its visitor, and a second kiosk is told of the first."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bithuman_app.desktop.kiosk.framing import PortraitFraming
from bithuman_app.desktop.kiosk.host import Host
from bithuman_app.desktop.kiosk.lock import KioskLock
from bithuman_app.desktop.kiosk.screens import Screen, choose
from bithuman_app.desktop.kiosk.visit import Order
from bithuman_app.errors import UnavailableError, UsageError
from bithuman_app.resources import asset
from bithuman_app.stage import Wardrobe
from tests.desktop.processes import until


@pytest.fixture
def host(avatar_file: Path) -> Iterator[Host]:
    wardrobe = Wardrobe(str(avatar_file))
    one = Host(wardrobe, seed=0, voice="heart", speed=1.0, phrases=(), clip=None, framing=None)
    yield one
    one.close()


@pytest.fixture
def window() -> Any:
    """Return as much of a window as a visit can change, changed by a visitor."""
    return SimpleNamespace(
        options=SimpleNamespace(volume=1.0), output=SimpleNamespace(volume=0.2, muted=True, paused=True)
    )


def test_avatar_is_the_first_again(host: Host, window: Any) -> None:
    host.stage.change_avatar("nora")
    host.obey(Order.RESET, window)

    until(lambda: host.stage.avatar == "maya", "the first avatar")


def test_what_was_being_said_ends(host: Host, window: Any) -> None:
    host.stage.play(asset("audio", "speech.wav"))
    assert host.stage.saying
    host.obey(Order.RESET, window)

    until(lambda: not host.stage.saying, "silence")


def test_voice_is_the_first_again(host: Host, window: Any) -> None:
    host.stage.choose_voice("robot", 1.5)
    host.obey(Order.RESET, window)

    until(lambda: (host.stage.voice, host.stage.speed) == ("heart", 1.0), "the first voice")


def test_volume_is_as_at_the_start(host: Host, window: Any) -> None:
    host.obey(Order.RESET, window)

    until(lambda: vars(window.output) == {"volume": 1.0, "muted": False, "paused": False}, "the volume")


def test_microphone_stays_open(host: Host, window: Any) -> None:
    holder = object()
    host.stage.puppet.take(holder, echo=True, sensitivity=0.7)
    host.stage.choose_voice("robot")
    host.obey(Order.RESET, window)

    puppet = host.stage.puppet
    until(lambda: host.stage.voice == "heart" and puppet.held, "the reset")
    until(lambda: (puppet.holder, puppet.echo, puppet.sensitivity) == (holder, True, 0.7), "its microphone")


def test_framing_follows_the_avatar(avatar_file: Path) -> None:
    wardrobe = Wardrobe(str(avatar_file))
    framing = PortraitFraming(wardrobe.open("maya"))
    host = Host(wardrobe, seed=0, voice="heart", speed=1.0, phrases=(), clip=None, framing=framing)
    host.stage.change_avatar("nora")

    picture = wardrobe.open("nora").image[..., :3]
    assert framing(picture, (1080, 1920)).shape[1] < picture.shape[1]
    host.close()


def test_lock_is_held_by_one_process(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from bithuman_app.desktop.kiosk.lock import KioskLock\n"
        "try: KioskLock(Path(sys.argv[1]))\n"
        "except Exception as error: print(error)"
    )
    command = [sys.executable, "-c", script, str(tmp_path)]
    with KioskLock(tmp_path):
        held = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    free = subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert held == f"a kiosk runs already (process {os.getpid()})\n"
    assert free == ""


def test_lock_is_refused_twice_in_a_process(tmp_path: Path) -> None:
    with KioskLock(tmp_path), pytest.raises(UnavailableError, match="runs already"):
        KioskLock(tmp_path)


def test_unwritable_place_does_not_keep_a_kiosk_from_running(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the directory should be")

    KioskLock(tmp_path / "file").close()


SCREENS = [Screen("HDMI-1", 0, 0, 1920, 1080), Screen("DP-1", 1920, 0, 1080, 1920, primary=True)]


@pytest.mark.parametrize(
    ("wanted", "name"), [(None, "DP-1"), ("1", "HDMI-1"), ("2", "DP-1"), ("hdmi-1", "HDMI-1")]
)
def test_screen_is_chosen_by_number_or_name(wanted: str | None, name: str) -> None:
    assert choose(wanted, SCREENS).name == name


def test_unknown_screen_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        choose("3", SCREENS)

    assert "1: HDMI-1 1920x1080 at 0,0; 2: DP-1 1080x1920 at 1920,0" in str(caught.value)
