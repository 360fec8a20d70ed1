"""Files made to do harm, with checksums that fit: each is refused in one line and takes little memory."""

import os
import re
import tracemalloc
import zlib

import numpy as np
import pytest

from bithuman_app.avatar import container
from bithuman_app.errors import DataError
from tests.avatar.avatar_files import entry_name, forge, sample, with_manifest, with_packed_block

HUGE = 2**63 + 12345
EMPTY, FIELD, _, _, THUMBNAIL = range(5)  # places in the block table of ``sample``

FORGED_HEADERS = {
    "claims a manifest of 4294967295": {"manifest_size": 2**32 - 1},
    "claims 4294967295 blocks": {"block_count": 2**32 - 1, "table_size": 128 * (2**32 - 1) % 2**32},
    "claims a block table of": {"table_size": 0},
    f"claims {HUGE} bytes": {"file_size": HUGE},
    "too few for its own": {"file_size": 70},
    "is truncated": {"file_size": 5000},
    "bytes after its end": {"file_size": 1000},
    "checksum of its manifest": {"manifest_crc32": 1},
    "checksum of its block table": {"table_crc32": 1},
    "checksum of its header": {"header_crc32": 1},
    r"version 2\.0": {"major": 2},
    r"version 0\.0": {"major": 0},
}

FORGED_ENTRIES = {
    "not allowed": {"name": entry_name(b"../../etc/passwd")},
    "name of block 2 is not allowed": {"name": entry_name(b"a\0b")},
    "block 'picture' is there twice": {"name": entry_name(b"picture")},
    "unknown kind 2": {"kind": 2},
    "unknown element type 200": {"code": 200},
    "unknown element type 0": {"code": 0},
    "yet has an element type or a shape": {"kind": 0},
    "unknown compression 9": {"compression": 9},
    "does not fit its 9 dimensions": {"rank": 9},
    "does not fit its 2 dimensions": {"rank": 2},
    "which its shape": {"size_0": 5},
    "beyond the limit": {"size_0": 2**32 - 1, "size_1": 2**32 - 1, "size_2": 2**32 - 1},
    "at most 536870912 may be": {"raw_length": HUGE, "stored_length": HUGE},
    "is not compressed, yet claims": {"stored_length": 95},
    "packed into": {"compression": 1, "stored_length": 96, "raw_length": 512 * 2**20},
    "overlaps": {"offset": 64},
    "next multiple": {"offset": HUGE},
    "checksum of block 'field'": {"crc32": 0},
}


def refusal(data: bytes) -> str:
    """Read a file that must be refused; return the message, after checking its form and the memory."""
    tracemalloc.start()
    try:
        with pytest.raises(DataError) as caught:
            container.read(data)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    message = str(caught.value)
    assert message.isprintable()  # hence one line
    assert peak < 300_000 + 2 * len(data)
    return message


@pytest.mark.parametrize("pattern", FORGED_HEADERS)
def test_a_forged_header_is_refused(pattern):
    assert re.search(pattern, refusal(forge(sample(), FORGED_HEADERS[pattern])))


@pytest.mark.parametrize("pattern", FORGED_ENTRIES)
def test_a_forged_block_table_is_refused(pattern):
    assert re.search(pattern, refusal(forge(sample(), entries={FIELD: FORGED_ENTRIES[pattern]})))


def test_an_empty_array_of_impossible_dimensions_is_refused():
    # NumPy cannot make an array of shape (0, 4294967295, 4294967295, 4294967295), though it has no elements.
    impossible = {"rank": 4, "size_0": 0, **{f"size_{n}": 2**32 - 1 for n in (1, 2, 3)}}
    assert "beyond the limit" in refusal(forge(sample(), entries={EMPTY: impossible}))


def test_a_block_beyond_the_end_of_the_file_is_refused():
    last = {"stored_length": 1000, "raw_length": 1000}
    assert "beyond the end" in refusal(forge(sample(), entries={THUMBNAIL: last}))


def test_bytes_that_belong_to_no_block_are_refused():
    last = {"stored_length": 1, "raw_length": 1}
    assert "belong to no block" in refusal(forge(sample(), entries={THUMBNAIL: last}))


def test_compressed_blocks_that_are_too_large_together_are_refused():
    # Each is possible, zlib at its best; together they would make gigabytes of a small file.
    data = container.encode({}, {"a": bytes(100_000), "b": bytes(100_000)})
    claim = {"compression": 1, "raw_length": 70 * 2**20}
    assert "compressed blocks of more than 134217728" in refusal(forge(data, entries={0: claim, 1: claim}))


