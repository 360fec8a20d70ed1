"""Draw one row of teeth as the camera sees it through an open mouth."""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np

from tools.mouth_textures.anatomy import PlacedTooth, Tooth
from tools.mouth_textures.shading import (
    Array,
    Light,
    blur,
    blur_inside,
    diffuse,
    finish,
    gloss,
    linear,
    noise,
    unit,
)

PIXELS_PER_MM = 10
SAMPLES = 3  # per pixel and axis
WIDTH_MM, HEIGHT_MM = 56.0, 18.0
EDGE_MM = 2.4  # from the border of the picture to the edge of the central incisors

_DENSITY = PIXELS_PER_MM * SAMPLES
_ENAMEL, _DENTINE = linear(236, 232, 226), linear(226, 203, 160)
_TRANSLUCENT = linear(186, 190, 198)
_GUM, _GUM_PALE = linear(188, 112, 108), linear(212, 152, 144)
_CREVICE = linear(88, 56, 46)


@dataclass
class Surface:
    """What the camera sees at each sample: depth in mm (−inf: nothing), normal, and place on the crown."""

    depth: Array
    normal: Array
    across: Array  # −1 … 1 from side to side of the crown
    along: Array  # 0 at the incisal edge … 1 at the gum
    tooth: np.ndarray  # index in the row, −1: nothing


def draw_row(row: list[PlacedTooth], upper: bool, seed: int) -> np.ndarray:
    """Return the row as (180, 560, 4) BGRA uint8; lower rows have their gum at the bottom."""
    random = np.random.default_rng(seed)
    surface = _trace(row)
    sky = 1.0 if upper else -1.0  # a lower row is drawn with its gum up and turned over at the end
    lights = (Light((-0.3, 0.42 * sky, 0.95), 0.72), Light((0.45, 0.1 * sky, 0.9), 0.36, 0.5))
    color, cover = _shade_crowns(row, surface, lights, sky, random)
    color, cover = _add_gum(row, surface, color, cover, lights, random)
    picture = finish(np.clip(color, 0, 1), cover, SAMPLES)
    return np.ascontiguousarray(picture if upper else picture[::-1])


def _grid() -> tuple[Array, Array]:
    """Return x and y in mm of the samples; row 0 is at the gum, y grows from the incisal edge to the gum."""
    columns, rows = int(WIDTH_MM * _DENSITY), int(HEIGHT_MM * _DENSITY)
    x = (np.arange(columns, dtype=np.float32) + 0.5) / _DENSITY - WIDTH_MM / 2
    y = HEIGHT_MM - EDGE_MM - (np.arange(rows, dtype=np.float32) + 0.5) / _DENSITY
    return np.meshgrid(x, y)


def crown_height(tooth: Tooth, across_mm: Array, along_mm: Array) -> tuple[Array, Array]:
    """Return a crown's facial surface Z(X, Y), −inf outside it, and the relative place across, −1 … 1."""
    half = tooth.width / 2
    point = tooth.cusp * np.abs(across_mm / half) ** 1.25 * np.clip(1 - along_mm / tooth.length, 0, 1)
    y = along_mm - point
    corner = np.where(across_mm < 0, tooth.corner_mesial, tooth.corner_distal)
    below = np.clip((corner - y) / corner, 0, 1)
    above = np.clip((y - corner) / (tooth.length * 1.15 - corner), 0, 1)
    rounded = np.clip(1 - below**tooth.squareness, 0, None) ** (1 / tooth.squareness)
    outline = half * rounded * (1 - (1 - tooth.taper) * above**1.7)
    across = np.where(outline > 1e-3, across_mm / np.maximum(outline, 1e-3), 2)
    r = np.clip(np.abs(across), 0, 1)
    profile = -1.5 * (1 - np.clip(along_mm / (0.62 * tooth.length), 0, 1)) ** 1.8
    profile -= 0.7 * np.clip(along_mm / tooth.length - 0.62, 0, None) ** 1.5 * 3
    edge = np.clip(1 - y / 0.9, 0, 1)
    profile -= 0.8 * (1 - np.sqrt(np.clip(1 - edge**3, 0, 1)))
    # two shallow furrows divide the face of a front tooth into three lobes
    furrow = np.cos(np.clip(across_mm / half, -1, 1) * 2 * np.pi * 0.95)
    lobes = 0.06 * furrow * np.clip(1.2 - along_mm / tooth.length, 0, 1)
    sides = tooth.ridge * r**2.2 + 1.7 * (1 - np.sqrt(np.clip(1 - r**7, 0, 1)))
    inside = (np.abs(across) <= 1) & (y >= 0)
    return np.where(inside, profile - sides + lobes, -np.inf).astype(np.float32), across.astype(np.float32)


