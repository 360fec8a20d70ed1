"""The window with a microphone: the mouth follows it, and devices may go and come back."""

from pathlib import Path

import numpy as np
import pytest

from bithuman_app.resources import asset
from tests.desktop import puppet_meter
from tests.desktop.conftest import Launch
from tests.desktop.processes import until
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import RATE, SoundServer
from tests.voice import sounds

TITLE = "– bithuman-app"
#: The correlation of a mouth that follows; while the machine does something else it may miss frames.
ALIKE = 0.4
ATTEMPTS = 5


def test_the_mouth_follows_the_microphone(
    screen: Screen,
    sound_server: SoundServer,
    launch: Launch,
    avatar_file: Path,
    capsys: pytest.CaptureFixture[str],
):
    launch("window", avatar_file, "--mic")
    window = screen.window(TITLE)
    until(sound_server.listeners, "the microphone to be open")
    speech = np.pad(sounds.recorded_speech(), (sounds.RATE, sounds.RATE // 2))
    for _ in range(ATTEMPTS):
        figures = puppet_meter.measure(screen, sound_server, window, avatar_file, speech)
        with capsys.disabled():
            behind = round(1000 * figures.behind)
            print(f"\nmouth behind the microphone: {behind} ms (alike {figures.alike:.2f})")
        if figures.alike > ALIKE:
            return
    raise AssertionError(f"the mouth moved otherwise than the voice: {figures.alike}")


def test_with_echo_the_microphone_is_heard(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path
):
    launch("window", avatar_file, "--mic", "--echo")
    screen.window(TITLE)
    until(lambda: sound_server.listeners() and sound_server.players(), "the devices to be open")
    voice = puppet_meter.resampled(sounds.recorded_speech()[: 4 * sounds.RATE], sounds.RATE, RATE)
    with sound_server.listen() as heard, sound_server.speaking(voice):
        until(lambda: np.abs(heard.samples).max() > 0.05, "the voice from the loudspeaker")


def test_the_window_has_its_devices_again_after_they_were_away(
    screen: Screen, sound_server: SoundServer, launch: Launch, avatar_file: Path, tmp_path: Path
):
    launch("window", avatar_file, "--mic", "--audio-file", asset("audio", "speech.wav"))
    window = screen.window(TITLE)
    until(lambda: sound_server.listeners() and sound_server.players(), "the devices to be open")
    sound_server.stop()
    log = tmp_path / "log" / "bithuman-app.log"
    until(lambda: " gone; waiting" in log.read_text(encoding="utf-8"), "the loss to be noticed")
    before = screen.grab(screen.area(window))
    until(lambda: not np.array_equal(screen.grab(screen.area(window)), before), "the window to live on")
    sound_server.start()
    until(lambda: sound_server.listeners() and sound_server.players(), "the devices to be open again")
    with sound_server.listen() as heard:
        screen.focus(window)
        screen.press("1")
        until(lambda: np.abs(heard.samples).max() > 0.05, "the clip from the loudspeaker")
