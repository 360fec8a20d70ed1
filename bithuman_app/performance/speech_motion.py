"""What head and brows do while the face speaks: nods on stresses, raised brows, a settling at the end."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from .life import FRAME_SECONDS


class Spring:
    """A value that follows its target smoothly: a critically damped spring, solved exactly each frame."""

    def __init__(self, seconds: float) -> None:
        """Reach a new target almost fully within about three times ``seconds``."""
        self._rate = 1 / seconds
        self._decay = math.exp(-FRAME_SECONDS / seconds)
        self.value = 0.0
        self._speed = 0.0

    def push(self, impulse: float) -> None:
        """Strike it so that its excursion peaks at ``impulse``."""
        self._speed += impulse * self._rate * math.e

    def step(self, target: float) -> float:
        """Return the value one frame on."""
        offset = self.value - target
        slope = self._speed + self._rate * offset
        self.value = target + (offset + slope * FRAME_SECONDS) * self._decay
        self._speed = (self._speed - self._rate * slope * FRAME_SECONDS) * self._decay
        return self.value


@dataclass(frozen=True, slots=True)
class SpeechGesture:
    """What speech adds to one frame: angles in degrees as in ``HeadPose``, brow raise 0..1.

    ``speaking`` rises to 1 while the face speaks; ``engaged`` does so sooner and holds through pauses,
    as ``FacePose.speech`` wants it; ``phrase_ended`` is true in one frame a phrase.
    """

    speaking: float
    engaged: float
    pitch: float
    yaw: float
    roll: float
    brow_raise: float
    phrase_ended: bool


class SpeechMotion:
    """Turns loudness and speech activity into nods, brow raises and posture, one frame a call."""

    #: Loudness above the voice's own running level that makes a stress, and a strong one, in dB.
    STRESS_DB: Final = 2.5
    STRONG_DB: Final = 4.5
    NOD_DEGREES: Final = 1.1
    NOD_GAP_SECONDS: Final = 0.45
    BROW_RAISE: Final = 0.3
    BROW_CHANCE: Final = 0.5
    BROW_GAP_SECONDS: Final = 1.4
    #: Silence that ends a phrase, and the speech that must come before it.
    PAUSE_SECONDS: Final = 0.2
    PHRASE_SECONDS: Final = 0.5
    #: How long a pause may be before the face returns to how the picture shows it, and how fast it
    #: comes and goes.
    ENGAGED_SECONDS: Final = 1.2
    ENGAGE_SECONDS: Final = 0.16
    DISENGAGE_SECONDS: Final = 0.6
    SETTLE_DEGREES: Final = 0.9
    POSTURE_YAW_DEGREES: Final = 1.6
    POSTURE_ROLL_DEGREES: Final = 1.1

    def __init__(self, random: np.random.Generator) -> None:
        """Start silent."""
        self._random = random
        self._speaking = 0.0
        self._engaged = 0.0
        self._engaged_frames_left = 0
        self._spoken_frames = 0
        self._silent_frames = 0
        self._voice_db: float | None = None
        self._smooth_db = 0.0
        self._rising = False
        self._since_nod = self._since_brow = 1000
        self._nod = Spring(0.09)
        self._settle = Spring(0.22)
        self._brow = Spring(0.16)
        self._yaw, self._roll = Spring(0.5), Spring(0.6)
        self._yaw_target = self._roll_target = 0.0

    def step(self, activity: float, loudness_db: float) -> SpeechGesture:
        """Advance one frame.

        ``activity`` is how surely there is speech, 0..1, exactly 0 in silence; ``loudness_db`` is the
        frame's level in dBFS.
        """
        active = activity > 0.3
        self._speaking += (0.2 if active else 0.06) * ((1.0 if active else 0.0) - self._speaking)
        if self._speaking < 1e-3:
            self._speaking = 0.0
        if active:
            self._listen(loudness_db)
        ended = self._follow_phrase(active)
        brow = self._brow.step(0.0)
        return SpeechGesture(
            speaking=self._speaking,
            engaged=self._engage(activity > 0.0),
            pitch=self._nod.step(0.0) + self._settle.step(0.0),
            yaw=self._yaw.step(self._yaw_target),
            roll=self._roll.step(self._roll_target),
            brow_raise=min(max(brow, 0.0), 1.0),
            phrase_ended=ended,
        )

    def _engage(self, active: bool) -> float:
        """Move steadily towards 1 with speech and to 0 long after it; return a smooth version."""
        held = round(self.ENGAGED_SECONDS / FRAME_SECONDS)
        self._engaged_frames_left = held if active else max(self._engaged_frames_left - 1, 0)
        step = 1 / self.ENGAGE_SECONDS if self._engaged_frames_left else -1 / self.DISENGAGE_SECONDS
        self._engaged = min(max(self._engaged + step * FRAME_SECONDS, 0.0), 1.0)
        return self._engaged * self._engaged * (3.0 - 2.0 * self._engaged)

    def _listen(self, loudness_db: float) -> None:
        """Follow the voice's level and act on its peaks, as they pass."""
        self._since_nod += 1
        self._since_brow += 1
        if self._voice_db is None:
            self._voice_db = self._smooth_db = loudness_db
        before = self._smooth_db
        self._smooth_db += 0.5 * (loudness_db - before)
        self._voice_db += FRAME_SECONDS / 1.5 * (loudness_db - self._voice_db)
        peak = self._rising and self._smooth_db <= before
        self._rising = self._smooth_db > before
        stress = before - self._voice_db
        if not peak or stress < self.STRESS_DB:
            return
        strength = min(stress / (2 * self.STRONG_DB), 1.0)
        if self._since_nod * FRAME_SECONDS >= self.NOD_GAP_SECONDS:
            self._since_nod = 0
            self._nod.push(self.NOD_DEGREES * strength * float(self._random.uniform(0.6, 1.3)))
        if stress >= self.STRONG_DB and self._since_brow * FRAME_SECONDS >= self.BROW_GAP_SECONDS:
            self._since_brow = 0
            if float(self._random.random()) < self.BROW_CHANCE:
                self._brow.push(self.BROW_RAISE * float(self._random.uniform(0.6, 1.2)))

    def _follow_phrase(self, active: bool) -> bool:
        """Count speech and silence; return whether a phrase ends in this frame."""
        if active:
            if self._spoken_frames == 0:
                self._take_posture()
            self._spoken_frames += 1
            self._silent_frames = 0
            return False
        self._silent_frames += 1
        if self._spoken_frames == 0 or self._silent_frames * FRAME_SECONDS < self.PAUSE_SECONDS:
            return False
        whole = self._spoken_frames * FRAME_SECONDS >= self.PHRASE_SECONDS
        self._spoken_frames = 0
        if whole:
            self._settle.push(self.SETTLE_DEGREES * float(self._random.uniform(0.6, 1.2)))
            self._yaw_target *= 0.3
            self._roll_target *= 0.3
        return whole

    def _take_posture(self) -> None:
        yaw, roll = self._random.uniform(-1.0, 1.0, 2).tolist()
        self._yaw_target = self.POSTURE_YAW_DEGREES * yaw
        self._roll_target = self.POSTURE_ROLL_DEGREES * roll