def _trace(row: list[PlacedTooth]) -> Surface:
    """March a parallel ray per sample into each tooth's bounding box and keep the nearest hit."""
    x, y = _grid()
    seen = Surface(
        np.full(x.shape, -np.inf, np.float32),
        np.zeros((*x.shape, 3), np.float32),
        np.zeros(x.shape, np.float32),
        np.zeros(x.shape, np.float32),
        np.full(x.shape, -1, np.int32),
    )
    for index, placed in enumerate(row):
        reach = placed.tooth.width * 0.75 + 1
        columns = np.flatnonzero(np.abs(x[0] - placed.x * placed.scale) < reach)
        height = (y[:, 0] / placed.scale - placed.tooth.rise) / placed.tooth.length
        rows = np.flatnonzero((height > -0.05) & (height < 1.15))
        if columns.size:
            window = (slice(rows[0], rows[-1] + 1), slice(columns[0], columns[-1] + 1))
            _trace_tooth(placed, index, x[window], y[window], seen, window)
    return seen


def _trace_tooth(
    placed: PlacedTooth, index: int, x: Array, y: Array, seen: Surface, window: tuple[slice, slice]
) -> None:
    tooth, sine, cosine = placed.tooth, np.sin(placed.angle), np.cos(placed.angle)
    x = x / placed.scale - placed.x
    y = y / placed.scale - tooth.rise

    def local(z: Array) -> tuple[Array, Array]:
        return (x * cosine - z * sine) * placed.side, x * sine + z * cosine

    back = -(3.3 + 0.5 * np.clip(y, 0, None))  # the crown is a chisel: thin at the edge, thick at the gum

    def gap(z: Array) -> Array:
        across_mm, outward = local(z)
        return np.maximum(outward - crown_height(tooth, across_mm, y)[0], back - outward)

    near, steps = 2.5, 72
    step = 10.0 / steps
    hit = np.full(x.shape, np.nan, np.float32)
    for k in range(steps):
        z = np.full(x.shape, near - k * step, np.float32)
        hit = np.where(np.isnan(hit) & (gap(z) <= 0), z, hit)
    found = ~np.isnan(hit)
    low, high = np.where(found, hit, 0), np.where(found, hit + step, 0)
    for _ in range(8):  # halve the last step until it is far below a sample's width
        middle = (low + high) / 2
        inside = gap(middle) <= 0
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    across_mm, _ = local(low)
    delta = 0.06
    height, across = crown_height(tooth, across_mm, y)
    slope_x = _slope(lambda d: crown_height(tooth, across_mm + d, y)[0], height, delta)
    slope_y = _slope(lambda d: crown_height(tooth, across_mm, y + d)[0], height, delta)
    own = np.stack([-slope_x * placed.side, -slope_y, np.ones_like(slope_x)], -1)
    normal = np.stack(
        [own[..., 0] * cosine + own[..., 2] * sine, own[..., 1], own[..., 2] * cosine - own[..., 0] * sine],
        -1,
    )
    depth = np.where(found, low + placed.z, -np.inf).astype(np.float32)
    nearer = depth > seen.depth[window]
    seen.depth[window][nearer] = depth[nearer]
    seen.normal[window][nearer] = unit(normal)[nearer]
    seen.across[window][nearer] = across[nearer]
    seen.along[window][nearer] = (y / tooth.length)[nearer]
    seen.tooth[window][nearer] = index


