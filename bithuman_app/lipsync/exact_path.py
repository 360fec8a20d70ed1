"""The exact path while it happens: phonemes become known piece by piece, frames are wanted one by one."""

import math
from collections.abc import Iterable
from typing import Final

from .coarticulation import curves_of, meet, with_pauses
from .curves import FRAMES_PER_SECOND, Curves
from .phonemes import Phoneme, flatten

#: Frames that are made at once, for one costs nearly as much as all. More phonemes make them void.
_FRAMES_AT_ONCE: Final = 25
#: Phonemes that ended this long before the frame last wanted are forgotten.
_KEPT_SECONDS: Final = 3.0


def check(phonemes: Iterable[Phoneme]) -> tuple[Phoneme, ...]:
    """Return the phonemes, or raise ``ValueError`` if one has no label or impossible times."""
    checked = tuple(phonemes)
    for phoneme in checked:
        if not isinstance(phoneme.label, str):
            raise ValueError(f"a phoneme's label must be a string, not {phoneme.label!r}")
        if not (math.isfinite(phoneme.start) and math.isfinite(phoneme.end)):
            raise ValueError(f"phoneme {phoneme.label!r} lasts from {phoneme.start} to {phoneme.end} s")
        if not 0 <= phoneme.start <= phoneme.end:
            raise ValueError(f"phoneme {phoneme.label!r} lasts from {phoneme.start} to {phoneme.end} s")
    return checked


class ExactPath:
    """The phonemes of one utterance as far as they are known, and the mouth that they ask for.

    Each frame is as ``from_phonemes`` would give it for all that is known when it is first wanted.
    """

    def __init__(self) -> None:
        self._phonemes: list[Phoneme] = []
        self._spoken: list[Phoneme] | None = None
        self._curves: Curves | None = None
        self._first = 0
        self._begins = math.inf

    def add(self, phonemes: Iterable[Phoneme], start: float) -> None:
        """Learn what is said from ``start`` on, in seconds; the phonemes' times count from there.

        From the first such moment on the mouth is led by phonemes: where there are none, it is silent.
        """
        self._begins = min(self._begins, start)
        oldest = self._first / FRAMES_PER_SECOND - _KEPT_SECONDS
        self._phonemes = [phoneme for phoneme in self._phonemes if phoneme.end > oldest]
        self._phonemes += [Phoneme(p.label, p.start + start, p.end + start) for p in phonemes]
        self._spoken = self._curves = None

    def meet(self, frame: int, heard: Curves) -> Curves:
        """Return one frame, ``heard`` by the network, as ``coarticulation.meet`` would.

        ``frame`` is its number; the numbers asked for never fall. Frames before the first moment that
        phonemes are known of are returned as they were heard.
        """
        if frame / FRAMES_PER_SECOND < self._begins:
            return heard
        if self._curves is None or frame >= self._first + len(self._curves):
            if self._spoken is None:
                self._spoken = with_pauses(flatten(self._phonemes))
            self._first = frame
            self._curves = curves_of(self._spoken, frame, _FRAMES_AT_ONCE)
        at = slice(frame - self._first, frame - self._first + 1)
        return meet(heard, Curves(self._curves.articulation[at], self._curves.visemes[at]))
