"""What is written over the picture."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.desktop.drawing import MEDIUM, Sketch, label, text_width, wrap
from bithuman_app.desktop.overlay import Overlay, Signs
from bithuman_app.desktop.subtitles import SubtitleLine
from bithuman_app.stage import State
from tests.desktop.processes import until

GREY = 128


@pytest.fixture
def overlay() -> Overlay:
    one = Overlay()
    until(lambda: one.ready, "the type to be loaded")
    return one


def canvas(width: int = 512, height: int = 512) -> NDArray[np.uint8]:
    return np.full((height, width, 3), GREY, np.uint8)


def touched(overlay: Overlay, signs: Signs, width: int = 512, height: int = 512) -> tuple[slice, slice]:
    """Return rows and columns that are written on."""
    pixels = canvas(width, height)
    overlay.draw(pixels, signs)
    other = (pixels != GREY).any(axis=2)
    rows, columns = np.flatnonzero(other.any(axis=1)), np.flatnonzero(other.any(axis=0))
    if not len(rows):
        return slice(0, 0), slice(0, 0)
    return slice(int(rows[0]), int(rows[-1])), slice(int(columns[0]), int(columns[-1]))


def test_an_idle_avatar_is_not_written_on(overlay: Overlay) -> None:
    assert touched(overlay, Signs()) == (slice(0, 0), slice(0, 0))


def test_the_state_stands_on_the_left_above(overlay: Overlay) -> None:
    rows, columns = touched(overlay, Signs(state=State.LISTENING))

    assert rows.stop < 60
    assert columns.stop < 200


def test_recording_and_mute_stand_on_the_right_above(overlay: Overlay) -> None:
    rows, columns = touched(overlay, Signs(muted=True, recording_seconds=61.0))

    assert rows.stop < 60
    assert columns.start > 250


def test_subtitles_stand_below_in_the_middle(overlay: Overlay) -> None:
    rows, columns = touched(overlay, Signs(subtitles="Hello, this is a sentence"))

    assert rows.start > 400
    assert (columns.start + columns.stop) / 2 == pytest.approx(256, abs=3)


@pytest.mark.parametrize("size", [(64, 64), (320, 240), (1920, 1080)])
def test_everything_fits_windows_of_all_sizes(overlay: Overlay, size: tuple[int, int]) -> None:
    overlay.notice("a notice that is rather long for a very small window", progress=0.5)
    signs = Signs(
        state=State.SPEAKING, subtitles="word " * 16, paused=True, muted=True, recording_seconds=3.0,
        level=0.7, help=True, figures=("one", "two"),
    )  # fmt: skip

    overlay.draw(canvas(*size), signs)


def test_a_notice_goes_by_itself(overlay: Overlay) -> None:
    overlay.notice("here", seconds=0.0)

    assert overlay.current_notice == ""


def test_an_empty_notice_takes_the_last_one_away(overlay: Overlay) -> None:
    overlay.notice("baking", progress=0.5, seconds=60.0)
    assert overlay.current_notice == "baking"

    overlay.notice("")

    assert overlay.current_notice == ""


def test_letters_are_smooth_and_of_their_colour() -> None:
    patch = Sketch(100, 40).text(5, 30, "Hello", 24, (10, 20, 200)).patch()

    assert len(np.unique(patch.rest)) > 10
    assert patch.colour[..., 2].max() == 200
    assert patch.colour[..., 0].max() == 10


def test_a_patch_at_the_edge_is_cut_off() -> None:
    patch = label(["Hello"], 20)
    pixels = canvas(60, 30)

    patch.draw(pixels, -10, -5)
    patch.draw(pixels, 50, 20)
    patch.draw(pixels, 500, 500)

    assert (pixels != GREY).any()


def test_lines_are_wrapped_between_words_where_they_fit() -> None:
    lines = wrap("one two three four five six seven", 20, MEDIUM, 150)

    assert " ".join(lines) == "one two three four five six seven"
    assert len(lines) > 1
    assert all(text_width(line, 20, MEDIUM) <= 150 for line in lines)


class TestSubtitleLine:
    def test_words_are_added_as_they_are_said(self) -> None:
        line = SubtitleLine()
        line.add((0, 1), ["Hello", "you"], 10.0)
        line.add((0, 1), ["there"], 10.5)

        assert line.at(10.6) == "Hello you there"

    def test_another_utterance_begins_anew(self) -> None:
        line = SubtitleLine()
        line.add((0, 1), ["Hello"], 10.0)
        line.add((0, 2), ["Bye"], 10.5)

        assert line.at(10.6) == "Bye"

    def test_a_full_line_begins_anew(self) -> None:
        line = SubtitleLine()
        line.add((0, 1), ["abcdefghij"] * 10, 10.0)

        assert line.at(10.0) == " ".join(["abcdefghij"] * 3)

    def test_it_goes_when_nothing_more_is_said(self) -> None:
        line = SubtitleLine()
        line.add((0, 1), ["Hello"], 10.0)

        assert line.at(12.0) == "Hello"
        assert line.at(13.0) == ""
