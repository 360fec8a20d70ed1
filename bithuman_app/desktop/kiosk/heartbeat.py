"""The signs that a watched kiosk gives to its watchdog, single bytes through a pipe."""

import ctypes
import os
import signal
import stat
import sys
import time
from contextlib import suppress
from typing import Final, Self

#: Names the pipe's file descriptor in a watched process, and the watchdog's process id: "7,4711".
VARIABLE: Final = "BITHUMAN_APP_KIOSK_WATCHDOG"
#: Seconds between two bytes; a frame loop asks for more of them.
INTERVAL: Final = 0.2
#: What a process that lives says, and what one says that is going to end because it should.
ALIVE: Final = b"."
LEAVING: Final = b"!"
_PR_SET_PDEATHSIG: Final = 1  # linux/prctl.h


class Heartbeat:
    """The watched process's end of the pipe."""

    def __init__(self, descriptor: int, watchdog: int) -> None:
        """Beat into ``descriptor``, which is closed with this; ``watchdog`` is the reader's process id."""
        self._descriptor = descriptor
        self._watchdog = watchdog
        self._last = float("-inf")
        os.set_blocking(descriptor, False)
        os.set_inheritable(descriptor, False)

    @classmethod
    def from_environment(cls) -> Self | None:
        """Return the heartbeat of a process that a watchdog started, None in any other."""
        with suppress(ValueError, OSError):
            descriptor, watchdog = (int(part) for part in os.environ.pop(VARIABLE, "").split(","))
            if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
                return cls(descriptor, watchdog)
        return None

    def die_with_watchdog(self) -> None:
        """Let the system end this process when the watchdog is killed, even if this process hangs.

        Linux only; elsewhere ``beat`` tells. A watchdog that is gone already ends the process here.
        """
        if sys.platform == "linux":
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != self._watchdog:
            raise SystemExit(128 + signal.SIGTERM)

    def beat(self) -> bool:
        """Say that this process lives, unless it did a moment ago; False when nobody watches any more."""
        now = time.monotonic()
        if now - self._last < INTERVAL:
            return True
        self._last = now
        return self._say(ALIVE)

    def leave(self) -> None:
        """Say that this process is about to end for good, however long that takes."""
        self._say(LEAVING)

    def _say(self, sign: bytes) -> bool:
        try:
            os.write(self._descriptor, sign)
        except BlockingIOError:  # the watchdog is slow: it has enough to read
            pass
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Give no more signs."""
        with suppress(OSError):
            os.close(self._descriptor)
