"""The window: shows what is heard, and lets keys change it."""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..stage import Listener, Stage, StageTick
from .actions import Actions
from .audio_system import AudioSystem
from .canvas import Canvas, CrossFade
from .drop import accept_drops
from .figures import Figures
from .keys import Action, action_of
from .options import WindowEnd, WindowOptions
from .overlay import Overlay, Signs
from .player import Player
from .screen_window import ScreenWindow
from .sound_output import SoundOutput
from .subtitles import SubtitleLine

_log = logging.getLogger(__name__)

_TICK_SECONDS: Final = 0.04
#: How long a picture may lie ready while a microphone moves the mouth, which is to follow at once.
_LIVE_SECONDS: Final = 0.004
#: How far the time that painting takes follows the last picture.
_SMOOTHING: Final = 0.2
#: While nothing new is to be seen (paused, or still loading), notices are looked at this often.
_REFRESH_SECONDS: Final = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Prepared:
    """What the window will show of a tick at its place, see ``Player.until``."""

    place: int
    tick: StageTick
    pixels: NDArray[np.uint8]


class Window(Listener):
    """A window on a stage, for the main thread; ``run`` returns when it is gone."""

    def __init__(
        self, screen: ScreenWindow, stage: Stage, options: WindowOptions, picture: NDArray[np.uint8]
    ) -> None:
        """Go on in the window ``screen``, which shows ``picture`` by now; see ``opening``."""
        self.options = options
        self.screen, self.stage = screen, stage
        self.output = SoundOutput(options.volume)
        self.overlay = Overlay()
        self.audio = AudioSystem(self.overlay.notice if options.notices else None)
        self.player = Player(stage, self.output)
        self.actions = Actions(stage, self.player, self.overlay, self.audio, options)
        self._canvas, self._fade = Canvas(options.framing, options.turn), CrossFade()
        self._figures, self._line = Figures(), SubtitleLine()
        self._picture = picture
        self._signs = Signs()
        self._generation: int | None = None
        self._prepared: _Prepared | None = None
        self._painting = 0.0
        self._drawn = (0, 0)
        self._refreshed = 0.0
        self._renamed: str | None = None
        self._optioned = threading.Event()
        self._asked = threading.Event()

    # Its life

    def run(self, each_moment: Callable[[], None] | None = None) -> WindowEnd:
        """Show the stage until the window or the stage is closed.

        ``each_moment`` is called about 25 times a second in this thread.
        """
        if not self.options.page:
            self.stage.choose_sound("window")
        self.stage.add_listener(self)
        self.avatar_changed(self.stage)
        self.options_changed(self.stage)
        self.player.start()
        if self.options.clip is not None:
            self.actions.play()
        if self.options.microphone is not None:
            self.actions.toggle_microphone()
        self.actions.files.open(self.options.files)
        drops = None
        if self.options.keys:
            drops = accept_drops(self.actions.files.open, self.overlay.notice, self.screen.number)
        try:
            while not (self._asked.is_set() or self.screen.closed):
                self._live()
                if each_moment is not None:
                    each_moment()
                if self.player.ended:
                    return WindowEnd.STAGE_CLOSED
            return WindowEnd.ASKED if self._asked.is_set() else WindowEnd.CLOSED
        finally:
            if drops is not None:
                drops.close()
            self._end()

    def ask_to_close(self) -> None:
        """Have ``run`` return soon; any thread may call."""
        self._asked.set()

    def _end(self) -> None:
        self.stage.remove_listener(self)
        self.actions.files.close()
        self.actions.close_microphone()
        self.player.close()
        self.screen.close()
        self.audio.close()
        self.actions.finish_recording()

    # Told by the stage, in any thread

    def avatar_changed(self, stage: Stage) -> None:
        """Note the avatar's name."""
        self._renamed = stage.avatar

    def options_changed(self, stage: Stage) -> None:
        """Note that the sound or the microphone may be elsewhere."""
        self._optioned.set()

    # A moment: what is heard is shown, what comes is prepared, the rest is waited for

    def _live(self) -> None:
        self._follow_changes()
        ticks = self.player.heard()
        for tick in ticks:
            self._take(tick)
        if ticks:
            self._show(ticks)
        elif self.screen.size != self._drawn or time.monotonic() - self._refreshed > _REFRESH_SECONDS:
            self._redraw()
        self._press(self.screen.wait(self._prepare_next()))

    def _take(self, tick: StageTick) -> None:
        if self.actions.recorder is not None:
            self.actions.recorder.add(tick)
        if tick.tick.after_interrupt:
            self._line.clear()
        words = [word.text for word in tick.words]
        self._line.add((tick.generation, tick.tick.utterance), words, time.monotonic())

    def _show(self, ticks: list[StageTick]) -> None:
        """Show the last of the ticks that are heard by now."""
        tick, prepared = ticks[-1], self._prepared
        slow = self._painting > _TICK_SECONDS
        if slow and prepared is not None and prepared.tick not in ticks and self.player.until(prepared.place):
            self._figures.dropped += len(ticks)
            return  # nothing could be painted sooner than what lies ready for its time
        self._figures.dropped += len(ticks) - 1 + tick.tick.dropped
        self._prepared = None
        if self.screen.hidden:
            return
        ready = prepared is not None and (prepared.tick is tick or (slow and prepared.tick in ticks))
        if prepared is not None and ready and self.screen.size == self._drawn:
            pixels = prepared.pixels
        else:
            pixels = self._compose(tick)
        begin = time.perf_counter()
        self.screen.show(self._canvas.turned(pixels))
        self._refreshed = time.monotonic()
        showing = time.perf_counter() - begin
        self._press(self.screen.wait(0.001))  # now it is seen
        self._figures.note(self._painting, showing, self.player.lateness)

    def _prepare_next(self) -> float:
        """Paint a picture before its time, and return how long to wait for it.

        It is the next one; or if painting takes longer than a tick, the next that can be ready in time.
        """
        if self._prepared is None and not self.screen.hidden:
            upcoming = self.player.upcoming(max(0.0, self._painting - _TICK_SECONDS))
            if upcoming is not None:
                place, tick = upcoming
                self._prepared = _Prepared(place, tick, self._compose(tick))
        if self._prepared is None:
            return _LIVE_SECONDS if self.stage.puppet.held else _TICK_SECONDS / 4
        return min(self.player.until(self._prepared.place), _TICK_SECONDS)

    def _compose(self, tick: StageTick) -> NDArray[np.uint8]:
        """Return what the window shows of a tick."""
        begin = time.perf_counter()
        pixels = self._compose_now(tick)
        self._painting += _SMOOTHING * (time.perf_counter() - begin - self._painting)
        return pixels

    def _compose_now(self, tick: StageTick) -> NDArray[np.uint8]:
        picture = tick.tick.image()
        if tick.generation != self._generation:
            if self._generation is not None:
                self._fade.begin(self._canvas.fit(self._picture, self.screen.size).copy())
                self._line.clear()
            self._generation = tick.generation
        self._picture = picture
        self._signs.state = tick.state
        return self._paint()

    def _redraw(self) -> None:
        """Show the last picture again, with what is written over it now."""
        self._refreshed = time.monotonic()
        self._prepared = None
        if not self.screen.hidden:
            self.screen.show(self._canvas.turned(self._paint()))

    def _paint(self) -> NDArray[np.uint8]:
        """Return the picture as the window shows it, with what is written over it."""
        self._drawn = self.screen.size
        pixels = self._canvas.fit(self._picture, self._drawn)
        self._fade.apply(pixels)
        signs, recorder, puppet = self._signs, self.actions.recorder, self.stage.puppet
        signs.subtitles = self._line.at(time.monotonic())
        signs.muted, signs.paused = self.output.muted, self.output.paused
        signs.recording_seconds = recorder.seconds if recorder and recorder.alive else None
        signs.sound_elsewhere = self.stage.sound_on != "window"
        signs.level = puppet.level if puppet.held else None
        signs.help = self.actions.help
        signs.figures = ()
        if self.actions.figures:
            height, width = self._picture.shape[:2]
            signs.figures = self._figures.lines(self.player, (width, height), self.screen.size)
        if self.options.more_figures is not None:
            signs.figures += self.options.more_figures()
        self.overlay.draw(pixels, signs)
        return pixels

    def _follow_changes(self) -> None:
        """Do what other threads noted, for the window belongs to this one."""
        name, self._renamed = self._renamed, None
        if name is not None:
            self.screen.rename(f"{name.capitalize()} – {self.options.title}")
        if self._optioned.is_set():
            self._optioned.clear()
            self.actions.look_after_microphone()
            here = self.stage.sound_on == "window"
            if here and self.output.line is None:
                self.output.connect(self.audio, self.options.device)
            elif not here:
                self.output.disconnect()

    # Keys

    def _press(self, code: int | None) -> None:
        action = action_of(code) if code is not None and self.options.keys else None
        if action is None:
            return
        if action is Action.ESCAPE and self.actions.files.cancel():
            return
        if action is Action.QUIT or (action is Action.ESCAPE and not self.screen.fullscreen):
            self.screen.close()
        elif action in (Action.ESCAPE, Action.FULLSCREEN):
            self.screen.fullscreen = not self.screen.fullscreen
        else:
            self.actions.perform(action)
        self._prepared = None
