"""Who performs: speech, silence, gestures and moods of one avatar, one face pose a frame."""

from typing import Final

import numpy as np

from ..avatar.pose import FacePose
from ..lipsync import Curves
from ..lipsync.calibration import release
from ..performance import Performer
from ..performance.emotions import Mood
from ..performance.gestures import GesturePlayer
from ..performance.overlay import add
from .speech import SpokenFrame

#: How far the mouth still follows its last shape when the sound is cut: shut after 120 ms (3t² - 2t³).
CLOSING: Final = (0.741, 0.259)
_SILENT_DB: Final = -100.0


class Character:
    """One avatar's performance: the same calls give the same poses, by seed."""

    def __init__(self, seed: int = 0, style: str = "photo") -> None:
        """Start at rest. Raises ``ValueError`` for an unknown style or a negative seed."""
        self._performer = Performer(seed, style)
        self.gestures = GesturePlayer(seed)
        self.mood = Mood()
        self._last: SpokenFrame | None = None
        self._closing = 0

    def speak(self, frame: SpokenFrame) -> FacePose:
        """Return the pose of a frame of speech."""
        self._last, self._closing = frame, 0
        curves = Curves(frame.articulation[None], frame.visemes[None])
        return self._express(self._performer.perform(curves, np.array([frame.loudness_db]))[0])

    def miss(self, frame: SpokenFrame) -> None:
        """Pass over a frame of speech that nobody sees; it costs nothing, and life stands still."""
        self._last, self._closing = frame, 0

    def rest(self) -> FacePose:
        """Return the pose of a frame without sound; a mouth that was open closes smoothly."""
        if self._last is None:
            return self._express(self._performer.idle(1)[0])
        articulation, visemes = release(self._last.articulation, self._last.visemes, CLOSING[self._closing])
        self._closing += 1
        if self._closing == len(CLOSING):
            self._last = None
        curves = Curves(articulation[None], visemes[None])
        return self._express(self._performer.perform(curves, np.array([_SILENT_DB]))[0])

    def _express(self, pose: FacePose) -> FacePose:
        pose = add(pose, self.mood.step())
        return add(pose, self.gestures.step())
