"""The programs in docs/session.md run."""

import re
from pathlib import Path

import pytest

from bithuman_app.avatar.model import Avatar
from bithuman_app.performance.emotions import EMOTIONS
from bithuman_app.performance.gestures import GESTURES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "session.md").read_text(encoding="utf-8")


def test_the_programs_of_the_document_run(avatar: Avatar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bithuman_app.avatar.open_avatar", lambda name: avatar)
    names: dict[str, object] = {}
    for program in re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL):
        exec(program, names)
    assert len(names["pictures"]) == len(names["sound"]) > 100  # type: ignore[arg-type]
    assert names["written"] == 640 * 5


@pytest.mark.parametrize("name", [*GESTURES, *EMOTIONS])
def test_the_document_names_every_gesture_and_emotion(name: str) -> None:
    assert f"`{name}`" in DOCUMENT
