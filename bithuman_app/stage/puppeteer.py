"""Whose microphone moves the mouth, seen from the stage."""

import threading
from typing import TYPE_CHECKING, Any

from numpy.typing import NDArray

from ..media.resampling import Resampler
from ..session import SessionClosedError
from ..session.pcm import to_int16
from .mouthpiece import PLAYING_RATE
from .puppet import MOST_WAITING_MS, SAMPLE_RATE, Puppet, to_float

if TYPE_CHECKING:
    from .stage import Stage


class Puppeteer:
    """Lets one microphone at a time speak with the avatar's mouth. Any thread may call.

    A holder is any object that stands for a microphone: a page, the window.
    """

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage
        self._lock = threading.RLock()
        self._puppet = Puppet()
        self._resampler: Resampler | None = None
        self._open = False

    @property
    def held(self) -> bool:
        """Return whether anybody's microphone moves the mouth."""
        return self._puppet.holder is not None

    @property
    def holder(self) -> object | None:
        """Return whose microphone moves the mouth."""
        return self._puppet.holder

    @property
    def echo(self) -> bool:
        """Return whether the microphone is heard as well."""
        return self._puppet.echo

    @property
    def sensitivity(self) -> float:
        """Return how easily sound counts as speech, 0..1."""
        return self._puppet.sensitivity

    @property
    def level(self) -> float:
        """Return how loud the microphone is, 0..1, on a scale of decibels for a meter."""
        return self._puppet.level

    @property
    def speaking(self) -> bool:
        """Return whether its holder is speaking."""
        return self._puppet.speaking

    def take(self, holder: object, *, echo: bool = False, sensitivity: float = 0.5) -> None:
        """Give the puppet to somebody, whoever held it before; also changes the options of the holder.

        With ``echo`` the microphone is heard in all views. ``sensitivity`` 0..1: the higher, the more
        easily sound counts as speech; raises ``ValueError`` for others.
        """
        with self._lock:
            self.end_utterance()
            self._puppet.take(holder, echo, sensitivity)
        self._stage.options_changed()

    def release(self, holder: object) -> None:
        """Let go of the puppet, if this one holds it."""
        with self._lock:
            if self._puppet.holder is not holder:
                return
            self._puppet.release()
            self.end_utterance()
        self._stage.options_changed()

    def free(self) -> None:
        """Take the puppet from whoever holds it."""
        holder = self._puppet.holder
        if holder is not None:
            self.release(holder)

    def hear(self, holder: object, samples: NDArray[Any]) -> None:
        """Take sound of a microphone, int16 or float32 (n,) at 16 kHz, as much as there is.

        It is spoken if this one holds the puppet. While something else is being said it is not, until
        it is clear that somebody speaks: then the other is interrupted.
        """
        with self._lock:
            if self._puppet.holder is not holder or not len(samples):
                return
            sound, began = self._puppet.hear(to_float(samples))
            if self._stage.saying:
                if not began:
                    return
                self._stage.interrupt()
            self._push(sound)
        self._stage.tell(lambda listener: listener.sound_came(self._stage))

    def end_utterance(self) -> None:
        """End what the microphone says; what it hears from now on is another utterance."""
        with self._lock:
            if self._open:
                self._open = False
                try:
                    self._stage.session.flush()
                except SessionClosedError:
                    return

    def _push(self, sound: NDArray[Any]) -> None:
        session, generation, _ = self._stage.moment()
        waiting = session.queued_ms
        if waiting > 2 * MOST_WAITING_MS or (waiting > MOST_WAITING_MS and not sound.any()):
            return
        if not self._open:
            self._open = True
            self._resampler = Resampler(SAMPLE_RATE, PLAYING_RATE, 1)
        try:
            if self._puppet.echo and self._resampler is not None:
                session.push(to_int16(self._resampler.push(sound[None])[0]), PLAYING_RATE)
            else:
                self._stage.utterances.mute((generation, session.push(to_int16(sound), SAMPLE_RATE)))
        except SessionClosedError:  # the avatar was changed meanwhile
            return
