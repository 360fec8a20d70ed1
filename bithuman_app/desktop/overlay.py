"""What is written over the picture: what the avatar does, what it says, what happened."""

import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..stage import State
from .drawing import ACCENT, MEDIUM, RED, Colour, Patch, label, text_width, wrap
from .help import help_panel

_COLOURS: Final[dict[State, Colour]] = {
    State.IDLE: (166, 147, 141),
    State.LISTENING: (255, 193, 84),
    State.THINKING: (92, 195, 255),
    State.SPEAKING: (143, 224, 75),
}
#: How long a notice stays: long enough to read it.
_NOTICE_SECONDS: Final = 2.0
_NOTICE_SECONDS_A_WORD: Final = 0.35
_MARGIN: Final = 0.026


@dataclass(slots=True)
class Signs:
    """What is to be seen over the picture at the moment."""

    state: State = State.IDLE
    subtitles: str = ""
    paused: bool = False
    muted: bool = False
    sound_elsewhere: bool = False
    recording_seconds: float | None = None
    level: float | None = None
    help: bool = False
    figures: tuple[str, ...] = ()


class Overlay:
    """Draws signs and notices. ``notice`` may be called by any thread, the rest by the window's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._notice = ""
        self._progress: float | None = None
        self._until = 0.0
        self._ready = threading.Event()
        # No daemon: a thread that is inside of OpenCV when Python ends aborts the process.
        threading.Thread(target=self._prepare, name="type").start()

    def notice(self, text: str, *, progress: float | None = None, seconds: float | None = None) -> None:
        """Show a line for a while; with ``progress`` 0..1 a bar too. An empty text takes it away."""
        if seconds is None:
            seconds = _NOTICE_SECONDS + _NOTICE_SECONDS_A_WORD * len(text.split())
        with self._lock:
            self._notice, self._progress = text, progress
            self._until = time.monotonic() + seconds

    @property
    def ready(self) -> bool:
        """Return whether the type is loaded; nothing is drawn before."""
        return self._ready.is_set()

    @property
    def current_notice(self) -> str:
        """Return the notice that is shown now, empty if there is none."""
        with self._lock:
            return self._notice if time.monotonic() < self._until else ""

    def draw(self, canvas: NDArray[np.uint8], signs: Signs) -> None:
        """Draw on a canvas, BGR (h, w, 3), in place."""
        if not self.ready:
            return  # the type takes a moment to load, and the window need not wait for it
        height, width = canvas.shape[:2]
        size = _type_size(width, height)
        margin = round(_MARGIN * min(width, height)) + 4
        if signs.subtitles:
            _draw_subtitles(canvas, signs.subtitles, size, margin)
        top = _draw_corners(canvas, signs, size, margin)
        if signs.figures:
            patch = _figures(signs.figures, max(11, round(size * 0.8)))
            patch.draw(canvas, margin, top)
            top += patch.height + size // 2
        self._draw_notice(canvas, size, margin, top)
        if signs.help:
            patch = help_panel(width, height)
            patch.draw(canvas, (width - patch.width) // 2, (height - patch.height) // 2)

    def _draw_notice(self, canvas: NDArray[np.uint8], size: int, margin: int, top: int) -> None:
        text = self.current_notice
        if not text:
            return
        width = canvas.shape[1]
        patch = _notice(text, size, width - 2 * margin)
        left = (width - patch.width) // 2
        patch.draw(canvas, left, top)
        progress = self._progress
        if progress is not None:
            inset, thick = round(size * 0.75), max(3, size // 6)
            full = patch.width - 2 * inset
            y = top + patch.height - round(size * 0.32)
            end = left + inset + round(full * min(max(progress, 0.0), 1.0))
            cv2.rectangle(canvas, (left + inset, y), (left + inset + full, y + thick - 1), (92, 80, 76), -1)
            cv2.rectangle(canvas, (left + inset, y), (end, y + thick - 1), ACCENT, -1)

    def _prepare(self) -> None:
        text_width("Ready", 16)
        self._ready.set()


def _type_size(width: int, height: int) -> int:
    return int(min(max(min(width, height) / 31, 13), 34))


def _draw_corners(canvas: NDArray[np.uint8], signs: Signs, size: int, margin: int) -> int:
    """Draw the state on the left and what else is the case on the right; return where there is room below."""
    bottom = margin
    left = margin
    if signs.state is not State.IDLE:
        patch = _state(signs.state, size)
        patch.draw(canvas, left, margin)
        if signs.level is not None:
            _draw_level(canvas, signs.level, left + patch.width + size // 3, margin, patch.height)
        bottom = margin + patch.height
    right = canvas.shape[1] - margin
    for text, dot in _chips(signs):
        patch = _chip(text, size, dot)
        right -= patch.width
        patch.draw(canvas, right, margin)
        right -= size // 3
        bottom = margin + patch.height
    return bottom + (size // 2 if bottom > margin else 0)


def _chips(signs: Signs) -> list[tuple[str, Colour | None]]:
    chips: list[tuple[str, Colour | None]] = []
    if signs.recording_seconds is not None:
        minutes, seconds = divmod(int(signs.recording_seconds), 60)
        chips.append((f"{minutes}:{seconds:02}", RED))
    if signs.paused:
        chips.append(("paused", None))
    if signs.sound_elsewhere:
        chips.append(("sound on the page", None))
    elif signs.muted:
        chips.append(("muted", None))
    return chips


def _draw_level(canvas: NDArray[np.uint8], level: float, x: int, y: int, height: int) -> None:
    """Draw how loud the microphone is, as a bar beside the state."""
    wide = max(4, height // 6)
    top = y + round((1 - min(max(level, 0.0), 1.0)) * (height - 1))
    cv2.rectangle(canvas, (x, y), (x + wide - 1, y + height - 1), (60, 48, 44), -1)
    cv2.rectangle(canvas, (x, top), (x + wide - 1, y + height - 1), _COLOURS[State.LISTENING], -1)


def _draw_subtitles(canvas: NDArray[np.uint8], text: str, size: int, margin: int) -> None:
    height, width = canvas.shape[:2]
    patch = _subtitles(text, round(size * 1.3), min(round(0.88 * width), 46 * size))
    patch.draw(canvas, (width - patch.width) // 2, height - 2 * margin - patch.height)


@lru_cache(maxsize=8)
def _state(state: State, size: int) -> Patch:
    return label([state.name.lower()], size, dot=_COLOURS[state], weight=MEDIUM)


@lru_cache(maxsize=16)
def _chip(text: str, size: int, dot: Colour | None) -> Patch:
    return label([text], size, dot=dot, weight=MEDIUM)


@lru_cache(maxsize=8)
def _notice(text: str, size: int, width: int) -> Patch:
    lines = wrap(text, size, MEDIUM, width - 2 * size)
    return label(lines, size, weight=MEDIUM, opacity=0.86, centred=True)


@lru_cache(maxsize=8)
def _subtitles(text: str, size: int, width: int) -> Patch:
    lines = wrap(text, size, MEDIUM, width - 2 * size)
    return label(lines, size, weight=MEDIUM, centred=True)


@lru_cache(maxsize=4)
def _figures(lines: tuple[str, ...], size: int) -> Patch:
    return label(list(lines), size, opacity=0.8)