def _slope(height_at: Callable[[float], Array], height: Array, delta: float) -> Array:
    """Return a two-sided derivative that turns one-sided where a neighbour lies outside the crown."""
    forward, back = height_at(delta), height_at(-delta)
    middle = np.where(np.isfinite(height), height, 0)
    rise = np.where(np.isfinite(forward), forward, middle) - np.where(np.isfinite(back), back, middle)
    run = np.isfinite(forward).astype(np.float32) + np.isfinite(back)
    return np.clip(rise / (np.maximum(run, 1) * delta), -6, 6).astype(np.float32)


def _shade_crowns(
    row: list[PlacedTooth],
    surface: Surface,
    lights: tuple[Light, ...],
    sky: float,
    random: np.random.Generator,
) -> tuple[Array, Array]:
    cover = (surface.tooth >= 0).astype(np.float32)
    shape = cover.shape
    index = np.maximum(surface.tooth, 0)
    shade = np.array([p.tooth.shade for p in row], np.float32)[index]
    warmth = np.array([p.tooth.warmth for p in row], np.float32)[index]
    # fine, mostly horizontal growth lines break the highlight a little
    bumps = np.stack([noise(shape, 9, random), noise(shape, 6, random), np.zeros(shape, np.float32)], -1)
    normal = unit(surface.normal + bumps * np.array([0.022, 0.03, 0], np.float32))

    along = np.clip(surface.along, 0, 1)
    dentine = np.clip(0.10 + 0.55 * along**1.6 + 0.30 * warmth + 0.03 * noise(shape, 40, random), 0, 1)
    albedo = _ENAMEL * (1 - dentine[..., None]) + _DENTINE * dentine[..., None]
    flanks = np.clip(np.abs(surface.across) - 0.8, 0, 1) * 5 * np.clip(1.2 - 2 * along, 0, 1)
    rim = np.clip(1 - along / 0.19, 0, 1) ** 1.3 + 0.4 * flanks
    clear = np.clip(rim * (0.55 + 0.12 * noise(shape, 14, random)), 0, 0.6)[..., None]
    albedo = albedo * (1 - clear) + _TRANSLUCENT * clear
    # light entering the enamel comes out nearby: soften what the surface shape alone would give
    light = diffuse(normal, lights)
    light = 0.45 * light + 0.55 * blur_inside(light, cover, 9)
    window = (Light((-0.16, 0.20 * sky, 1.0), 0.9), Light((0.30, 0.30 * sky, 0.95), 0.4))
    shine = 0.07 * gloss(normal, lights, 14) + 0.26 * gloss(normal, window, 130)
    reach = _light_towards_back(surface.depth)
    near = _crevices(surface, cover)
    color = albedo * (light * shade)[..., None] * warm(reach) * warm(near)
    color += (shine * reach**1.5 * near)[..., None]
    return color.astype(np.float32), cover


def warm(share: Array) -> Array:
    """Return RGB factors for a share of light that is left after bouncing between pink walls and ivory."""
    return np.asarray(share[..., None] ** np.array([0.80, 1.05, 1.15], np.float32))


def _light_towards_back(depth: Array) -> Array:
    """Return the share of light left inside the mouth: cheeks and lips shade what lies farther back."""
    back = np.clip(-np.where(np.isfinite(depth), depth, 0) - 2.0, 0, None)
    return (0.06 + 0.94 * np.exp(-((back / 12.5) ** 1.35))).astype(np.float32)


def _crevices(surface: Surface, cover: Array) -> Array:
    """Return how open each sample lies: dark where a neighbouring crown stands nearer, as between teeth."""
    depth = np.where(cover > 0, surface.depth, np.nan)
    depth = np.where(np.isnan(depth), np.nanmin(depth), depth).astype(np.float32)
    open_share = np.ones_like(depth)
    for sigma, strength in ((3.0, 0.55), (9.0, 0.30)):
        buried = np.clip(blur_inside(depth, cover, sigma) - depth, 0, 1.2)
        open_share *= np.exp(-strength * buried)
    border = (cv2.Laplacian(surface.tooth.astype(np.float32), cv2.CV_32F) != 0) & (cover > 0)
    # the touching line is thin where crowns press together and opens towards the gum
    line = np.clip(blur(border.astype(np.float32), 1.3) * 2.2, 0, 1)
    strength = 0.26 + 0.34 * np.clip((surface.along - 0.25) / 0.4, 0, 1)
    return np.asarray(open_share * (1 - strength * line), np.float32)


