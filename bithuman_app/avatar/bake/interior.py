"""Teeth, tongue and cavity, coloured and scaled to go with one picture."""

import json
from dataclasses import dataclass
from functools import cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ...resources import asset
from ..landmarks import Image
from ..model import Interior
from .face import Face, Floats, Style, smoothstep
from .field import Grid
from .lips import Lips
from .topology import LIP_COLOUR, SKIN

#: Outer eye corners of an adult lie about 90 mm apart, mouth corners 50 mm (Farkas 1994).
_INTEROCULAR_MM: Final = 90.0
_MOUTH_MM: Final = 50.0
#: The inside of a drawn mouth: dark red, BGR.
_DRAWN_CAVITY: Final = np.array([44.0, 24.0, 92.0])
#: Grain is judged at this interocular distance in pixels.
_GRAIN_UNIT: Final = 150.0
_FLAT: Final = 0.30
#: The tongue is seen along its length: foreshortened.
_TONGUE: Final = (0.95, 0.5)
_LUMA: Final = np.array([0.11, 0.59, 0.30])  # BGR
#: Brightness of skin at which the textures need no change of exposure.
_USUAL_SKIN: Final = 175.0


@dataclass(frozen=True)
class _Texture:
    pixels: NDArray[np.uint8]  # BGRA
    anchor: Floats
    pixels_per_mm: float


@cache
def _texture(name: str) -> _Texture:
    notes = json.loads(asset("mouth", "mouth.json").read_text("utf-8"))[f"{name}.png"]
    data = np.fromfile(asset("mouth", f"{name}.png"), np.uint8)
    pixels = np.asarray(cv2.imdecode(data, cv2.IMREAD_UNCHANGED), np.uint8)
    anchor = notes.get("incisal_midpoint") or notes["tip_midpoint"]
    return _Texture(pixels, np.array(anchor, np.float64), float(notes["pixels_per_mm"]))


def bake_interior(image: Image, face: Face, lips: Lips, grid: Grid, style: Style) -> Interior:
    """Choose, scale, turn and colour what lies behind the lips of a BGR picture."""
    skin = np.median(_colours(image, face, SKIN), 0)
    lip = np.median(_colours(image, face, LIP_COLOUR), 0)
    light = _Light.of(skin, lip)
    scale = np.sqrt(face.interocular / _INTEROCULAR_MM * face.mouth_width / _MOUTH_MM)
    kind = "drawn" if style == "drawing" else "abc"[_identity(face) % 3]
    hide_teeth = style == "animal"

    def prepare(name: str, tint: Floats, stretch: tuple[float, float]) -> tuple[NDArray[np.uint8], Floats]:
        return _place(_texture(name), light, tint, scale * np.array(stretch), face.rotation)

    white = light.white * (1 if style == "drawing" else 0.97)
    widen = 0.96 + 0.08 * ((_identity(face) // 3) % 5) / 4  # arches differ between people
    upper, upper_anchor = prepare(f"upper_teeth_{kind}", white, (widen, 1.0))
    lower, lower_anchor = prepare(f"lower_teeth_{kind}", white * 0.9, (widen, 1.0))
    # its far end lies in the dark of the throat
    tongue, tongue_anchor = prepare("tongue_drawn" if style == "drawing" else "tongue", light.flesh, _TONGUE)
    across = np.linspace(-1, 1, tongue.shape[1])[None]
    depth = np.linspace(0, 1, len(tongue))[:, None] - 0.32 * across**2
    tongue[..., 3] = np.round(tongue[..., 3] * smoothstep(0.08, 0.62, depth)).astype(np.uint8)
    own = _own_mouth(image, face, lips, grid) if lips.open and lips.teeth > 0.45 else None
    if own is not None:  # above the picture's own teeth there are gums, not another row
        upper[..., :3] = np.median(upper[upper[..., 3] > 200][: len(upper) * 4, :3], 0)
    if hide_teeth:
        upper[..., 3] = 0
        lower[..., 3] = 0
    return Interior(
        upper_teeth=upper,
        upper_anchor=upper_anchor.astype(np.float32),
        lower_teeth=lower,
        lower_anchor=lower_anchor.astype(np.float32),
        tongue=tongue,
        tongue_anchor=tongue_anchor.astype(np.float32),
        dark=(_DRAWN_CAVITY if style == "drawing" else light.dark).astype(np.float32),
        shading=0.35 if style == "drawing" else 1.0,
        own=own,
        saturation=light.saturation,
    )


@dataclass(frozen=True)
class _Light:
    """How the picture is lit and coloured, as factors on the textures' neutral colours (BGR)."""

    white: Floats
    flesh: Floats
    dark: Floats
    saturation: float

    @classmethod
    def of(cls, skin: Floats, lip: Floats) -> "_Light":
        luma = max(float(skin @ _LUMA), 1.0)
        exposure = float(np.clip((luma / _USUAL_SKIN) ** 0.7, 0.1, 1.08))
        colourful = float(np.ptp(np.r_[skin[None], lip[None]], axis=1).max() / max(skin.max(), 1))
        saturation = float(np.clip((colourful - 0.04) / 0.18, 0, 1))  # 0 in monochrome pictures
        # skin is warmer than the light on it: take only part of its cast
        cast = np.clip(skin / luma, 0.7, 1.3)
        white = exposure * (0.88 + 0.12 * cast)
        redness = np.clip(lip / max(float(lip @ _LUMA), 1.0), 0.6, 1.6)
        flesh = exposure * (0.75 + 0.25 * redness)
        dark = np.array([16.0, 17.0, 38.0]) * np.clip(exposure, 0.1, 1)
        dark = dark @ _LUMA + (dark - dark @ _LUMA) * saturation
        return cls(white, flesh, dark, saturation)


def _place(
    texture: _Texture, light: _Light, tint: Floats, scale: Floats, rotation: Floats
) -> tuple[NDArray[np.uint8], Floats]:
    """Bring a texture to picture scale, turn it like the face and colour it."""
    factor = scale / texture.pixels_per_mm
    height, width = texture.pixels.shape[:2]
    size = (max(8, round(width * factor[0])), max(6, round(height * factor[1])))
    pixels = texture.pixels.astype(np.float32)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA if factor[1] < 1 else cv2.INTER_LINEAR)
    colour = small[..., :3] * tint
    grey = (colour @ _LUMA)[..., None]
    colour = grey + (colour - grey) * light.saturation
    coloured = np.dstack([colour, small[..., 3:]]).round().clip(0, 255).astype(np.uint8)
    anchor = (texture.anchor + 0.5) * [size[0] / width, size[1] / height] - 0.5
    return _turn(coloured, anchor, rotation)


def _turn(pixels: NDArray[np.uint8], anchor: Floats, rotation: Floats) -> tuple[NDArray[np.uint8], Floats]:
    """Rotate a texture about its anchor, growing it to hold its corners plus a clear margin."""
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]]) - anchor
    turned = corners @ rotation.T
    low = np.floor(turned.min(0)) - 2
    size = (np.ceil(turned.max(0)) + 2 - low).astype(int)
    matrix = np.c_[rotation, -low - rotation @ anchor]
    padded = cv2.warpAffine(
        pixels, matrix, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
    )
    inside = cv2.warpAffine(
        np.ascontiguousarray(pixels[..., 3]), matrix, (int(size[0]), int(size[1])), flags=cv2.INTER_LINEAR
    )
    return np.dstack([padded[..., :3], inside]), -low


