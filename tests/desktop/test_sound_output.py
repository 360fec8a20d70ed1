"""Sound on its way to a device that the test plays itself."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.desktop import sound_output
from bithuman_app.desktop.sound_output import RATE, SoundOutput

LATENCY = 0.05


class Device:
    """A loudspeaker with a clock of its own, which passes when it plays."""

    def __init__(self, output: SoundOutput, monkeypatch: pytest.MonkeyPatch, rate: int = RATE) -> None:
        self.now = 100.0
        self.rate, self.latency, self.connected, self.openings = rate, LATENCY, True, 1
        self._fill: Callable[..., None] | None = None
        monkeypatch.setattr(sound_output.time, "monotonic", lambda: self.now)
        output.connect(self)  # type: ignore[arg-type]

    def output(self, fill: Callable[..., None], **options: Any) -> "Device":
        self._fill = fill
        return self

    def close(self) -> None:
        self.connected = False

    def play(self, frames: int = 480) -> NDArray[np.float32]:
        """Play a block; what comes back is heard after the device's latency."""
        block = np.zeros((frames, 2), np.float32)
        times = SimpleNamespace(currentTime=self.now - 7, outputBufferDacTime=self.now - 7 + LATENCY)
        assert self._fill is not None
        self._fill(block, frames, times, None)
        self.now += frames / self.rate
        assert (block[:, 0] == block[:, 1]).all()
        return block[:, 0]


def ramp(count: int) -> NDArray[np.float32]:
    return np.linspace(0.1, 0.9, count, dtype=np.float32)


@pytest.fixture
def output() -> SoundOutput:
    return SoundOutput()


@pytest.fixture
def device(output: SoundOutput, monkeypatch: pytest.MonkeyPatch) -> Device:
    return Device(output, monkeypatch)


def test_what_is_given_is_played_once_and_in_order(output: SoundOutput, device: Device) -> None:
    device.play()  # the volume rises over the first block
    sound = ramp(1000)
    output.give(sound[:700])
    output.give(sound[700:])

    played = np.concatenate([device.play(), device.play(), device.play()])

    np.testing.assert_array_equal(played[:1000], sound)
    assert not played[1000:].any()


def test_sound_longer_than_its_memory_comes_out_whole(output: SoundOutput, device: Device) -> None:
    device.play()
    sound = ramp(10 * RATE)
    played = []
    for begin in range(0, len(sound), 4800):
        output.give(sound[begin : begin + 4800])
        played += [device.play() for _ in range(10)]

    np.testing.assert_array_equal(np.concatenate(played), sound)


def test_played_counts_what_was_given_and_not_what_was_missing(output: SoundOutput, device: Device) -> None:
    output.give(ramp(600))
    device.play()
    assert output.played == 480
    device.play()
    device.play()

    assert output.played == 600


def test_sound_is_heard_a_latency_after_it_was_played(output: SoundOutput, device: Device) -> None:
    output.give(ramp(4800))
    for _ in range(10):
        device.play()

    assert output.heard() == pytest.approx(4800 - LATENCY * RATE, abs=1)
    device.now += LATENCY
    assert output.heard() == pytest.approx(4800, abs=1)
    device.now += 1.0
    assert output.heard() == 4800


def test_a_cut_fades_within_5_ms_and_counts_as_played(output: SoundOutput, device: Device) -> None:
    output.give(np.full(4800, 0.5, np.float32))
    device.play()

    output.cut()
    block = device.play()

    assert output.played == 4800
    assert (np.diff(block[:240]) < 0).all()
    assert not block[240:].any()
    assert not device.play().any()


def test_what_is_given_after_a_cut_follows_at_once(output: SoundOutput, device: Device) -> None:
    output.give(np.full(4800, 0.5, np.float32))
    device.play()
    output.cut()
    output.give(np.full(4800, -0.25, np.float32))

    block = device.play()

    np.testing.assert_array_equal(block[240:], np.full(240, -0.25, np.float32))


def test_a_pause_keeps_what_waits(output: SoundOutput, device: Device) -> None:
    output.give(np.full(4800, 0.5, np.float32))
    device.play()
    output.paused = True
    device.play()
    waiting = output.given - output.played

    assert not device.play().any()
    assert output.given - output.played == waiting

    output.paused = False
    device.play()
    np.testing.assert_array_equal(device.play(), np.full(480, 0.5, np.float32))


def test_mute_lets_time_pass(output: SoundOutput, device: Device) -> None:
    output.muted = True
    output.give(ramp(4800))
    device.play()

    assert not device.play().any()
    assert output.played == 960


def test_a_change_of_volume_does_not_jump(output: SoundOutput, device: Device) -> None:
    output.give(np.full(4800, 0.5, np.float32))
    device.play()
    output.volume = 0.5

    block = device.play()

    assert np.abs(np.diff(block)).max() < 0.001
    np.testing.assert_array_equal(device.play(), np.full(480, 0.25, np.float32))


def test_louder_than_full_scale_is_clipped(output: SoundOutput, device: Device) -> None:
    output.volume = 2.0
    output.give(np.full(960, 0.8, np.float32))
    device.play()

    assert device.play().max() == 1.0


def test_a_device_of_another_rate_gets_the_same_tone(
    output: SoundOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = Device(output, monkeypatch, rate=44_100)
    output.give(np.sin(2 * np.pi * 441 * np.arange(RATE) / RATE).astype(np.float32))
    played = np.concatenate([device.play(441) for _ in range(50)])[441:]

    # 441 Hz has a period of 100 samples there.
    np.testing.assert_allclose(played[:-100], played[100:], atol=2e-3)
    assert output.played == pytest.approx(RATE / 2, abs=2)


def test_without_a_device_time_passes_up_to_what_was_given(
    output: SoundOutput, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 50.0
    monkeypatch.setattr(sound_output.time, "monotonic", lambda: now)
    assert output.played == 0
    output.give(ramp(4800))
    now += 0.04
    assert output.played == pytest.approx(1920, abs=1)
    now += 1.0

    assert output.played == 4800
    assert output.heard() == 4800


def test_the_clock_takes_over_from_a_device_that_is_gone(output: SoundOutput, device: Device) -> None:
    output.give(ramp(48_000))
    device.play()
    assert output.audible

    device.now += 0.5

    assert not output.audible
    assert output.played > 480 + 0.4 * RATE


def test_the_device_takes_over_again_where_the_clock_is(output: SoundOutput, device: Device) -> None:
    sound = ramp(RATE)
    output.give(sound)
    device.play()
    device.now += 0.5
    place = output.played

    device.play()

    np.testing.assert_array_equal(device.play(), sound[place + 480 : place + 960])
