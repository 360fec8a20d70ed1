"""What a calm, living face does by itself: it breathes, blinks, looks about, and is never quite still.

Each generator is a small state machine that gives one frame a call, from its own stream of random
numbers, so the frames do not depend on how many are asked for at once. All are at rest at the start:
the first frame is the picture.
"""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

FRAME_SECONDS: Final = 0.04


class SlowNoise:
    """Several channels of smooth noise about 0: white noise through two equal one-pole low-passes."""

    #: Bounds each channel, in standard deviations, by a soft curve.
    BOUND: Final = 2.0

    def __init__(self, random: np.random.Generator, channels: int, hertz: float) -> None:
        """Make ``channels`` independent channels with most of their power below ``hertz``."""
        self._random = random
        self._pole = math.exp(-2 * math.pi * hertz * FRAME_SECONDS)
        pole_squared = self._pole**2
        # Variance of white noise after two one-pole low-passes (1 - p) / (1 - p z⁻¹).
        variance = (1 - self._pole) ** 4 * (1 + pole_squared) / (1 - pole_squared) ** 3
        self._scale = 1 / math.sqrt(variance)
        self._first = np.zeros(channels)
        self._second = np.zeros(channels)

    def step(self) -> NDArray[np.float64]:
        """Return the next frame, float64 (channels,), about -2..2 with a standard deviation near 1."""
        self._first += (1 - self._pole) * (self._random.standard_normal(len(self._first)) - self._first)
        self._second += (1 - self._pole) * (self._first - self._second)
        return self.BOUND * np.tanh(self._second * (self._scale / self.BOUND))


class Breath:
    """Breathing at rest, a little irregular: in for two fifths of the cycle, out for the rest."""

    HERTZ: Final = 0.25
    IRREGULARITY: Final = 0.12
    _INHALING: Final = 0.4

    def __init__(self, random: np.random.Generator) -> None:
        """Start with empty lungs."""
        self._rate = SlowNoise(random, 1, hertz=0.05)
        self._phase = 0.0

    def step(self) -> float:
        """Return the chest of the next frame, 0 (out) to 1 (in)."""
        phase = self._phase
        rate = self.HERTZ * (1 + self.IRREGULARITY * float(self._rate.step()[0]))
        self._phase = (phase + rate * FRAME_SECONDS) % 1.0
        inhaling = phase < self._INHALING
        turn = phase / self._INHALING if inhaling else 1 + (phase - self._INHALING) / (1 - self._INHALING)
        return 0.5 - 0.5 * math.cos(math.pi * turn)


class Blinks:
    """Blinks at natural intervals: log-normal, now and then two at once, sooner where something ends.

    Times follow the literature on spontaneous blinks in conversation (about 15 a minute; closing
    within 100 ms, opening slower).
    """

    #: Lid closure frame by frame: shut after 80 ms, open again about 160 ms later.
    SHAPE: Final = (0.55, 1.0, 0.9, 0.5, 0.2, 0.05)
    MEDIAN_SECONDS: Final = 3.9
    SPREAD: Final = 0.4
    SHORTEST_SECONDS: Final = 1.2
    LONGEST_SECONDS: Final = 9.0
    DOUBLE_SHARE: Final = 0.1
    _DOUBLE_GAP_FRAMES: Final = 3

    def __init__(self, random: np.random.Generator) -> None:
        """Start with open eyes, some way before the first blink."""
        self._random = random
        self._frame = len(self.SHAPE)
        self._since_last = 0
        self._next = self._interval()
        self._second_follows = False

    def _interval(self) -> int:
        seconds = self.MEDIAN_SECONDS * math.exp(self.SPREAD * float(self._random.standard_normal()))
        return round(min(max(seconds, self.SHORTEST_SECONDS), self.LONGEST_SECONDS) / FRAME_SECONDS)

    def suggest(self, probability: float) -> None:
        """Blink now with ``probability``, unless the last blink was just before."""
        wanted = float(self._random.random()) < probability
        if wanted and self._since_last * FRAME_SECONDS > self.SHORTEST_SECONDS:
            self._next = self._since_last

    def step(self) -> float:
        """Return how far the lids are shut in the next frame, 0..1."""
        self._since_last += 1
        if self._since_last > self._next:
            self._start()
        if self._frame >= len(self.SHAPE):
            return 0.0
        closed = self.SHAPE[self._frame]
        self._frame += 1
        return closed

    def _start(self) -> None:
        self._frame = 0
        self._since_last = 0
        double = not self._second_follows and float(self._random.random()) < self.DOUBLE_SHARE
        self._second_follows = double
        self._next = len(self.SHAPE) + self._DOUBLE_GAP_FRAMES if double else self._interval()