def test_blocks_that_are_too_large_together_are_refused(tmp_path):
    # A sparse file: half a gigabyte of zeros that takes no space, and one compressed block more.
    data = container.encode({}, {"a": bytes(110_000), "b": b""})
    offset = container.read_outline(data).entries[1].offset
    packed = {"compression": 1, "raw_length": 100 * 2**20}
    plain = {"stored_length": 450 * 2**20, "raw_length": 450 * 2**20}
    size = offset + 450 * 2**20
    path = tmp_path / "test.imx"
    path.write_bytes(forge(data, {"file_size": size}, {0: packed, 1: plain}))
    os.truncate(path, size)
    with pytest.raises(DataError, match="blocks of more than 536870912 bytes in all"):
        container.read_outline(path)


def test_two_blocks_in_the_same_place_are_refused():
    data = container.encode({}, {"a": bytes(64), "b": bytes(64)})
    offset = container.read_outline(data).entries[0].offset
    assert "block 'b' overlaps" in refusal(forge(data, entries={1: {"offset": offset}}))


def test_bytes_hidden_in_the_padding_are_refused():
    data = bytearray(container.encode({}, {"a": b"1", "b": b"2"}))
    data[-10] = 1
    assert "padding" in refusal(bytes(data))


def test_bytes_hidden_after_the_manifest_are_refused():
    data = bytearray(container.encode({}, {"a": b"1"}))
    data[70] = 1
    assert "padding" in refusal(bytes(data))


def test_a_zlib_bomb_is_not_unpacked_beyond_its_declared_length():
    bomb = zlib.compress(bytes(100 * 2**20), 9)
    assert "does not decompress to its length" in refusal(with_packed_block(bomb, 1000))


@pytest.mark.parametrize("raw_length", [0, 9, 11])
def test_a_declared_length_that_is_wrong_is_refused(raw_length):
    stored = zlib.compress(bytes(10))
    assert "does not decompress to its length" in refusal(with_packed_block(stored, raw_length))


def test_bytes_after_the_end_of_a_zlib_stream_are_refused():
    stored = zlib.compress(bytes(10)) + b"more"
    assert "does not decompress to its length" in refusal(with_packed_block(stored, 10))


def test_half_a_zlib_stream_is_refused():
    stored = zlib.compress(np.random.default_rng(0).bytes(1000))
    assert "does not decompress to its length" in refusal(with_packed_block(stored[:-2], 1000))


@pytest.mark.parametrize("stored", [b"not zlib at all", b"", b"\x78"])
def test_what_is_not_zlib_is_refused(stored):
    assert "decompress" in refusal(with_packed_block(stored, 0))


def test_a_zlib_stream_with_a_wrong_checksum_of_its_own_is_refused():
    stored = zlib.compress(bytes(1000))
    assert "cannot be decompressed" in refusal(with_packed_block(stored[:-1] + b"\x55", 1000))


BAD_MANIFESTS = {
    "not JSON": b'{"a": ',
    "not JSON: Extra": b"{} {}",
    "not JSON: Unexpected UTF-8 BOM": b"\xef\xbb\xbf{}",
    "not JSON: ": b"",
    "not a JSON object": b"[1, 2]",
    "not UTF-8": b'{"a": "\xff"}',
    "same key twice": b'{"a": 1, "a": 2}',
    "nested more than 32": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "nested more than": b'{"a":' * 50_000,
    "NaN": b'{"a": NaN}',
    "-Infinity": b'{"a": -Infinity}',
    "number that is too large": b'{"a": 1e999}',
    "integer that is too large": b'{"a": ' + b"9" * 200_000 + b"}",
    "integer that is too": b'{"a": 9007199254740992}',
    "surrogate": b'{"a": "\\ud800"}',
    "not JSON: Unterminated string": b'{"a": "' + b'\\"' * 120_000,
}


@pytest.mark.parametrize("pattern", BAD_MANIFESTS)
def test_a_bad_manifest_is_refused(pattern):
    text = BAD_MANIFESTS[pattern]
    with pytest.raises(DataError, match="has a bad manifest") as caught:
        container.read(with_manifest(text))
    assert pattern in str(caught.value)
    assert str(caught.value).isprintable()


def test_brackets_inside_strings_are_not_nesting():
    text = b'{"a": "' + b"[" * 50 + b'\\"' + b"[" * 50 + b'"}'
    assert container.read(with_manifest(text)).manifest == {"a": "[" * 50 + '"' + "[" * 50}


def test_a_manifest_of_exactly_32_levels_is_read():
    text = b'{"a":' + b"[" * 31 + b"]" * 31 + b"}"
    assert container.read(with_manifest(text)).manifest["a"] is not None
