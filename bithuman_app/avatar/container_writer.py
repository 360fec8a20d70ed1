"""Writes avatar files: the same bytes for the same content, and a whole file or none."""

import os
import zlib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..media.files import replace_when_written
from .container_layout import (
    COMPRESSION_NONE,
    COMPRESSION_ZLIB,
    ELEMENT_CODES,
    ELEMENT_TYPES,
    ENTRY,
    HEADER,
    HEADER_SIZE,
    KIND_ARRAY,
    KIND_BYTES,
    MAGIC,
    MAJOR_VERSION,
    MAX_BLOCKS,
    MAX_DEFLATE_RATIO,
    MAX_INFLATED_BYTES,
    MAX_RANK,
    MAX_TOTAL_BYTES,
    MINOR_VERSION,
    align,
    is_bounded_shape,
    is_valid_name,
)
from .container_manifest import encode_manifest

_COMPRESSION_LEVEL: Final = 6


def write(
    path: str | os.PathLike[str],
    manifest: Mapping[str, Any],
    blocks: Mapping[str, NDArray[Any] | bytes],
    *,
    compress: Collection[str] = (),
) -> None:
    """Write an avatar file; at every moment ``path`` holds what it held before or the whole new file.

    ``blocks`` are arrays (any layout and byte order; stored C-ordered and little endian; uint8, int8,
    uint16, int16, int32, float16 or float32) or opaque bytes. Those named in ``compress`` are
    compressed with zlib where that saves space, up to 128 MiB in all; all others load without a copy.

    Raises ``CannotCreateError`` if the file cannot be made there, ``OutputError`` if writing fails
    part-way, and ``ValueError`` or ``TypeError`` for content that the format does not have.
    """
    data = encode(manifest, blocks, compress=compress)
    # A link stays a link: what it points to is replaced.
    target = Path(os.path.realpath(path) if os.path.islink(path) else path)
    with replace_when_written(target) as partial:
        partial.write_bytes(data)


def encode(
    manifest: Mapping[str, Any],
    blocks: Mapping[str, NDArray[Any] | bytes],
    *,
    compress: Collection[str] = (),
) -> bytes:
    """Return the bytes of an avatar file, blocks sorted by name; see ``write``."""
    if len(blocks) > MAX_BLOCKS:
        raise ValueError(f"{len(blocks)} blocks; an avatar file has at most {MAX_BLOCKS}")
    unknown = set(compress) - set(blocks)
    if unknown:
        raise ValueError(f"no block to compress is called {sorted(unknown)[0]!r}")
    manifest_bytes = encode_manifest(manifest)
    table_offset = align(HEADER_SIZE + len(manifest_bytes))
    end = table_offset + ENTRY.size * len(blocks)
    table = bytearray()
    parts: list[bytes | memoryview] = []
    stored: bytes | memoryview
    total = inflated = 0
    for name in sorted(blocks):
        kind, code, shape, raw = _raw(name, blocks[name])
        total += len(raw)
        if total > MAX_TOTAL_BYTES:
            raise ValueError(f"the blocks have more than {MAX_TOTAL_BYTES} bytes in all")
        compression, stored = COMPRESSION_NONE, raw
        if name in compress and inflated + len(raw) <= MAX_INFLATED_BYTES:
            compression, stored = _packed(raw)
            inflated += len(raw) if compression else 0
        offset = align(end)
        parts += [bytes(offset - end), stored]
        end = offset + len(stored)
        table += ENTRY.pack(
            name.encode("ascii"), kind, code, compression, len(shape), zlib.crc32(stored),
            offset, len(stored), len(raw), *shape, *[0] * (MAX_RANK - len(shape)),
        )  # fmt: skip
    header = _header(end, manifest_bytes, len(blocks), bytes(table))
    padding = bytes(table_offset - HEADER_SIZE - len(manifest_bytes))
    return b"".join([header, manifest_bytes, padding, table, *parts])


def _header(file_size: int, manifest: bytes, block_count: int, table: bytes) -> bytes:
    fields = (
        MAGIC, MAJOR_VERSION, MINOR_VERSION, 0, file_size, len(manifest), zlib.crc32(manifest),
        block_count, len(table), zlib.crc32(table), bytes(16),
    )  # fmt: skip
    unchecked = HEADER.pack(*fields, 0)
    return HEADER.pack(*fields, zlib.crc32(unchecked[:-4]))


def _raw(name: str, block: NDArray[Any] | bytes) -> tuple[int, int, tuple[int, ...], memoryview]:
    """Return kind, element type, shape and bytes of a block as they are stored."""
    if not is_valid_name(name):
        raise ValueError(f"a block cannot be called {name!r}")
    if isinstance(block, bytes):
        return KIND_BYTES, 0, (), memoryview(block)
    if not isinstance(block, np.ndarray):
        raise TypeError(f"block {name!r} is neither an array nor bytes but {type(block).__name__}")
    code = ELEMENT_CODES.get(block.dtype.name)
    if code is None:
        raise ValueError(f"block {name!r} has elements of type {block.dtype}, which avatar files do not have")
    if block.ndim > MAX_RANK or not is_bounded_shape(block.shape, block.itemsize):
        raise ValueError(f"block {name!r} has the shape {block.shape}, which is too large")
    stored = np.asarray(block, ELEMENT_TYPES[code], order="C")
    return KIND_ARRAY, code, block.shape, memoryview(stored.tobytes())


def _packed(raw: memoryview) -> tuple[int, bytes | memoryview]:
    """Return bytes as they are stored where compression is wanted: compressed if that saves space."""
    packed = zlib.compress(raw, _COMPRESSION_LEVEL)
    if len(packed) >= len(raw) or len(raw) > len(packed) * MAX_DEFLATE_RATIO:
        return COMPRESSION_NONE, raw
    return COMPRESSION_ZLIB, packed
