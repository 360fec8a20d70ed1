"""What the pages of one user are sent: ticks at an even pace, and what changes on the stage."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..media.images import encode_jpeg
from ..performance.emotions import EMOTIONS
from ..performance.gestures import GESTURES
from ..session import SessionClosedError, Tick
from ..stage import Listener, Stage, StageTick, StageView
from .protocol import EPOCHS, SAMPLES_PER_TICK, SOUND_RATE, WebTick, pack_control
from .viewer import Viewer

_log = logging.getLogger(__name__)

_TICK_SECONDS: Final = 0.04
#: A stall longer than this is not made up for: the avatar's time stands still meanwhile.
_LATE_SECONDS: Final = 0.12
#: A page that comes back within this time hears the rest of what was being said.
_RETURN_SECONDS: Final = 5.0
_JPEG_QUALITY: Final = 90
_NO_SOUND: Final = np.zeros(0, np.int16)

Picture = Callable[[Tick], NDArray[np.uint8]]


class Feed(Listener):
    """Pulls a stage while somebody watches, 25 ticks a second, and costs nothing while nobody does.

    For the thread of one event loop.
    """

    def __init__(
        self,
        stage: Stage,
        workers: ThreadPoolExecutor,
        picture: Picture | None = None,
        *,
        owner: bool = True,
    ) -> None:
        """``picture`` makes what is shown of a tick, BGR; by default it is the tick's own image.

        The ``owner`` of a stage closes it when it closes itself.
        """
        self.stage = stage
        self._owner = owner
        self._workers = workers
        self._picture: Picture = picture or (lambda tick: tick.image())
        self._loop = asyncio.get_running_loop()
        self._viewers: list[Viewer] = []
        self._view: StageView | None = None
        self._wake = asyncio.Event()
        self._number = 0
        self._epoch = 0
        #: Whether a sound file is on its way to this stage.
        self.receiving = False
        stage.add_listener(self)
        self._task = asyncio.create_task(self._perform())

    # Viewers

    @property
    def viewers(self) -> Sequence[Viewer]:
        """Return who watches."""
        return self._viewers

    def join(self, viewer: Viewer) -> None:
        """Let a page watch from now on."""
        if self._view is None:
            self._view = self.stage.view(unplayed_ms=self._unplayed_ms, on_interrupt=self._interrupted)
        self._viewers.append(viewer)
        viewer.tell(pack_control("welcome", key=viewer.key, **self.describe()))
        self._wake.set()

    def leave(self, viewer: Viewer) -> None:
        """Let a page go. If nobody looks any more and none comes soon, the rest is unsaid."""
        if viewer in self._viewers:
            self._viewers.remove(viewer)
        self.stage.puppet.release(viewer)
        self.stage.listen(viewer, False)
        if not self._viewers:
            self._loop.call_later(_RETURN_SECONDS, self._forget)

    def show(self, viewer: Viewer, visible: bool) -> None:
        """Note whether a page can be seen."""
        viewer.visible = visible
        self._wake.set()

    def describe(self) -> dict[str, Any]:
        """Return what a page has to know."""
        width, height = self.stage.size
        return {
            "avatar": self.stage.avatar,
            "avatars": self.stage.wardrobe.describe(),
            "width": width,
            "height": height,
            "epoch": self._epoch,
            "gestures": list(GESTURES),
            "emotions": list(EMOTIONS),
            "options": self._options(),
        }

    def tell_all(self, kind: str, **content: Any) -> None:
        """Send a text message to every page."""
        for viewer in self._viewers:
            viewer.tell(pack_control(kind, **content))

    async def change_avatar(self, name: str) -> None:
        """Put another avatar on the stage; raises ``UserError`` if it cannot be had."""
        await self._loop.run_in_executor(self._workers, self.stage.change_avatar, name)

    async def close(self) -> None:
        """Pull no more."""
        self.stage.remove_listener(self)
        if self._view is not None:
            self._view.close()
        if self._owner:
            self.stage.close()
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    # What the stage tells, in any thread

    def avatar_changed(self, stage: Stage) -> None:
        """Let the pages show another avatar."""
        self._soon(lambda: self.tell_all("avatar", **self.describe()))

    def sound_came(self, stage: Stage) -> None:
        """Be there for what is going to be said."""
        self._soon(self._wake.set)

    def options_changed(self, stage: Stage) -> None:
        """Tell the pages."""
        self._soon(lambda: self.tell_all("options", **self._options()))

    def _options(self) -> dict[str, Any]:
        puppet = self.stage.puppet
        return {
            "sound": self.stage.sound_on,
            "voice": self.stage.voice,
            "speed": self.stage.speed,
            "puppet": puppet.held,
            "echo": puppet.echo,
            "sensitivity": puppet.sensitivity,
        }

    def _soon(self, work: Callable[[], None]) -> None:
        with suppress(RuntimeError):  # the loop has ended
            self._loop.call_soon_threadsafe(work)

    def _interrupted(self) -> None:
        """Cut what the pages still hold; called by the thread that interrupts."""
        self._epoch = (self._epoch + 1) % EPOCHS
        try:
            running = asyncio.get_running_loop()
        except RuntimeError:
            running = None
        if running is self._loop:
            self._cut()
        else:
            self._soon(self._cut)

    def _cut(self) -> None:
        for viewer in self._viewers:
            viewer.cut()
        self.tell_all("cut", epoch=self._epoch)

    def _unplayed_ms(self) -> int:
        heard = [number for viewer in self._viewers if (number := viewer.heard()) is not None]
        return max(0, int((self._number - max(heard)) * 40)) if heard else 0

    # Time

    def _forget(self) -> None:
        """End what nobody has watched for a while; other views of the stage go on."""
        if self._viewers or self._view is None:
            return
        self._view.close()
        self._view = None
        if not self.stage.watched:
            self.stage.interrupt()

    def _wanted(self) -> bool:
        """Return whether time is to pass for the pages: somebody looks, or listens."""
        return any(viewer.visible for viewer in self._viewers) or (
            bool(self._viewers) and self.stage.session.speaking
        )

    async def _perform(self) -> None:
        due = self._loop.time()
        while True:
            while not self._wanted():
                self._wake.clear()
                await self._wake.wait()
                due = self._loop.time()
            visible = any(viewer.visible for viewer in self._viewers)
            epoch, view = self._epoch, self._view
            if view is None:
                continue
            try:
                shown, made = await self._loop.run_in_executor(self._workers, self._make, view, visible)
            except SessionClosedError:  # the stage has closed
                return
            except Exception:
                _log.exception("a picture could not be made")
                await asyncio.sleep(1.0)
                continue
            if epoch == self._epoch:
                self._publish(shown, made)
            due = max(due + _TICK_SECONDS, self._loop.time() - _LATE_SECONDS)
            await asyncio.sleep(max(0.0, due - self._loop.time()))

    def _make(self, view: StageView, visible: bool) -> tuple[StageTick, bytes]:
        shown = view.next()
        return shown, encode_jpeg(self._picture(shown.tick), _JPEG_QUALITY) if visible else b""

    def _publish(self, shown: StageTick, jpeg: bytes) -> None:
        tick = shown.tick
        for word in shown.words:
            self.tell_all("word", number=self._number, utterance=tick.utterance, text=word.text)
        if tick.end_of_speech:
            self.tell_all("said", number=self._number, utterance=tick.utterance)
        here = shown.audible and self.stage.sound_on == "page"
        made = WebTick(self._number, self._epoch, shown.state, _sound(tick) if here else _NO_SOUND, jpeg)
        self._number += 1
        for viewer in self._viewers:
            viewer.offer(made)


def _sound(tick: Tick) -> NDArray[np.int16]:
    """Return a tick's sound as pushed, int16 (n,) at ``SOUND_RATE``, filled up to 40 ms; (0,) if silent."""
    pieces = [piece.samples[:, 0] for piece in tick.original if piece.rate == SOUND_RATE]
    if not pieces:
        return _NO_SOUND
    sound = np.concatenate(pieces)
    return np.pad(sound, (0, max(0, SAMPLES_PER_TICK - len(sound))))
