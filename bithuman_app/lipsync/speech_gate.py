"""Is somebody speaking? Silence and steady noise must leave the mouth closed and still."""

from collections import deque
from enum import IntEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..media.speech_probability import WINDOW_SAMPLES, SpeechProbability
from .features import BLOCK_SAMPLES
from .loudness import QUIETEST_DB


def hop_levels(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the level in dBFS of each row of mel power, float32 (hops,), from the bands voices fill.

    The lowest three bands (below about 180 Hz: hum, rumble, handling) and those above 5 kHz are left out.
    """
    voice = np.maximum(power[:, 3:33].mean(1) * 0.5, 10 ** (QUIETEST_DB / 10))
    levels: NDArray[np.float32] = (10 * np.log10(voice)).astype(np.float32)
    return levels


class EnergyGate:
    """Speech is what rises above a noise floor, found as the lowest smoothed level of the last seconds.

    The floor follows R. Martin's minimum statistics (1994): the level in the gaps between syllables is
    the background's. A sound that stays steady for ``FLOOR_SECONDS`` becomes background itself.
    """

    #: A hop counts as speech this far above the floor, and goes on doing so down to the second figure.
    START_DB: Final = 10.0
    STAY_DB: Final = 6.0
    #: Nothing quieter than this is speech, however quiet the background.
    QUIETEST_SPEECH_DB: Final = -72.0
    FLOOR_SECONDS: Final = 3.0
    #: The floor taken for granted at the start, until half a second has been heard.
    ASSUMED_FLOOR_DB: Final = -60.0
    #: Part of the way to a hop's level that the smoothed level goes.
    SMOOTHING: Final = 0.25
    _SECTION_HOPS: Final = 50

    def __init__(self) -> None:
        """Start in a quiet room."""
        self.reset()

    def reset(self) -> None:
        """Forget all audio."""
        self.noise_floor_db = self.ASSUMED_FLOOR_DB
        self._minima: deque[float] = deque(maxlen=round(self.FLOOR_SECONDS * 100 / self._SECTION_HOPS))
        self._section_minimum = self.ASSUMED_FLOOR_DB
        self._section_hops = 0
        self._heard_a_section = False
        self._smoothed = self.ASSUMED_FLOOR_DB
        self._speaking = False

    def push(self, levels_db: NDArray[np.float32]) -> NDArray[np.bool_]:
        """Take the level of each hop, return where it stands out of the noise, bool (hops,)."""
        return np.array([self._hear(level) for level in levels_db.tolist()], np.bool_)

    def _hear(self, level: float) -> bool:
        self._follow_floor(level)
        margin = self.STAY_DB if self._speaking else self.START_DB
        self._speaking = level > max(self.noise_floor_db + margin, self.QUIETEST_SPEECH_DB)
        return self._speaking

    def _follow_floor(self, level: float) -> None:
        self._smoothed += self.SMOOTHING * (level - self._smoothed)
        self._section_minimum = min(self._section_minimum, self._smoothed)
        self._section_hops += 1
        if self._section_hops == self._SECTION_HOPS:
            if self._heard_a_section:
                self._minima.append(self._section_minimum)
            self._heard_a_section = True
            self._section_minimum = self._smoothed
            self._section_hops = 0
        self.noise_floor_db = min([self._section_minimum, *self._minima])


class Voice(IntEnum):
    """How sure it is that there is a human voice."""

    NONE = 0
    LIKELY = 1
    SURE = 2


class VoiceDetector:
    """Is there a human voice among what is loud? Silero's detector tells it from music, breath and keys.

    The threshold is below the usual half, so that singing and whispering count; sounds that are no voice
    stay below 0.15 but for a moment where they set in, so unless it is sure a voice takes two windows, and
    is called sure after two.
    """

    VOICE_ABOVE: Final = 0.2
    SURE_ABOVE: Final = 0.5

    def __init__(self) -> None:
        """Load the network; raises ``MissingInputError`` or ``DataError`` if its file is damaged."""
        self._probability = SpeechProbability()
        self.reset()

    def reset(self) -> None:
        """Forget all audio."""
        self._probability.reset()
        self._begun_samples = 0
        self._last_window = 0.0
        self._voice = Voice.NONE

    def push(self, audio: NDArray[np.float32]) -> list[Voice]:
        """Take float32 (blocks * 640,) audio, return for each block whether there is a voice at its end."""
        probabilities = iter(self._probability.push(audio).tolist())
        voices = []
        for _ in range(len(audio) // BLOCK_SAMPLES):
            self._begun_samples += BLOCK_SAMPLES
            while self._begun_samples >= WINDOW_SAMPLES:
                self._begun_samples -= WINDOW_SAMPLES
                self._hear(next(probabilities))
            voices.append(self._voice)
        return voices

    def _hear(self, probability: float) -> None:
        twice = min(probability, self._last_window)
        if twice > self.SURE_ABOVE:
            self._voice = Voice.SURE
        elif probability > self.SURE_ABOVE or twice > self.VOICE_ABOVE:
            self._voice = Voice.LIKELY
        else:
            self._voice = Voice.NONE
        self._last_window = probability


class QuietVoiceGain:
    """Lifts a voice so quiet that the network would not hear it; leaves ordinary speech alone.

    The network was trained down to about -55 dBFS. The gain follows the peaks of speech, changes only
    while there is speech, and never lifts the background above ``LOUDEST_NOISE_DB``.
    """

    TARGET_DB: Final = -38.0
    LARGEST_DB: Final = 35.0
    LOUDEST_NOISE_DB: Final = -65.0
    #: Part of the way to a louder and to a quieter hop of speech that the estimate goes.
    RISE: Final = 0.2
    FALL: Final = 0.03
    _START_DB: Final = -25.0

    def __init__(self) -> None:
        """Start with a gain of one."""
        self.reset()

    def reset(self) -> None:
        """Forget the voice."""
        self._voice_db = self._START_DB

    def push(
        self, levels_db: NDArray[np.float32], speech: NDArray[np.bool_], noise_floor_db: float
    ) -> NDArray[np.float32]:
        """Return the factor on the power of each hop, float32 (hops,), at least 1."""
        gains = np.empty(len(levels_db), np.float32)
        for i, (level, active) in enumerate(zip(levels_db.tolist(), speech.tolist(), strict=True)):
            if active:
                distance = level - self._voice_db
                self._voice_db += (self.RISE if distance > 0 else self.FALL) * distance
            headroom = min(self.LARGEST_DB, self.LOUDEST_NOISE_DB - noise_floor_db)
            gain_db = max(0.0, min(self.TARGET_DB - self._voice_db, headroom))
            gains[i] = 10 ** (gain_db / 10)
        return gains


class MouthRelease:
    """How far the mouth may follow the network: 1 in speech, falling to exactly 0 after it.

    Two witnesses must agree: the gate, which hears a voice, and the network, which knows noise, clicks
    and hum from speech. Opening is quick, for lips move before the voice; closing takes
    ``RELEASE_FRAMES``.
    """

    OPEN_FRAMES: Final = 2
    RELEASE_FRAMES: Final = 4
    #: The network's probability of silence: below the first speech begins, above the second, for longer than
    #: a pause, it ends.
    STARTS_BELOW: Final = 0.6
    ENDS_ABOVE: Final = 0.92
    PAUSE_FRAMES: Final = 6

    def __init__(self, hold_frames: int) -> None:
        """Keep open for ``hold_frames`` after a voice was last heard."""
        self._hold_frames = hold_frames
        self.reset()

    def reset(self) -> None:
        """Close."""
        self._frames_since_voice = self._hold_frames + 1
        self._frames_since_sound = self.PAUSE_FRAMES + 1
        self._speaking = False
        self._steps = 0

    def push(self, voice: bool, silence_probability: float) -> float:
        """Return how far open the gate is for the next frame, 0..1."""
        self._frames_since_voice = 0 if voice else self._frames_since_voice + 1
        if silence_probability < (self.ENDS_ABOVE if self._speaking else self.STARTS_BELOW):
            self._frames_since_sound = 0
        else:
            self._frames_since_sound += 1
        self._speaking = self._frames_since_voice <= self._hold_frames and self._frames_since_sound <= (
            self.PAUSE_FRAMES if self._speaking else 0
        )
        scale = self.OPEN_FRAMES * self.RELEASE_FRAMES
        step = self.RELEASE_FRAMES if self._speaking else -self.OPEN_FRAMES
        self._steps = min(max(self._steps + step, 0), scale)
        return self._steps / scale
