"""Where there is no screen, the window says so and ends."""

import pytest

from bithuman_app.desktop import preflight
from bithuman_app.errors import UnavailableError
from tests.desktop.conftest import Launch
from tests.desktop.screens import Screen


@pytest.mark.parametrize(
    ("variables", "reason"),
    [
        ({}, "DISPLAY is not set"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "Wayland runs without XWayland"),
        ({"DISPLAY": ":987"}, "the screen :987 (DISPLAY) cannot be opened"),
        ({"DISPLAY": "nonsense"}, "the screen nonsense (DISPLAY) cannot be opened"),
    ],
    ids=["nothing", "only Wayland", "no such screen", "nonsense"],
)
def test_without_a_screen_the_window_ends_with_one_line_and_69(
    launch: Launch, variables: dict[str, str], reason: str
) -> None:
    program = launch("window", **variables)

    assert program.wait() == 69
    assert reason in program.output
    assert program.output.count("\n") == 1


def test_a_screen_that_answers_is_found(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen.display)
    monkeypatch.setenv("QT_QPA_PLATFORM", "wayland")

    preflight.require_screen()


def test_missing_libraries_are_named_as_packages(screen: Screen, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", screen.display)
    monkeypatch.setattr(preflight, "_LIBRARIES", {"libnowhere.so.9": "libnowhere9"})

    with pytest.raises(UnavailableError, match=r"^a window needs these packages: libnowhere9$"):
        preflight.require_screen()
