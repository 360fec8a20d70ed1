"""Programs that the tests start, and end again."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import psutil

#: How long a busy machine may take.
PATIENCE: Final = 180.0


def until(happened: Callable[[], Any], what: str, patience: float = PATIENCE) -> Any:
    """Wait until a function returns something true, and return that; fail when patience ends."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        found = happened()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"waited {patience:.0f} s in vain for {what}")


def runs(pid: int) -> bool:
    """Tell whether a process runs; a zombie that nobody has waited for does not."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


class Program:
    """A running program; what it prints goes to a file."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, **options: Any) -> None:
        self._log = log
        with log.open("wb") as stream:
            self.process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=subprocess.STDOUT,
                **options,
            )

    @property
    def output(self) -> str:
        """Return what it has printed, results and complaints together."""
        return self._log.read_text(encoding="utf-8", errors="replace")

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def wait(self, patience: float = PATIENCE) -> int:
        """Return the exit code once it has ended by itself."""
        try:
            return self.process.wait(patience)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"it did not end; it printed:\n{self.output}") from None

    def stop(self) -> None:
        """End it, politely at first."""
        if self.running:
            self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
