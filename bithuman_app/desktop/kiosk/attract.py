"""What a kiosk says to get somebody's attention: phrases by the offline voice, or a recording."""

import logging
import threading
from collections.abc import Sequence
from pathlib import Path

from ...errors import UserError
from ...session import SessionClosedError
from ...stage import Stage

_log = logging.getLogger(__name__)


class Attraction:
    """Says one thing after the other, in turn, each when asked. For one thread; the work is another's."""

    def __init__(self, stage: Stage, phrases: Sequence[str], clip: Path | None) -> None:
        """Say ``phrases``, or play ``clip``; with both, the clip is one more phrase."""
        self._stage = stage
        self._calls: list[str | Path] = [*phrases, *([clip] if clip is not None else [])]
        self._next = 0
        self._lock = threading.Lock()
        self._number = 0
        """Counts the calls and their ends: a call that finds another number has been hushed."""

    def begin(self) -> None:
        """Call; returns at once."""
        if not self._calls:
            return
        call = self._calls[self._next % len(self._calls)]
        self._next += 1
        with self._lock:
            self._number += 1
            number = self._number
        threading.Thread(target=self._call, args=(call, number), name="attract", daemon=True).start()

    def hush(self) -> None:
        """Stop calling at once, even what is still being prepared."""
        with self._lock:
            self._number += 1
        self._stage.interrupt()

    def _call(self, call: str | Path, number: int) -> None:
        try:
            if self._is_hushed(number):
                return
            _log.info("calling for visitors: %s", call)
            queued = self._stage.say(call) if isinstance(call, str) else self._stage.play(call)
            if queued and self._is_hushed(number):  # hushed between the question above and its first sound
                self._stage.interrupt()
        except SessionClosedError:
            return
        except UserError as error:
            _log.warning("cannot call for visitors: %s", error)
        except Exception:
            _log.exception("calling for visitors failed")

    def _is_hushed(self, number: int) -> bool:
        with self._lock:
            return number != self._number