def _gum_line(row: list[PlacedTooth]) -> tuple[Array, Array]:
    """Return per column the height in mm of the gum margin and how far it lies back on the arch."""
    x = _grid()[0][0]
    edge = np.full(x.shape, -np.inf, np.float32)
    depth = np.full(x.shape, np.nan, np.float32)
    best = np.full(x.shape, np.inf)
    for placed in row:
        half = placed.tooth.width / 2 * np.cos(placed.angle) * placed.scale
        place = (x - placed.x * placed.scale) / max(half, 0.5)
        top = placed.tooth.length + placed.tooth.rise
        # the papilla fills the gap up to just above the contact of the neighbours
        margin = (top - 0.45 * placed.tooth.length * np.clip(np.abs(place), 0, 1) ** 2.6) * placed.scale
        nearer = np.abs(place) < best
        best = np.where(nearer, np.abs(place), best)
        edge = np.where(nearer, margin, edge)
        depth = np.where(nearer, placed.z, depth)
    return edge.astype(np.float32), depth.astype(np.float32)


def _add_gum(
    row: list[PlacedTooth],
    surface: Surface,
    color: Array,
    cover: Array,
    lights: tuple[Light, ...],
    random: np.random.Generator,
) -> tuple[Array, Array]:
    y = _grid()[1]
    edge, depth = _gum_line(row)
    # never above the crowns: no dark hole may open between a crown and the gum
    crown_top = np.where(cover > 0, y, -np.inf).max(0)
    edge = np.where(np.isfinite(crown_top), np.minimum(edge, crown_top - 0.25), edge)
    edge = blur(np.tile(edge.astype(np.float32), (3, 1)), 5)[1]
    above = y - edge[None]
    shape = above.shape
    wobble = 0.10 * noise(shape, 22, random)
    gum = np.clip((above + wobble) * 6 + 0.5, 0, 1).astype(np.float32)
    # a rounded rim, then a gentle bulge over each root
    rim = np.clip(above / 0.9, 0, 1)
    height = 0.75 * np.sqrt(np.clip(1 - (1 - rim) ** 2, 0, 1)) + 0.12 * noise(shape, 60, random) * rim
    height = blur(height.astype(np.float32), 3) + 0.006 * noise(shape, 4, random)
    down, right = np.gradient(height * _DENSITY)
    normal = unit(np.stack([-right, down, np.ones_like(height) * 1.2], -1).astype(np.float32))
    pale = np.clip(np.exp(-((above / 1.6) ** 2)) * 0.7 + 0.12 * noise(shape, 30, random), 0, 1)[..., None]
    tissue = _GUM * (1 - pale) + _GUM_PALE * pale
    reach = _light_towards_back(np.tile(blur(np.tile(depth, (3, 1)), 45)[1], (shape[0], 1)))
    light = 0.25 + 0.62 * diffuse(normal, lights)
    wet = 0.22 * gloss(normal, lights, 60) * reach
    flesh = tissue * 0.85 * light[..., None] * warm(reach) + wet[..., None]

    # what shows between the crowns below the papilla is a narrow dark crevice, not the back of the mouth
    lowest = np.where(cover > 0, y, np.inf).min(0)
    beside = blur(np.tile(np.where(np.isfinite(lowest), lowest, 5).astype(np.float32), (3, 1)), 6)[1]
    crevice = ((y > beside[None] + 1.3) & (cover <= 0)).astype(np.float32)
    shadow = 1 - 0.35 * blur(gum, 5) * (1 - gum)
    color = np.where(crevice[..., None] > 0, _CREVICE * warm(reach), color) * shadow[..., None]
    cover = np.maximum(cover, crevice)
    color = color * (1 - gum[..., None]) + flesh * gum[..., None]
    cover = np.maximum(cover, gum)
    x = _grid()[0]
    reach_of_row = max(abs(p.x * p.scale) + 0.30 * p.tooth.width for p in row)
    ends = np.clip((reach_of_row - np.abs(x)) / 2.5, 0, 1)
    return color.astype(np.float32), (cover * ends * ends * (3 - 2 * ends)).astype(np.float32)
