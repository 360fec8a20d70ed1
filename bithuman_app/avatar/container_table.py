"""Checks the header and the block table of an avatar file, before anything is done with the blocks."""

import zlib
from dataclasses import dataclass
from typing import Any

from ..errors import DataError
from .container_foreign import HEAD_SIZE, describe
from .container_layout import (
    ALIGNMENT,
    COMPRESSION_NAMES,
    ELEMENT_TYPES,
    ENTRY,
    ENTRY_SIZE,
    HEADER,
    HEADER_SIZE,
    KIND_ARRAY,
    KIND_BYTES,
    MAGIC,
    MAJOR_VERSION,
    MAX_BLOCKS,
    MAX_DEFLATE_RATIO,
    MAX_FILE_BYTES,
    MAX_INFLATED_BYTES,
    MAX_MANIFEST_BYTES,
    MAX_RANK,
    MAX_TOTAL_BYTES,
    BlockEntry,
    align,
    array_length,
    is_bounded_shape,
    is_valid_name,
)


@dataclass(frozen=True, slots=True)
class Header:
    """The 64 bytes at the start of a file, checked; sizes in bytes."""

    version: tuple[int, int]
    file_size: int
    manifest_size: int
    manifest_crc32: int
    block_count: int
    table_crc32: int

    @property
    def manifest_end(self) -> int:
        """Where the manifest, which follows the header, ends."""
        return HEADER_SIZE + self.manifest_size

    @property
    def table_offset(self) -> int:
        """Where the block table starts."""
        return align(self.manifest_end)

    @property
    def table_end(self) -> int:
        """Where the block table ends."""
        return self.table_offset + self.block_count * ENTRY_SIZE


def parse_header(name: str, data: bytes, file_size: int) -> Header:
    """Check the header, which starts ``data``, against the size that the file really has.

    Raises ``DataError``, which also says what a file is that is something else.
    """
    _check_magic(name, data)
    (
        _, major, minor, _, size, manifest_size, manifest_crc32,
        block_count, table_size, table_crc32, _, header_crc32,
    ) = HEADER.unpack_from(data)  # fmt: skip
    # The version comes before the checksum: another major version may check itself in another way.
    if major != MAJOR_VERSION:
        raise DataError(
            f"{name} has version {major}.{minor} of the avatar format, "
            f"this program reads version {MAJOR_VERSION}: update it, or bake the avatar again"
        )
    if zlib.crc32(data[: HEADER_SIZE - 4]) != header_crc32:
        raise DataError(f"{name} is corrupted: the checksum of its header is wrong")
    header = Header((major, minor), size, manifest_size, manifest_crc32, block_count, table_crc32)
    _check_sizes(name, header, file_size)
    if table_size != block_count * ENTRY_SIZE:
        raise DataError(f"{name} claims a block table of {table_size} bytes for {block_count} blocks")
    return header


def parse_table(name: str, table: bytes, table_end: int, file_size: int) -> tuple[BlockEntry, ...]:
    """Check the block table against itself and the size of the file; return its lines.

    ``table`` has a whole number of lines; ``table_end`` is where it ends in the file. Raises
    ``DataError``.
    """
    entries = tuple(_entry(name, number, fields) for number, fields in enumerate(ENTRY.iter_unpack(table), 1))
    _check_places(name, entries, table_end, file_size)
    return entries


def _check_magic(name: str, data: bytes) -> None:
    if not data:
        raise DataError(f"{name} is empty")
    if not data.startswith(MAGIC) and not MAGIC.startswith(data):
        raise DataError(f"{name} {describe(data[:HEAD_SIZE])}")
    if len(data) < HEADER_SIZE:
        raise DataError(f"{name} is truncated: only {len(data)} bytes are left of it")


def _check_sizes(name: str, header: Header, file_size: int) -> None:
    if header.manifest_size > MAX_MANIFEST_BYTES:
        raise DataError(
            f"{name} claims a manifest of {header.manifest_size} bytes; at most {MAX_MANIFEST_BYTES} may be"
        )
    if header.block_count > MAX_BLOCKS:
        raise DataError(f"{name} claims {header.block_count} blocks; at most {MAX_BLOCKS} may be")
    if header.file_size > MAX_FILE_BYTES:
        raise DataError(f"{name} claims {header.file_size} bytes; at most {MAX_FILE_BYTES} may be")
    if header.file_size < header.table_end:
        raise DataError(
            f"{name} claims {header.file_size} bytes, too few for its own manifest and block table"
        )
    if file_size < header.file_size:
        raise DataError(f"{name} is truncated: {file_size} of {header.file_size} bytes are there")
    if file_size > header.file_size:
        raise DataError(f"{name} has {file_size - header.file_size} bytes after its end")


