"""Which devices there are, which one is meant, and what happens when they go and come back."""

import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app.desktop.audio_system import AudioSystem
from bithuman_app.desktop.devices import Device, choose, require
from bithuman_app.errors import UsageError
from tests.desktop.conftest import Launch
from tests.desktop.processes import Program, until
from tests.desktop.sound_servers import SoundServer

MICROPHONE = Device(0, "USB Microphone", "ALSA", 1, 0, 48_000)
HEADSET = Device(1, "Headset (Bluetooth)", "ALSA", 1, 2, 44_100, default_input=True)
SPEAKERS = Device(2, "Speakers", "ALSA", 0, 2, 48_000, default_output=True)
SPEAKERS_2 = Device(3, "Speakers 2", "ALSA", 0, 2, 48_000)
DEVICES = [MICROPHONE, HEADSET, SPEAKERS, SPEAKERS_2]

Keep = Callable[..., Program]


@pytest.fixture
def keep_listening(tmp_path: Path) -> Iterator[Keep]:
    """Start a program that keeps a loudspeaker and a microphone open."""
    started: list[Program] = []

    def start(server: SoundServer, *arguments: str) -> Program:
        root = Path(__file__).parents[2]
        environment = {**os.environ, **server.environment, "PYTHONPATH": str(root)}
        command = [sys.executable, "-m", "tests.desktop.listening", *arguments]
        started.append(Program(command, environment, tmp_path / "listening.log", cwd=root))
        return started[-1]

    yield start
    for program in started:
        program.stop()


def says(program: Program, text: str, times: int = 1) -> None:
    """Wait until a program has printed something so many times."""
    until(lambda: program.output.count(text) >= times, f"{text!r} from it")


def tells(program: Program, notice: str) -> None:
    """Wait until people were told, of the loudspeaker and of the microphone, in one line or in two.

    In ``notice`` "#" stands for either. On a busy machine they go and come further apart than usual.
    """

    def told(device: str) -> bool:
        words = re.compile(notice.replace("#", f".*{device}.*"))
        lines = [line for line in program.output.splitlines() if line.startswith("notice: ")]
        return any(words.search(line) for line in lines)

    until(lambda: told("loudspeaker") and told("microphone"), f"the notice {notice!r}")


# Which one is meant


@pytest.mark.parametrize(
    ("wanted", "direction", "expected"),
    [
        (None, "output", SPEAKERS),
        (None, "input", HEADSET),
        ("usb", "input", MICROPHONE),
        ("BLUETOOTH", "output", HEADSET),
        ("speakers", "output", SPEAKERS),
        ("Speakers 2", "output", SPEAKERS_2),
        ("3", "output", SPEAKERS_2),
        ("usb", "output", None),
        ("2", "input", None),
        ("trumpet", "output", None),
    ],
)
def test_a_device_is_chosen_by_a_part_of_its_name_or_its_number(wanted, direction, expected):
    assert choose(DEVICES, direction, wanted) is expected


def test_without_a_default_the_first_that_can_is_chosen():
    assert choose([MICROPHONE, SPEAKERS_2], "output") is SPEAKERS_2


def test_a_wrong_choice_names_the_right_ones():
    with pytest.raises(UsageError, match=r"'trumpet'; there are 1 'Headset \(Bluetooth\)', 2 'Speakers'"):
        require(DEVICES, "output", "trumpet")


def test_a_choice_without_devices_says_so():
    with pytest.raises(UsageError, match="there is none at all"):
        require([SPEAKERS], "input", "usb")


def test_no_name_at_all_is_no_choice():
    with pytest.raises(UsageError, match="no loudspeaker is called ' '"):
        require(DEVICES, "output", " ")


# The command


def test_the_command_lists_devices_for_programs(launch: Launch, sound_server: SoundServer):
    program = launch("devices", "--json")
    assert program.wait() == 0
    devices = json.loads(program.output)["devices"]
    (default,) = [device for device in devices if device["name"] == "default"]
    assert default["default_input"]
    assert default["default_output"]
    assert default["host_api"] == "ALSA"


def test_the_command_lists_devices_for_people(launch: Launch, sound_server: SoundServer):
    program = launch("devices")
    assert program.wait() == 0
    assert "default\tALSA" in program.output
    assert "microphone, loudspeaker" in program.output


def test_the_command_says_that_there_are_none(launch: Launch, sound_server: SoundServer):
    sound_server.stop()
    program = launch("devices")
    assert program.wait() == 0
    assert "neither a microphone nor a loudspeaker" in program.output


# Going and coming back


def test_devices_come_back_after_the_sound_server_went(keep_listening: Keep, sound_server: SoundServer):
    program = keep_listening(sound_server)
    says(program, "output runs")
    says(program, "input runs")
    sound_server.stop()
    tells(program, "The # (is|are) gone; waiting for (it|them)")
    sound_server.start()
    says(program, "output runs", times=2)
    says(program, "input runs", times=2)
    tells(program, "The # (is|are) back")
    assert program.running


def test_a_server_that_goes_while_it_is_being_found_is_found_when_it_is_back(
    keep_listening: Keep, sound_server: SoundServer
):
    program = keep_listening(sound_server)
    for time in (1, 2, 3):
        says(program, "output connected", times=time)
        sound_server.stop()  # while the microphone is being opened
        says(program, "output lost", times=time)
        played, heard = (program.output.count(f"{line} runs") for line in ("output", "input"))
        sound_server.start()
    says(program, "output runs", times=played + 1)
    says(program, "input runs", times=heard + 1)


def test_without_any_device_it_is_said_once_and_work_goes_on(keep_listening: Keep, sound_server: SoundServer):
    sound_server.stop()
    program = keep_listening(sound_server)
    tells(program, "There is no #; going on without")
    alive = program.output.count("alive")
    until(lambda: program.output.count("alive") > alive + 30, "it to go on")
    assert program.output.count("no loudspeaker") == program.output.count("no microphone") == 1


def test_a_device_that_comes_later_is_used(keep_listening: Keep, sound_server: SoundServer):
    sound_server.stop()
    program = keep_listening(sound_server)
    tells(program, "There is no #; going on without")
    sound_server.start()
    says(program, "output runs")
    says(program, "input runs")


def test_a_sound_server_that_hangs_stops_nothing_else(keep_listening: Keep, sound_server: SoundServer):
    program = keep_listening(sound_server)
    says(program, "output runs")
    says(program, "input runs")
    with sound_server.hanging():
        tells(program, "The # (is|are) gone; waiting for (it|them)")
        alive = program.output.count("alive")
        until(lambda: program.output.count("alive") > alive + 10, "it to go on")
    says(program, "output runs", times=2)


def test_a_device_of_another_name_is_waited_for(keep_listening: Keep, sound_server: SoundServer):
    program = keep_listening(sound_server, "trumpet")
    tells(program, "There is no # 'trumpet'.*; going on without")


def test_nothing_is_asked_of_the_system_before_sound_is_wanted():
    audio = AudioSystem()
    assert audio.devices() == ()
    audio.close()


def test_a_closed_system_gives_no_line():
    audio = AudioSystem()
    audio.close()
    with pytest.raises(RuntimeError, match="closed"):
        audio.output(lambda *_: None)
