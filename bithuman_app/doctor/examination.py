"""All that is looked at, in the order in which a person would ask."""

import logging
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

from . import machine, places, program, speed
from .finding import Finding, Verdict, fail

if TYPE_CHECKING:
    from ..settings import Settings

_log = logging.getLogger(__name__)

_CHECKS: Final[tuple[tuple[str, Callable[["Settings"], Iterable[Finding]]], ...]] = (
    ("Python", machine.python),
    ("Computer", machine.computer),
    ("Libraries", program.libraries),
    ("Models", program.models),
    ("Avatars", program.avatars),
    ("Voice", program.voice),
    ("Sound devices", machine.sound_devices),
    ("Screen", machine.screen),
    ("Port", machine.port),
    ("Places", places.directories),
    ("Speed", speed.one_frame),
)


def examine(settings: "Settings") -> Iterator[Finding]:
    """Yield what is found, as soon as it is; takes a few seconds. What fails itself is a finding too."""
    for name, check in _CHECKS:
        try:
            yield from check(settings)
        except Exception as error:
            _log.exception("the check of %s failed", name)
            yield fail(name, f"cannot be checked: {type(error).__name__}: {error}", "see the log")


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict of all."""
    order = list(Verdict)
    return max((finding.verdict for finding in findings), key=order.index, default=Verdict.OK)
