"""Which microphones and loudspeakers there are, and which of them somebody means."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from ..errors import UsageError
from .portaudio import load_portaudio

Direction = Literal["input", "output"]
#: What a device is called, by what it is for.
NOUN: Final[dict[Direction, str]] = {"input": "microphone", "output": "loudspeaker"}


@dataclass(frozen=True, slots=True)
class Device:
    """One device as PortAudio knows it.

    ``index`` is its number there, ``host_api`` the system's way to it ("ALSA", "Core Audio"), ``inputs``
    and ``outputs`` how many channels it has, ``default_rate`` in Hz.
    """

    index: int
    name: str
    host_api: str
    inputs: int
    outputs: int
    default_rate: int
    default_input: bool = False
    default_output: bool = False

    def channels(self, direction: Direction) -> int:
        """Return how many channels it has that way."""
        return self.inputs if direction == "input" else self.outputs

    def is_default(self, direction: Direction) -> bool:
        """Return whether it is the one that the system uses when none is named."""
        return self.default_input if direction == "input" else self.default_output


def choose(devices: Iterable[Device], direction: Direction, wanted: str | None = None) -> Device | None:
    """Return the device that ``wanted`` means, None if there is none that way (any more).

    ``wanted`` is a part of a name, in any case of letters, or an index; of several that fit, a whole name
    comes first, then the default, then the first. Without it the default is meant, or if the system has
    not chosen any, the first.
    """
    able = [device for device in devices if device.channels(direction) > 0]
    fitting = able if wanted is None else _named(able, wanted)
    return next((device for device in fitting if device.is_default(direction)), None) or next(
        iter(fitting), None
    )


def _named(devices: Sequence[Device], wanted: str) -> Sequence[Device]:
    name = wanted.strip().casefold()
    if name.isdecimal():
        return [device for device in devices if device.index == int(name)]
    exact = [device for device in devices if device.name.casefold() == name]
    return exact or [device for device in devices if name in device.name.casefold()]


def require(devices: Sequence[Device], direction: Direction, wanted: str) -> Device:
    """Return the device that ``wanted`` means, or raise ``UsageError`` that names what could be meant."""
    chosen = choose(devices, direction, wanted) if wanted.strip() else None
    if chosen is not None:
        return chosen
    able = [device for device in devices if device.channels(direction) > 0]
    if not able:
        raise UsageError(f"no {NOUN[direction]} is called {wanted!r}; there is none at all")
    choices = ", ".join(f"{device.index} {device.name!r}" for device in able)
    raise UsageError(f"no {NOUN[direction]} is called {wanted!r}; there are {choices}")


def list_devices() -> list[Device]:
    """Return all devices as they are now.

    Asks PortAudio in the calling thread: not while an ``AudioSystem`` is at work, which has ``devices``.
    Raises ``UnavailableError`` if there is no PortAudio.
    """
    return read_devices(load_portaudio())


def check_device(direction: Direction, wanted: str | None) -> None:
    """Raise ``UsageError`` that lists the choices if nothing fits ``wanted``; see ``list_devices``."""
    if wanted is not None:
        require(list_devices(), direction, wanted)


def read_devices(portaudio: Any) -> list[Device]:
    """Return what the module ``sounddevice`` knows; it asked the system when it was initialised."""
    host_apis = portaudio.query_hostapis()
    default_input, default_output = portaudio.default.device
    return [
        Device(
            index=index,
            name=str(found["name"]),
            host_api=str(host_apis[found["hostapi"]]["name"]),
            inputs=int(found["max_input_channels"]),
            outputs=int(found["max_output_channels"]),
            default_rate=round(found["default_samplerate"]),
            default_input=index == default_input,
            default_output=index == default_output,
        )
        for index, found in enumerate(portaudio.query_devices())
    ]
