"""Reading a picture's format, size and completeness from its bytes, before anything is decoded."""

import struct
from dataclasses import dataclass
from typing import Final

#: First bytes of formats that people try and that are not read, for a helpful message.
_FOREIGN: Final[tuple[tuple[int, bytes, str], ...]] = (
    (0, b"GIF8", "GIF"),
    (0, b"BM", "BMP"),
    (0, b"II*\0", "TIFF"),
    (0, b"MM\0*", "TIFF"),
    (4, b"ftypavif", "AVIF"),
    (4, b"ftypheic", "HEIC"),
    (4, b"ftypheix", "HEIC"),
    (4, b"ftypmif1", "HEIC"),
    (0, b"%PDF", "PDF"),
    (0, b"<svg", "SVG"),
    (0, b"<?xml", "SVG or XML"),
    (0, b"8BPS", "Photoshop"),
)
_JPEG_SIZE_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True)
class PictureHeader:
    """Format ("JPEG", "PNG", "WebP"), size in pixels as stored, and whether the file's end is there."""

    format: str
    width: int
    height: int
    complete: bool


def read_header(data: bytes) -> PictureHeader | None:
    """Return what the bytes of a picture file declare; ``None`` if they are no JPEG, PNG or WebP."""
    try:
        if data.startswith(b"\xff\xd8\xff"):
            return _jpeg(data)
        if data.startswith(b"\x89PNG\r\n\x1a\n"):
            return _png(data)
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            return _webp(data)
    except (struct.error, IndexError):  # the header itself is cut off
        return None
    return None


def foreign_format(data: bytes) -> str | None:
    """Return the name of a known format that is not read here, ``None`` for anything else."""
    for offset, magic, name in _FOREIGN:
        if data.startswith(magic, offset):
            return name
    return None


def _jpeg(data: bytes) -> PictureHeader | None:
    """ITU-T T.81, annex B: segments of marker and length up to the start of frame."""
    position = 2
    while position + 4 <= len(data):
        if data[position] != 0xFF:
            return None
        marker = data[position + 1]
        if marker == 0xFF:  # fill byte
            position += 1
        elif marker in _JPEG_SIZE_MARKERS:
            height, width = struct.unpack_from(">HH", data, position + 5)
            # Some cameras pad behind the end marker, so look for it, not at the very end.
            return PictureHeader("JPEG", width, height, b"\xff\xd9" in data[position:])
        else:
            position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    return None


def _png(data: bytes) -> PictureHeader:
    """PNG specification, sections 5 and 11.2.1: IHDR first, IEND last."""
    width, height = struct.unpack_from(">II", data, 16)
    position, complete = 8, False
    while position + 12 <= len(data) and not complete:
        length, name = struct.unpack_from(">I4s", data, position)
        position += 12 + length
        complete = name == b"IEND" and position <= len(data)
    return PictureHeader("PNG", width, height, complete)


def _webp(data: bytes) -> PictureHeader | None:
    """RFC 9649: a RIFF file whose first chunk is ``VP8 ``, ``VP8L`` or ``VP8X``."""
    complete = len(data) >= struct.unpack_from("<I", data, 4)[0] + 8
    chunk = data[12:16]
    if chunk == b"VP8 ":
        width, height = (size & 0x3FFF for size in struct.unpack_from("<HH", data, 26))
    elif chunk == b"VP8L":
        bits = struct.unpack_from("<I", data, 21)[0]
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    elif chunk == b"VP8X":
        width = int.from_bytes(data[24:27], "little") + 1
        height = int.from_bytes(data[27:30], "little") + 1
        if len(data) < 30:
            return None
    else:
        return None
    return PictureHeader("WebP", width, height, complete)