def _entry(name: str, number: int, fields: tuple[Any, ...]) -> BlockEntry:
    """Check one line of the block table by itself."""
    name_field, kind, code, compression, rank, crc32, offset, stored_length, raw_length, *sizes = fields
    block = name_field.rstrip(b"\0").decode("latin-1")
    if not is_valid_name(block):
        raise DataError(f"{name} has a bad block table: the name of block {number} is not allowed")
    where = f"{name} has a bad block table: block '{block}'"
    if compression not in COMPRESSION_NAMES:
        raise DataError(f"{where} has the unknown compression {compression}")
    if raw_length > MAX_TOTAL_BYTES:
        raise DataError(f"{where} claims {raw_length} bytes; at most {MAX_TOTAL_BYTES} may be")
    if COMPRESSION_NAMES[compression] == "none" and stored_length != raw_length:
        raise DataError(f"{where} is not compressed, yet claims {stored_length} bytes for {raw_length}")
    if raw_length > stored_length * MAX_DEFLATE_RATIO:
        raise DataError(f"{where} claims {raw_length} bytes packed into {stored_length}, more than can be")
    if rank > MAX_RANK or any(sizes[rank:]):
        raise DataError(f"{where} has a shape that does not fit its {rank} dimensions (at most {MAX_RANK})")
    shape = tuple(sizes[:rank])
    dtype = _element_type(where, kind, code, shape, raw_length)
    return BlockEntry(
        block, dtype, shape, COMPRESSION_NAMES[compression], offset, stored_length, raw_length, crc32
    )


def _element_type(where: str, kind: int, code: int, shape: tuple[int, ...], raw_length: int) -> str:
    """Check what a block is made of against its length; return the name of its element type."""
    if kind == KIND_BYTES:
        if code or shape:
            raise DataError(f"{where} holds opaque bytes, yet has an element type or a shape")
        return "bytes"
    if kind != KIND_ARRAY:
        raise DataError(f"{where} is of the unknown kind {kind}")
    if code not in ELEMENT_TYPES:
        raise DataError(f"{where} has the unknown element type {code}")
    element_type = ELEMENT_TYPES[code]
    if not is_bounded_shape(shape, element_type.itemsize):
        raise DataError(f"{where} has a shape beyond the limit of {MAX_TOTAL_BYTES} bytes")
    if array_length(shape, element_type.itemsize) != raw_length:
        raise DataError(f"{where} claims {raw_length} bytes, which its shape {shape} does not have")
    return element_type.name


def _check_places(name: str, entries: tuple[BlockEntry, ...], table_end: int, file_size: int) -> None:
    """Check that the blocks lie one after the other, fill the file and stay below the limits together."""
    total = inflated = 0
    seen: set[str] = set()
    end = table_end
    for entry in entries:
        where = f"{name} has a bad block table: block '{entry.name}'"
        if entry.name in seen:
            raise DataError(f"{where} is there twice")
        seen.add(entry.name)
        total += entry.raw_length
        if total > MAX_TOTAL_BYTES:
            raise DataError(f"{name} claims blocks of more than {MAX_TOTAL_BYTES} bytes in all")
        inflated += entry.raw_length if entry.compression != "none" else 0
        if inflated > MAX_INFLATED_BYTES:
            raise DataError(f"{name} claims compressed blocks of more than {MAX_INFLATED_BYTES} bytes in all")
        if entry.offset < end:
            raise DataError(f"{where} overlaps what comes before it")
        if entry.offset != align(end):
            raise DataError(f"{where} does not start at the next multiple of {ALIGNMENT} bytes")
        end = entry.offset + entry.stored_length
        if end > file_size:
            raise DataError(f"{where} reaches beyond the end of the file")
    if end != file_size:
        raise DataError(f"{name} has {file_size - end} bytes that belong to no block")
