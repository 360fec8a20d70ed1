"""Signals end the program by an exception, so that half-written files are removed on the way out."""

import _thread
import signal
import sys
import time
from types import FrameType
from typing import Final

EXIT_TERMINATED: Final = 128 + signal.SIGTERM
#: How long to wait before an exception that was lost is raised again.
_AGAIN_SECONDS: Final = 0.02


def end_by_exceptions() -> None:
    """Make SIGTERM raise ``SystemExit``, as Ctrl-C raises ``KeyboardInterrupt``; see that neither is lost.

    A signal may come while a destructor or a callback of a library runs. An exception cannot leave those:
    Python reports and forgets it, and the program would go on.
    """
    signal.signal(signal.SIGTERM, _terminate)
    sys.unraisablehook = _raise_again


def _terminate(signal_number: int, frame: FrameType | None) -> None:
    raise SystemExit(EXIT_TERMINATED)


def _raise_again(lost: "sys.UnraisableHookArgs") -> None:
    if issubclass(lost.exc_type, KeyboardInterrupt):
        number = signal.SIGINT
    elif isinstance(lost.exc_value, SystemExit) and lost.exc_value.code == EXIT_TERMINATED:
        number = signal.SIGTERM
    else:
        sys.__unraisablehook__(lost)
        return
    # A thread, for here it would be lost again.
    _thread.start_new_thread(_interrupt_soon, (number,))


def _interrupt_soon(number: signal.Signals) -> None:
    time.sleep(_AGAIN_SECONDS)
    _thread.interrupt_main(number)
