"""Which blocks and manifest fields make a container an avatar, and the way between both.

``RULES`` is the table of blocks that ``docs/avatar-format.md`` prints. Fields are stored as float16:
their values are displacements of a few cells, wanted to a hundredth.
"""

import math
from collections.abc import Mapping
from typing import Any, Final, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from ..media.picture_headers import read_header
from .checks import BYTES, BlockRule, check_blocks
from .container import Block, Container
from .landmarks import Side
from .model import CLOSE_SOURCE, RELAX_SMILE, Avatar, Eye, FieldGrid, HeadField, Interior, Mouth

SIDES: Final[tuple[Side, Side]] = ("right", "left")
_LARGE: Final = 6e4


def _field(name: str, shape: tuple[int | str, ...], meaning: str, bound: float = _LARGE) -> BlockRule:
    return BlockRule(name, "float16", shape, lowest=-bound, highest=bound, meaning=meaning)


def _bytes(name: str, shape: tuple[int | str, ...], meaning: str, optional: bool = False) -> BlockRule:
    return BlockRule(name, "uint8", shape, optional=optional, meaning=meaning)


def _head(name: str, rows: str, columns: str, where: str) -> BlockRule:
    meaning = f"{where}: weight of head motion, depth (pixels), rise with a breath (pixels)"
    return _field(f"{name}/head", (rows, columns, 3), meaning)


def _eye(side: Side) -> list[BlockRule]:
    rows, columns, name = f"{side}_eye_height", f"{side}_eye_width", f"eye/{side}"
    return [
        _bytes(f"{name}/ball", (rows, columns, 4), "eyeball continued under the lids, BGRA"),
        _field(
            f"{name}/curtain", (rows, columns, 2), "pixels below the upper lid line; lower line's distance"
        ),
        _bytes(f"{name}/sheet", (rows, columns, 4), "the closed eye, BGRA"),
    ]


RULES: Final[tuple[BlockRule, ...]] = (
    BlockRule("picture", BYTES, meaning="PNG of the picture, BGRA, width x height of the manifest"),
    _field("field", ("shapes", "rows", "columns", 2), "displacement in cells", 1e3),
    _head("picture", "rows", "columns", "the picture's grid"),
    _field("mouth/field", ("shapes", 2, "mouth_rows", "mouth_columns", 2), "both lip layers, cells", 1e3),
    _head("mouth", "mouth_rows", "mouth_columns", "the mouth's grid"),
    _bytes("mouth/lips", ("mouth_height", "mouth_width", 3), "lips and the skin around them, BGR"),
    _bytes("mouth/masks", ("mouth_height", "mouth_width", 2), "masks of the upper and lower lip layer"),
    _bytes("mouth/border", ("mouth_height", "mouth_width"), "weight of the mouth region"),
    BlockRule("mouth/relief", "int8", ("mouth_height", "mouth_width", 2), meaning="light of funnel, pucker"),
    _bytes("mouth/upper_teeth", ("upper_teeth_height", "upper_teeth_width", 4), "BGRA at picture scale"),
    _bytes("mouth/lower_teeth", ("lower_teeth_height", "lower_teeth_width", 4), "BGRA at picture scale"),
    _bytes("mouth/tongue", ("tongue_height", "tongue_width", 4), "BGRA at picture scale"),
    _bytes("mouth/own", ("mouth_height", "mouth_width", 4), "own open mouth, BGRA", optional=True),
    *_eye("right"),
    *_eye("left"),
    BlockRule("thumbnail", BYTES, optional=True, meaning="JPEG of the face"),
)  # fmt: skip


