"""The panel that lists every key."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .drawing import ACCENT, BOLD, EDGE, GLASS, INK, MEDIUM, SOFT, Patch, Sketch, text_width
from .keys import KEYS, Key

_TITLE: Final = "Keys"
_FOOT: Final = "Drop a sound, a picture or an avatar on the window."
#: The panel is drawn in units of the type's size, which is chosen so that it fits.
_LARGEST, _SMALLEST = 22, 9
_ROW: Final = 1.75


@lru_cache(maxsize=4)
def help_panel(width: int, height: int) -> Patch:
    """Return the panel for a window of this size in pixels: every key with what it does.

    In a window too small for it even in small type, it sticks out.
    """
    for size in range(_LARGEST, _SMALLEST, -1):
        for columns in (1, 2):
            panel_width, panel_height = _measure(size, columns)
            if panel_width <= 0.94 * width and panel_height <= 0.94 * height:
                return _draw(size, columns)
    return _draw(_SMALLEST, 2)


def _caps_width(key: Key, size: int) -> int:
    return sum(_cap_width(name, size) for name in key.names) + round(0.3 * size) * (len(key.names) - 1)


def _cap_width(name: str, size: int) -> int:
    return max(round(1.5 * size), text_width(name, round(0.82 * size), MEDIUM) + round(0.8 * size))


def _column_widths(size: int) -> tuple[int, int]:
    """Return the widths of the keys and of the words beside them."""
    return (
        max(_caps_width(key, size) for key in KEYS),
        max(text_width(key.help, size) for key in KEYS),
    )


def _measure(size: int, columns: int) -> tuple[int, int]:
    caps, words = _column_widths(size)
    column = caps + round(0.9 * size) + words
    gap = round(1.6 * size)
    foot = text_width(_FOOT, round(0.82 * size))
    width = max(columns * column + (columns - 1) * gap, foot) + 2 * round(1.5 * size)
    rows = -(-len(KEYS) // columns)
    height = round((1.5 + 2.1 + rows * _ROW + 0.7 + 1.9) * size)
    return width, height


def _draw(size: int, columns: int) -> Patch:
    width, height = _measure(size, columns)
    caps, words = _column_widths(size)
    margin = round(1.5 * size)
    sketch = Sketch(width, height)
    sketch.rounded(0, 0, width, height, round(0.9 * size), GLASS, 0.88)
    sketch.text(margin, round(2.2 * size), _TITLE, round(1.25 * size), INK, BOLD)
    rows = -(-len(KEYS) // columns)
    step = caps + round(0.9 * size) + words + round(1.6 * size)
    for column in range(columns):
        listed = KEYS[column * rows : (column + 1) * rows]
        _draw_column(sketch, listed, margin + column * step, round(3.3 * size), size, caps)
    sketch.text(margin, height - round(1.3 * size), _FOOT, round(0.82 * size), SOFT)
    return sketch.patch()


def _draw_column(sketch: Sketch, keys: Sequence[Key], x: int, y: int, size: int, caps: int) -> None:
    for number, key in enumerate(keys):
        top = y + round(number * _ROW * size)
        left = x
        for name in key.names:
            wide = _cap_width(name, size)
            sketch.rounded(left, top, wide, round(1.45 * size), round(0.35 * size), EDGE)
            inner = left + (wide - text_width(name, round(0.82 * size), MEDIUM)) // 2
            sketch.text(inner, top + round(1.02 * size), name, round(0.82 * size), ACCENT, MEDIUM)
            left += wide + round(0.3 * size)
        sketch.text(x + caps + round(0.9 * size), top + round(1.08 * size), key.help, size, INK)
