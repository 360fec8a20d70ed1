"""Pictures in and out: JPEG, PNG and WebP."""

import struct
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, OutputError, UsageError
from .containers import open_binary
from .files import replace_when_written
from .picture_headers import foreign_format, read_header

Image = NDArray[np.uint8]

MAX_FILE_BYTES: Final = 50 * 1024 * 1024
MAX_PIXELS: Final = 100_000_000

_EXIF_ORIENTATION: Final = 0x0112


def read_image(path: Path | str) -> Image:
    """Decode a picture to uint8 (h, w, 3) BGR, or (h, w, 4) BGRA where the file has transparency.

    The EXIF orientation is applied, 16-bit, grey and palette pictures are converted. Size is bounded
    (``MAX_FILE_BYTES``, ``MAX_PIXELS``) before anything is decoded. Embedded colour profiles are
    ignored: the values are taken as sRGB.

    Raises ``MissingInputError`` for a file that cannot be opened and ``DataError`` for one that is no
    JPEG, PNG or WebP picture, is damaged, or too large.
    """
    path = Path(path)
    with open_binary(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise DataError(f"{path}: the file is larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
    return decode_image(data, str(path))


def decode_image(data: bytes, name: str) -> Image:
    """Decode the bytes of a picture file; like ``read_image``, with ``name`` for the messages."""
    header = read_header(data)
    if header is None:
        foreign = foreign_format(data)
        reason = f"{foreign} pictures are not read" if foreign else "this is no picture that can be read"
        raise DataError(f"{name}: {reason}; JPEG, PNG and WebP are")
    if header.width * header.height > MAX_PIXELS:
        raise DataError(
            f"{name}: the picture is too large ({header.width} x {header.height} pixels; "
            f"at most {MAX_PIXELS // 1_000_000} million)"
        )
    if not header.complete:
        raise DataError(f"{name}: the {header.format} picture is cut off")
    try:
        pixels, kinds, metadata = cv2.imdecodeWithMetadata(
            np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED
        )
    except cv2.error:
        pixels = None
    if pixels is None:
        raise DataError(f"{name}: the {header.format} picture is damaged")
    orientation = 1
    for kind, block in zip(kinds, metadata, strict=False):
        if kind == cv2.IMAGE_METADATA_EXIF:
            orientation = _orientation(np.asarray(block).tobytes())
    return _upright(_eight_bit_colour(pixels), orientation)


def encode_jpeg(image: Image, quality: int) -> bytes:
    """Return uint8 (h, w, 3) BGR as JPEG; ``quality`` is 0 to 100."""
    return bytes(cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def square(image: Image, side: int) -> Image:
    """Return the middle of a picture uint8 (h, w, c), ``side`` pixels wide and high."""
    least = min(image.shape[:2])
    top, left = (image.shape[0] - least) // 2, (image.shape[1] - least) // 2
    part = image[top : top + least, left : left + least]
    way = cv2.INTER_AREA if least > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(part, (side, side), interpolation=way), np.uint8)


def write_image(path: Path | str, image: Image) -> None:
    """Write uint8 (h, w), (h, w, 3) BGR or (h, w, 4) BGRA as JPEG, PNG or WebP, whole or not at all.

    The suffix of the name decides the format. Raises ``UsageError`` for another suffix,
    ``CannotCreateError`` if the file cannot be created and ``OutputError`` if the disk is full.
    """
    path = Path(path)
    options = {
        ".png": (),
        ".jpg": (cv2.IMWRITE_JPEG_QUALITY, 92),
        ".jpeg": (cv2.IMWRITE_JPEG_QUALITY, 92),
        ".webp": (cv2.IMWRITE_WEBP_QUALITY, 92),
    }.get(path.suffix.lower())
    if options is None:
        raise UsageError(f"{path}: the name of a picture must end in .png, .jpg or .webp")
    done, encoded = cv2.imencode(path.suffix.lower(), image, options)
    if not done:
        raise OutputError(f"{path}: the picture cannot be encoded")
    with replace_when_written(path) as partial:
        partial.write_bytes(encoded.tobytes())


def _eight_bit_colour(pixels: NDArray[Any]) -> Image:
    if pixels.dtype == np.uint16:
        pixels = ((pixels.astype(np.uint32) + 128) // 257).astype(np.uint8)
    if pixels.ndim == 2:
        return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR), np.uint8)
    return np.asarray(pixels, np.uint8)


def _orientation(exif: bytes) -> int:
    """Return the orientation, 1 to 8, of the first directory of a TIFF block; 1 if it has none.

    Layout: TIFF 6.0, section 2; meaning of the tag: EXIF 2.3, section 4.6.4.
    """
    exif = exif.removeprefix(b"Exif\0\0")
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None:
        return 1
    try:
        start = struct.unpack_from(order + "I", exif, 4)[0]
        for entry in range(struct.unpack_from(order + "H", exif, start)[0]):
            tag, _kind, _count, value = struct.unpack_from(order + "HHIH", exif, start + 2 + 12 * entry)
            if tag == _EXIF_ORIENTATION:
                return value if 1 <= value <= 8 else 1
    except struct.error:
        return 1
    return 1


def _upright(image: Image, orientation: int) -> Image:
    """Undo the EXIF orientation: 2 to 4 mirror or turn by 180 degrees, 5 to 8 also swap the axes."""
    if orientation >= 5:
        image = image.transpose(1, 0, 2)
    if orientation in (2, 3, 6, 7):
        image = image[:, ::-1]
    if orientation in (3, 4, 7, 8):
        image = image[::-1]
    return np.ascontiguousarray(image)
