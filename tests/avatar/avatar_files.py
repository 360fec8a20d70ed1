"""Small avatar files for tests, and the means to forge them with checksums that fit."""

import zlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from bithuman_app.avatar import container
from bithuman_app.avatar.container_layout import ENTRY, ENTRY_SIZE, HEADER, HEADER_SIZE, NAME_SIZE, align

HEADER_FIELDS = (
    "magic", "major", "minor", "reserved", "file_size", "manifest_size", "manifest_crc32",
    "block_count", "table_size", "table_crc32", "reserved_too", "header_crc32",
)  # fmt: skip
ENTRY_FIELDS = (
    "name", "kind", "code", "compression", "rank", "crc32", "offset", "stored_length", "raw_length",
    *(f"size_{n}" for n in range(8)),
)  # fmt: skip

MANIFEST = {"name": "test", "width": 4, "height": 2, "tags": ["a", {"b": 0.5}], "title": "Zoë"}
#: In the order in which the file has them: sorted by name.
BLOCKS = {
    "empty": np.zeros((0, 3), np.float32),
    "field": np.linspace(-1, 1, 24, dtype=np.float32).reshape(4, 3, 2),
    "packed": np.zeros((20, 30), np.int16),
    "picture": np.arange(24, dtype=np.uint8).reshape(2, 4, 3),
    "thumbnail": b"not really a PNG",
}


def sample() -> bytes:
    """Return a file with every kind of block, one of them compressed."""
    return container.encode(MANIFEST, BLOCKS, compress=["packed"])


def forge(
    data: bytes,
    header: Mapping[str, Any] | None = None,
    entries: Mapping[int, Mapping[str, Any]] | None = None,
) -> bytes:
    """Return a file with other values in header and block table, and checksums that fit them."""
    fields = dict(zip(HEADER_FIELDS, HEADER.unpack_from(data), strict=True))
    table_offset = align(HEADER_SIZE + fields["manifest_size"])
    table_end = table_offset + fields["block_count"] * ENTRY_SIZE
    forged = bytearray(data)
    for number, changes in (entries or {}).items():
        start = table_offset + number * ENTRY_SIZE
        entry = dict(zip(ENTRY_FIELDS, ENTRY.unpack_from(data, start), strict=True)) | changes
        ENTRY.pack_into(forged, start, *entry.values())
    fields["table_crc32"] = zlib.crc32(forged[table_offset:table_end])
    fields |= header or {}
    HEADER.pack_into(forged, 0, *fields.values())
    if "header_crc32" not in (header or {}):
        forged[HEADER_SIZE - 4 : HEADER_SIZE] = zlib.crc32(forged[: HEADER_SIZE - 4]).to_bytes(4, "little")
    return bytes(forged)


def with_manifest(text: bytes) -> bytes:
    """Return a file without blocks whose manifest is these bytes, right or wrong."""
    end = HEADER_SIZE + len(text)
    empty = container.encode({}, {})
    body = text + bytes(align(end) - end)
    return forge(
        empty[:HEADER_SIZE] + body,
        {
            "manifest_size": len(text),
            "manifest_crc32": zlib.crc32(text),
            "file_size": HEADER_SIZE + len(body),
            "table_crc32": 0,
        },
    )


def with_packed_block(stored: bytes, raw_length: int) -> bytes:
    """Return a file with one block of opaque bytes that says it is zlib, whatever ``stored`` is."""
    plain = container.encode({}, {"block": stored})
    return forge(plain, entries={0: {"compression": 1, "raw_length": raw_length}})


def entry_name(name: bytes) -> bytes:
    """Return a name as it stands in the block table."""
    return name.ljust(NAME_SIZE, b"\0")


def same_blocks(left: Mapping[str, Any], right: Mapping[str, Any]) -> bool:
    """Tell whether two sets of blocks are equal in names, types, shapes and every bit."""
    return left.keys() == right.keys() and all(_same(left[name], right[name]) for name in left)


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, bytes) or isinstance(right, bytes):
        return bool(type(left) is type(right) and left == right)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
