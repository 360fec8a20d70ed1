"""Damage and malice at random: whatever is done to a file, it reads as it was or is refused clearly."""

import tracemalloc
import zlib

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bithuman_app.avatar import container
from bithuman_app.avatar.container_layout import HEADER_SIZE
from bithuman_app.errors import DataError
from tests.avatar.avatar_files import (
    BLOCKS,
    ENTRY_FIELDS,
    HEADER_FIELDS,
    MANIFEST,
    forge,
    same_blocks,
    sample,
    with_manifest,
    with_packed_block,
)

SAMPLE = sample()
POSITIONS = st.integers(0, len(SAMPLE))
#: A byte's worth, sizes near the limits, and all that makes an unsigned number overflow.
NUMBERS = (
    st.integers(0, 300)
    | st.sampled_from([2**n + d for n in (15, 16, 18, 28, 29, 31, 32, 63, 64) for d in (-1, 0, 1)])
    | st.integers(0, 2**64 - 1)
)
WIDTHS = {
    "major": 2, "minor": 2, "reserved": 4, "file_size": 8, "manifest_size": 4, "block_count": 4,
    "table_size": 4, "kind": 1, "code": 1, "compression": 1, "rank": 1, "crc32": 4, "offset": 8,
    "stored_length": 8, "raw_length": 8, **{f"size_{n}": 4 for n in range(8)},
}  # fmt: skip


def read_or_refusal(data: bytes) -> container.Container | None:
    """Read a file; None if it is refused in one line. Any other outcome fails the test."""
    read, message = None, ""
    tracemalloc.start()
    try:
        read = container.read(data)
    except DataError as error:
        message = str(error)
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert message.isprintable()
    assert peak < 1_000_000
    return read


def assert_unharmed(data: bytes) -> None:
    read = read_or_refusal(data)
    if read is not None:
        assert read.manifest == MANIFEST
        assert same_blocks(read.blocks, BLOCKS)


def changes(names: tuple[str, ...]) -> st.SearchStrategy[dict[str, int]]:
    """Draw new values for some of the fields, each within its width."""
    fields = st.sampled_from([name for name in names if name in WIDTHS])
    drawn = st.dictionaries(fields, NUMBERS, min_size=1, max_size=3)
    return drawn.map(lambda new: {name: value % 256 ** WIDTHS[name] for name, value in new.items()})


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(st.integers(0, len(SAMPLE) - 1), st.integers(1, 255), min_size=1, max_size=4))
def test_flipped_bits(flips):
    damaged = bytearray(SAMPLE)
    for position, bits in flips.items():
        damaged[position] ^= bits
    assert_unharmed(bytes(damaged))


def test_every_single_byte_matters():
    # Blocks, tables, manifest and header have checksums, and padding must be zero: nothing slips through.
    for position in range(len(SAMPLE)):
        damaged = bytearray(SAMPLE)
        damaged[position] ^= 0xFF
        with pytest.raises(DataError):
            container.read(bytes(damaged))


def test_every_truncation_is_refused():
    for length in range(len(SAMPLE)):
        with pytest.raises(DataError, match=r"truncated|empty"):
            container.read(SAMPLE[:length])


@settings(max_examples=100, deadline=None)
@given(POSITIONS, POSITIONS, st.binary(max_size=80))
def test_replaced_pieces(start, end, piece):
    assert_unharmed(SAMPLE[:start] + piece + SAMPLE[end:])


@settings(max_examples=100, deadline=None)
@given(POSITIONS, POSITIONS, POSITIONS)
def test_pieces_copied_over_others(start, end, target):
    piece = SAMPLE[min(start, end) : max(start, end)]
    assert_unharmed((SAMPLE[:target] + piece + SAMPLE[target + len(piece) :])[: len(SAMPLE)])


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=600))
@example(b"")
def test_any_bytes_are_refused_with_or_without_the_magic_number(data):
    assert read_or_refusal(data) is None
    assert read_or_refusal(SAMPLE[:10] + data) is None


@settings(max_examples=200, deadline=None)
@given(
    header=changes(HEADER_FIELDS) | st.just({}),
    entries=st.dictionaries(st.integers(0, len(BLOCKS) - 1), changes(ENTRY_FIELDS), max_size=2),
)
def test_forged_fields_with_checksums_that_fit(header, entries):
    read = read_or_refusal(forge(SAMPLE, header, entries))
    if read is None:
        return
    # What is accepted is another file, but one without contradictions.
    for entry in read.outline.entries:
        block = read.blocks[entry.name]
        if isinstance(block, np.ndarray):
            assert (block.dtype.name, block.shape) == (entry.dtype, entry.shape)
            assert block.nbytes == entry.raw_length
            block.sum()  # all of it is memory that may be read
        else:
            assert len(block) == entry.raw_length


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
@example(b"\x00")
@example(b'{"a": 1' + b"0" * 30 + b"}")
def test_any_manifest_with_a_checksum_that_fits(text):
    read_or_refusal(with_manifest(text))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=5), st.integers(0, 2000), st.data())
def test_any_zlib_stream_with_a_checksum_that_fits(raw, tail, claim, data):
    stored = bytearray(zlib.compress(raw) + tail)
    if data.draw(st.booleans()):
        stored[data.draw(st.integers(0, len(stored) - 1))] ^= data.draw(st.integers(1, 255))
    read = read_or_refusal(with_packed_block(bytes(stored), claim))
    if read is not None:
        assert len(read.blocks["block"]) == claim


@settings(max_examples=50, deadline=None)
@given(st.integers(0, HEADER_SIZE + 300), st.integers(1, 255))
def test_the_outline_is_as_careful_as_the_whole(position, bits):
    damaged = bytearray(SAMPLE)
    damaged[position] ^= bits
    with pytest.raises(DataError):
        container.read_outline(bytes(damaged))
