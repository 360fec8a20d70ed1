"""``docs/sdk.md`` says what is true."""

import importlib
import re
from pathlib import Path

import pytest

from bithuman_app.performance.gestures import GESTURES
from bithuman_app.sdk._gestures import NEAREST_GESTURE
from bithuman_app.sdk.config import Settings

DOCUMENT = (Path(__file__).parents[2] / "docs" / "sdk.md").read_text(encoding="utf-8")


def _table(first_heading: str) -> list[tuple[list[str], list[str]]]:
    """Return the code words of the two columns of the table with this first heading."""
    lines = DOCUMENT[DOCUMENT.index(f"| {first_heading} |") :].split("\n\n")[0].splitlines()[2:]
    columns = [line.strip("| ").split(" | ", 1) for line in lines]
    return [(re.findall(r"`([^`]+)`", left), re.findall(r"`([^`]+)`", right)) for left, right in columns]


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (module, name)
        for modules, names in _table("module")
        for module in modules
        for name in names
        if len(modules) == 1 or module in ("bithuman.api", "bithuman.models")
    ],
)
def test_every_name_of_the_table_can_be_imported(module: str, name: str) -> None:
    if name.startswith("bithuman."):
        return
    assert hasattr(importlib.import_module("bithuman_app.sdk" + module.removeprefix("bithuman")), name)


def test_every_exception_is_also_at_the_top() -> None:
    top = importlib.import_module("bithuman_app.sdk")
    exceptions = importlib.import_module("bithuman_app.sdk.exceptions")

    assert set(exceptions.__all__) <= set(top.__all__)


def test_the_gestures_of_the_table_are_those_of_the_program() -> None:
    told = {theirs: ours[0] for names, ours in _table("bitHuman") for theirs in names}

    assert told == NEAREST_GESTURE


@pytest.mark.parametrize("gesture", GESTURES)
def test_every_gesture_is_named(gesture: str) -> None:
    assert f"`{gesture}`" in DOCUMENT


SETTINGS = re.findall(r"`([A-Z_]{4,})`", DOCUMENT.split("## Settings")[1].split("##")[0])


@pytest.mark.parametrize("setting", SETTINGS)
def test_every_setting_that_is_named_exists(setting: str) -> None:
    aliases = {"BITHUMAN_APP_REALTIME"}

    assert setting in Settings.model_fields.keys() | aliases
