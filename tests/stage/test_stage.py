"""What people ask of a stage, seen through its views."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import ARKIT_NAMES
from bithuman_app.errors import DataError, MissingInputError, UsageError
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.session import SessionClosedError
from bithuman_app.stage import Listener, Stage, StageTick, StageView, State, Wardrobe, Word

RATE = 16_000
SPEECH = read_audio(asset("audio", "speech.wav"))


def spoken(view: StageView, most: int = 400) -> Iterator[StageTick]:
    """Yield ticks up to the end of what is being said."""
    for _ in range(most):
        tick = view.next()
        yield tick
        if tick.tick.end_of_speech:
            return
    pytest.fail("it does not come to an end")


def pull(view: StageView, count: int) -> list[StageTick]:
    return [view.next() for _ in range(count)]


class Witness(Listener):
    def __init__(self) -> None:
        self.seen: list[str] = []

    def avatar_changed(self, stage: Stage) -> None:
        self.seen.append(f"avatar {stage.avatar}")

    def speech_began(self, stage: Stage, text: str) -> None:
        self.seen.append(f"says {text}")

    def interrupted(self, stage: Stage) -> None:
        self.seen.append("interrupted")

    def options_changed(self, stage: Stage) -> None:
        self.seen.append(f"voice {stage.voice}, sound on the {stage.sound_on}")


def test_a_text_is_said_with_its_words_one_after_the_other(stage: Stage) -> None:
    view = stage.view()

    assert stage.say("Hello there. How are you?")

    ticks = list(spoken(view))
    assert [word.text for tick in ticks for word in tick.words] == ["Hello", "there.", "How", "are", "you?"]
    when = [number for number, tick in enumerate(ticks) for _ in tick.words]
    assert when == sorted(when)
    assert len(set(when)) == 5


def test_a_text_nobody_can_read_is_refused_and_what_is_said_goes_on(stage: Stage) -> None:
    stage.view()
    stage.speak([SPEECH[:RATE]], RATE)

    with pytest.raises(UsageError):
        stage.say("…")

    assert stage.saying


def test_two_views_see_the_same(stage: Stage) -> None:
    first, second = stage.view(), stage.view()
    stage.speak([SPEECH[: 2 * RATE]], RATE, [Word("one", 0.0), Word("two", 1.0)])

    for _ in range(60):
        one, other = first.next(), second.next()
        assert one.tick.index == other.tick.index
        assert one.tick.image() is other.tick.image()
        assert one.words == other.words


def test_speech_in_blocks_is_one_utterance(stage: Stage) -> None:
    view = stage.view()

    stage.speak(np.array_split(SPEECH[:RATE], 7), RATE)

    assert {tick.tick.utterance for tick in spoken(view)} == {0}


def test_the_state_tells_speech_from_silence(stage: Stage) -> None:
    view = stage.view()
    assert view.next().state is State.IDLE
    stage.think(True)
    assert view.next().state is State.THINKING
    stage.think(False)
    stage.listen(view, True)
    assert view.next().state is State.LISTENING
    stage.speak([SPEECH[RATE // 2 : RATE]], RATE)
    assert State.SPEAKING in {tick.state for tick in spoken(view)}


def test_an_interrupt_silences_all_views_at_once(stage: Stage) -> None:
    cut: list[str] = []
    first = stage.view(on_interrupt=lambda: cut.append("first"))
    second = stage.view(on_interrupt=lambda: cut.append("second"))
    stage.speak([SPEECH], RATE)
    pull(first, 20)

    stage.interrupt()

    assert cut == ["first", "second"]
    assert not stage.saying
    assert not any(tick.tick.speaking for tick in pull(first, 5) + pull(second, 5))


def test_an_interrupt_ends_speech_whose_sound_is_still_coming(stage: Stage) -> None:
    view = stage.view()
    blocks = iter(np.array_split(SPEECH, 50))

    def coming() -> Iterator[NDArray[np.float32]]:
        yield next(blocks)
        stage.interrupt()
        yield from blocks

    assert not stage.speak(coming(), RATE)
    assert not any(tick.tick.speaking for tick in pull(view, 10))


def test_a_recording_that_is_none_is_refused_before_anything_is_cut(stage: Stage, tmp_path: Path) -> None:
    stage.view()
    stage.speak([SPEECH[:RATE]], RATE)
    (tmp_path / "song.mp3").write_text("no sound")

    with pytest.raises(DataError):
        stage.play(tmp_path / "song.mp3")

    assert stage.saying


def test_another_avatar_comes_and_the_views_go_on(stage: Stage) -> None:
    view = stage.view()
    before = pull(view, 3)[-1]

    stage.change_avatar("leo")

    after = view.next()
    assert stage.avatar == "leo"
    assert after.generation == before.generation + 1
    width, height = stage.size
    assert after.tick.image().shape == (height, width, 3)


def test_a_clock_goes_on_when_the_avatar_changes(stage: Stage) -> None:
    view = stage.view()
    assert view.due(100_000, 1000) is not None
    stage.change_avatar("leo")

    first = view.due(100_040, 1000)
    second = view.due(100_080, 1000)

    assert first is not None
    assert second is not None
    assert (first.tick.index, second.tick.index) == (0, 1)


def test_words_of_the_avatar_before_are_forgotten(stage: Stage) -> None:
    view = stage.view()
    stage.speak([SPEECH], RATE, [Word("old", 0.5)])
    stage.change_avatar("leo")

    stage.speak([SPEECH[:RATE]], RATE, [Word("new", 0.5)])

    assert [word.text for tick in spoken(view) for word in tick.words] == ["new"]


def test_an_avatar_nobody_has_leaves_the_one_on_the_stage(stage: Stage) -> None:
    with pytest.raises(MissingInputError):
        stage.change_avatar("nobody")

    assert stage.avatar == "maya"


def test_an_avatar_from_a_file_joins_the_choice(stage: Stage, avatar_file: Path, tmp_path: Path) -> None:
    guest = tmp_path / "guest.imx"
    guest.write_bytes(avatar_file.read_bytes())

    assert stage.wardrobe.add(guest) in stage.wardrobe.names()


def test_listeners_are_told_what_changes(stage: Stage) -> None:
    witness = Witness()
    stage.add_listener(witness)

    stage.speak([SPEECH[:RATE]], RATE, text="hello")
    stage.choose_voice("deep")
    stage.choose_sound("window")
    stage.change_avatar("leo")
    stage.remove_listener(witness)
    stage.change_avatar("maya")

    assert witness.seen == [
        "says hello", "voice deep, sound on the page", "voice deep, sound on the window", "interrupted",
        "avatar leo",
    ]  # fmt: skip


def test_a_listener_that_fails_stops_nobody(stage: Stage) -> None:
    class Broken(Listener):
        def interrupted(self, stage: Stage) -> None:
            raise RuntimeError("broken")

    witness = Witness()
    stage.add_listener(Broken())
    stage.add_listener(witness)

    stage.interrupt()

    assert witness.seen == ["interrupted"]


@pytest.mark.parametrize(("voice", "speed"), [("nobody", 1.0), ("heart", 3.0), ("heart", float("nan"))])
def test_a_voice_there_is_not_is_refused(stage: Stage, voice: str, speed: float) -> None:
    with pytest.raises(UsageError):
        stage.choose_voice(voice, speed)


def test_a_reset_stage_is_as_at_the_start(stage: Stage) -> None:
    stage.view()
    stage.change_avatar("leo")
    stage.puppet.take("somebody")
    stage.speak([SPEECH], RATE)

    stage.reset()

    assert (stage.avatar, stage.puppet.held, stage.saying, stage.state) == ("maya", False, False, State.IDLE)


def test_a_closed_stage_ends_its_views(avatar_file: Path) -> None:
    stage = Stage(Wardrobe(str(avatar_file)))
    view = stage.view()

    stage.close()

    with pytest.raises(SessionClosedError):
        view.next()
    with pytest.raises(SessionClosedError):
        stage.view()


def test_the_same_calls_give_the_same_frames(avatar_file: Path) -> None:
    def frames() -> list[bytes]:
        with Stage(Wardrobe(str(avatar_file)), seed=7) as stage:
            view = stage.view()
            stage.say("Once more.")
            return [tick.tick.image().tobytes() for tick in itertools.islice(spoken(view), 40)]

    assert frames() == frames()


def test_the_lips_close_wherever_the_own_voice_says_m_b_or_p(stage: Stage) -> None:
    view = stage.view()

    stage.say("Mama, papa, Bob.")

    jaw = [tick.tick.pose.coefficients[ARKIT_NAMES.index("jawOpen")] for tick in spoken(view)]
    closed = [value < 0.05 for value in jaw]
    openings = sum(1 for before, now in itertools.pairwise(closed) if before and not now)
    assert openings == 5
