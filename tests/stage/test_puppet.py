"""A microphone that moves the mouth."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.stage import Stage, StageTick, StageView, State

SPEECH = read_audio(asset("audio", "speech.wav"))
NOISE = np.random.default_rng(1).normal(0, 0.003, 32_000).astype(np.float32)
BLOCK = 640


def hear(stage: Stage, view: StageView, sound: NDArray[np.float32], holder: object = "me") -> list[StageTick]:
    """Let a microphone hear a sound while a view pulls."""
    ticks = []
    for start in range(0, len(sound), BLOCK):
        stage.puppet.hear(holder, sound[start : start + BLOCK])
        ticks.append(view.next())
    return ticks


def loudness(ticks: list[StageTick]) -> float:
    return max((float(np.abs(tick.tick.samples).max()) for tick in ticks if tick.tick.speaking), default=0.0)


def test_the_mouth_speaks_with_the_voice_of_the_microphone(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")

    ticks = hear(stage, view, SPEECH)

    assert loudness(ticks) > 3000
    assert State.SPEAKING in {tick.state for tick in ticks}


def test_without_echo_nobody_hears_it(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")

    ticks = hear(stage, view, SPEECH)

    assert not any(tick.audible for tick in ticks if tick.tick.speaking)


def test_with_echo_everybody_hears_it_at_full_rate(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me", echo=True)

    ticks = [tick for tick in hear(stage, view, SPEECH) if tick.tick.speaking]

    assert all(tick.audible for tick in ticks)
    assert {piece.rate for tick in ticks for piece in tick.tick.original} == {48_000}


def test_noise_is_not_spoken(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")

    assert loudness(hear(stage, view, NOISE)) == 0.0


def test_only_its_holder_is_heard(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")

    assert loudness(hear(stage, view, SPEECH, holder="you")) == 0.0


def test_the_last_who_takes_it_holds_it(stage: Stage) -> None:
    stage.puppet.take("me")
    stage.puppet.take("you")

    stage.puppet.release("me")

    assert stage.puppet.holder == "you"


def test_speech_of_the_holder_silences_what_is_being_said(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")
    stage.play_sample()

    hear(stage, view, SPEECH[: 3 * 16_000])

    assert not stage.saying


def test_noise_does_not_silence_what_is_being_said(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")
    stage.play_sample()

    ticks = hear(stage, view, NOISE)

    assert stage.saying
    assert all(tick.audible for tick in ticks)


def test_the_avatar_can_be_heard_speaking_while_somebody_holds_the_puppet(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")
    hear(stage, view, SPEECH[:32_000])

    stage.say("Now me.")

    ticks = [view.next() for _ in range(30)]
    assert any(tick.tick.speaking and tick.audible for tick in ticks)


def test_the_meter_follows_the_microphone(stage: Stage) -> None:
    view = stage.view()
    stage.puppet.take("me")
    hear(stage, view, np.zeros(16_000, np.float32))
    quiet = stage.puppet.level
    hear(stage, view, np.full(640, 0.5, np.float32))

    assert quiet == pytest.approx(0.0, abs=0.01)
    assert stage.puppet.level == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize("sensitivity", [-0.1, 1.1, float("nan")])
def test_a_sensitivity_there_is_not_is_refused(stage: Stage, sensitivity: float) -> None:
    with pytest.raises(ValueError):
        stage.puppet.take("me", sensitivity=sensitivity)
