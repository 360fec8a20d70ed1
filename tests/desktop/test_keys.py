"""Every key has a meaning, and its line in the help."""

import pytest

from bithuman_app.desktop import help
from bithuman_app.desktop.drawing import Sketch
from bithuman_app.desktop.keys import KEYS, Action, action_of


@pytest.mark.parametrize(
    ("code", "action"),
    [
        (ord("1"), Action.PLAY),
        (ord("2"), Action.STOP),
        (ord("q"), Action.QUIT),
        (ord("Q"), Action.QUIT),
        (ord(" "), Action.PAUSE),
        (ord("m"), Action.MUTE),
        (ord("f"), Action.FULLSCREEN),
        (0xFFC8, Action.FULLSCREEN),
        (0x1B, Action.ESCAPE),
        (ord("n"), Action.NEXT),
        (ord("p"), Action.PREVIOUS),
        (ord("o"), Action.OPEN),
        (ord("r"), Action.RECORD),
        (ord("d"), Action.DEBUG),
        (ord("h"), Action.HELP),
        (0xFFE1, None),  # Shift alone
        (ord("%"), None),
    ],
)
def test_what_a_key_does(code: int, action: Action | None) -> None:
    assert action_of(code) is action


def test_no_key_does_two_things() -> None:
    codes = [code for key in KEYS for code in key.codes]

    assert len(codes) == len(set(codes))


def test_everything_that_can_be_done_has_a_key() -> None:
    assert [key.action for key in KEYS].count(Action.HELP) == 1
    assert {key.action for key in KEYS} == set(Action)


@pytest.mark.parametrize("size", [(256, 256), (512, 512), (1280, 800), (450, 800)])
def test_the_help_lists_every_key_and_what_it_does(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    draw = Sketch.text

    def text(self: Sketch, x: int, y: int, text: str, *rest: object) -> Sketch:
        assert 0 <= x < self.width
        assert 0 <= y < self.height
        written.append(text)
        return draw(self, x, y, text, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Sketch, "text", text)
    help.help_panel.cache_clear()

    help.help_panel(*size)

    for key in KEYS:
        assert key.help in written
        assert set(key.names) <= set(written)


@pytest.mark.parametrize("size", [(512, 512), (1280, 800), (450, 800)])
def test_the_help_fits_into_the_window(size: tuple[int, int]) -> None:
    panel = help.help_panel(*size)

    assert panel.width <= size[0]
    assert panel.height <= size[1]
