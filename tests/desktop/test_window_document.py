"""The document of the window names every key and every option."""

from pathlib import Path

import pytest
from typer.main import get_command

from bithuman_app.cli import create_app
from bithuman_app.desktop.keys import KEYS, Key

DOCUMENT = (Path(__file__).parents[2] / "docs" / "window.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key.action.value)
def test_every_key_is_described(key: Key) -> None:
    rows = [line for line in DOCUMENT.splitlines() if line.startswith("| ")]
    cells = {name.strip() for row in rows for name in row.split("|")[1].split(",")}

    assert set(key.names) <= cells


def test_every_option_is_described() -> None:
    command = get_command(create_app()).commands["window"]  # type: ignore[attr-defined]
    options = {option.opts[0] for option in command.params if option.opts[0].startswith("--")}

    assert {option for option in options if f"`{option}" not in DOCUMENT} == {"--help"} & options
