"""The parent of a kiosk: it starts the process that shows the avatar, and again when that fails.

Only the standard library is used, so that the one part which must never fail stays small.
"""

import logging
import os
import select
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, Self

from .backoff import Backoff
from .heartbeat import LEAVING, VARIABLE
from .incidents import Incidents

#: Seconds without a sign of life after which a process that showed frames is taken for hung.
HUNG_AFTER: Final = 2.5
#: Seconds that a process may take until its first frame: a cold disk, a small computer.
START_WITHIN: Final = 60.0
#: Seconds that a process may take to end when it should.
END_WITHIN: Final = 10.0
_SLICE: Final = 0.1
#: Exit codes of a command line, a file or a machine that will not be better the next time.
_HOPELESS: Final = frozenset({2, 64, 65, 66, 69, 73, 74})
_NO_SCREEN: Final = 69
_ENDING_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
_log = logging.getLogger(__name__)


class Watchdog:
    """Keeps one process alive until it ends by itself or a signal ends it."""

    def __init__(
        self,
        command: Sequence[str],
        incidents: Path,
        *,
        hung_after: float = HUNG_AFTER,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Watch ``command``, whose frame loop beats with a ``Heartbeat``; count restarts in ``incidents``.

        ``environment`` is the process's, by default this one's.
        """
        self._command = list(command)
        self._incidents = incidents
        self._hung_after = hung_after
        self._start_within = max(START_WITHIN, hung_after)
        self._environment = dict(os.environ if environment is None else environment)
        self._backoff = Backoff()
        self._ever_ran = False
        self._signal: int | None = None

    def run(self) -> int:
        """Start the process, again and again if need be; return the exit code of its ordinary end.

        SIGTERM, SIGINT and SIGHUP end the process in good order, and then this. For the main thread.
        Raises ``OSError`` if the process cannot be started at all.
        """
        before = {number: signal.signal(number, self._note_signal) for number in _ENDING_SIGNALS}
        try:
            return self._keep_alive()
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _keep_alive(self) -> int:
        while True:
            began = time.monotonic()
            with _Watched(self._command, self._environment) as process:
                code, reason = self._watch(process)
            if self._signal is not None:
                return 128 + self._signal if code < 0 else code
            if self._is_ordinary(code):
                return code
            pause = self._backoff.pause(time.monotonic() - began, no_screen=code == _NO_SCREEN)
            self._count(reason, pause)
            if (number := self._rest(pause)) is not None:
                return 128 + number

    def _watch(self, process: "_Watched") -> tuple[int, str]:
        """Return the exit code of a process, negative if a signal ended it, and why it is no more.

        Time is counted in slices in which this process was awake: if the whole machine stood still,
        nobody hung.
        """
        silent, beaten = 0.0, False
        while (code := process.poll()) is None:
            if self._signal is not None:
                return process.end(self._signal), "asked to end"
            signs = process.heard(_SLICE)
            if LEAVING in signs:
                process.wait_or_kill()
                return 0, "it left"
            if signs:
                silent, beaten, self._ever_ran = 0.0, True, True
            else:
                silent += _SLICE
            if silent >= (self._hung_after if beaten else self._start_within):
                process.kill()
                return process.wait(), f"no frame for {silent:.1f} s"
        last = process.heard(0)  # may not have been read yet
        self._ever_ran |= bool(last)
        if LEAVING in last:
            return 0, "it left"
        return code, _describe(code)

    def _is_ordinary(self, code: int) -> bool:
        """Tell whether an exit code is an end that was wanted, or one that a restart cannot mend."""
        return code == 0 or (not self._ever_ran and code in _HOPELESS)

    def _count(self, reason: str, pause: float) -> None:
        incidents = Incidents.read(self._incidents)
        incidents = incidents.with_restart(reason, datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
        incidents.write(self._incidents)
        _log.warning("the kiosk is started again in %.1f s (%s)", pause, incidents)

    def _rest(self, seconds: float) -> int | None:
        """Wait; return the signal that asked for the end meanwhile."""
        end = time.monotonic() + seconds
        while self._signal is None and (left := end - time.monotonic()) > 0:
            time.sleep(min(left, _SLICE))
        return self._signal

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._signal = number


class _Watched:
    """A process in a session of its own, and the reading end of its heartbeat."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        self._reading, writing = os.pipe()
        os.set_blocking(self._reading, False)
        try:
            # In a session of its own a Ctrl-C at the terminal reaches the watchdog alone, which passes it on,
            # and whatever the process started can be ended with it.
            self._process = subprocess.Popen(
                command,
                env={**environment, VARIABLE: f"{writing},{os.getpid()}"},
                pass_fds=(writing,),
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        except BaseException:
            os.close(self._reading)
            raise
        finally:
            os.close(writing)

    def heard(self, patience: float) -> bytes:
        """Wait up to ``patience`` seconds for signs, and return them; none if there are none."""
        ready, _, _ = select.select([self._reading], [], [], patience)
        signs = os.read(self._reading, 4096) if ready else b""
        if ready and not signs:  # closed: it is ending, or gave up its heartbeat
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        return signs

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""
        return self._process.poll()

    def wait(self) -> int:
        """Wait for its end and return the exit code."""
        return self._process.wait()

    def end(self, number: int) -> int:
        """Ask it to end with a signal, insist after a while, and return its exit code."""
        with suppress(ProcessLookupError):
            self._process.send_signal(number)
        return self.wait_or_kill()

    def wait_or_kill(self) -> int:
        """Wait a while for its end, insist if it does not come, and return its exit code."""
        try:
            return self._process.wait(END_WITHIN)
        except subprocess.TimeoutExpired:
            self.kill()
            return self._process.wait()

    def kill(self) -> None:
        """End it, and all that it started, at once; a stopped process too."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.poll() is None:
            self.kill()
            self.wait()
        self.kill()  # what it left behind
        os.close(self._reading)


def _describe(code: int) -> str:
    if code >= 0:
        return f"it ended with code {code}"
    with suppress(ValueError):
        return f"{signal.Signals(-code).name} ended it"
    return f"signal {-code} ended it"
