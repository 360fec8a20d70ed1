"""What docs/web.md says is true."""

import re
from pathlib import Path

import pytest

from bithuman_app.web.protocol import Close
from tests.web.client import PATIENCE, Visitor

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "web.md").read_text(encoding="utf-8")


def test_the_program_of_the_document_runs(capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(r"```python\n(.*?)```", DOCUMENT, re.DOTALL)

    exec(program, {})

    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/\n", capsys.readouterr().out)


@pytest.mark.parametrize("code", list(Close))
def test_every_close_code_is_explained(code: Close) -> None:
    assert re.search(rf"^\| {code.value} \|", DOCUMENT, re.MULTILINE)


def test_every_control_message_is_explained() -> None:
    source = (ROOT / "bithuman_app" / "web" / "connection.py").read_text(encoding="utf-8")
    kinds = re.findall(r'^            "(\w+)": ', source, re.MULTILINE)

    assert len(kinds) >= 10
    assert [kind for kind in kinds if f"| `{kind}`" not in DOCUMENT and f", `{kind}`" not in DOCUMENT] == []


def test_the_layout_of_a_tick_is_as_in_the_table(visitor: Visitor) -> None:
    socket = visitor.open()
    socket.send("sample")
    while True:
        message = socket.connection.recv(PATIENCE)
        if isinstance(message, bytes) and (samples := int.from_bytes(message[8:12], "little")):
            break

    size = int.from_bytes(message[12:16], "little")
    assert (message[0], samples) == (1, 1920)
    assert message[1] in (0, 3)
    assert message[16 + 2 * samples :].startswith(b"\xff\xd8")
    assert len(message) == 16 + 2 * samples + size
