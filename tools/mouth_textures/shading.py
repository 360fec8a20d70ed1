"""Light, blur and noise shared by the teeth and the tongue; float32, colours linear in [0, 1]."""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Light:
    """A soft light: direction to it (x right, y up, z to the viewer) and how far it wraps around."""

    direction: tuple[float, float, float]
    strength: float
    wrap: float = 0.35


def unit(vectors: Array) -> Array:
    """Return (…, 3) vectors scaled to length 1."""
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))


def normals_of_heights(height: Array, spacing: float) -> Array:
    """Return (h, w, 3) unit normals of a height map; row 0 is the top, ``spacing`` the width of a pixel."""
    down, right = np.gradient(height, spacing)
    return unit(np.stack([-right, down, np.ones_like(height)], -1))


def diffuse(normals: Array, lights: tuple[Light, ...]) -> Array:
    """Return (h, w) light on a matt surface, wrapped past the terminator as in translucent bodies."""
    total = np.zeros(normals.shape[:2], np.float32)
    for light in lights:
        cosine = normals @ unit(np.asarray(light.direction, np.float32))
        total += light.strength * np.clip((cosine + light.wrap) / (1 + light.wrap), 0, None)
    return total


def gloss(normals: Array, lights: tuple[Light, ...], exponent: float) -> Array:
    """Return (h, w) Blinn highlight of the lights for a viewer on the z axis."""
    total = np.zeros(normals.shape[:2], np.float32)
    for light in lights:
        half = unit(unit(np.asarray(light.direction, np.float32)) + np.array([0, 0, 1], np.float32))
        total += light.strength * np.clip(normals @ half, 0, 1) ** exponent
    return total


def blur(image: Array, sigma: float) -> Array:
    """Gaussian blur with mirrored borders; ``sigma`` in pixels."""
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma, borderType=cv2.BORDER_REFLECT), np.float32)


def blur_inside(image: Array, mask: Array, sigma: float) -> Array:
    """Blur ``image`` with the weights of ``mask`` so that what lies outside does not bleed in."""
    weight = blur(mask, sigma)
    weighted = blur(image * (mask if image.ndim == 2 else mask[..., None]), sigma)
    return weighted / np.maximum(weight if image.ndim == 2 else weight[..., None], 1e-4)


def noise(shape: tuple[int, int], sigma: float, random: np.random.Generator) -> Array:
    """Return smooth noise of unit variance; features are about ``sigma`` pixels wide."""
    # made at a quarter of the resolution where the features are wide anyway
    step = max(1, int(sigma / 3))
    small = random.standard_normal((shape[0] // step + 2, shape[1] // step + 2)).astype(np.float32)
    field = cv2.resize(blur(small, sigma / step), (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)
    return np.asarray((field - field.mean()) / max(float(field.std()), 1e-6), np.float32)


def finish(color: Array, alpha: Array, factor: int) -> NDArray[np.uint8]:
    """Average ``factor`` × ``factor`` samples, bleed colour under transparent pixels, encode as BGRA bytes.

    ``color`` is (h, w, 3) linear RGB, ``alpha`` (h, w). The result is (h/factor, w/factor, 4) uint8, sRGB.
    """
    size = (alpha.shape[1] // factor, alpha.shape[0] // factor)
    premultiplied = np.asarray(
        cv2.resize(color * alpha[..., None], size, interpolation=cv2.INTER_AREA), np.float32
    )
    coverage = np.asarray(cv2.resize(alpha, size, interpolation=cv2.INTER_AREA), np.float32)
    rgb = bleed(premultiplied, coverage)
    encoded = np.where(rgb <= 0.0031308, 12.92 * rgb, 1.055 * np.maximum(rgb, 1e-9) ** (1 / 2.4) - 0.055)
    picture = np.dstack([encoded[..., ::-1], coverage])
    return np.asarray(np.clip(picture * 255 + 0.5, 0, 255), np.uint8)


def bleed(premultiplied: Array, coverage: Array) -> Array:
    """Divide colour by coverage; where there is none, spread the colour of the nearest covered pixels."""
    rgb = premultiplied / np.maximum(coverage, 1e-4)[..., None]
    known = coverage > 0.02
    for sigma in (2.0, 6.0, 20.0, 80.0):
        spread = blur(premultiplied, sigma) / np.maximum(blur(coverage, sigma), 1e-5)[..., None]
        reached = ~known & (blur(coverage, sigma) > 1e-3)
        rgb[reached] = spread[reached]
        known |= reached
    rgb[~known] = rgb[known].mean(0)
    return np.clip(rgb, 0, 1)


def linear(*srgb: float) -> Array:
    """Return an sRGB colour of 0–255 components as linear RGB."""
    value = np.asarray(srgb, np.float32) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)
