"""The kiosk itself: a window under guard, a visit that begins and ends, and a sign of life at each frame.

What takes long to import is imported while the window is seen already.
"""

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from ...avatar import library, open_avatar
from ...avatar.model import Avatar
from ..opening import run_window
from ..options import WindowEnd, WindowOptions
from .awake import Awake
from .framing import PortraitFraming
from .guard import Guard, open_guard
from .heartbeat import Heartbeat
from .incidents import Incidents
from .screens import Screen
from .visit import Patience, Phase, Presence, Visit

if TYPE_CHECKING:
    from ...stage import Stage
    from ..window import Window
    from .host import Host

#: Pictures of at least this many pixels a side are taken on screens that are as large.
_LARGE: Final = 800
_LARGE_AVATAR: Final = 1024
Turn = Literal["right", "left"]
#: Degrees clockwise by which a portrait is turned on a screen that reports itself as wide.
_TURNS: Final[dict[Turn, int]] = {"right": 90, "left": 270}
#: Seconds after its first frame from which a screen that stands still is out of order.
_SETTLED: Final = 8.0
#: So often a window that shows nothing is replaced before the watchdog replaces the process.
_MOST_REOPENED: Final = 2
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KioskOptions:
    """Everything that can be chosen of a kiosk.

    ``avatar`` and ``directory`` are those of ``Wardrobe``; ``pixels`` chooses among the sizes of an
    avatar, None: by the screen. ``screen`` is a number from 1 or a name, None: the primary one.
    ``portrait``: None means that a screen which is higher than wide says so; on one that is not, all is
    turned to the side ``turn``. ``window`` holds sound and microphone. With ``figures`` the screen shows
    how the kiosk is doing. ``incidents`` is the watchdog's file.
    """

    avatar: str
    directory: Path
    incidents: Path
    pixels: int | None = None
    seed: int = 0
    screen: str | None = None
    portrait: bool | None = None
    turn: Turn = "right"
    patience: Patience = field(default_factory=Patience)
    phrases: Sequence[str] = ()
    clip: Path | None = None
    voice: str = "heart"
    voice_speed: float = 1.0
    figures: bool = False
    window: WindowOptions = field(default_factory=WindowOptions)


class Kiosk:
    """Runs one screen until the staff's chord, or a signal, ends it. For the main thread."""

    def __init__(self, options: KioskOptions, heartbeat: Heartbeat | None) -> None:
        """``heartbeat`` is the watchdog's, None without one."""
        self._options, self._heartbeat = options, heartbeat
        self._host: Host | None = None
        self._window: Window | None = None
        self._framing: PortraitFraming | None = None
        self._visit = Visit(time.monotonic(), options.patience)
        self._given: int | None = None
        self._leaving = False
        self._frames_since = float("inf")
        self._reopened = 0

    def run(self) -> None:
        """Show the avatar until the end. Raises ``UserError`` if there is no screen or no avatar."""
        guard = open_guard(self._options.screen)
        awake = Awake()
        try:
            screen = guard.prepare()
            pixels = self._options.pixels or _pixels_for(screen)
            path = library.find(self._options.avatar, pixels, self._options.directory)
            avatar = open_avatar(path)
            _log.info("the kiosk runs on %s with %s", screen, path)
            self._show(guard, self._window_options(screen, avatar), avatar, path)
        finally:
            awake.close()
            guard.close()
            if self._host is not None:
                self._host.close()

    def _show(self, guard: Guard, options: WindowOptions, avatar: Avatar, path: Path) -> None:
        """Keep the window open: who closes it is no member of the staff."""
        picture = avatar.image[:, :, :3].copy()
        while not self._leaving:
            end = run_window(
                lambda: self._load(path),
                options,
                picture=picture,
                begun=self._begin,
                each_moment=lambda: self._live(guard),
            )
            self._window = None
            if end is WindowEnd.STAGE_CLOSED:
                return
            if not self._leaving:
                _log.warning("the window was closed and is opened again")

    def _window_options(self, screen: Screen, avatar: Avatar) -> WindowOptions:
        upright = screen.height > screen.width
        portrait = upright if self._options.portrait is None else self._options.portrait
        self._framing = PortraitFraming(avatar) if portrait else None
        return replace(
            self._options.window,
            size=(screen.width, screen.height),
            place=(screen.x, screen.y),
            fullscreen=True,
            keys=False,
            notices=False,
            framing=self._framing,
            turn=_TURNS[self._options.turn] if portrait and not upright else 0,
            more_figures=self._figures if self._options.figures else None,
        )

    def _load(self, path: Path) -> "Stage":
        """Return the stage; called in a thread, again each time the window is opened again."""
        from ...stage import Wardrobe
        from .host import Host

        if self._host is None:
            options = self._options
            self._host = Host(
                Wardrobe(str(path), options.directory, options.pixels),
                seed=options.seed,
                voice=options.voice,
                speed=options.voice_speed,
                phrases=options.phrases,
                clip=options.clip,
                framing=self._framing,
            )
        return self._host.stage

    def _begin(self, window: "Window") -> None:
        self._window = window
        self._given, self._frames_since = None, float("inf")
        if self._leaving:  # the chord was pressed while the stage was loading
            window.ask_to_close()

    # At each frame

    def _live(self, guard: Guard) -> None:
        now = time.monotonic()
        happened = guard.look(now)
        if happened.leave:
            _log.info("the staff's chord ends the kiosk")
            self._leave()
        if self._leaving or self._host is None or self._window is None:
            return
        presence = list(happened.presence)
        if self._host.stage.puppet.speaking:
            presence.append(Presence.SPEECH)
        self._attend(self._host, self._window, presence, now)
        if happened.frozen and now - self._frames_since > _SETTLED:
            self._thaw(self._window)
        else:
            self._beat(self._window, now)

    def _thaw(self, window: "Window") -> None:
        """Open another window, for this one does not show what it is given; in the end another process."""
        if self._reopened < _MOST_REOPENED:
            self._reopened += 1
            _log.warning("the screen does not show the frames")
            window.screen.close()

    def _leave(self) -> None:
        self._leaving = True
        if self._heartbeat is not None:
            self._heartbeat.leave()
        if self._window is not None:
            self._window.ask_to_close()

    def _attend(self, host: "Host", window: "Window", presence: Sequence[Presence], now: float) -> None:
        """Let the visit go on, and have done what it orders."""
        phase = self._visit.phase
        orders = [*(self._visit.seen(now) if presence else ()), *self._visit.step(now, host.stage.saying)]
        if phase is not Phase.VISIT and presence:
            _log.info("a visit begins, by %s", presence[0].value)
        for order in orders:
            host.obey(order, window)

    def _beat(self, window: "Window", now: float) -> None:
        """Tell the watchdog that all goes on: time passes on the stage, and this thread sees it."""
        given = window.output.given
        if given in (0, self._given):
            return
        self._given, first = given, self._given is None
        alone = self._heartbeat is not None and not self._heartbeat.beat()
        if first:
            self._frames_since = now
            _log.info("the avatar is on the screen")
        if alone:
            _log.error("the watchdog is gone; a kiosk without one does not go on")
            self._leave()

    def _figures(self) -> tuple[str, ...]:
        return (f"kiosk: {self._visit.phase.value}", str(Incidents.read(self._options.incidents)))


def _pixels_for(screen: Screen) -> int | None:
    return _LARGE_AVATAR if min(screen.width, screen.height) >= _LARGE else None
