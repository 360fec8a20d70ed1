"""Six voices out of one: pitch, formants and brightness of the spoken spectrum are changed."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Frames whose pitch is lower than this, in Hz, are unvoiced.
_VOICED_ABOVE: Final = 40.0
#: Where formants move down, nothing is known of the highest band; it fades by this much (nepers).
_FADE: Final = 3.0


@dataclass(frozen=True, slots=True)
class Spectrum:
    """What the network says a voice sounds like, frame by frame of 12.5 ms; arrays are float32.

    Each (601, frames), in the terms of hibari: logarithms of the magnitudes of ``harmonics``, ``noise``
    and ``free`` (the part with a phase of its own), the phases of the first and the last; ``pitch``
    (frames,) in Hz, 0 where unvoiced.
    """

    harmonics: Floats
    harmonic_phase: Floats
    noise: Floats
    free: Floats
    free_phase: Floats
    pitch: Floats


@dataclass(frozen=True, slots=True)
class Timbre:
    """How a voice differs from the network's own.

    ``pitch`` and ``formants`` are factors on frequencies; ``monotone`` replaces the pitch, in Hz;
    ``darkness`` takes off the highest harmonics, in nepers.
    """

    description: str
    pitch: float = 1.0
    formants: float = 1.0
    monotone: float | None = None
    darkness: float = 0.0


TIMBRES: Final[Mapping[str, Timbre]] = MappingProxyType(
    {
        "heart": Timbre("a woman's voice, warm and clear"),
        "alto": Timbre("a woman's voice, lower", pitch=0.86, formants=0.95),
        "tenor": Timbre("a man's voice", pitch=0.66, formants=0.90, darkness=0.3),
        "deep": Timbre("a man's voice, deep", pitch=0.56, formants=0.84, darkness=0.6),
        "young": Timbre("a child's voice", pitch=1.28, formants=1.14),
        "robot": Timbre("a machine's voice on one note", formants=0.92, monotone=110.0),
    }
)


def apply(timbre: Timbre, spectrum: Spectrum) -> Spectrum:
    """Return the spectrum as this voice would have it; times do not change."""
    if timbre.formants != 1:
        spectrum = replace(
            spectrum,
            harmonics=_warp(spectrum.harmonics, timbre.formants),
            noise=_warp(spectrum.noise, timbre.formants),
            free=_warp(spectrum.free, timbre.formants),
            # Phases wrap around, so the nearest is taken instead of a mean.
            harmonic_phase=_nearest(spectrum.harmonic_phase, timbre.formants),
            free_phase=_nearest(spectrum.free_phase, timbre.formants),
        )
    bins = len(spectrum.harmonics)
    tilt = timbre.darkness * np.linspace(0, 1, bins, dtype=np.float32)[:, None]
    # At a lower pitch there are fewer pulses a second and with them less energy.
    level = -0.5 * np.log(timbre.pitch)
    voiced = spectrum.pitch > _VOICED_ABOVE
    pitch = spectrum.pitch * timbre.pitch if timbre.monotone is None else timbre.monotone
    return replace(
        spectrum,
        harmonics=(spectrum.harmonics + level - tilt).astype(np.float32),
        pitch=np.where(voiced, pitch, 0).astype(np.float32),
    )


def _warp(rows: Floats, factor: float) -> Floats:
    """Move what is at frequency f to ``factor`` * f, interpolating."""
    count = len(rows)
    source = np.clip(np.arange(count) / factor, 0, count - 1)
    below = np.floor(source).astype(np.intp)
    above = np.minimum(below + 1, count - 1)
    weight = (source - below)[:, None].astype(np.float32)
    warped: Floats = rows[below] * (1 - weight) + rows[above] * weight
    if factor < 1:
        first = int(count * factor)
        warped[first:] -= _FADE * np.linspace(0, 1, count - first, dtype=np.float32)[:, None]
    return warped


def _nearest(rows: Floats, factor: float) -> Floats:
    count = len(rows)
    return rows[np.clip(np.round(np.arange(count) / factor).astype(np.intp), 0, count - 1)]
