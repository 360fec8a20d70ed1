"""From ticks of sound to a loudspeaker, and the clock that says what is being heard.

Positions are sample frames at ``RATE``, counted from the first that was ever given. What is *played* was
taken by the device; what is *heard* has also left it. Without a device, or while one is lost, time goes by
the computer's clock and nothing is heard.
"""

import threading
import time
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .audio_system import AudioSystem
from .line import Line

RATE: Final = 48_000
#: Asked of the device: blocks of 10 ms, and not much more on the way, for that much sounds on after a stop.
_BLOCK_FRAMES: Final = 480
_LATENCY: Final = 0.02
#: What is given at once is at most a second (see ``session.broadcast``).
_CAPACITY: Final = 3 * RATE
#: Sound that is cut fades within 5 ms: a hard end clicks.
_FADE_FRAMES: Final = 240
_FADE: Final = np.linspace(1.0, 0.0, _FADE_FRAMES, dtype=np.float32)
#: A device that has not asked for sound this long is not waited for (it may be lost, or starting).
_SILENT_SECONDS: Final = 0.3
LOUDEST: Final = 2.0


@dataclass(frozen=True, slots=True)
class _Anchor:
    """At ``moment`` (``time.monotonic``) the ear has come to ``position``, and goes on up to ``limit``."""

    moment: float
    position: int
    limit: int


