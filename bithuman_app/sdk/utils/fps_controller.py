"""Waiting so that a loop runs a given number of times a second."""

import time
from collections import deque


class FPSController:
    """Paces a loop that calls ``wait_next_frame`` before and ``update`` after its work.

    Frames are due on a grid of 1/fps seconds, so that waiting late once does not slow the loop
    down for good; after a pause of more than four frames the grid starts anew.
    """

    _MAX_LATE_FRAMES = 4

    def __init__(self, target_fps: int, max_frame_count: int = 10, disabled: bool = False) -> None:
        """``max_frame_count`` is over how many frames the rate is averaged; ``disabled`` never waits."""
        if not target_fps > 0:
            raise ValueError("target_fps must be more than 0")
        self.target_fps = target_fps
        self.frame_interval = 1 / target_fps
        self.average_fps = float(target_fps)
        self.disabled = disabled
        self._times: deque[float] = deque(maxlen=max(2, max_frame_count))
        self._due: float | None = None

    def wait_next_frame(self, *, sleep: bool = True) -> float:
        """Wait until the next frame is due; return how many seconds that was or, unslept, would be."""
        if self.disabled or self._due is None:
            return 0.0
        wait = max(0.0, self._due - time.monotonic())
        if sleep and wait:
            time.sleep(wait)
        return wait

    def update(self) -> None:
        """Say that a frame was shown."""
        now = time.monotonic()
        self._times.append(now)
        if len(self._times) > 1:
            elapsed = self._times[-1] - self._times[0]
            self.average_fps = (len(self._times) - 1) / elapsed if elapsed > 0 else float(self.target_fps)
        late = self._due is None or now - self._due > self._MAX_LATE_FRAMES * self.frame_interval
        self._due = (now if late or self._due is None else self._due) + self.frame_interval

    @property
    def fps(self) -> float:
        """The rate of the last frames."""
        return self.average_fps
