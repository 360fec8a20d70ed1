"""What keys do, without a screen."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bithuman_app.desktop.actions import Actions
from bithuman_app.desktop.audio_system import AudioSystem
from bithuman_app.desktop.keys import Action
from bithuman_app.desktop.options import WindowOptions
from bithuman_app.desktop.overlay import Overlay
from bithuman_app.desktop.player import Player
from bithuman_app.desktop.sound_output import LOUDEST, SoundOutput
from bithuman_app.performance.gestures import GESTURES
from bithuman_app.stage import Stage, Wardrobe
from tests.desktop.processes import until


class Notices(Overlay):
    """Keeps what is shown for a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []

    def notice(self, text: str, *, progress: float | None = None, seconds: float | None = None) -> None:
        super().notice(text, progress=progress, seconds=seconds)
        self.all.append(text)


class Bench:
    """Actions on a real stage."""

    def __init__(self, stage: Stage, **options: Any) -> None:
        self.stage = stage
        self.overlay = Notices()
        self.player = Player(stage, SoundOutput())
        self.player.start()
        self.audio = AudioSystem()
        self.actions = Actions(stage, self.player, self.overlay, self.audio, WindowOptions(**options))

    def press(self, action: Action) -> None:
        assert self.actions.perform(action)

    def close(self) -> None:
        self.actions.files.close()
        self.player.close()
        self.audio.close()

    def until_noticed(self, words: str) -> None:
        until(lambda: any(words in notice for notice in self.overlay.all), f"the notice {words!r}")


@pytest.fixture
def stage(avatar_file: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file))) as one:
        yield one


@pytest.fixture
def bench(stage: Stage) -> Iterator[Bench]:
    one = Bench(stage)
    yield one
    one.close()


def test_without_a_recording_the_one_that_comes_with_the_program_is_played(bench: Bench) -> None:
    bench.press(Action.PLAY)

    until(lambda: bench.stage.saying, "the avatar to speak")


def test_a_stop_ends_speech_and_pause(bench: Bench) -> None:
    bench.press(Action.PLAY)
    until(lambda: bench.stage.saying, "the avatar to speak")
    bench.press(Action.PAUSE)

    bench.press(Action.STOP)

    assert not bench.stage.saying
    assert not bench.player.output.paused


def test_a_recording_that_is_gone_is_noticed(stage: Stage, tmp_path: Path) -> None:
    bench = Bench(stage, clip=tmp_path / "gone.wav")

    bench.press(Action.PLAY)

    bench.until_noticed("gone.wav")
    bench.close()


def test_volume_has_a_top_and_a_bottom(bench: Bench) -> None:
    for _ in range(30):
        bench.press(Action.LOUDER)
    assert bench.player.output.volume == LOUDEST
    assert bench.overlay.all[-1] == "volume 200%"

    for _ in range(30):
        bench.press(Action.QUIETER)
    assert bench.player.output.volume == 0


def test_louder_ends_mute(bench: Bench) -> None:
    bench.press(Action.MUTE)
    assert bench.player.output.muted

    bench.press(Action.LOUDER)

    assert not bench.player.output.muted


def test_every_gesture_comes_in_its_turn(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(bench.stage, "gesture", asked.append)

    for _ in range(len(GESTURES) + 1):
        bench.press(Action.GESTURE)

    assert asked == [*GESTURES, next(iter(GESTURES))]


def test_a_gesture_that_is_made_is_named(bench: Bench) -> None:
    bench.press(Action.GESTURE)

    assert bench.overlay.all == [next(iter(GESTURES)).replace("_", " ")]


def test_the_sound_stays_here_where_there_is_no_page(bench: Bench) -> None:
    bench.stage.choose_sound("window")

    bench.press(Action.SOUND)

    assert bench.stage.sound_on == "window"
    assert "there is no page" in bench.overlay.all[-1]


def test_the_sound_goes_to_the_page_and_comes_back(stage: Stage) -> None:
    bench = Bench(stage, page=True)
    stage.choose_sound("window")

    bench.press(Action.SOUND)
    assert stage.sound_on == "page"
    bench.press(Action.SOUND)
    assert stage.sound_on == "window"
    bench.close()


def test_avatars_go_round(bench: Bench) -> None:
    names = bench.stage.wardrobe.names()
    first = bench.stage.avatar

    bench.press(Action.PREVIOUS)
    until(lambda: bench.stage.avatar == names[names.index(first) - 1], "the avatar before")
    bench.press(Action.NEXT)
    until(lambda: bench.stage.avatar == first, "the first avatar")


@pytest.mark.parametrize("action", [Action.QUIT, Action.ESCAPE, Action.FULLSCREEN])
def test_what_is_the_windows_business_is_left_to_it(bench: Bench, action: Action) -> None:
    assert not bench.actions.perform(action)