class SoundOutput:
    """A queue of sound with a loudspeaker at its end. Any thread may call any method."""

    def __init__(self, volume: float = 1.0) -> None:
        """``volume`` is a factor, 0 to ``LOUDEST``."""
        self.muted = False
        self.paused = False
        self._volume = volume
        self._lock = threading.Lock()
        self._ring = np.zeros(_CAPACITY, np.float32)
        self._given = self._taken = self._cut = 0
        self._gain = 0.0
        self._line: Line | None = None
        self._called = 0.0
        self._clock_offset = np.inf
        self._openings = 0
        self._resampling_phase = 0.0
        self._anchor = _Anchor(time.monotonic(), 0, 0)
        self._clock = self._anchor.moment

    # The device

    def connect(self, system: AudioSystem, device: str | None = None) -> None:
        """Play on a device (see ``devices.choose``) from now on; does not wait for it."""
        self.disconnect()
        self._line = system.output(
            self._fill, device=device, rate=RATE, block_frames=_BLOCK_FRAMES, latency=_LATENCY
        )

    def disconnect(self) -> None:
        """Let go of the device."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    @property
    def line(self) -> Line | None:
        """Return the line to the device, None without."""
        return self._line

    @property
    def audible(self) -> bool:
        """Return whether a device is asking for sound."""
        line = self._line
        return line is not None and line.connected and time.monotonic() - self._called < _SILENT_SECONDS

    @property
    def volume(self) -> float:
        """Return the volume, a factor."""
        return self._volume

    @volume.setter
    def volume(self, volume: float) -> None:
        self._volume = min(max(volume, 0.0), LOUDEST)

    # The queue

    def give(self, samples: NDArray[np.float32]) -> None:
        """Append sound, float32 (n,) mono at ``RATE``, n below 2 s; it goes out as soon as it can."""
        with self._lock:
            begin = self._given % _CAPACITY
            first = min(len(samples), _CAPACITY - begin)
            self._ring[begin : begin + first] = samples[:first]
            self._ring[: len(samples) - first] = samples[first:]
            self._given += len(samples)

    def skip(self, frames: int) -> None:
        """Give silence that counts as heard at once; only when nothing waits (``given`` is ``played``)."""
        with self._lock:
            self._given += frames
            self._taken = self._given
            self._anchor = _Anchor(time.monotonic(), self._given, self._given)

    def cut(self) -> None:
        """Drop all that waits; what the device holds already is still heard."""
        with self._lock:
            self._cut = self._given

    @property
    def given(self) -> int:
        """Return how much was given."""
        return self._given

    @property
    def played(self) -> int:
        """Return how much of what was given is no longer waiting."""
        with self._lock:
            if not self.audible:
                self._pass_time()
            return max(self._taken, self._cut)

    def heard(self) -> float:
        """Return the position that is being heard now."""
        anchor = self._anchor
        position = anchor.position + (time.monotonic() - anchor.moment) * RATE
        return min(position, anchor.limit)

    @property
    def unheard_seconds(self) -> float:
        """Return how much of what was given is not heard yet."""
        return max(0.0, (self._given - self.heard()) / RATE)

    @property
    def latency(self) -> float:
        """Return how many seconds lie between the device's taking sound and the ear; 0 without a device."""
        return max(0.0, (self._taken - self.heard()) / RATE) if self.audible else 0.0

    def _pass_time(self) -> None:
        """Let the computer's clock take what a device would have taken by now."""
        now = time.monotonic()
        if self._taken < self._cut:
            self._taken = self._cut
        waiting = 0 if self.paused else self._given - self._taken
        taken = min(max(0, int((now - self._clock) * RATE)), waiting)
        self._taken += taken
        # What was not there to be taken is not made up for.
        self._clock = now if taken == waiting else self._clock + taken / RATE
        self._anchor = _Anchor(self._clock, self._taken, self._taken if self.paused else self._given)

    # In the device's thread

    def _fill(self, block: NDArray[np.float32], frames: int, times: Any, _status: Any) -> None:
        """Fill a block of silence, float32 (frames, channels)."""
        line = self._line
        if line is None:
            return
        now = time.monotonic()
        with self._lock:
            self._note_clock(line, now, times)
            heard_at = (
                self._clock_offset + times.outputBufferDacTime
                if times.outputBufferDacTime
                else (now + line.latency)
            )
            if line.rate == RATE:
                block[:] = self._take(frames, heard_at)[:, None]
            else:
                block[:] = self._take_at(line.rate, frames, heard_at)[:, None]
            self._called = self._clock = now

    def _note_clock(self, line: Line, now: float, times: Any) -> None:
        """Learn how far PortAudio's clock is from ours: a callback comes after the time it names."""
        if line.openings != self._openings:
            self._openings, self._clock_offset, self._gain = line.openings, np.inf, 0.0
        self._clock_offset = min(self._clock_offset, now - times.currentTime)

    def _take(self, count: int, heard_at: float) -> NDArray[np.float32]:
        """Return the next frames, silence where there are none, and note when they are heard."""
        sound = np.zeros(count, np.float32)
        filled = 0
        if self._taken < self._cut:
            filled = min(count, self._cut - self._taken, _FADE_FRAMES)
            sound[:filled] = self._read(self._taken, filled) * _FADE[:filled]
            self._taken = self._cut
        if not (self.paused and self._gain == 0.0):
            more = min(count - filled, self._given - self._taken)
            sound[filled : filled + more] = self._read(self._taken, more)
            self._taken += more
            filled += more
        if filled:
            self._anchor = _Anchor(heard_at + filled / RATE, self._taken, self._taken)
        self._apply_gain(sound)
        return sound

    def _take_at(self, rate: int, count: int, heard_at: float) -> NDArray[np.float32]:
        """Return the next frames for a device that does not know ``RATE``, linearly interpolated."""
        step = RATE / rate
        places = self._resampling_phase + step * np.arange(count)
        needed = int(self._resampling_phase + step * count)
        sound = self._take(needed, heard_at)
        self._resampling_phase += step * count - needed
        stretched: NDArray[np.float32] = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
        return stretched

    def _read(self, position: int, count: int) -> NDArray[np.float32]:
        begin = position % _CAPACITY
        if begin + count <= _CAPACITY:
            return self._ring[begin : begin + count]
        return np.concatenate([self._ring[begin:], self._ring[: begin + count - _CAPACITY]])

    def _apply_gain(self, sound: NDArray[np.float32]) -> None:
        """Change the volume over the length of a block: a jump clicks."""
        wanted = 0.0 if self.muted or self.paused else self._volume
        if wanted == self._gain:
            sound *= np.float32(wanted)
        else:
            sound *= np.linspace(self._gain, wanted, len(sound), dtype=np.float32)
        self._gain = wanted
        np.clip(sound, -1.0, 1.0, out=sound)
