"""What was found, in one line."""

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """How bad it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    ``detail`` is how it is, ``advice`` what to do about it, "" if nothing is to be done.
    """

    name: str
    verdict: Verdict
    detail: str
    advice: str = ""


def ok(name: str, detail: str) -> Finding:
    """Return that something is as it should be."""
    return Finding(name, Verdict.OK, detail)


def warn(name: str, detail: str, advice: str) -> Finding:
    """Return that something is amiss, and the program does without it."""
    return Finding(name, Verdict.WARN, detail, advice)


def fail(name: str, detail: str, advice: str) -> Finding:
    """Return that something is amiss that the program needs."""
    return Finding(name, Verdict.FAIL, detail, advice)
