"""Reads avatar files that may be anything: every size is checked before memory is taken for it."""

import os
import stat
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, MissingInputError
from .container_foreign import HEAD_SIZE
from .container_layout import ELEMENT_CODES, ELEMENT_TYPES, HEADER_SIZE, BlockEntry
from .container_manifest import decode_manifest
from .container_table import parse_header, parse_table

Block = NDArray[Any] | bytes

_IN_MEMORY: Final = "the avatar data"


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """What stands before the blocks of an avatar file: enough to list it, without reading it all.

    ``name`` is the file as messages show it, ``version`` is (major, minor), ``file_size`` is in bytes.
    """

    name: str
    version: tuple[int, int]
    file_size: int
    manifest: dict[str, Any]
    entries: tuple[BlockEntry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Container:
    """An avatar file in memory: its manifest and its blocks, checked but not yet understood.

    ``blocks`` keeps the order of the file and holds every block, also those that nobody here knows.
    Arrays are read-only, C-ordered and little endian; uncompressed ones are views into the file's
    bytes. Blocks of opaque bytes are ``bytes``.
    """

    outline: Outline
    blocks: Mapping[str, Block]

    @property
    def name(self) -> str:
        """The file as messages show it."""
        return self.outline.name

    @property
    def manifest(self) -> dict[str, Any]:
        """The JSON object of the file."""
        return self.outline.manifest


def read(source: str | os.PathLike[str] | bytes) -> Container:
    """Read an avatar file, given by its path or as its bytes, and check everything that can be checked.

    Raises ``MissingInputError`` if there is no file to read, ``DataError`` (one line that says what is
    wrong and where) if it is not an undamaged avatar file.
    """
    if isinstance(source, bytes):
        return _container(_IN_MEMORY, source)
    name = shown(source)
    with _open(source) as file:
        size = _size(file, name)
        parse_header(name, _read(file, HEAD_SIZE, name), size)
        file.seek(0)
        return _container(name, _read(file, size, name))


def read_outline(source: str | os.PathLike[str] | bytes) -> Outline:
    """Read and check header, manifest and block table of an avatar file, but not its blocks.

    Takes time and memory for these parts only. Raises what ``read`` raises.
    """
    if isinstance(source, bytes):
        return _outline(_IN_MEMORY, source, len(source))
    name = shown(source)
    with _open(source) as file:
        size = _size(file, name)
        head = _read(file, HEAD_SIZE, name)
        header = parse_header(name, head, size)
        return _outline(name, head + _read(file, header.table_end - len(head), name), size)


def read_manifest(source: str | os.PathLike[str] | bytes) -> dict[str, Any]:
    """Return the manifest of an avatar file without reading its blocks; raises what ``read`` raises."""
    return read_outline(source).manifest


def shown(path: str | os.PathLike[str]) -> str:
    """Return a path for a message: on one line and printable, whatever characters it holds."""
    text = os.fspath(path)
    return text if text.isprintable() else ascii(text)


def _open(path: str | os.PathLike[str]) -> BinaryIO:
    name = shown(path)
    try:
        # Looked at before it is opened: opening a pipe would wait for somebody to write to it.
        mode = os.stat(path).st_mode
        if stat.S_ISDIR(mode):
            raise MissingInputError(f"{name} is a folder, not an avatar file")
        if not stat.S_ISREG(mode):
            raise MissingInputError(f"{name} is not a regular file")
        return Path(path).open("rb")
    except FileNotFoundError:
        raise MissingInputError(f"{name} does not exist") from None
    except PermissionError:
        raise MissingInputError(f"{name} may not be read: permission denied") from None
    except OSError as error:
        raise MissingInputError(f"{name} cannot be opened: {error.strerror}") from None
    except ValueError:
        raise MissingInputError(f"{name} is not a possible file name") from None


def _size(file: BinaryIO, name: str) -> int:
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise DataError(f"{name} is empty")
    return size


def _read(file: BinaryIO, count: int, name: str) -> bytes:
    try:
        return file.read(max(0, count))
    except OSError as error:
        raise MissingInputError(f"{name} cannot be read: {error.strerror}") from None


def _container(name: str, data: bytes) -> Container:
    outline = _outline(name, data, len(data))
    view = memoryview(data)
    position = parse_header(name, data, len(data)).table_end
    blocks: dict[str, Block] = {}
    for entry in outline.entries:
        _check_padding(name, data, position, entry.offset)
        position = entry.offset + entry.stored_length
        blocks[entry.name] = _block(name, entry, view[entry.offset : position])
    return Container(outline, MappingProxyType(blocks))


def _outline(name: str, data: bytes, file_size: int) -> Outline:
    header = parse_header(name, data, file_size)
    manifest = data[HEADER_SIZE : header.manifest_end]
    if zlib.crc32(manifest) != header.manifest_crc32:
        raise DataError(f"{name} is corrupted: the checksum of its manifest is wrong")
    table = data[header.table_offset : header.table_end]
    if zlib.crc32(table) != header.table_crc32:
        raise DataError(f"{name} is corrupted: the checksum of its block table is wrong")
    _check_padding(name, data, header.manifest_end, header.table_offset)
    try:
        decoded = decode_manifest(manifest)
    except ValueError as error:
        raise DataError(f"{name} has a bad manifest: {error}") from None
    entries = parse_table(name, table, header.table_end, file_size)
    return Outline(name, header.version, file_size, decoded, entries)


def _check_padding(name: str, data: bytes, start: int, end: int) -> None:
    if data[start:end].strip(b"\0"):
        raise DataError(f"{name} is corrupted: the padding before byte {end} is not zero")


def _block(name: str, entry: BlockEntry, stored: memoryview) -> Block:
    if zlib.crc32(stored) != entry.crc32:
        raise DataError(f"{name} is corrupted: the checksum of block '{entry.name}' is wrong")
    raw = _inflate(name, entry, stored) if entry.compression == "zlib" else stored
    if not entry.is_array:
        return bytes(raw)
    # A view of ``bytes``, so that NumPy marks the array read-only.
    return np.frombuffer(raw, ELEMENT_TYPES[ELEMENT_CODES[entry.dtype]]).reshape(entry.shape)


def _inflate(name: str, entry: BlockEntry, stored: memoryview) -> bytes:
    """Decompress a block, never beyond the length that it declares."""
    inflater = zlib.decompressobj()
    try:
        raw = inflater.decompress(stored, max(1, entry.raw_length))
        # One byte more than declared shows a block that is longer; none at all lets the stream end.
        surplus = inflater.decompress(inflater.unconsumed_tail, 1)
    except zlib.error:
        raise DataError(f"{name} is corrupted: block '{entry.name}' cannot be decompressed") from None
    if len(raw) != entry.raw_length or surplus or not inflater.eof or inflater.unused_data:
        raise DataError(f"{name} is corrupted: block '{entry.name}' does not decompress to its length")
    return raw
