"""Automatic gain: whoever speaks, near or far, is heard at the same level, and noise stays as it is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..media.speech_probability import SAMPLE_RATE, Samples, clean_samples

#: Where speech is brought, root mean square in dBFS: loud, with the 18 dB above it that its peaks need.
TARGET_DB: Final = -20.0
#: The most that a quiet voice is lifted and a loud one lowered, in dB.
LARGEST_GAIN_DB: Final = 30.0
LOWEST_GAIN_DB: Final = -20.0
#: Sound counts as speech from this probability on: Silero's usual threshold.
SPEECH_ABOVE: Final = 0.5
#: How many seconds of speech the level of a voice is averaged over. Long against a sentence's ups and
#: downs, short against somebody's walk away from the microphone.
AVERAGED_SECONDS: Final = 3.0
#: No voice is lifted before this much speech was heard: one keystroke taken for speech is no voice.
TRUSTED_SECONDS: Final = 0.1
#: The gain stays for pauses between sentences, is then taken back within a moment, and comes at once
#: when speech goes on, for the network below has heard 32 ms of it already.
HOLD_SECONDS: Final = 1.0
CLOSING_SECONDS: Final = 0.3
OPENING_SECONDS: Final = 0.02
#: Samples never exceed this; a peak that would lowers the gain at once, which comes back this slowly.
CEILING: Final = 0.95
RECOVERY_SECONDS: Final = 0.08
_QUIETEST_POWER: Final = 1e-10


class AutomaticGain:
    """Follows the level of one voice and keeps it at ``TARGET_DB``, without delay.

    Only speech is followed and only speech is lifted: after ``HOLD_SECONDS`` without any, the gain is at
    most one, so that the noise of a room does not swell. Not meant to be shared by threads.
    """

    def __init__(self, sample_rate: int = SAMPLE_RATE) -> None:
        """``sample_rate`` in Hz, 1000 at least, else ``ValueError``."""
        if sample_rate < 1000:
            raise ValueError(f"sample_rate must be at least 1000, not {sample_rate}")
        self._rate = sample_rate
        # The level is followed and the gain set every 10 ms.
        self._step = sample_rate // 100
        decay = float(np.exp(-1 / (RECOVERY_SECONDS * sample_rate)))
        self._decay = decay ** np.arange(1, self._step + 1)
        self.reset()

    def reset(self) -> None:
        """Forget the voice; the gain is one."""
        self._power = 0.0
        self._heard = 0.0
        self._silent = HOLD_SECONDS
        self._open = 0.0
        self._peak = 0.0
        self._factor = 1.0
        self._gain_db = 0.0

    @property
    def gain_db(self) -> float:
        """Return by how much the last sample was lifted (or lowered, if negative), in dB, peaks aside."""
        return self._gain_db

    def process(self, samples: NDArray[np.floating], speech_probability: float) -> Samples:
        """Return the sound at its new level, float32 (n,), every sample within ``CEILING``.

        ``samples`` float (n,) in [-1, 1] and the probability 0..1 that they are speech, as
        ``SpeechActivity.probability`` tells after it has heard them. NaN counts as silence and as
        improbable. Raises ``ValueError`` if it is not one channel of floats.
        """
        sound = clean_samples(samples)
        speech = speech_probability >= SPEECH_ABOVE
        pieces = [
            self._process_step(sound[start : start + self._step], speech)
            for start in range(0, len(sound), self._step)
        ]
        return np.concatenate(pieces) if pieces else sound

    def _process_step(self, sound: Samples, speech: bool) -> Samples:
        seconds = len(sound) / self._rate
        if speech:
            self._follow(float(np.mean(np.square(sound, dtype=np.float64))), seconds)
        self._move_gate(speech, seconds)
        self._gain_db = self._wanted_db()
        factor = 10 ** (self._gain_db / 20)
        # Linear from one step to the next, or the steps would be heard.
        ramp = self._factor + (factor - self._factor) * np.arange(1, len(sound) + 1) / len(sound)
        self._factor = factor
        return self._limit(sound * ramp)

    def _follow(self, power: float, seconds: float) -> None:
        """Average the power of speech: all of it at first, later the last ``AVERAGED_SECONDS``."""
        self._heard = min(self._heard + seconds, AVERAGED_SECONDS)
        self._power += (power - self._power) * seconds / self._heard

    def _move_gate(self, speech: bool, seconds: float) -> None:
        self._silent = 0.0 if speech else self._silent + seconds
        if speech and self._heard >= TRUSTED_SECONDS:
            self._open = min(1.0, self._open + seconds / OPENING_SECONDS)
        elif self._silent > HOLD_SECONDS:
            self._open = max(0.0, self._open - seconds / CLOSING_SECONDS)

    def _wanted_db(self) -> float:
        if self._heard < TRUSTED_SECONDS:
            return 0.0
        level = 10 * np.log10(max(self._power, _QUIETEST_POWER))
        gain = float(np.clip(TARGET_DB - level, LOWEST_GAIN_DB, LARGEST_GAIN_DB))
        # Lowering a loud voice does not swell the noise, so it needs no gate.
        return gain * self._open if gain > 0 else gain

    def _limit(self, sound: NDArray[np.float64]) -> Samples:
        """Divide by the envelope of peaks where that is above the ceiling: the highest recent sample."""
        decay = self._decay[: len(sound)]
        peaks = decay * np.maximum(np.maximum.accumulate(np.abs(sound) / decay), self._peak)
        self._peak = float(peaks[-1])
        limited: Samples = (sound * np.minimum(1.0, CEILING / np.maximum(peaks, CEILING))).astype(np.float32)
        return limited
