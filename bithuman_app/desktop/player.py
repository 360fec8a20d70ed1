"""Pulls a stage at the pace of the sound, and says which picture belongs to what is being heard."""

import logging
import threading
import time
from collections import deque
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..session import SessionClosedError
from ..stage import Stage, StageTick
from .sound_output import RATE, SoundOutput

_log = logging.getLogger(__name__)

FRAMES_PER_TICK: Final = RATE // 25
#: How many ticks lie ready beyond the one that the device takes from: one, or the sound would stutter.
_AHEAD: Final = 1
#: Pictures that nobody fetched; more are thrown away, oldest first.
_MOST_TICKS: Final = 100
#: A picture takes this long from here to the eye: drawing it, and half a refresh of the screen.
_SCREEN_SECONDS: Final = 0.01
_MENDING_SECONDS: Final = 0.2
_TICK_SECONDS: Final = 0.04
#: A microphone that spoke a moment ago and is late is waited for this long before the face goes on without.
_STARVED_SECONDS: Final = 0.08
_NO_SOUND: Final = np.zeros(0, np.float32)


class Player:
    """A thread that lets time pass on a stage while the window is open."""

    def __init__(self, stage: Stage, output: SoundOutput) -> None:
        """Begin with ``start``."""
        self.output = output
        self._stage = stage
        self._lock = threading.Lock()
        self._ticks: deque[tuple[int, StageTick]] = deque(maxlen=_MOST_TICKS)
        self._last_begin = 0
        self._next_live = 0.0
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._view = stage.view(unplayed_ms=self._unplayed_ms, on_interrupt=self._interrupted)
        self._thread = threading.Thread(target=self._pull, name="player", daemon=True)

    def start(self) -> None:
        """Let time pass from now on."""
        self._thread.start()

    def close(self) -> None:
        """Stop; may be called again."""
        self._ended.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()
        self._view.close()

    @property
    def ended(self) -> bool:
        """Return whether time has stopped for good: it was closed, or the stage was."""
        return self._ended.is_set()

    def pause(self, paused: bool) -> None:
        """Let time stand still, or pass again."""
        self.output.paused = paused
        self._wake.set()

    def heard(self) -> list[StageTick]:
        """Return the ticks to be shown since the last call, the latest one last: they begin to be heard."""
        position = self._seen_position()
        found = []
        with self._lock:
            while self._ticks and self._ticks[0][0] <= position:
                self._last_begin, tick = self._ticks.popleft()
                found.append(tick)
        return found

    @property
    def lateness(self) -> float:
        """Return how long the sound of the last tick that was shown is being heard, in seconds."""
        return (self.output.heard() - self._last_begin) / RATE

    def upcoming(self, seconds: float = 0.0) -> tuple[int, StageTick] | None:
        """Return the first tick to be shown in so many seconds or later, and its place (see ``until``).

        If all that wait are to be shown sooner it is the last of them, if none waits None.
        """
        with self._lock:
            place = self._seen_position() + seconds * RATE
            last = self._ticks[-1] if self._ticks else None
            return next((waiting for waiting in self._ticks if waiting[0] >= place), last)

    def until(self, place: int) -> float:
        """Return in how many seconds the tick at a place is to be shown; 0 if it is time."""
        return max(0.0, (place - self._seen_position()) / RATE)

    def _seen_position(self) -> float:
        """Return what will be heard when a picture that is shown now is seen."""
        return self.output.heard() + _SCREEN_SECONDS * RATE

    def _pull(self) -> None:
        while not self._ended.is_set():
            try:
                if self._live():
                    self._pull_live()
                elif not self._pull_one():
                    left = FRAMES_PER_TICK - self.output.played % FRAMES_PER_TICK
                    self._sleep(left / RATE + 0.001)
            except SessionClosedError:
                self._ended.set()
            except Exception:
                _log.exception("a tick could not be had")
                self._ended.wait(_MENDING_SECONDS)

    def _live(self) -> bool:
        """Return whether a microphone moves the mouth and is not heard: there is no sound to wait for."""
        puppet = self._stage.puppet
        return puppet.held and not (puppet.echo or self._stage.saying or self.output.paused)

    def _pull_live(self) -> None:
        """Pull the next tick as soon as there is sound for it; without any, life goes on."""
        waiting = self.output.given - self.output.played
        left = self._next_live - time.monotonic()
        if waiting > 0:
            self._sleep(waiting / RATE)
        elif self._stage.session.wait_ready(max(left, 0.0)) or left <= 0:
            speaking = self._pull_one(live=True)
            self._next_live = time.monotonic() + (_STARVED_SECONDS if speaking else _TICK_SECONDS)

    def _pull_one(self, live: bool = False) -> bool:
        """Pull the next tick if one is due; return whether it was, or if ``live`` whether it has sound."""
        with self._lock:  # or an interrupt could come between pulling and giving, and what it cuts be given
            tick = self._view.due(self.output.played, RATE, _AHEAD)
            if tick is None:
                return False
            self._ticks.append((self.output.given, tick))
            sound = sound_of(tick)
            if live and not (tick.audible and tick.tick.speaking):
                self.output.skip(len(sound))
                return tick.tick.speaking
            self.output.give(sound)
            return True

    def _sleep(self, seconds: float) -> None:
        self._wake.wait(seconds)
        self._wake.clear()

    def _interrupted(self) -> None:
        """Drop what was pulled and is not heard; called by whoever interrupts."""
        with self._lock:
            self.output.cut()
            self._ticks.clear()
        self._wake.set()

    def _unplayed_ms(self) -> int:
        return round(self.output.unheard_seconds * 1000)


def sound_of(tick: StageTick) -> NDArray[np.float32]:
    """Return what is to be heard of a tick, float32 (n,) at ``RATE``.

    It is 40 ms long, or as much as the ticks that were merged into it have sound.
    """
    if not tick.audible:
        return np.zeros(max(FRAMES_PER_TICK, 3 * len(tick.tick.samples)), np.float32)
    pieces = [piece.samples[:, 0] for piece in tick.tick.original if piece.rate == RATE]
    sound = np.concatenate(pieces).astype(np.float32) / np.float32(32_768) if pieces else _NO_SOUND
    return np.pad(sound, (0, max(0, FRAMES_PER_TICK - len(sound))))
