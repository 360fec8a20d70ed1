"""The network of hibari-tts, with the durations of its symbols made visible."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, UnavailableError
from ..media.network import load_network
from .timbres import Spectrum, Timbre, apply

#: What is said where hibari-tts is missing.
MISSING: Final = "speaking text needs the package hibari-tts: pip install 'bithuman-app[voice]'"
#: The tensor inside the graph that holds each symbol's duration, in units of two frames of 12.5 ms.
_DURATIONS: Final = "/Cast_32_output_0"
_FRAMES_PER_UNIT: Final = 2
#: A symbol that marks the start and the end of what is spoken.
_EDGE: Final = 0
#: More symbols than this are spoken in two goes; the network was trained on sentences.
MOST_SYMBOLS: Final = 400


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """Sound float32 (n,) at ``Voice.sample_rate``, and the time at which each symbol begins and ends.

    ``starts`` and ``ends`` are float64 (symbols,) in seconds, as the network counts.
    """

    samples: NDArray[np.float32]
    starts: NDArray[np.float64]
    ends: NDArray[np.float64]


class Voice:
    """The network, loaded once. Speaking keeps no state, so threads may share it."""

    def __init__(self, threads: int = 1) -> None:
        """Load it; raises ``UnavailableError``, ``MissingInputError`` or ``DataError``."""
        package = _package()
        self._signal: Any = import_module("hibari.dsp")
        self.sample_rate: int = self._signal.SR
        self._unit_seconds = _FRAMES_PER_UNIT * self._signal.HOP / self.sample_rate
        assets = Path(str(package.__file__)).parent / "assets"
        # An ONNX file is a protocol buffer, and appended fields merge into the graph: name one more output.
        self._network = load_network(assets / "hibari.onnx", threads, _graph_output(_DURATIONS))
        self._numbers = _vocabulary(assets / "vocab.json")

    def knows(self, symbol: str) -> bool:
        """Return whether the network can speak a symbol."""
        return symbol in self._numbers

    def speak(
        self, symbols: Sequence[str], timbre: Timbre, speed: float, noise: np.random.Generator
    ) -> Spoken:
        """Speak symbols that it knows, at most ``MOST_SYMBOLS``."""
        numbers = [_EDGE, *(self._numbers[symbol] for symbol in symbols), _EDGE]
        inputs = {"ids": np.array([numbers], np.int64), "speed": np.array([speed], np.float32)}
        *parts, durations = self._network.run(None, inputs)
        spectrum = apply(timbre, Spectrum(*(part[0] for part in parts[:6])))
        samples = self._signal.synth(
            spectrum.harmonics, spectrum.harmonic_phase, spectrum.noise, spectrum.free,
            spectrum.free_phase, spectrum.pitch, noise,
        )  # fmt: skip
        times = np.concatenate([[0], np.cumsum(durations.reshape(-1))]) * self._unit_seconds
        return Spoken(samples, times[1:-2], times[2:-1])


@cache
def load_voice(threads: int = 1) -> Voice:
    """Return the voice, loaded once a process."""
    return Voice(threads)


def _package() -> ModuleType:
    if find_spec("hibari") is None:
        raise UnavailableError(MISSING)
    return import_module("hibari")


def _vocabulary(path: Path) -> Mapping[str, int]:
    try:
        return {str(symbol): int(number) for symbol, number in json.loads(path.read_text("utf-8")).items()}
    except (OSError, ValueError, AttributeError) as error:
        raise DataError(f"the symbols of the voice, {path.name}, cannot be read: {error}") from error


def _graph_output(name: str) -> bytes:
    """Return the bytes of ``ModelProto{graph{output{name}}}`` (fields 7, 12 and 1 of onnx.proto)."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content  # lengths below 128 are one byte

    return field(7, field(12, field(1, name.encode())))
