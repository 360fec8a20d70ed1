"""Lip sync that moves for voices only: music, typing and a babble of many leave the mouth closed.

The lip sync tells speech from silence by its level, which is right for recordings of speech. A microphone
hears more than that. Here Silero's detector, from the voice room, takes the decision.
"""

from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..lipsync import SAMPLES_PER_FRAME, ArticulationStream, Curves
from ..lipsync.speech_gate import EnergyGate
from ..voice.activity import HYSTERESIS, QUIETEST_DB, WINDOW_SAMPLES, SpeechProbability

#: A voice is believed to go on for so many windows of 32 ms after it was last heard.
_HOLD_WINDOWS: Final = 4


class VoiceGate:
    """A ``SpeechGate`` that hears the sound itself, not only its level.

    ``hear`` must be given the sound before the stream that asks ``push``; `VoiceArticulation` does so.
    """

    def __init__(self, sensitivity: float = 0.5, silent_below_db: float = QUIETEST_DB) -> None:
        """Let a voice in where its probability reaches ``1 - sensitivity``, 0 < sensitivity < 1.

        What is quieter than ``silent_below_db`` (dBFS) is no voice. Raises ``ValueError`` for other
        values, and what ``SpeechProbability`` raises.
        """
        if not 0 < sensitivity < 1:
            raise ValueError(f"sensitivity must be between 0 and 1, not {sensitivity}")
        self._starts_at = 1 - sensitivity
        self._energy = EnergyGate()
        self._probability = SpeechProbability(silent_below_db)
        self.reset()

    @property
    def noise_floor_db(self) -> float:
        """Return the level of the background in dBFS."""
        return self._energy.noise_floor_db

    @noise_floor_db.setter
    def noise_floor_db(self, value: float) -> None:
        self._energy.noise_floor_db = value

    def reset(self) -> None:
        """Forget all sound."""
        self._energy.reset()
        self._probability.reset()
        self._voiced: deque[bool] = deque()
        self._windows_since_voice = _HOLD_WINDOWS + 1
        self._blocks = 0
        self._windows = 0
        self._last = False

    def hear(self, samples: NDArray[np.floating]) -> None:
        """Take sound, float (n,) at 16 kHz in [-1, 1]."""
        for probability in self._probability.push(samples).tolist():
            speaking = self._windows_since_voice <= _HOLD_WINDOWS
            threshold = self._starts_at - HYSTERESIS if speaking else self._starts_at
            self._windows_since_voice = 0 if probability >= threshold else self._windows_since_voice + 1
            self._voiced.append(self._windows_since_voice <= _HOLD_WINDOWS)

    def push(self, levels_db: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Take the level of each hop of a block of 40 ms, return where a voice may be, bool (hops,).

        Only windows that end before the block count, however much was heard already. A stream may begin a
        part of a block before its sound, so what is inside the block may not have been heard yet.
        """
        due = self._blocks * SAMPLES_PER_FRAME // WINDOW_SAMPLES - self._windows
        self._blocks += 1
        self._windows += due
        heard = [self._voiced.popleft() for _ in range(min(due, len(self._voiced)))]
        if heard:
            self._last = any(heard)
        return self._energy.push(levels_db) & self._last


class VoiceArticulation:
    """An ``ArticulationStream`` whose gate is a `VoiceGate`; see there for what the methods do."""

    def __init__(
        self, look_ahead_ms: int = 100, sensitivity: float = 0.5, silent_below_db: float = QUIETEST_DB
    ) -> None:
        """Load both networks; raises what ``ArticulationStream`` and ``VoiceGate`` raise."""
        self._gate = VoiceGate(sensitivity, silent_below_db)
        self._stream = ArticulationStream(look_ahead_ms, self._gate)

    @property
    def look_ahead_frames(self) -> int:
        """How many frames the curves lag behind the audio pushed."""
        return self._stream.look_ahead_frames

    def push(self, samples: NDArray[np.floating]) -> Curves:
        """Take any number of samples, return the frames that became complete, possibly none."""
        self._gate.hear(samples)
        return self._stream.push(samples)

    def flush(self) -> Curves:
        """Return the frames of all audio not yet given out, then start anew."""
        return self._stream.flush()

    def reset(self) -> None:
        """Start anew, as if nothing had been pushed."""
        self._stream.reset()
