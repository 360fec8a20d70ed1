"""Sound as programs hand it over: bytes or arrays, any rate, one channel or several."""

from dataclasses import dataclass
from typing import Any, Final, Literal

import numpy as np
from numpy.typing import NDArray

from ..lipsync.loudness import clean

SampleFormat = Literal["int16", "float32"]
#: What ``push`` takes.
Sound = bytes | bytearray | memoryview | NDArray[Any]

LOWEST_RATE: Final = 1_000
HIGHEST_RATE: Final = 384_000
MOST_CHANNELS: Final = 8
#: Full scale of 16-bit sound; the same factor both ways, so 16-bit sound survives the way through float.
FULL_SCALE: Final = 32_768.0

_BYTES: Final = {"int16": 2, "float32": 4}
_LITTLE_ENDIAN: Final = {"int16": "<i2", "float32": "<f4"}


@dataclass(frozen=True, slots=True, eq=False)
class Pcm:
    """Sound as it was pushed: ``samples`` int16 (n, channels) at ``rate`` samples a second."""

    samples: NDArray[np.int16]
    rate: int

    @property
    def channels(self) -> int:
        """Return the number of channels."""
        return int(self.samples.shape[1])

    @property
    def milliseconds(self) -> float:
        """Return how long it lasts."""
        return len(self.samples) * 1000 / self.rate


@dataclass(frozen=True, slots=True)
class PcmFormat:
    """How bytes are to be read: little-endian, the channels of one moment side by side."""

    rate: int
    channels: int
    samples: SampleFormat

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for what cannot be sound."""
        if not _is_whole(self.rate) or not LOWEST_RATE <= self.rate <= HIGHEST_RATE:
            raise ValueError(f"the sample rate must be {LOWEST_RATE} to {HIGHEST_RATE}, not {self.rate!r}")
        if not _is_whole(self.channels) or not 1 <= self.channels <= MOST_CHANNELS:
            raise ValueError(f"there must be 1 to {MOST_CHANNELS} channels, not {self.channels!r}")
        if self.samples not in _BYTES:
            raise ValueError(f"samples must be int16 or float32, not {self.samples!r}")

    @property
    def moment_bytes(self) -> int:
        """Return how many bytes the samples of one moment take, all channels."""
        return self.channels * _BYTES[self.samples]

    def decode(self, data: bytes | memoryview) -> NDArray[np.int16] | NDArray[np.float32]:
        """Return whole moments of bytes as (n, channels) samples of the machine's byte order."""
        samples = np.frombuffer(data, _LITTLE_ENDIAN[self.samples])
        return samples.astype(samples.dtype.newbyteorder("="), copy=False).reshape(-1, self.channels)


def to_bytes(
    sound: Sound, rate: int, channels: int, sample_format: SampleFormat
) -> tuple[PcmFormat, bytes | memoryview]:
    """Return what was pushed as a format and bytes that nobody can change any more.

    ``bytes`` stay where they are; everything else is copied, for its owner may write to it. Raises
    ``ValueError`` or ``TypeError`` for what is no sound.
    """
    if isinstance(sound, np.ndarray):
        return _from_array(sound, rate, channels)
    if isinstance(sound, bytes):
        return PcmFormat(rate, channels, sample_format), memoryview(sound)
    if isinstance(sound, bytearray | memoryview):
        return PcmFormat(rate, channels, sample_format), bytes(sound)
    raise TypeError(f"sound must be bytes or a numpy array, not {type(sound).__name__}")


def _from_array(sound: NDArray[Any], rate: int, channels: int) -> tuple[PcmFormat, bytes]:
    if sound.ndim == 2 and channels in (1, sound.shape[1]):
        channels = int(sound.shape[1])
    elif sound.ndim != 1:
        raise ValueError(f"sound must be (n,) or (n, {channels}), not of shape {sound.shape}")
    elif len(sound) % max(channels, 1):
        raise ValueError(f"{len(sound)} samples do not share out among {channels} channels")
    if sound.dtype == np.int16:
        return PcmFormat(rate, channels, "int16"), sound.astype("<i2").tobytes()
    if sound.dtype.kind == "f":
        with np.errstate(over="ignore"):  # beyond float32 is infinite, which counts as silence later
            return PcmFormat(rate, channels, "float32"), sound.astype("<f4").tobytes()
    raise ValueError(f"samples must be int16 or floats, not {sound.dtype}")


def to_mono(samples: NDArray[np.int16] | NDArray[np.float32]) -> NDArray[np.float32]:
    """Average the channels of (n, channels) into float32 (n,) in [-1, 1]; NaN and infinities are silence."""
    if samples.dtype == np.int16:
        mono: NDArray[np.float32] = samples.mean(axis=1, dtype=np.float32) / np.float32(FULL_SCALE)
        return mono
    return clean(_finite(samples).mean(axis=1, dtype=np.float32))


def to_int16(samples: NDArray[np.int16] | NDArray[np.float32]) -> NDArray[np.int16]:
    """Return samples of any shape as int16; NaN and infinities are silence, what is too loud is clipped."""
    if samples.dtype == np.int16:
        return np.asarray(samples, np.int16)
    scaled = np.rint(_finite(samples) * np.float32(FULL_SCALE))
    whole: NDArray[np.int16] = np.clip(scaled, -32_768, 32_767).astype(np.int16)
    return whole


def _finite(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Return float32 with NaN and infinities at 0 and the rest within ±1; a copy only if need be."""
    if samples.dtype == np.float32 and samples.size and samples.min() >= -1 and samples.max() <= 1:
        return samples  # a NaN is neither
    finite: NDArray[np.float32] = np.where(np.isfinite(samples), samples, 0).astype(np.float32)
    return np.clip(finite, -1.0, 1.0)


def _is_whole(value: object) -> bool:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)
