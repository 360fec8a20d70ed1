"""What went wrong with a kiosk, kept in a small file: how often it was restarted, and why at last."""

import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final, Self

FILE_NAME: Final = "kiosk.json"
_MOST_BYTES: Final = 10_000
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Incidents:
    """``restarts`` since the file was made; the last one's reason, and its time as ISO 8601 in UTC."""

    restarts: int = 0
    last_reason: str = ""
    last_time: str = ""

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what a file holds; nothing happened if there is none or it is damaged."""
        with suppress(OSError, ValueError):
            with path.open("rb") as stream:
                values: Any = json.loads(stream.read(_MOST_BYTES))
            if isinstance(values, dict) and _is_count(values.get("restarts")):
                return cls(values["restarts"], str(values.get("last_reason")), str(values.get("last_time")))
        return cls()

    def write(self, path: Path) -> None:
        """Replace the file in one step; a disk that cannot take it only costs the count."""
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
            part.replace(path)
        except OSError as error:
            _log.error("cannot keep the count of restarts in %s: %s", path, error)
            with suppress(OSError):
                part.unlink()

    def with_restart(self, reason: str, time: str) -> "Incidents":
        """Return these incidents and one more."""
        return replace(self, restarts=self.restarts + 1, last_reason=reason, last_time=time)

    def __str__(self) -> str:
        """Return one line such as ``2 restarts, last 2026-11-22T14:30:00Z: no frame for 3 s``."""
        if not self.restarts:
            return "no restarts"
        times = "1 restart" if self.restarts == 1 else f"{self.restarts} restarts"
        return f"{times}, last {self.last_time}: {self.last_reason}"


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
