"""Has a device been plugged in, or become the default? PortAudio does not say; the system does."""

import ctypes
import ctypes.util
import platform
import struct
from collections.abc import Hashable
from pathlib import Path
from typing import Any, Final

_CARDS: Final = Path("/proc/asound/cards")
#: Core Audio's names are four letters in one number (AudioHardware.h).
_SYSTEM_OBJECT: Final = 1
_GLOBAL_SCOPE: Final = "glob"
_DEVICES: Final = "dev#"
_DEFAULTS: Final = ("dIn ", "dOut")


def fingerprint() -> Hashable:
    """Return something that is another value after devices came, went, or another became the default.

    None, always, where that cannot be found out. Takes well under a millisecond.
    """
    system = platform.system()
    if system == "Darwin":
        return _core_audio()
    if system == "Linux":
        # Sound servers move streams to another default by themselves, so the cards are all there is to see.
        try:
            return _CARDS.read_bytes()
        except OSError:
            return None
    return None


def _core_audio() -> Hashable:
    library = ctypes.util.find_library("CoreAudio")
    if library is None:
        return None
    core_audio = ctypes.CDLL(library)
    return tuple(_property(core_audio, name) for name in (_DEVICES, *_DEFAULTS))


def _property(core_audio: Any, name: str) -> bytes:
    """Return a property of the sound system as bytes, empty if it cannot be had."""
    address = (ctypes.c_uint32 * 3)(_code(name), _code(_GLOBAL_SCOPE), 0)
    size = ctypes.c_uint32(0)
    object_id = ctypes.c_uint32(_SYSTEM_OBJECT)
    if core_audio.AudioObjectGetPropertyDataSize(object_id, address, 0, None, ctypes.byref(size)):
        return b""
    data = ctypes.create_string_buffer(max(size.value, 1))
    if core_audio.AudioObjectGetPropertyData(object_id, address, 0, None, ctypes.byref(size), data):
        return b""
    return data.raw[: size.value]


def _code(name: str) -> int:
    (number,) = struct.unpack(">I", name.encode("ascii"))
    return int(number)
