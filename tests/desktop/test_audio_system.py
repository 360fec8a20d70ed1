"""The owner of PortAudio, with a PortAudio of the test's own whose devices come and go."""

import threading
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bithuman_app.desktop import audio_system
from bithuman_app.desktop.audio_system import AudioSystem
from tests.desktop.processes import PATIENCE, until


class PortAudioError(Exception):
    pass


class Computer:
    """Devices as they are plugged in, and ``sounddevice``, which knows them as they were when it looked."""

    PortAudioError = PortAudioError

    def __init__(self) -> None:
        #: The names of the devices, and the default's.
        self.plugged: tuple[tuple[str, ...], str] = (("built-in",), "built-in")
        self.rates: tuple[int, ...] = (48_000, 16_000)
        self.channels = self.least_channels = 2
        self.streams: list[Stream] = []
        self.looks = 0
        self.hanging = threading.Event()
        self.hanging.set()
        self._initialized = 0
        self._initialize()

    def plug_in(self, *names: str, default: str = "built-in") -> None:
        """Have these devices besides the one that is built in, all at once."""
        self.plugged = (("built-in", *names), default)

    def _initialize(self) -> None:
        self._known, default = self.plugged
        self._default = self._known.index(default) if default in self._known else -1
        self._initialized += 1
        self.looks += 1

    def _terminate(self) -> None:
        self._initialized -= 1
        for stream in self.streams:
            stream.active = False

    @property
    def default(self) -> SimpleNamespace:
        return SimpleNamespace(device=(self._default, self._default))

    def query_hostapis(self) -> list[dict[str, Any]]:
        return [{"name": "test"}]

    def query_devices(self) -> list[dict[str, Any]]:
        return [
            {"name": name, "hostapi": 0, "max_input_channels": self.channels,
             "max_output_channels": self.channels, "default_samplerate": float(self.rates[0])}
            for name in self._known
        ]  # fmt: skip

    def OutputStream(self, **wanted: Any) -> "Stream":  # noqa: N802 - sounddevice's name
        return Stream(self, self._known[wanted["device"]], wanted)

    InputStream = OutputStream

    @property
    def playing(self) -> list[str]:
        """The devices whose streams run."""
        return [stream.name for stream in self.streams if stream.active]


class Stream:
    def __init__(self, computer: Computer, name: str, wanted: dict[str, Any]) -> None:
        self.computer, self.name, self.wanted = computer, name, wanted
        self.active = False
        self.latency = wanted["latency"]
        if name not in computer.plugged[0] or wanted["samplerate"] not in computer.rates:
            raise PortAudioError("no such device")
        if wanted["channels"] > computer.channels or wanted["channels"] < computer.least_channels:
            raise PortAudioError("not so many channels")

    def start(self) -> None:
        self.computer.hanging.wait()
        self.computer.streams.append(self)
        self.active = True

    def abort(self) -> None:
        self.active = False

    close = abort

    def ask(self, frames: int) -> np.ndarray:
        """Do what PortAudio does when a device wants sound."""
        block = np.full((frames, self.wanted["channels"]), 9, np.float32)
        self.wanted["callback"](block, frames, None, None)
        return block


@pytest.fixture
def computer(monkeypatch: pytest.MonkeyPatch) -> Computer:
    computer = Computer()
    monkeypatch.setattr(audio_system, "load_portaudio", lambda: computer)
    monkeypatch.setattr(audio_system, "fingerprint", lambda: computer.plugged)
    # Nobody asks these streams for sound, and the test's machine may be busy.
    monkeypatch.setattr(audio_system, "_STALLED_SECONDS", float("inf"))
    monkeypatch.setattr(audio_system, "_START_SECONDS", PATIENCE)
    return computer


@pytest.fixture
def notices() -> list[str]:
    return []


@pytest.fixture
def audio(computer: Computer, notices: list[str]) -> Iterator[AudioSystem]:
    audio = AudioSystem(notices.append)
    yield audio
    computer.hanging.set()
    audio.close(PATIENCE)


def fill(value: float) -> Callable[..., None]:
    def fill_block(block: np.ndarray, *_: Any) -> None:
        block[:] = value

    return fill_block


