"""What a view is given: one picture, and the sound that belongs to it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..avatar.pose import FacePose
from .broadcast import Taken
from .pcm import Pcm
from .timeline import FRAME_MILLISECONDS

Paint = Callable[[int, FacePose], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True, eq=False)
class Tick:
    """40 ms of a session as one view sees it.

    ``index`` counts the session's ticks from 0. ``speaking`` ticks carry sound: ``samples`` int16 (640,)
    at 16 kHz mono, the last tick of an utterance filled up with zeros after ``sample_count``; and
    ``original``, the same sound as it was pushed, in pieces of one rate each, never filled up. Others
    carry none: ``samples`` is (0,), ``original`` empty, ``utterance`` None. ``end_of_speech`` is set once
    for each flush. ``after_interrupt`` says that what a device still holds is to be cut.

    A view that was late gets several ticks as one: the newest picture, all the sound, and ``dropped``,
    the number of pictures not shown. ``missed`` ticks were lost to a view that stayed away too long.
    """

    index: int
    pose: FacePose
    samples: NDArray[np.int16]
    sample_count: int
    original: tuple[Pcm, ...]
    utterance: int | None
    end_of_speech: bool
    after_interrupt: bool
    dropped: int
    missed: int
    _paint: Paint = field(repr=False)

    @classmethod
    def of(cls, taken: Taken, paint: Paint) -> Self:
        """Make a tick of consecutive moments, of which the last is seen.

        Its sound is padded in the last moment only, for merging stops where an utterance ends.
        """
        moments = taken.moments
        last = moments[-1]
        if last.pose is None:
            raise ValueError("the moment that is shown must have a pose")
        if len(moments) == 1:
            samples, original = last.samples, last.original
        else:
            samples = np.concatenate([moment.samples for moment in moments])
            original = tuple(piece for moment in moments for piece in moment.original)
        utterances = [moment.utterance for moment in moments if moment.utterance is not None]
        return cls(
            index=last.index,
            pose=last.pose,
            samples=samples,
            sample_count=sum(moment.sample_count for moment in moments),
            original=original,
            utterance=utterances[-1] if utterances else None,
            end_of_speech=last.end_of_speech or taken.missed_end,
            after_interrupt=any(moment.after_interrupt for moment in moments),
            dropped=taken.dropped,
            missed=taken.missed,
            _paint=paint,
        )

    @property
    def speaking(self) -> bool:
        """Return whether there is sound."""
        return self.sample_count > 0

    @property
    def time_ms(self) -> int:
        """Return when it is to be shown, in milliseconds since the session's start, exactly."""
        return self.index * FRAME_MILLISECONDS

    @property
    def time(self) -> float:
        """Return when it is to be shown, in seconds since the session's start."""
        return self.time_ms / 1000

    def image(self) -> NDArray[np.uint8]:
        """Return the picture, painted when first asked for and shared: it is read-only.

        uint8 (h, w, 3) BGR, or (h, w, 4) BGRA of a transparent session. May be called by any thread.
        """
        return self._paint(self.index, self.pose)
