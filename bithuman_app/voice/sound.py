"""How loud spoken sound is, and how it begins and ends."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]

#: The level of every piece: root mean square in dBFS of its frames that are not silence.
LEVEL_DB: Final = -20.0
_FRAME_SECONDS: Final = 0.02
#: Frames this much weaker in power than the strongest are silence.
_SILENT_POWER: Final = 0.01
#: Nothing is made louder or quieter than this, in dB.
_LARGEST_GAIN_DB: Final = 15.0
#: Seconds over which the ends of a sound fade.
_FADE: Final = 0.005
#: Samples are left alone up to here and bent so as never to exceed 1.
_KNEE: Final = 0.8


def level_db(samples: Samples, rate: int) -> float:
    """Return the level of what is not silence in dBFS; -inf if all is silent."""
    length = round(_FRAME_SECONDS * rate)
    frames = np.pad(samples, (0, -len(samples) % length)).reshape(-1, length).astype(np.float64)
    power = (frames**2).mean(1)
    active = power[power > _SILENT_POWER * power.max(initial=0)]
    return float(10 * np.log10(active.mean())) if len(active) else float("-inf")


def levelled(samples: Samples, rate: int) -> Samples:
    """Return the sound at ``LEVEL_DB``, so that all voices and sentences are equally loud."""
    level = level_db(samples, rate)
    if not np.isfinite(level):
        return samples
    gain_db = np.clip(LEVEL_DB - level, -_LARGEST_GAIN_DB, _LARGEST_GAIN_DB)
    return samples * np.float32(10 ** (gain_db / 20))


def faded(samples: Samples, rate: int) -> Samples:
    """Return the sound with ends that rise from and fall to silence, so that they do not click."""
    count = min(round(_FADE * rate), len(samples) // 2)
    ramp = np.linspace(0, 1, count, dtype=np.float32)
    result = samples.copy()
    result[:count] *= ramp
    result[len(result) - count :] *= ramp[::-1]
    return result


def limited(samples: Samples) -> Samples:
    """Bend what is louder than the knee towards 1, which it never reaches."""
    excess = np.maximum(np.abs(samples) - _KNEE, 0) / (1 - _KNEE)
    bent = np.sign(samples) * (_KNEE + (1 - _KNEE) * np.tanh(excess))
    result: Samples = np.where(excess > 0, bent, samples).astype(np.float32)
    return result
