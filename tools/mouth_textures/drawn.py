"""Plain teeth and tongue for drawings and cartoons: flat shapes without single teeth."""

from collections.abc import Callable

import numpy as np

from tools.mouth_textures import teeth, tongue
from tools.mouth_textures.shading import Array, finish, linear

_WHITE, _WHITE_SHADE = linear(252, 250, 246), linear(226, 219, 216)
_LOWER_WHITE = linear(238, 233, 229)
_PINK, _PINK_LINE = linear(222, 116, 122), linear(196, 92, 102)
_SAMPLES = 4
_HALF_WIDTH_MM = 24.0


def draw_band(upper: bool) -> np.ndarray:
    """Return a band of teeth, size and anchor as the modelled rows, (180, 560, 4) BGRA uint8."""
    x, y = _grid(teeth.WIDTH_MM, teeth.HEIGHT_MM, teeth.EDGE_MM, teeth.PIXELS_PER_MM)
    across = np.clip(np.abs(x) / _HALF_WIDTH_MM, 0, 1)
    # a gentle curve, then round corners
    edge = (0.9 if upper else 0.5) * across**2 + 4.0 * (1 - np.sqrt(1 - across**6))
    cover = _soft(y - edge) * _soft(_HALF_WIDTH_MM - np.abs(x))
    shade = np.clip(1 - (y - edge) / 1.2, 0, 1)[..., None] * 0.5
    base = _WHITE if upper else _LOWER_WHITE
    picture = finish((base * (1 - shade) + _WHITE_SHADE * shade).astype(np.float32), cover, _SAMPLES)
    return np.ascontiguousarray(picture if upper else picture[::-1])


def draw_tongue() -> np.ndarray:
    """Return a flat tongue with a line in the middle, size and anchor as the modelled one."""
    x, y = _grid(tongue.WIDTH_MM, tongue.HEIGHT_MM, tongue.TIP_MM, tongue.PIXELS_PER_MM)
    tip = np.clip((13 - y) / 13, 0, 2)
    outline = (np.abs(x / tongue.HALF_WIDTH_MM) ** 2.3 + tip**2.3) ** (1 / 2.3)
    line = _soft(0.55 - np.hypot(x, np.clip(6.5 - y, 0, None)))[..., None]
    color = (_PINK * (1 - line) + _PINK_LINE * line).astype(np.float32)
    return finish(color, _soft((1 - outline) * 12), _SAMPLES)


def _grid(width: float, height: float, margin: float, density: int) -> tuple[Array, Array]:
    step = density * _SAMPLES
    x = (np.arange(int(width * step), dtype=np.float32) + 0.5) / step - width / 2
    y = height - margin - (np.arange(int(height * step), dtype=np.float32) + 0.5) / step
    across, up = np.meshgrid(x, y)
    return across, up


def _soft(distance_mm: Array) -> Array:
    """Return coverage from a signed distance: 0 outside, 1 inside, one sample wide."""
    return np.asarray(np.clip(distance_mm * teeth.PIXELS_PER_MM * _SAMPLES + 0.5, 0, 1), np.float32)


PICTURES: dict[str, Callable[[], np.ndarray]] = {
    "upper_teeth_drawn": lambda: draw_band(upper=True),
    "lower_teeth_drawn": lambda: draw_band(upper=False),
    "tongue_drawn": draw_tongue,
}
