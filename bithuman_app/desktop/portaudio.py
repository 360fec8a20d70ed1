"""Getting PortAudio, and keeping it from writing to the terminal."""

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any, Final

from ..errors import UnavailableError

_ALSA_ERROR_HANDLER: Final = ctypes.CFUNCTYPE(
    None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p
)(lambda *_: None)


def load_portaudio() -> Any:
    """Return the module ``sounddevice``; raises ``UnavailableError`` if the library below it is missing.

    The first time takes about 0.1 s, in which PortAudio asks every device what it can do.
    """
    _part_from_c()  # sounddevice shuts standard error while it initialises PortAudio
    try:
        import sounddevice
    except OSError as error:  # its words for a shared library that is not there or does not fit
        raise UnavailableError(
            "sound needs the PortAudio library; on Debian: apt install libportaudio2"
        ) from error
    # Else ALSA tells the terminal of every device that it looks for in vain.
    with suppress(OSError, AttributeError):
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(_ALSA_ERROR_HANDLER)
    return sounddevice


def _part_from_c() -> None:
    """Give Python's standard error a way of its own to where C's leads, so that one can be shut alone."""
    stream = sys.stderr
    try:
        if stream is None or stream.fileno() != 2:
            return
        stream.flush()
        sys.stderr = os.fdopen(
            os.dup(2), "w", buffering=1, encoding=stream.encoding, errors=stream.errors or "backslashreplace"
        )
    except (OSError, ValueError):  # ValueError: closed, or nothing that has a number
        return


@contextmanager
def quiet() -> Iterator[None]:
    """Drop what C code writes to the terminal meanwhile: PortAudio's prints each failure there.

    Concerns the whole process, so nothing long belongs inside. What Python prints still gets through.
    """
    _part_from_c()
    try:
        terminal = os.dup(2)
    except OSError:
        yield
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)
        yield
    finally:
        os.dup2(terminal, 2)
        os.close(terminal)
