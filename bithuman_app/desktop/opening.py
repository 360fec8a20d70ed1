"""The window's first second: it is seen with the avatar at rest before the rest of the program is loaded."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import UnavailableError
from .canvas import Canvas
from .keys import Action, action_of
from .options import WindowEnd, WindowOptions
from .preflight import require_screen
from .screen_window import ScreenWindow

if TYPE_CHECKING:
    from ..stage import Stage
    from .window import Window

_PLAIN_SIZE: Final = (512, 512)
_GREY: Final = 32
_LOOK_SECONDS: Final = 0.02
#: A window takes at most this much of the screen at first, for there are a title and other windows.
_SCREEN_SHARE: Final = 0.8


def run_window(
    load: "Callable[[], Stage]",
    options: WindowOptions | None = None,
    *,
    picture: NDArray[np.uint8] | None = None,
    begun: "Callable[[Window], None] | None" = None,
    each_moment: Callable[[], None] | None = None,
) -> WindowEnd:
    """Open a window at once, and show in it the stage that ``load`` returns, until the window is gone.

    For the main thread; ``load`` runs in another while the window lives already. ``picture``, BGR (h, w, 3),
    is seen meanwhile. ``begun`` is called once in this thread when the stage is there, ``each_moment`` about
    25 times a second, also before; what it raises ends the window. The stage is not closed. Raises
    ``UnavailableError`` where there is no screen, and what ``load`` raises.
    """
    require_screen()
    options = options or WindowOptions()
    if picture is None:
        picture = np.full((*_PLAIN_SIZE, 3), _GREY, np.uint8)
    screen = _open(options, picture)
    loading = _Loading(load)
    try:
        _wait(screen, loading, picture, options, each_moment)
        if screen.closed:
            return WindowEnd.CLOSED
        window: Window = loading.window_class(screen, loading.stage, options, picture)
        if begun is not None:
            begun(window)
        return window.run(each_moment)
    finally:
        screen.close()


def rest_picture(avatar: str, directory: Path | None = None, size: int | None = None) -> NDArray[np.uint8]:
    """Return the picture of an avatar at rest, BGR (h, w, 3), as its file has it.

    The arguments are those of ``avatar.library.find``. Raises ``MissingInputError`` or ``DataError``.
    """
    from ..avatar import library, open_avatar

    return np.ascontiguousarray(open_avatar(library.find(avatar, size, directory)).image[:, :, :3])


def _open(options: WindowOptions, picture: NDArray[np.uint8]) -> ScreenWindow:
    width, height = options.size or _size_for(picture)
    screen = ScreenWindow(options.title, width, height, place=options.place, on_top=options.on_top)
    if options.fullscreen:
        screen.fullscreen = True
    canvas = Canvas(options.framing, options.turn)
    screen.show(canvas.turned(canvas.fit(picture, screen.size)))
    return screen


def _size_for(picture: NDArray[np.uint8]) -> tuple[int, int]:
    """Return width and height of a window for a picture: its own, or what the screen has room for."""
    from .kiosk.screens import choose, screens

    width, height = picture.shape[1], picture.shape[0]
    try:
        screen = choose(None, screens())
    except (OSError, UnavailableError):
        return width, height
    scale = min(1.0, _SCREEN_SHARE * screen.width / width, _SCREEN_SHARE * screen.height / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _wait(
    screen: ScreenWindow,
    loading: "_Loading",
    picture: NDArray[np.uint8],
    options: WindowOptions,
    each_moment: Callable[[], None] | None,
) -> None:
    """Let the window live until the stage is there; it can be moved, sized and closed already."""
    canvas = Canvas(options.framing, options.turn)
    while not (loading.done or screen.closed):
        screen.show(canvas.turned(canvas.fit(picture, screen.size)))
        if each_moment is not None:
            each_moment()
        code = screen.wait(_LOOK_SECONDS)
        if options.keys and code is not None and action_of(code) in (Action.QUIT, Action.ESCAPE):
            screen.close()


class _Loading:
    """A stage on its way, and the code of the window that shows it, in a thread."""

    def __init__(self, load: "Callable[[], Stage]") -> None:
        self.window_class: Any = None
        self._stage: Stage | None = None
        self._error: BaseException | None = None
        # No daemon: a thread that is inside of a library when Python ends aborts the process.
        self._thread = threading.Thread(target=self._run, args=(load,), name="loading")
        self._thread.start()

    @property
    def done(self) -> bool:
        return not self._thread.is_alive()

    @property
    def stage(self) -> "Stage":
        """Return the stage; raises what its loading raised."""
        if self._error is not None:
            raise self._error
        assert self._stage is not None
        return self._stage

    def _run(self, load: "Callable[[], Stage]") -> None:
        try:
            from .window import Window

            self.window_class = Window
            self._stage = load()
        except BaseException as error:
            self._error = error