def test_it_follows_the_default_to_another_device(audio: AudioSystem, computer: Computer):
    line = audio.output(fill(0.5))
    until(lambda: line.connected, "the first device")
    computer.plug_in("headset", default="headset")
    audio.wake()
    until(lambda: line.device is not None and line.device.name == "headset", "the new default")
    assert computer.playing == ["headset"]
    assert line.openings == 2


def test_a_device_that_was_named_is_kept_when_the_default_changes(audio: AudioSystem, computer: Computer):
    line = audio.output(fill(0.5), device="BUILT")
    until(lambda: line.connected, "the device")
    computer.plug_in("headset", default="headset")
    audio.wake()
    until(lambda: line.openings == 2, "another look")
    assert computer.playing == ["built-in"]


def test_a_device_that_was_named_is_used_as_soon_as_it_is_plugged_in(
    audio: AudioSystem, computer: Computer, notices: list[str]
):
    audio.output(fill(0.5), device="headset")
    until(lambda: notices, "a word about it")
    computer.plug_in("headset")
    audio.wake()
    until(lambda: computer.playing == ["headset"], "the device")
    until(lambda: len(notices) == 2, "a word about it")
    assert notices == [
        "There is no loudspeaker 'headset'; going on without",
        "The loudspeaker 'headset' is here now",
    ]


def test_a_lost_microphone_does_not_disturb_the_loudspeaker(
    audio: AudioSystem, computer: Computer, notices: list[str]
):
    computer.plug_in("webcam")
    lines = [audio.output(fill(0.5)), audio.input(fill(0), device="webcam")]
    until(lambda: all(line.connected for line in lines), "both devices")
    speaker = next(stream for stream in computer.streams if stream.active and stream.name == "built-in")
    looks = computer.looks
    webcam = next(stream for stream in computer.streams if stream.active and stream.name == "webcam")
    computer.rates = ()  # nothing can be opened any more, but the list of devices is the same
    webcam.active = False
    audio.wake()
    until(lambda: notices, "a word about it")
    assert notices == ["The microphone 'webcam' is gone; waiting for it"]
    assert speaker.active
    assert computer.looks == looks


def test_a_device_of_another_rate_and_number_of_channels_is_used_as_it_is(
    audio: AudioSystem, computer: Computer
):
    computer.rates = (44_100,)
    line = audio.output(fill(0.5), rate=48_000, channels=1)
    until(lambda: line.connected, "the device")
    assert line.rate == 44_100
    assert computer.streams[0].wanted["channels"] == 2
    assert computer.streams[0].wanted["blocksize"] == 441


def test_what_fills_a_block_fills_all_channels(audio: AudioSystem, computer: Computer):
    line = audio.output(fill(0.5))
    until(lambda: line.connected, "the device")
    np.testing.assert_array_equal(computer.streams[0].ask(4), np.full((4, 2), 0.5))


def test_a_fault_in_who_fills_is_silence(audio: AudioSystem, computer: Computer):
    def fail(*_: Any) -> None:
        raise RuntimeError("no")

    line = audio.output(fail)
    until(lambda: line.connected, "the device")
    for _ in range(3):
        np.testing.assert_array_equal(computer.streams[0].ask(4), np.zeros((4, 2)))


def test_a_closed_line_is_silent_and_its_stream_ends(audio: AudioSystem, computer: Computer):
    line = audio.output(fill(0.5))
    until(lambda: line.connected, "the device")
    line.close()
    np.testing.assert_array_equal(computer.streams[0].ask(4), np.zeros((4, 2)))
    until(lambda: computer.playing == [], "the stream to end")


def test_a_stream_that_never_starts_keeps_nobody_waiting(
    audio: AudioSystem, computer: Computer, notices: list[str], monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(audio_system, "_START_SECONDS", 0.2)
    computer.hanging.clear()
    line = audio.output(fill(0.5))
    until(lambda: notices, "a word about it")
    assert notices == ["There is no loudspeaker; going on without"]
    computer.hanging.set()
    until(lambda: line.connected, "the device")


def test_no_lines_are_looked_after_once_it_is_closed(computer: Computer):
    audio = AudioSystem()
    line = audio.output(fill(0.5))
    until(lambda: line.connected, "the device")
    audio.close(PATIENCE)
    assert computer.playing == []
    assert not line.connected
