"""Draw the upper side of a tongue as seen through an open mouth, tip towards the viewer."""

import cv2
import numpy as np

from tools.mouth_textures.shading import (
    Array,
    Light,
    blur,
    diffuse,
    finish,
    gloss,
    linear,
    noise,
    normals_of_heights,
)

PIXELS_PER_MM = 10
SAMPLES = 2
WIDTH_MM, HEIGHT_MM = 48.0, 28.0
HALF_WIDTH_MM = 21.5
TIP_MM = 1.5  # from the lower border of the picture to the tip

_DENSITY = PIXELS_PER_MM * SAMPLES
_FLESH, _COAT, _SIDE = linear(214, 114, 116), linear(220, 146, 144), linear(194, 84, 90)


def draw_tongue(seed: int) -> np.ndarray:
    """Return the tongue as (280, 480, 4) BGRA uint8; the back fades out at the top."""
    random = np.random.default_rng(seed)
    columns, rows = int(WIDTH_MM * _DENSITY), int(HEIGHT_MM * _DENSITY)
    x = (np.arange(columns, dtype=np.float32) + 0.5) / _DENSITY - WIDTH_MM / 2
    y = HEIGHT_MM - TIP_MM - (np.arange(rows, dtype=np.float32) + 0.5) / _DENSITY
    x, y = np.meshgrid(x, y)
    sway = 0.25 * np.sin(y / 5.0)  # nobody's groove is a ruled line
    outline = _outline(x, y)
    inside = np.clip((1 - outline) * 60, 0, 1).astype(np.float32)
    r = np.clip(outline, 0, 1)
    dome = 8.5 * np.sqrt(np.clip(1 - r**2.6, 0, 1))
    towards_back = np.clip(y / 22, 0, 1)
    groove = 1.15 * np.exp(-(((x - sway) / 1.9) ** 2)) + 0.9 * np.exp(-(((x - sway) / 6) ** 2))
    height = dome - groove * np.clip((y - 3.5) / 7, 0, 1) * (1 - r**4)
    height = blur(height.astype(np.float32), 5)
    smooth_normals = normals_of_heights(height, 1 / _DENSITY)
    papillae = _papillae(x.shape, random) * (1 - 0.5 * r)
    rough_normals = normals_of_heights(height + 0.034 * papillae, 1 / _DENSITY)

    lights = (Light((-0.25, 0.75, 0.8), 0.70), Light((0.4, -0.1, 0.9), 0.30, 0.5))
    light = 0.4 * diffuse(rough_normals, lights) + 0.6 * blur(diffuse(smooth_normals, lights), 8)
    coat = np.clip((0.35 + 0.55 * towards_back) * (1 - r**2) + 0.13 * noise(x.shape, 40, random), 0, 1)[
        ..., None
    ]
    side = np.clip(r**3 * 0.8, 0, 1)[..., None]
    albedo = (_FLESH * (1 - coat) + _COAT * coat) * (1 - side) + _SIDE * side
    albedo = albedo * (1 + 0.05 * papillae[..., None])
    wet = 0.24 * gloss(rough_normals, lights, 70) * np.clip(1.3 - towards_back, 0, 1)
    wet += 0.09 * gloss(smooth_normals, lights, 18)
    reach = 0.15 + 0.85 * np.exp(-((np.clip(y - 2, 0, None) / 17) ** 1.8))
    color = (albedo * light[..., None] + wet[..., None]) * reach[..., None] ** np.array([0.85, 1.05, 1.1])
    fade = np.clip((HEIGHT_MM - TIP_MM - y) / 5, 0, 1)
    return finish(np.clip(color, 0, 1).astype(np.float32), inside * (fade * fade * (3 - 2 * fade)), SAMPLES)


def _outline(x: Array, y: Array) -> Array:
    """Return 0 in the middle, 1 on the border: a rounded tip that widens and then goes straight back."""
    tip = np.clip((16.0 - y) / 16.0, 0, 2)
    return np.asarray((np.abs(x / HALF_WIDTH_MM) ** 2.2 + tip**2.2) ** (1 / 2.2), np.float32)


def _papillae(shape: tuple[int, int], random: np.random.Generator) -> Array:
    """Return the fine grain of the surface: many small bumps and a few larger round ones."""
    grain = noise(shape, 2.6, random) * 0.5 + noise(shape, 5.5, random) * 0.8
    buds = (random.random(shape) > 0.99975).astype(np.float32)
    round_ones = cv2.dilate(blur(buds, 3.0), np.ones((3, 3), np.uint8))
    return np.asarray(grain + 1.6 * round_ones / max(float(round_ones.max()), 1e-6), np.float32)
