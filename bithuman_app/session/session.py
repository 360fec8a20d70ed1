"""The live session: sound is pushed in, ticks of picture and sound are pulled out."""

import logging
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Final, Literal, Self, overload

import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..avatar.pose import FacePose
from ..lipsync import FRAMES_PER_SECOND, SAMPLE_RATE
from ..lipsync.exact_path import check
from ..lipsync.phonemes import Phoneme
from ..render.background import Colour
from .broadcast import Broadcast, Taken
from .character import Character
from .errors import InputFullError, SessionClosedError
from .painter import Painter
from .pcm import SampleFormat, Sound, to_bytes
from .tick import Tick
from .timeline import Timeline
from .view import Follower, View, Watcher

_log = logging.getLogger(__name__)
#: How many pictures are kept for views that look at the same tick a little later.
_PICTURES_KEPT: Final = 4


class Session:
    """One avatar that speaks what is pushed, in ticks of 40 ms that pass only when a view pulls.

    There is no thread and no clock inside: time is the consumers'. Nothing is computed that nobody asks
    for; pictures are painted when a view looks at them. The same avatar, seed and sequence of calls give
    the same ticks.

    Any thread may call any method. The session is locked for a few milliseconds at most, never while
    it paints.
    """

    def __init__(
        self,
        avatar: Avatar,
        seed: int = 0,
        *,
        size: tuple[int, int] | None = None,
        background: NDArray[np.uint8] | Colour | None = None,
        transparent: bool = False,
        queue_seconds: float = 120.0,
    ) -> None:
        """Start at rest; the first tick waits for nothing any more.

        ``size``, ``background`` and ``transparent`` are those of ``offline.perform``. ``queue_seconds``
        bounds the sound that waits (see ``push``). Raises ``ValueError`` for values that make no sense.
        """
        if not queue_seconds > 0:
            raise ValueError(f"queue_seconds must be above 0, not {queue_seconds}")
        self._avatar = avatar
        self._seed = seed
        self._queue_seconds = queue_seconds
        self._painter = Painter(avatar, size, background, transparent)
        self._painting = threading.Lock()
        self._pictures: OrderedDict[int, NDArray[np.uint8]] = OrderedDict()
        self._timeline = Timeline(seed, avatar.style)
        self._broadcast = Broadcast(self._timeline)
        self._watchers: list[Watcher] = []
        self._changed = threading.Condition()
        self._puller: int | None = None
        self._closed = False

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of the pictures."""
        return self._painter.size

    def first_image(self) -> NDArray[np.uint8]:
        """Return the face as it is before anything happened, a fresh picture; no time passes."""
        pose = Character(self._seed, self._avatar.style).rest()
        with self._painting:
            return self._painter.paint(pose)

    # Sound in

    def push(
        self,
        pcm: Sound,
        rate: int = SAMPLE_RATE,
        channels: int = 1,
        *,
        sample_format: SampleFormat = "int16",
        phonemes: Iterable[Phoneme] | None = None,
        end: bool = False,
        timeout: float | None = None,
    ) -> int:
        """Queue sound to be spoken and return the number of the utterance that it belongs to.

        ``pcm`` is bytes of little-endian samples, channels side by side, or an array int16 or float of
        shape (n,) or (n, channels). Any amount will do: bytes that are not a whole sample wait for the
        rest. Channels are averaged, NaN and infinities are silence. ``end`` ends the utterance.

        ``phonemes`` say what is spoken when, in seconds from the start of this sound; they may reach
        beyond its end. From the first push that is given any, be it an empty sequence, to the end of the
        utterance the lips follow them, and are silent where there are none. They are in time until their
        moment is in a tick.

        A push is taken whole if less than ``queue_seconds`` wait. Otherwise it waits for room up to
        ``timeout`` seconds (None: as long as it takes) and then raises ``InputFullError``, nothing
        having been taken; at once if nobody could make room meanwhile, because no view is open or the
        caller is the one who pulls. Raises ``ValueError`` or ``TypeError`` for what is no sound and for
        phonemes with impossible times, and ``SessionClosedError``.
        """
        format, data = to_bytes(pcm, rate, channels, sample_format)
        known = None if phonemes is None else check(phonemes)
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        with self._changed:
            while len(data) and not self._has_room():
                self._wait_for_room(deadline)
            self._check_open()
            number = self._timeline.push(format, data, known)
            if end:
                self._timeline.flush()
            self._changed.notify_all()
            return number

    def flush(self) -> int:
        """End the utterance and return its number; one tick will say ``end_of_speech``."""
        with self._changed:
            self._check_open()
            number = self._timeline.flush()
            self._changed.notify_all()
            return number

    def interrupt(self) -> int:
        """Fall silent at once; return how many milliseconds of the utterance were really played.

        Everything that waits is forgotten, flushes included; the mouth closes over the next ticks. What
        was played is what the views were given less what they say is still unplayed.
        """
        with self._changed:
            if self._closed:
                return 0
            views = [(view, view.cursor.heard) for view in self._watchers]
            heard = self._broadcast.heard
        playing = [(view, given) for view, given in views if view.unplayed_ms is not None]
        if playing:
            heard = max(given - _unplayed(view) * SAMPLE_RATE // 1000 for view, given in playing)
        with self._changed:
            played = self._timeline.interrupt(heard)
            self._broadcast.go_live()
            self._changed.notify_all()
        for view, _ in views:
            _tell(view)
        return played

    @property
    def ready(self) -> bool:
        """Return whether the next tick has sound or an end of speech."""
        with self._changed:
            return not self._closed and self._timeline.ready

    def wait_ready(self, timeout: float | None = None) -> bool:
        """Wait until ``ready``, up to ``timeout`` seconds or until the session is closed; return it."""
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._timeline.ready, timeout)
            return not self._closed and self._timeline.ready

    @property
    def queued_ms(self) -> int:
        """Return how much sound was pushed and not given out yet."""
        with self._changed:
            return self._timeline.queued_milliseconds

    @property
    def speaking(self) -> bool:
        """Return whether the last tick had sound or the next one has."""
        with self._changed:
            return not self._closed and (self._timeline.spoke or self._timeline.ready)

    # Gestures and moods

    def play_gesture(self, name: str, *, force: bool = False) -> bool:
        """Play one of ``GESTURES`` when those before it are done; see ``GesturePlayer.play``."""
        with self._changed:
            self._check_open()
            return self._timeline.character.gestures.play(name, force)

    def set_emotion(self, name: str, strength: float = 1.0, seconds: float | None = 6.0) -> None:
        """Let one of ``EMOTIONS`` show in the face for a while; see ``Mood.set``."""
        with self._changed:
            self._check_open()
            self._timeline.character.mood.set(name, strength, seconds)

    # Ticks out

    @overload
    def view(
        self,
        *,
        follow: Literal[False] = False,
        late_after: int | None = 3,
        unplayed_ms: Callable[[], int] | None = None,
        on_interrupt: Callable[[], None] | None = None,
    ) -> View: ...

    @overload
    def view(
        self,
        *,
        follow: Literal[True],
        late_after: int | None = 3,
        unplayed_ms: Callable[[], int] | None = None,
        on_interrupt: Callable[[], None] | None = None,
    ) -> Follower: ...

    def view(
        self,
        *,
        follow: bool = False,
        late_after: int | None = 3,
        unplayed_ms: Callable[[], int] | None = None,
        on_interrupt: Callable[[], None] | None = None,
    ) -> View | Follower:
        """Return a new view, which begins now; with ``follow`` one that never lets time pass by itself.

        ``late_after``: more ticks behind than this, it gets them merged into one; None: it gets every
        picture, however late. ``unplayed_ms`` tells how much of the sound it was given is not heard yet,
        ``on_interrupt`` cuts that; ``interrupt`` calls both, in its thread. Raises ``ValueError`` for a
        ``late_after`` below 1, ``SessionClosedError``.
        """
        if late_after is not None and late_after < 1:
            raise ValueError(f"late_after must be at least 1 or None, not {late_after}")
        with self._changed:
            self._check_open()
            kind = Follower if follow else View
            watcher = kind(self, self._broadcast.open(late_after), unplayed_ms, on_interrupt)
            self._watchers.append(watcher)
            return watcher

    def take_next(self, view: View) -> Tick:
        """Do what ``View.next`` says."""
        with self._changed:
            self._check_open(view)
            return self._driven(self._broadcast.next(view.cursor))

    def take_due(self, view: View, played: int, rate: int, ahead: int) -> Tick | None:
        """Do what ``View.due`` says."""
        with self._changed:
            self._check_open(view)
            taken = self._broadcast.due(view.cursor, played * FRAMES_PER_SECOND // rate, ahead)
            return None if taken is None else self._driven(taken)

    def take_made(self, follower: Follower, timeout: float | None) -> Tick | None:
        """Do what ``Follower.next`` says."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._closed or follower.closed or self._broadcast.backlog(follower.cursor), timeout
            )
            self._check_open(follower)
            if not self._broadcast.backlog(follower.cursor):
                return None
            return Tick.of(self._broadcast.take(follower.cursor), self._paint)

    def backlog(self, watcher: Watcher) -> int:
        """Do what ``Watcher.backlog`` says."""
        with self._changed:
            return 0 if watcher.closed or self._closed else self._broadcast.backlog(watcher.cursor)

    def close_watcher(self, watcher: Watcher) -> None:
        """Do what ``Watcher.close`` says."""
        with self._changed:
            watcher.closed = True
            if watcher in self._watchers:
                self._watchers.remove(watcher)
                self._broadcast.close(watcher.cursor)
            self._changed.notify_all()

    def close(self) -> None:
        """End the session and wake all who wait; may be called again. Ticks taken stay good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _driven(self, taken: Taken) -> Tick:
        """Return a tick to a view that may have let time pass for others too."""
        self._puller = threading.get_ident()
        self._changed.notify_all()
        return Tick.of(taken, self._paint)

    def _paint(self, index: int, pose: FacePose) -> NDArray[np.uint8]:
        """Return the picture of a tick, for whoever asks first and for those who ask soon after."""
        with self._painting:
            picture = self._pictures.get(index)
            if picture is None:
                picture = self._painter.paint(pose)
                picture.flags.writeable = False
                self._pictures[index] = picture
                while len(self._pictures) > _PICTURES_KEPT:
                    self._pictures.popitem(last=False)
            return picture

    def _has_room(self) -> bool:
        return self._closed or self._timeline.waiting_seconds < self._queue_seconds

    def _wait_for_room(self, deadline: float) -> None:
        """Wait for a view to pull; raise ``InputFullError`` if that is in vain."""
        seconds = deadline - time.monotonic()
        driven = any(isinstance(watcher, View) for watcher in self._watchers)
        if not driven or self._puller == threading.get_ident() or seconds <= 0:
            raise InputFullError(
                f"{self._timeline.waiting_seconds:.0f} s of sound wait to be spoken;"
                " let a view pull ticks, then push again"
            )
        self._changed.wait(None if math.isinf(seconds) else seconds)

    def _check_open(self, watcher: Watcher | None = None) -> None:
        if self._closed:
            raise SessionClosedError("the session is closed")
        if watcher is not None and watcher.closed:
            raise SessionClosedError("the view is closed")


def _unplayed(view: Watcher) -> int:
    """Return what a view says is unplayed, in milliseconds; if it fails to say, nothing is."""
    try:
        return max(0, int(view.unplayed_ms())) if view.unplayed_ms else 0
    except Exception:
        _log.exception("a view cannot tell what is unplayed")
        return 0


def _tell(view: Watcher) -> None:
    try:
        if view.on_interrupt:
            view.on_interrupt()
    except Exception:
        _log.exception("a view cannot be interrupted")
