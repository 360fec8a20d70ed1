"""``bithuman-app doctor``: a line for each thing, JSON for programs, 1 if something fails."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app import cli, doctor
from bithuman_app.doctor import Finding, Verdict
from bithuman_app.settings import Settings

GOOD = Finding("Python", Verdict.OK, "3.12")
ODD = Finding("Screen", Verdict.WARN, "there is none", "the page needs none")
BAD = Finding("Models", Verdict.FAIL, "changed", "install the program anew")


@pytest.fixture(autouse=True)
def own_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)


def found(monkeypatch: pytest.MonkeyPatch, *findings: Finding) -> None:
    """Let the doctor find this."""

    def examine(settings: Settings) -> Iterator[Finding]:
        yield from findings

    monkeypatch.setattr(doctor, "examine", examine)


def test_each_finding_is_a_line_with_what_to_do(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found(monkeypatch, GOOD, ODD)

    code = cli.run(["doctor"])

    lines = capsys.readouterr().err.splitlines()
    assert code == 0
    assert lines == ["ok   Python: 3.12", "warn Screen: there is none — the page needs none"]


def test_something_that_fails_is_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    found(monkeypatch, GOOD, BAD)

    assert cli.run(["doctor"]) == 1


def test_json_holds_all(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    found(monkeypatch, ODD, BAD)

    code = cli.run(["doctor", "--json"])

    report = json.loads(capsys.readouterr().out)
    assert (code, report["verdict"]) == (1, "fail")
    assert report["findings"][0] == {
        "name": "Screen",
        "verdict": "warn",
        "detail": "there is none",
        "advice": "the page needs none",
    }


def test_this_computer_is_examined(capsys: pytest.CaptureFixture[str]) -> None:
    cli.run(["doctor", "--json"])

    names = [finding["name"] for finding in json.loads(capsys.readouterr().out)["findings"]]
    assert {"Python", "Libraries", "Models", "Avatars", "Voice", "Screen", "Port", "Speed"} <= set(names)