def to_container(avatar: Avatar) -> tuple[dict[str, Any], dict[str, Block]]:
    """Return manifest and blocks of an avatar."""
    mouth, inside = avatar.mouth, avatar.mouth.interior
    ok, png = cv2.imencode(".png", avatar.image, [cv2.IMWRITE_PNG_COMPRESSION, 9])
    if not ok:
        raise ValueError("the picture could not be encoded")
    blocks: dict[str, Block] = {
        "picture": png.tobytes(),
        "field": avatar.field.astype(np.float16),
        "picture/head": _pack_head(avatar.head),
        "mouth/field": mouth.field.astype(np.float16),
        "mouth/head": _pack_head(mouth.head),
        "mouth/lips": mouth.upper[..., :3],
        "mouth/masks": np.stack([mouth.upper[..., 3], mouth.lower[..., 3]], -1),
        "mouth/border": mouth.border,
        "mouth/relief": mouth.relief,
        "mouth/upper_teeth": inside.upper_teeth,
        "mouth/lower_teeth": inside.lower_teeth,
        "mouth/tongue": inside.tongue,
    }
    if inside.own is not None:
        blocks["mouth/own"] = inside.own
    if avatar.thumbnail is not None:
        blocks["thumbnail"] = avatar.thumbnail
    eyes = {}
    for side, eye in avatar.eyes.items():
        blocks[f"eye/{side}/ball"] = eye.ball
        blocks[f"eye/{side}/curtain"] = eye.curtain.astype(np.float16)
        blocks[f"eye/{side}/sheet"] = eye.sheet
        eyes[side] = {
            "corner": [eye.left, eye.top],
            "iris": _numbers(eye.iris),
            "crease": round(eye.crease, 3),
            "look": _numbers(eye.look),
            "widen": round(eye.widen, 4),
            "painted_from": round(eye.painted_from, 3),
            "follow": round(eye.follow, 3),
        }
    manifest = {
        **avatar.manifest,
        "kind": "avatar",
        "name": avatar.name,
        "width": avatar.width,
        "height": avatar.height,
        "style": avatar.style,
        "shapes": list(avatar.shapes),
        "unit": round(avatar.unit, 4),
        "pivot": _numbers(avatar.pivot),
        "rotation": _numbers(avatar.rotation.ravel()),
        "mouth": {
            "corner": [mouth.grid.left, mouth.grid.top],
            "anchor": _numbers(mouth.anchor),
            "jaw_drop": _numbers(mouth.jaw_drop),
            "width": round(mouth.width, 3),
            "open": mouth.open,
            "upper_anchor": _numbers(inside.upper_anchor),
            "lower_anchor": _numbers(inside.lower_anchor),
            "tongue_anchor": _numbers(inside.tongue_anchor),
            "dark": _numbers(inside.dark),
            "shading": round(inside.shading, 3),
            "saturation": round(inside.saturation, 3),
        },
        "eyes": eyes,
    }
    return manifest, blocks


def check(container: Container) -> None:
    """Raise ``DataError`` with one clear line unless the container holds a whole avatar."""
    from_container(container)


def from_container(container: Container) -> Avatar:
    """Build the avatar; raises ``DataError`` for anything that does not fit together."""
    fields = _Fields(container.name, container.manifest)
    if fields.text("kind") != "avatar":
        raise DataError(f"{container.name} is a container, but not of an avatar")
    width, height = fields.whole("width", 1, 4096), fields.whole("height", 1, 4096)
    shapes = fields.words("shapes")
    sizes = check_blocks(container, RULES, {"shapes": len(shapes)})
    if min(sizes[word] for word in ("rows", "columns", "mouth_rows", "mouth_columns")) < 4:
        raise DataError(f"{container.name}: its grids have fewer than 4 cells along a side")
    blocks = cast(Mapping[str, Any], container.blocks)
    picture = _decode_picture(container.name, blocks["picture"], width, height)
    part = fields.inside("mouth")
    left, top = part.corner("corner", (width, height), (sizes["mouth_width"], sizes["mouth_height"]))
    mouth_grid = FieldGrid(
        left, top, sizes["mouth_width"], sizes["mouth_height"], sizes["mouth_columns"], sizes["mouth_rows"]
    )
    region = blocks["mouth/lips"]
    masks = blocks["mouth/masks"]
    if part.flag("open") and not {CLOSE_SOURCE, RELAX_SMILE} <= set(shapes):
        raise DataError(f"{container.name}: an open mouth needs the shapes {CLOSE_SOURCE} and {RELAX_SMILE}")
    return Avatar(
        name=fields.text("name"),
        image=picture,
        shapes=shapes,
        grid=FieldGrid(0, 0, width, height, sizes["columns"], sizes["rows"]),
        field=blocks["field"].astype(np.float32),
        head=_unpack_head(blocks["picture/head"]),
        pivot=fields.numbers("pivot", 2),
        unit=float(fields.numbers("unit", 1, 1.0)[0]),
        rotation=fields.numbers("rotation", 4).reshape(2, 2),
        mouth=Mouth(
            grid=mouth_grid,
            field=blocks["mouth/field"].astype(np.float32),
            head=_unpack_head(blocks["mouth/head"]),
            upper=np.dstack([region, masks[..., 0]]),
            lower=np.dstack([region, masks[..., 1]]),
            border=blocks["mouth/border"],
            relief=blocks["mouth/relief"],
            interior=_interior(part, blocks),
            anchor=part.numbers("anchor", 2),
            jaw_drop=part.numbers("jaw_drop", 2),
            width=float(part.numbers("width", 1, 1.0)[0]),
            open=part.flag("open"),
        ),
        eyes={side: _read_eye(side, fields, blocks, (width, height)) for side in SIDES},
        style=fields.text("style"),
        manifest=dict(container.manifest),
        thumbnail=blocks.get("thumbnail"),
    )


