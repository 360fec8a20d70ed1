"""The microphone of this computer, and the mouth that follows it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.desktop import microphone as microphone_module
from bithuman_app.desktop.microphone import RATE, Microphone, PuppetMicrophone, SilenceGate
from bithuman_app.desktop.options import MicrophoneOptions
from bithuman_app.desktop.player import Player
from bithuman_app.desktop.sound_output import SoundOutput
from bithuman_app.stage import Stage, StageTick, State, Wardrobe
from tests.desktop.processes import PATIENCE, until
from tests.voice import sounds

BLOCK = 160


class Cable:
    """Stands for an audio system with one microphone, into which a test speaks."""

    def __init__(self, rate: int = RATE, channels: int = 1) -> None:
        self.line = SimpleNamespace(rate=rate, connected=True, openings=1, close=lambda: None)
        self._channels = channels
        self._take: Callable[..., None] = lambda *_: None

    def input(self, take: Callable[..., None], **_: Any) -> SimpleNamespace:
        self._take = take
        return self.line

    def speak(self, samples: np.ndarray, block: int = BLOCK) -> None:
        for start in range(0, len(samples), block):
            piece = samples[start : start + block].astype(np.float32)
            self._take(np.repeat(piece[:, None], self._channels, axis=1), len(piece), None, None)


class Ear:
    """Keeps what a microphone delivers."""

    def __init__(self) -> None:
        self.pieces: list[np.ndarray] = []
        self.silences = 0
        self.threads: set[str] = set()

    def sound(self, samples: np.ndarray) -> None:
        self.pieces.append(samples)
        self.threads.add(threading.current_thread().name)

    def silence(self) -> None:
        self.silences += 1

    @property
    def heard(self) -> np.ndarray:
        return np.concatenate([np.zeros(0, np.float32), *self.pieces])

    def wait_for(self, count: int) -> None:
        until(lambda: len(self.heard) >= count, f"{count} samples")


def tone(seconds: float, rate: int = RATE, hertz: float = 440, strength: float = 0.2) -> np.ndarray:
    return (strength * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)).astype(np.float32)


def silence(seconds: float) -> np.ndarray:
    return np.zeros(int(seconds * RATE), np.float32)


@pytest.fixture
def gone_seconds() -> float:
    """Let a busy machine take its time between two sounds: it is no device that has gone."""
    return PATIENCE


@pytest.fixture(autouse=True)
def patience_with_devices(monkeypatch: pytest.MonkeyPatch, gone_seconds: float) -> None:
    monkeypatch.setattr(microphone_module, "_GONE_SECONDS", gone_seconds)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def open_microphone(ear: Ear) -> Iterator[Callable[..., Microphone]]:
    """Listen to a cable."""
    opened: list[Microphone] = []

    def open_one(cable: Cable, **options: Any) -> Microphone:
        opened.append(
            Microphone(cable, ear.sound, MicrophoneOptions(**options), ear.silence)  # type: ignore[arg-type]
        )
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


OpenMicrophone = Callable[..., Microphone]


# What is delivered


def test_sound_arrives_as_it_was_said(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable)
    cable.speak(tone(1))
    ear.wait_for(RATE)
    np.testing.assert_array_equal(ear.heard, tone(1))
    assert ear.threads == {"microphone"}
    assert max(map(len, ear.pieces)) <= 320


def test_volume_is_a_factor_and_does_not_overflow(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable, volume=8.0)
    cable.speak(tone(0.5))
    ear.wait_for(RATE // 2)
    np.testing.assert_allclose(ear.heard, np.clip(8 * tone(0.5), -1, 1), atol=1e-6)


def test_a_device_that_knows_another_rate_only_is_resampled(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable(rate=44_100)
    open_microphone(cable)
    cable.speak(tone(1, rate=44_100), block=441)
    ear.wait_for(RATE - 100)
    middle = slice(2000, 14_000)
    np.testing.assert_allclose(ear.heard[middle], tone(1)[middle], atol=0.01)


def test_two_channels_are_averaged(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable(channels=2)
    open_microphone(cable)
    cable.speak(tone(0.2))
    ear.wait_for(RATE // 5)
    np.testing.assert_allclose(ear.heard, tone(0.2), atol=1e-6)


def test_after_three_silent_seconds_nothing_is_delivered(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    microphone = open_microphone(cable)
    for sound in (tone(0.5), *[silence(0.58)] * 5, tone(0.5), *[silence(0.5)] * 10):
        cable.speak(sound)
        until(lambda: not microphone.waiting, "the sound to be taken")
    until(lambda: ear.silences, "the silence to be noticed")
    assert len(ear.heard) == pytest.approx((0.5 + 2.9 + 0.5 + 3) * RATE, abs=2 * BLOCK)
    assert ear.silences == 1


def test_what_came_just_before_a_sound_is_delivered_too(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable)
    soft, loud = tone(0.1, strength=0.004), tone(0.5)
    cable.speak(np.concatenate([silence(1), soft, loud]))
    ear.wait_for(len(soft) + len(loud))
    np.testing.assert_array_equal(ear.heard[-len(soft) - len(loud) :], np.concatenate([soft, loud]))
    assert len(ear.heard) < 0.8 * RATE


def test_what_is_quieter_than_the_threshold_is_silence(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable, threshold_db=-20.0)
    cable.speak(tone(1, strength=0.05))
    cable.speak(tone(1, strength=0.5))
    ear.wait_for(RATE)
    assert np.abs(ear.heard[-RATE:]).max() == pytest.approx(0.5, abs=0.01)
    assert len(ear.heard) < 1.2 * RATE


@pytest.mark.parametrize("decibels", [-46, -20])
def test_a_talker_is_heard_from_end_to_end_also_a_quiet_one(decibels):
    speech = sounds.recorded_speech()
    speech = speech * np.float32(10 ** (decibels / 20) / np.sqrt(np.mean(speech**2)))
    gate = SilenceGate()
    passed = [gate.pass_on(speech[start : start + BLOCK]) for start in range(0, len(speech), BLOCK)]
    assert sum(map(len, passed)) > 0.95 * len(speech)


def test_a_fault_in_who_listens_ends_nothing(ear: Ear):
    cable = Cable()

    def fail_once(samples: np.ndarray) -> None:
        ear.sound(samples)
        if len(ear.pieces) == 1:
            raise RuntimeError("no")

    microphone = Microphone(cable, fail_once)  # type: ignore[arg-type]
    cable.speak(tone(0.5))
    ear.wait_for(RATE // 2)
    microphone.close()


@pytest.mark.parametrize("gone_seconds", [0.6])
def test_a_device_that_goes_is_a_silence(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable, timeout_seconds=0.5)
    cable.speak(tone(0.1))
    until(lambda: ear.silences, "the silence to be noticed")


def test_the_level_is_that_of_the_sound(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    microphone = open_microphone(cable)
    assert microphone.level == 0
    cable.speak(tone(0.5, strength=1.0))
    ear.wait_for(RATE // 2)
    assert microphone.level == pytest.approx(0.95, abs=0.02)


def test_a_closed_microphone_delivers_nothing(open_microphone: OpenMicrophone, ear: Ear):
    cable = Cable()
    open_microphone(cable).close()
    cable.speak(tone(0.5))
    assert ear.pieces == []


# The mouth


@pytest.fixture
def stage(avatar_file: Path, tmp_path: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file), tmp_path)) as stage:
        yield stage


def jaw_while(stage: Stage, sound: np.ndarray) -> np.ndarray:
    """Return how far the jaw opens every 40 ms while a sound comes from the microphone."""
    heard: list[int] = []

    class Counting(PuppetMicrophone):
        def _hear(self, sound: np.ndarray) -> None:
            super()._hear(sound)
            heard.append(len(sound))

    cable = Cable()
    opening = []
    # All of it is let through, so that it can be counted; digital silence would not be.
    sound = sound + np.float32(1e-5)
    options = MicrophoneOptions(threshold_db=-200.0)
    microphone = Counting(cable, stage, options)  # type: ignore[arg-type]
    with stage.view() as view:
        for start in range(0, len(sound), 640):
            cable.speak(sound[start : start + 640])
            until(lambda end=start + 640: sum(heard) >= min(end, len(sound)), "the sound to be heard")
            opening.append(view.next().tick.pose.coefficients[INDEX["jawOpen"]])
    microphone.close()
    return np.array(opening)


def test_speech_opens_the_mouth(stage: Stage):
    assert jaw_while(stage, sounds.recorded_speech()[: 4 * RATE]).max() > 0.2


@pytest.mark.parametrize(
    "sound",
    [sounds.typing, sounds.music, sounds.violin, sounds.white_noise, sounds.room_noise],
    ids=lambda sound: sound.__name__,
)
def test_noise_leaves_the_mouth_closed(stage: Stage, sound: Callable[[], np.ndarray]):
    assert jaw_while(stage, sound()).max() < 0.03


def test_a_quiet_talker_moves_the_mouth_as_a_loud_one_does(stage: Stage):
    speech = sounds.recorded_speech()[: 6 * RATE]
    loud = jaw_while(stage, speech)[50:]
    quiet = jaw_while(stage, speech * np.float32(0.05))[50:]
    assert quiet.mean() == pytest.approx(loud.mean(), rel=0.1)


def test_it_holds_the_puppet_until_it_is_closed(stage: Stage):
    microphone = PuppetMicrophone(Cable(), stage)  # type: ignore[arg-type]
    assert microphone.holds
    assert stage.state is State.LISTENING
    microphone.close()
    assert not stage.puppet.held
    assert stage.state is State.IDLE


def test_somebody_else_may_take_the_puppet(stage: Stage):
    microphone = PuppetMicrophone(Cable(), stage)  # type: ignore[arg-type]
    page = object()
    stage.puppet.take(page)
    assert not microphone.holds
    microphone.close()
    assert stage.puppet.holder is page


# What is shown of it


@pytest.fixture
def player(stage: Stage) -> Iterator[Player]:
    """Let time pass on the stage as a window does that has no loudspeaker."""
    player = Player(stage, SoundOutput())
    player.start()
    yield player
    player.close()


def shown_until(player: Player, enough: Callable[[list[StageTick]], bool]) -> list[StageTick]:
    shown: list[StageTick] = []

    def look() -> bool:
        shown.extend(player.heard())
        return enough(shown)

    until(look, "enough to be shown")
    return shown


def test_what_the_microphone_moves_waits_for_no_sound(stage: Stage, player: Player):
    stage.puppet.take(holder := object())
    spoken = iter(range(0, 2 * RATE, BLOCK))

    def talk(ticks: list[StageTick]) -> bool:
        while stage.session.queued_ms < 200 and (start := next(spoken, None)) is not None:
            stage.puppet.hear(holder, sounds.recorded_speech()[start : start + BLOCK])
        return sum(tick.tick.speaking for tick in ticks) > 40

    shown = shown_until(player, talk)
    assert max(tick.tick.pose.coefficients[INDEX["jawOpen"]] for tick in shown) > 0.1
    until(lambda: player.output.given == player.output.played, "nothing to wait")


def test_a_clip_is_heard_from_its_beginning_after_the_microphone(stage: Stage, player: Player):
    stage.puppet.take(holder := object())
    stage.puppet.hear(holder, sounds.recorded_speech()[:RATE])
    shown_until(player, lambda ticks: sum(tick.tick.speaking for tick in ticks) > 15)
    stage.puppet.release(holder)
    clip = (8000 * tone(1, strength=1.0)).astype(np.int16)
    stage.speak([clip], RATE)
    shown = shown_until(player, lambda ticks: any(tick.tick.end_of_speech and tick.audible for tick in ticks))
    said = [tick for tick in shown if tick.audible and tick.tick.speaking]
    assert sum(tick.tick.sample_count for tick in said) == RATE
