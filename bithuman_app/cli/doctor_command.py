"""``bithuman-app doctor``: whether everything on this computer is as the program needs it."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Final

import typer

from ._common import console, print_json

if TYPE_CHECKING:
    from ..doctor import Finding

_COLOURS: Final = {"ok": "green", "warn": "yellow", "fail": "red"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("doctor")(_doctor)


def _doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check this computer and the installation; the exit code is 1 if something fails."""
    from ..doctor import Verdict, examine, worst
    from ..settings import load

    findings = []
    for finding in examine(load()):
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        print_json({"verdict": worst(findings), "findings": [asdict(finding) for finding in findings]})
    if worst(findings) is Verdict.FAIL:
        raise typer.Exit(1)


def _print(finding: "Finding") -> None:
    from rich.text import Text

    line = Text()
    line.append(f"{finding.verdict:<5}", _COLOURS[finding.verdict])
    line.append(f"{finding.name}: {finding.detail}")
    if finding.advice:
        line.append(f" — {finding.advice}", "dim")
    console().print(line, soft_wrap=True)