def _interior(part: "_Fields", blocks: Mapping[str, Any]) -> Interior:
    return Interior(
        upper_teeth=blocks["mouth/upper_teeth"],
        upper_anchor=part.numbers("upper_anchor", 2),
        lower_teeth=blocks["mouth/lower_teeth"],
        lower_anchor=part.numbers("lower_anchor", 2),
        tongue=blocks["mouth/tongue"],
        tongue_anchor=part.numbers("tongue_anchor", 2),
        dark=part.numbers("dark", 3),
        shading=float(part.numbers("shading", 1)[0]),
        saturation=float(part.numbers("saturation", 1)[0]),
        own=blocks.get("mouth/own"),
    )


def _read_eye(side: Side, fields: "_Fields", blocks: Mapping[str, Any], size: tuple[int, int]) -> Eye:
    part = fields.inside("eyes").inside(side)
    ball = blocks[f"eye/{side}/ball"]
    left, top = part.corner("corner", size, (ball.shape[1], ball.shape[0]))
    return Eye(
        left=left,
        top=top,
        ball=ball,
        curtain=blocks[f"eye/{side}/curtain"].astype(np.float32),
        sheet=blocks[f"eye/{side}/sheet"],
        iris=part.numbers("iris", 3),
        crease=float(part.numbers("crease", 1, 0.01)[0]),
        look=part.numbers("look", 2),
        widen=float(part.numbers("widen", 1)[0]),
        painted_from=float(part.numbers("painted_from", 1, 0.01)[0]),
        follow=float(part.numbers("follow", 1)[0]),
    )


def _decode_picture(name: str, data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    header = read_header(data)
    if header is None or not header.complete or (header.width, header.height) != (width, height):
        raise DataError(
            f"{name}: the picture in it is not the {width} x {height} PNG that the manifest promises"
        )
    image = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.shape != (height, width, 4) or image.dtype != np.uint8:
        raise DataError(f"{name}: the picture in it cannot be decoded to 8-bit BGRA")
    return np.asarray(image, np.uint8)


def _pack_head(head: HeadField) -> NDArray[np.float16]:
    return np.stack([head.weight, head.depth, head.breath], -1).astype(np.float16)


def _unpack_head(block: NDArray[np.float16]) -> HeadField:
    weight, depth, breath = np.ascontiguousarray(np.moveaxis(block.astype(np.float32), -1, 0))
    return HeadField(weight, depth, breath)


def _numbers(values: NDArray[np.float32]) -> list[float]:
    return [round(float(v), 4) for v in values]


class _Fields:
    """Reads values out of a manifest; a wrong one is a ``DataError`` that names it."""

    def __init__(self, name: str, values: Mapping[str, Any], path: str = "") -> None:
        self._name, self._values, self._path = name, values, path

    def _wrong(self, key: str, wanted: str) -> DataError:
        return DataError(f"{self._name}: the manifest's {self._path}{key} must be {wanted}")

    def inside(self, key: str) -> "_Fields":
        value = self._values.get(key)
        if not isinstance(value, dict):
            raise self._wrong(key, "an object")
        return _Fields(self._name, value, f"{self._path}{key}.")

    def text(self, key: str) -> str:
        value = self._values.get(key)
        if not isinstance(value, str) or not 0 < len(value) <= 200:
            raise self._wrong(key, "a text of at most 200 characters")
        return value

    def flag(self, key: str) -> bool:
        value = self._values.get(key)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def whole(self, key: str, least: int, most: int) -> int:
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise self._wrong(key, f"a whole number from {least} to {most}")
        return value

    def words(self, key: str) -> tuple[str, ...]:
        value = self._values.get(key)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value) or len(value) > 512:
            raise self._wrong(key, "a list of names")
        if len(set(value)) != len(value):
            raise self._wrong(key, "a list in which no name comes twice")
        return tuple(value)

    def numbers(self, key: str, count: int, least: float = -_LARGE) -> NDArray[np.float32]:
        value = self._values.get(key)
        values = value if isinstance(value, list) else [value]
        usable = len(values) == count and all(
            isinstance(v, int | float)
            and not isinstance(v, bool)
            and math.isfinite(v)
            and least <= v <= _LARGE
            for v in values
        )
        if not usable:
            raise self._wrong(key, "a number" if count == 1 else f"{count} numbers")
        return np.array(values, np.float32)

    def corner(self, key: str, whole: tuple[int, int], part: tuple[int, int]) -> tuple[int, int]:
        """Return the corner of a rectangle that must lie inside the picture."""
        value = self._values.get(key)
        if (
            not isinstance(value, list)
            or len(value) != 2
            or not all(isinstance(v, int) and not isinstance(v, bool) for v in value)
            or not all(v >= 0 and v + p <= w for v, p, w in zip(value, part, whole, strict=True))
        ):
            raise self._wrong(key, "a corner that leaves its region inside the picture")
        return value[0], value[1]
