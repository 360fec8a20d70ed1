"""How a window is to be."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

#: Cuts a picture, BGR (h, w, 3), for a room of (width, height).
Framing = Callable[[NDArray[np.uint8], tuple[int, int]], NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class MicrophoneOptions:
    """The microphone that moves the mouth.

    ``device`` as in ``devices.choose``; ``volume`` is a factor; sound below ``threshold_db`` (of full scale)
    counts as silence; after ``timeout_seconds`` of it what was said has ended. With ``echo`` it is heard.
    """

    device: str | None = None
    volume: float = 1.0
    threshold_db: float = -40.0
    timeout_seconds: float = 3.0
    echo: bool = False


@dataclass(frozen=True, slots=True)
class WindowOptions:
    """Everything that can be chosen of a window.

    ``size`` is (width, height) of its inside in pixels, None: that of the avatar's pictures, or less.
    ``device`` is the loudspeaker (see ``devices.choose``), ``volume`` a factor. ``clip`` is played at the
    start and when asked for; ``files`` are opened at the start. ``microphone`` is open from the start if
    given. ``page`` says that a page shows the same stage, so that the sound can be there. ``keys`` are
    heeded. Videos are recorded into the folder ``recordings``, None: the person's videos.

    For unusual screens: ``place`` (x, y) is where the window opens, ``framing`` chooses what is shown of a
    picture, and all is turned clockwise by ``turn``, 0, 90, 180 or 270 degrees. Without ``notices`` nothing
    is written that only the owner of the computer can do something about. ``more_figures`` are lines below
    the window's own, shown from the start.
    """

    title: str = "bithuman-app"
    size: tuple[int, int] | None = None
    fullscreen: bool = False
    on_top: bool = False
    device: str | None = None
    volume: float = 1.0
    clip: Path | None = None
    microphone: MicrophoneOptions | None = None
    page: bool = False
    keys: bool = True
    files: tuple[Path, ...] = ()
    recordings: Path | None = None
    place: tuple[int, int] | None = None
    framing: Framing | None = None
    turn: int = 0
    notices: bool = True
    more_figures: Callable[[], tuple[str, ...]] | None = None


class WindowEnd(Enum):
    """Why a window is no longer there."""

    CLOSED = "somebody closed it"
    STAGE_CLOSED = "the stage ended"
    ASKED = "the program asked for it"
