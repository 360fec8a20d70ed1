"""The thread that pulls a stage, without a loudspeaker: the computer's clock is the clock."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from bithuman_app.desktop.player import FRAMES_PER_TICK, Player, sound_of
from bithuman_app.desktop.sound_output import RATE, SoundOutput
from bithuman_app.stage import Stage, StageTick, Wardrobe
from tests.desktop.processes import until

TONE = (0.5 * np.sin(2 * np.pi * 440 * np.arange(2 * RATE) / RATE)).astype(np.float32)


@pytest.fixture
def stage(avatar_file: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file))) as one:
        yield one


@pytest.fixture
def player(stage: Stage) -> Iterator[Player]:
    one = Player(stage, SoundOutput())
    one.start()
    yield one
    one.close()


def until_heard(player: Player, enough: int | Callable[[StageTick], bool]) -> list[StageTick]:
    """Return the next ticks that are heard: at least so many, or up to one of a kind."""
    found: list[StageTick] = []

    def is_enough() -> bool:
        found.extend(player.heard())
        return len(found) >= enough if isinstance(enough, int) else any(map(enough, found))

    until(is_enough, "ticks to be heard")
    return found


def test_time_passes_while_nothing_is_said(player: Player) -> None:
    ticks = until_heard(player, 5)

    assert [tick.tick.index for tick in ticks] == list(range(len(ticks)))


def test_no_tick_is_left_out_while_something_is_said(stage: Stage, player: Player) -> None:
    stage.speak([TONE], RATE)
    ticks = until_heard(player, lambda tick: tick.tick.end_of_speech)

    indices = [tick.tick.index for tick in ticks]
    assert indices == list(range(indices[0], indices[0] + len(indices)))
    said = np.concatenate([sound_of(tick) for tick in ticks if tick.tick.speaking])
    np.testing.assert_allclose(said[: len(TONE)], TONE, atol=1e-3)


def test_little_lies_ready(stage: Stage, player: Player) -> None:
    stage.speak([TONE], RATE)
    until_heard(player, lambda tick: tick.tick.speaking)

    assert player.output.given - player.output.played <= 2 * FRAMES_PER_TICK


def test_an_interrupt_drops_what_is_not_heard_yet(stage: Stage, player: Player) -> None:
    stage.speak([TONE], RATE)
    until_heard(player, lambda tick: tick.tick.speaking)

    stage.interrupt()

    after = until_heard(player, 10)
    assert not any(tick.tick.speaking for tick in after)


def test_a_pause_lets_time_stand_still(stage: Stage, player: Player) -> None:
    until_heard(player, 3)
    player.pause(True)
    until(lambda: player.output.paused and not player.heard(), "what was on its way to be heard")
    place = player.output.played

    assert player.output.played == place

    player.pause(False)
    until_heard(player, 3)


def test_time_goes_on_with_another_avatar(stage: Stage, player: Player) -> None:
    until_heard(player, 3)
    stage.change_avatar("nora")

    ticks = until_heard(player, lambda tick: tick.generation == 1)
    ticks += until_heard(player, 10)

    assert [tick.generation for tick in ticks] == sorted(tick.generation for tick in ticks)
    assert ticks[-1].generation == 1


def test_it_ends_with_the_stage(stage: Stage, player: Player) -> None:
    stage.close()

    until(lambda: player.ended, "the player to notice")
