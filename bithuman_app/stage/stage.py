"""One live avatar, and everything people ask of it."""

import logging
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, UsageError, UserError
from ..lipsync.phonemes import Phoneme
from ..media.audio import read_soundtrack
from ..resources import asset
from ..session import Session, SessionClosedError
from ..voice.speech import FASTEST, SLOWEST
from . import speech
from .listener import Listener
from .mouthpiece import PLAYING_RATE, Mouthpiece
from .puppeteer import Puppeteer
from .state import State
from .subtitles import Passage, Script, UtteranceKey, Word, read_words
from .utterances import Utterances
from .view import StageView
from .wardrobe import Wardrobe

_log = logging.getLogger(__name__)

SoundPlace = Literal["page", "window"]


class Stage:
    """One session after the other, as many as avatars are chosen, for any number of views.

    Any thread may call any method. Time passes only while a view pulls.
    """

    def __init__(self, wardrobe: Wardrobe, seed: int = 0) -> None:
        """Put the wardrobe's first avatar on the stage; raises ``UserError`` if it cannot be had."""
        self.wardrobe = wardrobe
        self.script = Script()
        self._seed = seed
        #: Held while the session changes or falls silent; those who push sound hold it too.
        self.lock = threading.RLock()
        self._changing = threading.Lock()
        self._listeners: list[Listener] = []
        self._views: list[StageView] = []
        self._listening: set[object] = set()
        self._thinking = False
        self._closed = False
        self._cuts = 0
        self._utterances = Utterances()
        self._mouthpiece = Mouthpiece(self)
        self.puppet = Puppeteer(self)
        self._voice, self._speed = speech.VOICES[0], 1.0
        self._sound_on: SoundPlace = "page"
        self._avatar = wardrobe.first
        self._generation = 0
        self._session = self._open(self._avatar)

    # What it is

    @property
    def avatar(self) -> str:
        """Return the name of the avatar on the stage."""
        return self._avatar

    @property
    def size(self) -> tuple[int, int]:
        """Return width and height of its pictures."""
        return self._session.size

    @property
    def session(self) -> Session:
        """Return the session that is on the stage now."""
        return self._session

    @property
    def state(self) -> State:
        """Return what the avatar is doing; a view's ticks say it for the moment they show."""
        return self.state_when(speaking=self._session.speaking and not self.puppet.held)

    @property
    def saying(self) -> bool:
        """Return whether something of its own is being said or waits to be; a microphone does not count."""
        return self._utterances.saying

    @property
    def watched(self) -> bool:
        """Return whether there is any view."""
        return bool(self._views)

    def state_when(self, speaking: bool) -> State:
        """Return the state while sound is or is not heard."""
        if speaking:
            return State.SPEAKING
        if self._thinking:
            return State.THINKING
        return State.LISTENING if self._listening or self.puppet.held else State.IDLE

    def add_listener(self, listener: Listener) -> None:
        """Tell somebody of changes from now on."""
        with self.lock:
            self._listeners = [*self._listeners, listener]

    def remove_listener(self, listener: Listener) -> None:
        """Tell somebody no more."""
        with self.lock:
            self._listeners = [one for one in self._listeners if one is not listener]

    def tell(self, what: Callable[[Listener], None]) -> None:
        """Tell all who listen; what fails in one does not reach the others."""
        for listener in self._listeners:
            try:
                what(listener)
            except Exception:
                _log.exception("a listener of the stage failed")

    # Views

    def view(
        self,
        *,
        unplayed_ms: Callable[[], int] | None = None,
        on_interrupt: Callable[[], None] | None = None,
        late_after: int | None = 3,
    ) -> StageView:
        """Return a new view, which begins now; the arguments are those of ``Session.view``.

        Raises ``SessionClosedError`` if the stage is closed.
        """
        with self.lock:
            if self._closed:
                raise SessionClosedError("the stage is closed")
            view = StageView(self, unplayed_ms, on_interrupt, late_after)
            view.attach(self._session, self._generation)
            self._views.append(view)
            return view

    def forget_view(self, view: StageView) -> None:
        """Do what ``StageView.close`` says."""
        with self.lock:
            if view in self._views:
                self._views.remove(view)

    def is_audible(self, utterance: UtteranceKey) -> bool:
        """Return whether an utterance is to be heard, or only moves the mouth."""
        return self._utterances.is_audible(utterance)

    def note_end(self, utterance: UtteranceKey) -> None:
        """Note that a view has come to the end of an utterance."""
        self._utterances.end(utterance)

    # What it says

    def speak(
        self,
        blocks: Iterable[NDArray[Any]],
        rate: int,
        words: Sequence[Word] = (),
        *,
        phonemes: Sequence[Phoneme] | None = None,
        cut: bool = False,
        text: str = "",
    ) -> bool:
        """Say sound, in blocks int16 or float32 (n,) as they come; ``words`` become subtitles.

        ``phonemes`` are all that are said, with times from the beginning; then the mouth is exact. With
        ``cut`` it falls silent first. Blocks until all is queued, one caller after the other. An
        interrupt ends it early: then False is returned, as for no sound at all.
        """
        return self._mouthpiece.speak(_with(words, phonemes, blocks, rate), cut=cut, text=text)

    def say(self, text: str, *, cut: bool = True) -> bool:
        """Say a text with the offline voice, clause by clause; returns what ``speak`` returns.

        Raises ``UsageError`` for a text without anything to be read, ``UnavailableError`` without a voice.
        """
        pieces = speech.passages(text, self._voice, self._speed)
        return self._mouthpiece.speak(pieces, cut=cut, text=text)

    def play(
        self,
        path: Path | str,
        *,
        name: str = "",
        words: Sequence[Word] = (),
        cut: bool = True,
        limit_seconds: float | None = None,
    ) -> bool:
        """Say a recording (a sound file, or a video's sound); ``name`` is what listeners are told.

        Returns what ``speak`` returns. Raises ``DataError`` for what is no sound, nothing being cut then;
        it speaks of the name, if one is given, and never of the path.
        """
        blocks = _sound(path, name, limit_seconds)
        first = next(blocks, None)
        if first is None:
            return False
        return self.speak(_again(first, blocks), PLAYING_RATE, words, cut=cut, text=name or Path(path).name)

    def play_sample(self) -> bool:
        """Say the recording that comes with the program."""
        words = read_words(asset("audio", "speech.json"))
        return self.play(
            asset("audio", "speech.wav"), name=" ".join(word.text for word in words), words=words
        )

    def interrupt(self) -> int:
        """Fall silent at once, in all views; return how many milliseconds were really heard."""
        with self.lock:
            self._thinking = False
            self._cuts += 1
            self._utterances.clear()
            played = self._session.interrupt()
            self.script.clear()
        self.tell(lambda listener: listener.interrupted(self))
        return played

    def think(self, thinking: bool) -> None:
        """Note whether an answer is being thought about."""
        self._thinking = thinking

    def listen(self, ear: object, on: bool) -> None:
        """Note whether somebody's microphone is open; ``ear`` is any object that stands for it."""
        with self.lock:
            (self._listening.add if on else self._listening.discard)(ear)

    # What it does

    def gesture(self, name: str) -> bool:
        """Play a gesture; False if it is not taken. Raises ``ValueError`` for an unknown one."""
        return self._session.play_gesture(name)

    def emotion(self, name: str) -> None:
        """Show an emotion for a while. Raises ``ValueError`` for an unknown one."""
        self._session.set_emotion(name)

    def change_avatar(self, name: str) -> None:
        """Put another avatar on the stage, all views going on; raises ``UserError`` if it cannot be had.

        Takes as long as loading does; what was being said ends.
        """
        with self._changing:
            session = self._open(name)
            self.interrupt()
            with self.lock:
                if self._closed:
                    session.close()
                    return
                old, self._session = self._session, session
                self._avatar = name
                self._generation += 1
                for view in self._views:
                    view.attach(session, self._generation)
            old.close()
        self.tell(lambda listener: listener.avatar_changed(self))

    # Options

    @property
    def voice(self) -> str:
        """Return the name of the offline voice."""
        return self._voice

    @property
    def speed(self) -> float:
        """Return the pace of the offline voice, a factor."""
        return self._speed

    @property
    def sound_on(self) -> SoundPlace:
        """Return which kind of view plays the sound."""
        return self._sound_on

    def choose_voice(self, voice: str, speed: float = 1.0) -> None:
        """Choose the offline voice and its pace, 0.5 to 2; raises ``UsageError`` for others."""
        if voice not in speech.VOICES:
            raise UsageError(f"there is no voice {voice!r}; there are {', '.join(speech.VOICES)}")
        if not SLOWEST <= speed <= FASTEST:
            raise UsageError(f"the speed must be from {SLOWEST} to {FASTEST}, not {speed}")
        self._voice, self._speed = voice, speed
        self.options_changed()

    def choose_sound(self, place: SoundPlace) -> None:
        """Let pages or the window play the sound; the others are silent."""
        self._sound_on = place
        self.options_changed()

    def options_changed(self) -> None:
        """Tell all who listen that an option is another."""
        self.tell(lambda listener: listener.options_changed(self))

    # Its end

    def reset(self) -> None:
        """Be as at the start: silent, the first avatar, nobody's puppet."""
        self.puppet.free()
        self._thinking = False
        if self._avatar == self.wardrobe.first:
            self.interrupt()
        else:
            self.change_avatar(self.wardrobe.first)

    def close(self) -> None:
        """End the session and all views; may be called again."""
        with self.lock:
            self._closed = True
            views = list(self._views)
            self._session.close()
        for view in views:
            view.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # For those who push sound

    def moment(self) -> tuple[Session, int, int]:
        """Return the session, the number of its avatar, and how often it was silenced."""
        with self.lock:
            return self._session, self._generation, self._cuts

    @property
    def utterances(self) -> Utterances:
        """Return what is being said."""
        return self._utterances

    def _open(self, name: str) -> Session:
        return Session(self.wardrobe.open(name), self._seed, queue_seconds=float("inf"))


def _with(
    words: Sequence[Word], phonemes: Sequence[Phoneme] | None, blocks: Iterable[NDArray[Any]], rate: int
) -> Iterator[tuple[int, Passage]]:
    """Yield blocks as passages, of which the first brings all words and phonemes."""
    for number, block in enumerate(block for block in blocks if len(block)):
        yield rate, Passage(block, words, phonemes) if number == 0 else Passage(block, (), None)


def _sound(path: Path | str, name: str, limit_seconds: float | None) -> Iterator[NDArray[np.float32]]:
    """Yield the sound of a recording, float32 (n,) at ``PLAYING_RATE``; do what ``play`` says of errors."""
    try:
        for block in read_soundtrack(path, 1, PLAYING_RATE, limit_seconds):
            yield block[:, 0]
    except UserError as error:
        if not name:
            raise
        reason = str(error).removeprefix(f"{path}: ").replace(str(path), "the file")
        raise DataError(f"{name}: {reason}") from error


def _again(first: NDArray[Any], rest: Iterable[NDArray[Any]]) -> Iterator[NDArray[Any]]:
    yield first
    yield from rest
