"""How a page or a window pulls what is performed."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

import numpy as np

from ..session import Session, SessionClosedError, Tick
from ..session.view import View
from .state import State
from .subtitles import Subtitles, Word

if TYPE_CHECKING:
    from .stage import Stage

#: Frames of 16-bit full scale below which sound counts as a pause, -45 dB.
_QUIET: Final = 184
#: How long a pause within speech goes on being called speech (0.4 s).
_PAUSE_TICKS: Final = 10
_SAMPLE_RATE: Final = 16_000


@dataclass(frozen=True, slots=True, eq=False)
class StageTick:
    """40 ms of a stage: a session's ``Tick`` and what a view shows beside it.

    ``words`` begin in it. ``audible`` is False if its sound is not to be played: it is the microphone of
    somebody who does not want to hear it. ``generation`` counts the avatars: if it is another one than
    before, the size of the picture may be too, and ``tick.index`` begins anew.
    """

    tick: Tick
    state: State
    words: tuple[Word, ...]
    audible: bool
    generation: int


@dataclass(slots=True, eq=False)
class _Attachment:
    """A view of the session that is on the stage; ``base`` is where a clock stood at its first tick."""

    view: View
    generation: int
    base: int | None = None


class StageView:
    """A view that outlives changes of the avatar. For one thread at a time, ``close`` for any."""

    def __init__(
        self,
        stage: "Stage",
        unplayed_ms: Callable[[], int] | None,
        on_interrupt: Callable[[], None] | None,
        late_after: int | None,
    ) -> None:
        self._stage = stage
        self._unplayed_ms, self._on_interrupt, self._late_after = unplayed_ms, on_interrupt, late_after
        self._subtitles = Subtitles(stage.script)
        self._loud_ago = _PAUSE_TICKS
        self._attached: _Attachment | None = None

    def attach(self, session: Session, generation: int) -> None:
        """Look at another session from now on; the stage calls this."""
        view = session.view(
            late_after=self._late_after, unplayed_ms=self._unplayed_ms, on_interrupt=self._on_interrupt
        )
        self._loud_ago = _PAUSE_TICKS
        before, self._attached = self._attached, _Attachment(view, generation)
        if before is not None:
            before.view.close()

    @property
    def backlog(self) -> int:
        """Return how many ticks were made that this one has not taken."""
        attached = self._attached
        return attached.view.backlog if attached is not None else 0

    def next(self) -> StageTick:
        """Return the next tick, at once. Raises ``SessionClosedError`` when the stage has closed."""
        while True:
            attached = self._current()
            try:
                return self._dress(attached, attached.view.next())
            except SessionClosedError:
                self._check(attached)

    def due(self, played: int, rate: int, ahead: int = 0) -> StageTick | None:
        """Return the next tick due by the consumer's audio clock, None if it has all that are due.

        See ``session.view.View.due``; the clock goes on when the avatar changes. Raises ``ValueError``,
        and ``SessionClosedError`` when the stage has closed.
        """
        while True:
            attached = self._current()
            if attached.base is None:
                attached.base = played
            try:
                tick = attached.view.due(played - attached.base, rate, ahead)
            except SessionClosedError:
                self._check(attached)
                continue
            return None if tick is None else self._dress(attached, tick)

    def close(self) -> None:
        """Leave; may be called again."""
        self._stage.forget_view(self)
        attached, self._attached = self._attached, None
        if attached is not None:
            attached.view.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _current(self) -> _Attachment:
        attached = self._attached
        if attached is None:
            raise SessionClosedError("the view is closed")
        return attached

    def _check(self, attached: _Attachment) -> None:
        """Raise ``SessionClosedError`` unless another session has come meanwhile."""
        if self._attached is attached or self._attached is None:
            raise SessionClosedError("the stage is closed")

    def _dress(self, attached: _Attachment, tick: Tick) -> StageTick:
        words: tuple[Word, ...] = ()
        audible = True
        if tick.utterance is not None:
            key = (attached.generation, tick.utterance)
            words = self._subtitles.advance(key, len(tick.samples) / _SAMPLE_RATE, tick.end_of_speech)
            audible = self._stage.is_audible(key)
            if tick.end_of_speech:
                self._stage.note_end(key)
        return StageTick(tick, self._state(tick), words, audible, attached.generation)

    def _state(self, tick: Tick) -> State:
        loud = tick.speaking and int(np.abs(tick.samples).max()) > _QUIET
        self._loud_ago = 0 if loud else self._loud_ago + 1
        return self._stage.state_when(speaking=self._loud_ago < _PAUSE_TICKS)
