"""Puppet mode: somebody's microphone moves the avatar's mouth."""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..voice.activity import SpeechActivity, SpeechStart
from ..voice.gain import AutomaticGain

SAMPLE_RATE: Final = 16_000
#: More than this waits after a stall: pauses are left out until it is less. Twice that, speech too.
MOST_WAITING_MS: Final = 240
#: Speech that lasts this long is meant: it silences what is being said (two windows of the detector).
_MEANT_MS: Final = 64
#: Sound goes on for this long after the last of the speech, so that word ends are not cut.
_HOLD_MS: Final = 320
#: The level meter falls by a half in about 60 ms.
_METER_FALL_MS: Final = 90.0


class Puppet:
    """Who moves the mouth, if anybody does, and what of their sound is speech. Not for several threads."""

    def __init__(self) -> None:
        #: Whose microphone it is: any object that stands for a view; None: nobody's.
        self.holder: object | None = None
        #: Whether the sound is heard as well.
        self.echo = False
        self.sensitivity = 0.5
        #: How loud the microphone is, 0..1, for a meter.
        self.level = 0.0
        self._activity: SpeechActivity | None = None
        self._gain = AutomaticGain()

    @property
    def speaking(self) -> bool:
        """Return whether the holder is speaking."""
        return self._activity is not None and self._activity.speaking

    def take(self, holder: object, echo: bool, sensitivity: float) -> None:
        """Give the puppet to somebody; whoever held it loses it.

        ``sensitivity`` 0..1 is that of ``SpeechActivity``; raises ``ValueError`` for others.
        """
        if holder is not self.holder:
            self._gain.reset()
        if self._activity is None or holder is not self.holder or sensitivity != self.sensitivity:
            self._activity = SpeechActivity(
                sensitivity, minimum_speech_ms=_MEANT_MS, minimum_silence_ms=_HOLD_MS, pre_roll_ms=0
            )
        self.holder, self.echo, self.sensitivity = holder, echo, sensitivity

    def release(self) -> None:
        """Let go of it."""
        self.holder, self.level, self._activity = None, 0.0, None

    def hear(self, sound: NDArray[np.float32]) -> tuple[NDArray[np.float32], bool]:
        """Return the speech in a sound, at one level, and whether speech began; all else is silent."""
        if self._activity is None:
            return sound[:0], False
        events = self._activity.push(sound)
        self._measure(sound)
        began = any(isinstance(event, SpeechStart) for event in events)
        level = self._gain.process(sound, self._activity.probability)
        return (level if self._open() else np.zeros_like(level)), began

    def _open(self) -> bool:
        """Return whether sound may pass: while there is speech, and as soon as there may be some."""
        activity = self._activity
        return activity is not None and (activity.speaking or activity.probability >= 1 - self.sensitivity)

    def _measure(self, sound: NDArray[np.float32]) -> None:
        if len(sound):
            fall = float(np.exp2(-1000 * len(sound) / SAMPLE_RATE / _METER_FALL_MS))
            loud = float(np.sqrt(np.mean(np.square(sound))))
            # A meter that follows decibels: -60 dB is its bottom, 0 dB its top.
            height = 1 + float(np.log10(max(loud, 1e-3))) / 3
            self.level = max(min(height, 1.0), self.level * fall)


def to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    """Return sound int16 or float (n,) as float32 (n,) in [-1, 1]."""
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32_768)
    return samples.astype(np.float32, copy=False)