def _own_mouth(image: Image, face: Face, lips: Lips, grid: Grid) -> NDArray[np.uint8]:
    """Cut the picture's own teeth out along the lips, uint8 (h, w, 4)."""
    part = image[grid.top : grid.top + grid.height, grid.left : grid.left + grid.width]
    outline = face.to_picture(np.r_[lips.upper, lips.lower[::-1]]) - [grid.left, grid.top]
    mask = np.zeros(part.shape[:2], np.uint8)
    cv2.fillPoly(mask, [np.round(outline * 16).astype(np.int32)], (255,), cv2.LINE_AA, 4)
    inset = max(1, int(face.interocular / 90))
    core = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=inset)
    soft = cv2.GaussianBlur(core, (0, 0), max(0.8, face.interocular / 100))
    return np.dstack([part, np.asarray(soft, np.uint8)])


def _identity(face: Face) -> int:
    """A number that stays the same for one face and differs between faces."""
    shape = (face.upright - face.upright.mean(0)) / face.interocular
    return int(abs(float((shape * np.arange(1, 469)[:, None]).sum())) * 10)


def _colours(image: Image, face: Face, indices: tuple[int, ...]) -> Floats:
    height, width = image.shape[:2]
    at = np.round(face.points[list(indices), :2]).astype(int)
    return np.asarray(image[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)], np.float64)


def guess_style(image: Image, face: Face) -> Style:
    """Tell a flat drawing from a photo, rendering or painting by how much of the face has no grain.

    Filled vector shapes and cel shading have edges and gradients but no grain (share of flat pixels in
    80 pictures: drawings 0.31-0.77, all others 0.03-0.29).
    """
    scale = min(1.0, _GRAIN_UNIT / face.interocular)
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = np.zeros(small.shape[:2], np.uint8)
    outline = cv2.convexHull((face.points[:, :2] * scale).astype(np.int32))
    cv2.fillConvexPoly(mask, outline, (1,))
    grain = np.abs(small - cv2.GaussianBlur(small, (0, 0), 1.5)).max(-1)[mask > 0]
    brightness = small[mask > 0].max(-1).mean()
    return "drawing" if (grain < 0.4 * max(0.3, brightness / 200)).mean() > _FLAT else "photo"