class Gaze:
    """Where the eyes look: mostly at the viewer, in fixations joined by fast saccades.

    Positions are parts of the eye's range, x > 0 to the picture's right, y > 0 down.
    """

    #: Farthest glance aside; people glance up and down less than sideways.
    LARGEST_X: Final = 0.45
    LARGEST_Y: Final = 0.2
    VIEWER_SHARE: Final = 0.68
    VIEWER_SHARE_SPEAKING: Final = 0.88
    VIEWER_SECONDS: Final = (1.0, 3.0)
    GLANCE_SECONDS: Final = (0.6, 1.6)
    #: Fixational eye movement: size, and mean time between two.
    MICRO_SIZE: Final = 0.02
    MICRO_SECONDS: Final = 0.9
    #: A shift longer than this takes two frames, and may bring a blink.
    LONG_SHIFT: Final = 0.12
    _FIRST_FRAME_PART: Final = 0.7

    def __init__(self, random: np.random.Generator) -> None:
        """Start looking at the viewer."""
        self._random = random
        self._place = (0.0, 0.0)
        self._target = (0.0, 0.0)
        self._arriving = False
        self._frames_left = self._duration(self.VIEWER_SECONDS)
        #: Whether the last frame began a long shift.
        self.shifted = False

    def _duration(self, seconds: tuple[float, float]) -> int:
        return round(float(self._random.uniform(*seconds)) / FRAME_SECONDS)

    def _choose(self, speaking: float) -> None:
        share = self.VIEWER_SHARE + (self.VIEWER_SHARE_SPEAKING - self.VIEWER_SHARE) * speaking
        if float(self._random.random()) < share:
            x, y = self._random.normal(0.0, self.MICRO_SIZE, 2).tolist()
            self._place = (x, 0.5 * y)
            self._frames_left = self._duration(self.VIEWER_SECONDS)
            return
        side = 1.0 if float(self._random.random()) < 0.5 else -1.0
        x = side * float(self._random.uniform(0.35, 1.0)) * self.LARGEST_X
        y = float(self._random.uniform(-0.6, 1.0)) * self.LARGEST_Y
        self._place = (x, y)
        self._frames_left = self._duration(self.GLANCE_SECONDS)

    def step(self, speaking: float) -> tuple[float, float]:
        """Return the next frame's gaze (x, y), given how far the face is ``speaking``, 0..1."""
        self.shifted = False
        if self._arriving:
            self._arriving = False
            return self._target
        self._frames_left -= 1
        if self._frames_left <= 0:
            self._choose(speaking)
            return self._look_at(self._place)
        if float(self._random.random()) < FRAME_SECONDS / self.MICRO_SECONDS:
            x, y = self._random.normal(0.0, self.MICRO_SIZE, 2).tolist()
            return self._look_at((self._place[0] + x, self._place[1] + 0.5 * y))
        return self._target

    def _look_at(self, place: tuple[float, float]) -> tuple[float, float]:
        old = self._target
        self._target = (
            min(max(place[0], -self.LARGEST_X), self.LARGEST_X),
            min(max(place[1], -self.LARGEST_Y), self.LARGEST_Y),
        )
        self.shifted = math.dist(old, self._target) > self.LONG_SHIFT
        if not self.shifted:
            return self._target
        self._arriving = True
        part = self._FIRST_FRAME_PART
        return (
            old[0] + part * (self._target[0] - old[0]),
            old[1] + part * (self._target[1] - old[1]),
        )
