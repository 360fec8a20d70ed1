"""How speech gets into a session: piece by piece, until somebody interrupts."""

import threading
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from ..media.resampling import Resampler
from ..session import SessionClosedError
from ..session.pcm import to_int16
from .puppet import to_float
from .subtitles import Passage, Word

if TYPE_CHECKING:
    from .stage import Stage

#: The rate at which browsers and sound cards play.
PLAYING_RATE: Final = 48_000


class Mouthpiece:
    """Pushes what is to be said, one speaker after the other."""

    def __init__(self, stage: "Stage") -> None:
        self._stage = stage
        self._turn = threading.Lock()

    def speak(self, passages: Iterable[tuple[int, Passage]], *, cut: bool, text: str) -> bool:
        """Do what ``Stage.speak`` says with passages, each at its rate; the times are each one's own."""
        if cut:
            self._stage.interrupt()
        with self._turn, suppress(SessionClosedError):  # closed: the avatar was changed meanwhile
            return self._speak(passages, text)
        return False

    def _speak(self, passages: Iterable[tuple[int, Passage]], text: str) -> bool:
        stage = self._stage
        then = stage.moment()
        resampler: Resampler | None = None
        seconds = 0.0
        for rate, passage in passages:
            if resampler is None:
                stage.puppet.end_utterance()
                stage.tell(lambda listener: listener.speech_began(stage, text))
                resampler = Resampler(rate, PLAYING_RATE, 1)
            sound = to_int16(resampler.push(to_float(passage.samples)[None])[0])
            # Under the lock, or an interrupt could come between the look and the push.
            with stage.lock:
                if stage.moment() != then:
                    return False
                self._push(sound, passage, seconds)
            stage.tell(lambda listener: listener.sound_came(stage))
            seconds += len(passage.samples) / rate
        if resampler is None:
            return False
        with stage.lock:
            if stage.moment() != then:
                return False
            stage.session.push(to_int16(resampler.finish()[0]), PLAYING_RATE, end=True)
        stage.tell(lambda listener: listener.sound_came(stage))
        return True

    def _push(self, sound: NDArray[np.int16], passage: Passage, seconds: float) -> None:
        """Queue a passage that begins so many seconds after its utterance."""
        session, generation, _ = self._stage.moment()
        # The resampler holds a few samples back, so the sound pushed here begins up to that much earlier
        # than the passage: a hundredth of a frame.
        key = (generation, session.push(sound, PLAYING_RATE, phonemes=passage.phonemes))
        self._stage.utterances.say(key)
        self._stage.script.add(key, [Word(word.text, seconds + word.start) for word in passage.words])
