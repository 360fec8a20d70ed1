"""The byte layout of an avatar file: numbers, structures and limits; ``docs/avatar-format.md`` in code.

Everything is little endian. A file is a header of 64 bytes, a manifest (JSON), a block table of 128
bytes a block, and the blocks; each part starts at the first multiple of 64 after the part before it,
and the bytes between them are zero. So there is exactly one place where anything can lie.
"""

import re
import struct
from dataclasses import dataclass
from math import prod
from typing import Final

import numpy as np

#: Eight bytes after the fashion of PNG: a byte above 127 (shows a channel that strips the eighth bit or
#: recodes text), three letters ("open avatar"), CR LF, Ctrl-Z and LF (show changed line ends).
MAGIC: Final = b"\x89OAV\r\n\x1a\n"
#: A reader refuses any other major version, and reads any minor one.
MAJOR_VERSION: Final = 1
MINOR_VERSION: Final = 0

HEADER_SIZE: Final = 64
ENTRY_SIZE: Final = 128
ALIGNMENT: Final = 64
NAME_SIZE: Final = 64
MAX_RANK: Final = 8

MAX_MANIFEST_BYTES: Final = 256 * 1024
MAX_BLOCKS: Final = 4096
#: All blocks of a file together, after decompression.
MAX_TOTAL_BYTES: Final = 512 * 1024 * 1024
#: All compressed blocks of a file together, after decompression: what a small file may grow into.
MAX_INFLATED_BYTES: Final = 128 * 1024 * 1024
#: The largest file there can be: every block stored, with its padding, and the parts before them.
MAX_FILE_BYTES: Final = (
    MAX_TOTAL_BYTES + MAX_BLOCKS * (ENTRY_SIZE + ALIGNMENT) + MAX_MANIFEST_BYTES + HEADER_SIZE + 2 * ALIGNMENT
)
#: Deflate cannot shrink data by more than this factor (zlib technical details, "Maximum Compression
#: Factor"); a block that claims more lies about its size.
MAX_DEFLATE_RATIO: Final = 1032

#: magic, major, minor, reserved, file size, manifest size and CRC, block count, table size and CRC,
#: reserved, CRC-32 of the 60 bytes before it.
HEADER: Final = struct.Struct("<8sHHIQIIIII16sI")
#: name, kind, element type, compression, rank, CRC-32, offset, stored length, raw length, shape.
ENTRY: Final = struct.Struct(f"<{NAME_SIZE}sBBBBIQQQ{MAX_RANK}I")

KIND_BYTES: Final = 0
KIND_ARRAY: Final = 1
COMPRESSION_NONE: Final = 0
COMPRESSION_ZLIB: Final = 1
COMPRESSION_NAMES: Final = {COMPRESSION_NONE: "none", COMPRESSION_ZLIB: "zlib"}

#: Element types of arrays by their code in the file; code 0 belongs to blocks of opaque bytes.
ELEMENT_TYPES: Final[dict[int, np.dtype]] = {
    1: np.dtype("u1"),
    2: np.dtype("i1"),
    3: np.dtype("<u2"),
    4: np.dtype("<i2"),
    5: np.dtype("<i4"),
    6: np.dtype("<f2"),
    7: np.dtype("<f4"),
}
ELEMENT_CODES: Final = {element_type.name: code for code, element_type in ELEMENT_TYPES.items()}

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*(/[A-Za-z0-9_][A-Za-z0-9_.-]*)*")


@dataclass(frozen=True, slots=True)
class BlockEntry:
    """One line of the block table.

    ``dtype`` is the NumPy name of the element type, or ``"bytes"`` for opaque bytes, whose ``shape``
    is empty. ``offset`` counts from the start of the file, ``stored_length`` is what the block takes
    there, ``raw_length`` what it is after decompression, ``crc32`` that of the stored bytes.
    """

    name: str
    dtype: str
    shape: tuple[int, ...]
    compression: str
    offset: int
    stored_length: int
    raw_length: int
    crc32: int

    @property
    def is_array(self) -> bool:
        """Whether the block is an array, not opaque bytes."""
        return self.dtype != "bytes"


def align(offset: int) -> int:
    """Return the first multiple of ``ALIGNMENT`` that is not below ``offset``."""
    return -(-offset // ALIGNMENT) * ALIGNMENT


def is_valid_name(name: str) -> bool:
    """Tell whether a block may have this name.

    1 to 64 characters: segments of letters, digits, ``_``, ``.`` and ``-`` joined by ``/``; a segment
    starts with a letter, a digit or ``_``, so that no name can climb out of a folder.
    """
    return len(name) <= NAME_SIZE and _NAME.fullmatch(name) is not None


def array_length(shape: tuple[int, ...], itemsize: int) -> int:
    """Return the size in bytes of an array, as a Python integer, which cannot overflow."""
    return prod(shape) * itemsize


def is_bounded_shape(shape: tuple[int, ...], itemsize: int) -> bool:
    """Tell whether a shape is within the limits, even where a zero among its sizes makes it empty.

    NumPy multiplies the other sizes too, and fails on a shape such as (4294967295, 4294967295, 0).
    """
    return array_length(tuple(max(1, size) for size in shape), itemsize) <= MAX_TOTAL_BYTES
