"""One live avatar and the pages that show it."""

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..media.resampling import Resampler
from ..performance.emotions import EMOTIONS
from ..performance.gestures import GESTURES
from ..session import Session, SessionClosedError, Tick
from ..session.pcm import to_int16
from .protocol import EPOCHS, MICROPHONE_RATE, SAMPLES_PER_TICK, SOUND_RATE, State, WebTick, pack_control
from .puppet import Puppet
from .subtitles import Subtitles, Word
from .viewer import Viewer
from .wardrobe import Wardrobe

_log = logging.getLogger(__name__)

_TICK_SECONDS: Final = 0.04
#: A stall longer than this is not made up for: the avatar's time stands still meanwhile.
_LATE_SECONDS: Final = 0.12
#: A page that comes back within this time hears the rest of what was being said.
_RETURN_SECONDS: Final = 5.0
_JPEG_QUALITY: Final = 90
#: Frames of 16-bit full scale below which sound counts as a pause, -45 dB.
_QUIET: Final = 184.0
#: How long a pause within speech goes on being called speech (0.4 s).
_PAUSE_TICKS: Final = 10

Picture = Callable[[Tick], NDArray[np.uint8]]


class Stage:
    """Performs while somebody watches, 25 ticks a second, and costs nothing while nobody does.

    For the thread of one event loop, but for ``speak`` and ``interrupt``, which any other thread may call.
    """

    def __init__(
        self, wardrobe: Wardrobe, workers: ThreadPoolExecutor, picture: Picture | None = None
    ) -> None:
        """``picture`` makes what is shown of a tick, BGR; by default it is the tick's own image."""
        self._wardrobe, self._workers = wardrobe, workers
        self._picture: Picture = picture or (lambda tick: tick.image())
        self._loop = asyncio.get_running_loop()
        self._viewers: list[Viewer] = []
        self._wake = asyncio.Event()
        self._number = 0
        self._epoch = 0
        self._loud_ago = _PAUSE_TICKS
        self._thinking = False
        self._speaking = threading.Lock()
        self._changing = asyncio.Lock()
        self._subtitles = Subtitles()
        self.puppet = Puppet()
        #: Whether a sound file is on its way to this stage.
        self.receiving = False
        self.avatar = wardrobe.first
        self._open(Session(wardrobe.open(self.avatar), queue_seconds=float("inf")))
        self._task = asyncio.create_task(self._perform())

    # Viewers

    @property
    def viewers(self) -> Sequence[Viewer]:
        """Return who watches."""
        return self._viewers

    def join(self, viewer: Viewer) -> None:
        """Let a page watch from now on."""
        self._viewers.append(viewer)
        viewer.tell(pack_control("welcome", key=viewer.key, **self.describe()))
        self._wake.set()

    def leave(self, viewer: Viewer) -> None:
        """Let a page go. After the last one time stands still; if none comes soon, the rest is unsaid."""
        if viewer in self._viewers:
            self._viewers.remove(viewer)
        if self.puppet.holder is viewer:
            self._release_puppet()
        if not self._viewers:
            self._loop.call_later(_RETURN_SECONDS, self._forget)

    def _forget(self) -> None:
        if not self._viewers:
            self.interrupt()

    def show(self, viewer: Viewer, visible: bool) -> None:
        """Note whether a page can be seen."""
        viewer.visible = visible
        self._wake.set()

    def describe(self) -> dict[str, Any]:
        """Return what a page has to know."""
        width, height = self._session.size
        return {
            "avatar": self.avatar,
            "avatars": self._wardrobe.describe(),
            "width": width,
            "height": height,
            "epoch": self._epoch,
            "gestures": list(GESTURES),
            "emotions": list(EMOTIONS),
        }

    def tell_all(self, kind: str, **content: Any) -> None:
        """Send a text message to every page."""
        for viewer in self._viewers:
            viewer.tell(pack_control(kind, **content))

    # What it does

    def speak(
        self, blocks: Iterable[NDArray[Any]], rate: int, words: Sequence[Word] = (), *, cut: bool = False
    ) -> bool:
        """Say sound, in blocks int16 or float32 (n,) as they come; ``words`` become subtitles.

        With ``cut`` it falls silent first. Any thread; blocks until all blocks are queued. An interrupt
        ends it early: then False is returned, as for no sound at all.
        """
        if cut:
            self.interrupt()
        with self._speaking, suppress(SessionClosedError):  # closed: the avatar was changed meanwhile
            session, epoch = self._session, self._epoch
            resampler = Resampler(rate, SOUND_RATE, 1)
            utterance = None
            for block in blocks:
                if not len(block):
                    continue
                if epoch != self._epoch or session is not self._session:
                    return False
                sound = resampler.push(_to_float(block)[None])[0]
                number = session.push(to_int16(sound), SOUND_RATE)
                if utterance is None:
                    utterance = number
                    self._subtitles.add(number, words)
                self._loop.call_soon_threadsafe(self._wake.set)
            if utterance is not None and epoch == self._epoch:
                session.push(to_int16(resampler.finish()[0]), SOUND_RATE, end=True)
                self._loop.call_soon_threadsafe(self._wake.set)
                return True
        return False

    def interrupt(self) -> int:
        """Fall silent at once, on all pages too; return how many milliseconds were really heard."""
        self._thinking = False
        return self._session.interrupt()

    def think(self, thinking: bool) -> None:
        """Note whether an answer is being thought about."""
        self._thinking = thinking

    def gesture(self, name: str) -> bool:
        """Play a gesture; False if it is not taken. Raises ``ValueError`` for an unknown one."""
        return self._session.play_gesture(name)

    def emotion(self, name: str) -> None:
        """Show an emotion for a while. Raises ``ValueError`` for an unknown one."""
        self._session.set_emotion(name)

    async def change_avatar(self, name: str) -> None:
        """Put another avatar on the stage; raises ``UserError`` if it cannot be had."""
        async with self._changing:
            session = await self._loop.run_in_executor(
                self._workers,
                lambda: Session(self._wardrobe.open(name), queue_seconds=float("inf")),
            )
            old, view = self._session, self._view
            self.interrupt()
            self._open(session)
            view.close()  # they know each other: without this both would stay in memory for a while
            old.close()
            self.avatar = name
            self.tell_all("avatar", **self.describe())
            self._wake.set()

    # The microphone as a puppeteer's hand

    def hold_puppet(self, viewer: Viewer, on: bool, echo: bool) -> None:
        """Let a page's microphone move the mouth, or stop that; ``echo``: its sound is heard too."""
        if on:
            self.puppet.take(viewer, echo)
        elif self.puppet.holder is viewer:
            self._release_puppet()
        self._wake.set()

    def hear(self, viewer: Viewer, sound: NDArray[np.int16]) -> None:
        """Take sound of a page's microphone, 16 kHz."""
        if self.puppet.accepts(viewer, sound, self._session.queued_ms):
            if self.puppet.echo:
                self._session.push(self.puppet.full_rate(sound), SOUND_RATE)
            else:
                self._session.push(sound, MICROPHONE_RATE)
            self._wake.set()

    def _release_puppet(self) -> None:
        self.puppet.release()
        self._session.flush()

    # Time

    async def close(self) -> None:
        """End the session."""
        self._view.close()
        self._session.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    def _open(self, session: Session) -> None:
        self._session = session
        self._view = session.view(unplayed_ms=self._unplayed_ms, on_interrupt=self._interrupted)
        self._subtitles.clear()

    def _interrupted(self) -> None:
        """Cut what the pages still hold; called by the thread that interrupts."""
        self._epoch = (self._epoch + 1) % EPOCHS
        self._subtitles.clear()
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._cut()
        else:
            self._loop.call_soon_threadsafe(self._cut)

    def _cut(self) -> None:
        for viewer in self._viewers:
            viewer.cut()
        self.tell_all("cut", epoch=self._epoch)

    def _unplayed_ms(self) -> int:
        heard = [number for viewer in self._viewers if (number := viewer.heard()) is not None]
        return max(0, int((self._number - max(heard)) * 40)) if heard else 0

    def _wanted(self) -> bool:
        return any(viewer.visible for viewer in self._viewers) or (
            bool(self._viewers) and self._session.speaking
        )

    async def _perform(self) -> None:
        due = self._loop.time()
        while True:
            while not self._wanted():
                self._wake.clear()
                await self._wake.wait()
                due = self._loop.time()
            visible = any(viewer.visible for viewer in self._viewers)
            epoch = self._epoch
            try:
                tick, made = await self._loop.run_in_executor(self._workers, self._make, visible)
            except SessionClosedError:  # the avatar was changed meanwhile
                await asyncio.sleep(0)
                continue
            except Exception:
                _log.exception("a picture could not be made")
                await asyncio.sleep(1.0)
                continue
            if epoch == self._epoch:
                self._publish(tick, made)
            due = max(due + _TICK_SECONDS, self._loop.time() - _LATE_SECONDS)
            await asyncio.sleep(max(0.0, due - self._loop.time()))

    def _make(self, visible: bool) -> tuple[Tick, bytes]:
        tick = self._view.next()
        return tick, _jpeg(self._picture(tick)) if visible else b""

    def _publish(self, tick: Tick, jpeg: bytes) -> None:
        seconds = 640 / 16_000 if tick.speaking else 0.0
        for word in self._subtitles.advance(tick.utterance, seconds, tick.end_of_speech):
            self.tell_all("word", number=self._number, utterance=tick.utterance, text=word.text)
        if tick.end_of_speech:
            self.tell_all("said", number=self._number, utterance=tick.utterance)
        sound = np.zeros(0, np.int16) if self.puppet.silent else _sound(tick)
        self._number += 1
        made = WebTick(self._number - 1, self._epoch, self._state(tick), sound, jpeg)
        for viewer in self._viewers:
            viewer.offer(made)

    def _state(self, tick: Tick) -> State:
        loud = tick.speaking and float(np.abs(tick.samples).max()) > _QUIET
        self._loud_ago = 0 if loud else self._loud_ago + 1
        if self._loud_ago < _PAUSE_TICKS:
            return State.SPEAKING
        if self._thinking:
            return State.THINKING
        listening = self.puppet.holder is not None or any(one.wants_microphone for one in self._viewers)
        return State.LISTENING if listening else State.IDLE


def _sound(tick: Tick) -> NDArray[np.int16]:
    """Return a tick's sound as pushed, int16 (n,) at ``SOUND_RATE``, filled up to 40 ms; (0,) if silent."""
    pieces = [piece.samples[:, 0] for piece in tick.original if piece.rate == SOUND_RATE]
    if not pieces:
        return np.zeros(0, np.int16)
    sound = np.concatenate(pieces)
    return np.pad(sound, (0, max(0, SAMPLES_PER_TICK - len(sound))))


def _jpeg(picture: NDArray[np.uint8]) -> bytes:
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1])


def _to_float(samples: NDArray[Any]) -> NDArray[np.float32]:
    if samples.dtype == np.int16:
        return samples.astype(np.float32) / np.float32(32_768)
    return samples.astype(np.float32)
