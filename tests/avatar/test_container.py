import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from bithuman_app.avatar import container
from bithuman_app.avatar.container_layout import ALIGNMENT, ELEMENT_TYPES
from tests.avatar.avatar_files import BLOCKS, MANIFEST, forge, same_blocks, sample

NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,10}(/[a-z0-9_][a-z0-9_.-]{0,10}){0,2}", fullmatch=True)
ARRAYS = st.sampled_from(list(ELEMENT_TYPES.values())).flatmap(
    lambda dtype: arrays.arrays(dtype, arrays.array_shapes(min_dims=0, max_dims=8, min_side=0, max_side=4))
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=10,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    manifest=st.dictionaries(TEXT, JSON, max_size=4),
    blocks=st.dictionaries(NAMES, ARRAYS | st.binary(max_size=200), max_size=6),
    data=st.data(),
)
def test_whatever_is_written_is_read_back(manifest, blocks, data):
    compress = data.draw(st.sets(st.sampled_from(sorted(blocks)))) if blocks else set()
    read = container.read(container.encode(manifest, blocks, compress=compress))
    assert read.manifest == manifest
    assert same_blocks(read.blocks, blocks)


def test_a_file_reads_like_its_bytes(tmp_path):
    path = tmp_path / "test.imx"
    container.write(path, MANIFEST, BLOCKS)
    read = container.read(path)
    assert read.manifest == MANIFEST
    assert same_blocks(read.blocks, BLOCKS)


def test_uncompressed_arrays_share_the_memory_of_the_file():
    data = sample()
    field = container.read(data).blocks["field"]
    assert np.shares_memory(field, np.frombuffer(data, np.uint8))


@pytest.mark.parametrize("name", ["field", "packed", "empty"])
def test_arrays_cannot_be_changed(name):
    array = container.read(sample()).blocks[name]
    assert not array.flags.writeable
    with pytest.raises(ValueError):
        array.flags.writeable = True


def test_blocks_lie_at_multiples_of_the_alignment():
    outline = container.read_outline(sample())
    assert [entry.offset % ALIGNMENT for entry in outline.entries] == [0] * len(BLOCKS)


def test_the_outline_tells_types_shapes_and_lengths():
    entries = {entry.name: entry for entry in container.read_outline(sample()).entries}
    assert (entries["field"].dtype, entries["field"].shape, entries["field"].raw_length) == (
        "float32",
        (4, 3, 2),
        96,
    )
    assert (entries["thumbnail"].dtype, entries["thumbnail"].is_array) == ("bytes", False)


def test_a_block_is_compressed_only_if_that_saves_space():
    random = np.random.default_rng(0).integers(0, 256, 500, np.uint8)
    blocks = {"noise": random, "zeros": np.zeros(500, np.uint8)}
    data = container.encode({}, blocks, compress=list(blocks))
    entries = container.read_outline(data).entries
    assert [(entry.name, entry.compression) for entry in entries] == [("noise", "none"), ("zeros", "zlib")]


def test_the_outline_is_read_without_the_blocks(tmp_path):
    path = tmp_path / "test.imx"
    data = bytearray(container.encode(MANIFEST, {"big": np.zeros(10_000, np.uint8)}))
    data[-1] = 1  # a block that ``read`` would refuse
    path.write_bytes(data)
    assert container.read_manifest(path) == MANIFEST


def test_the_outline_is_read_from_a_table_longer_than_the_first_look(tmp_path):
    blocks = {f"block{number:03}": bytes([number]) for number in range(100)}
    path = tmp_path / "test.imx"
    container.write(path, MANIFEST, blocks)
    assert [entry.name for entry in container.read_outline(path).entries] == sorted(blocks)


def test_an_unknown_minor_version_is_read():
    newer = forge(sample(), {"minor": 7, "reserved": 99, "reserved_too": b"x" * 16})
    read = container.read(newer)
    assert read.outline.version == (1, 7)
    assert same_blocks(read.blocks, BLOCKS)


def test_unknown_blocks_are_kept():
    data = container.encode({}, {"x/of/the/future": b"whatever"})
    assert container.read(data).blocks["x/of/the/future"] == b"whatever"


def test_a_file_without_blocks_is_whole():
    read = container.read(container.encode({}, {}))
    assert (read.manifest, dict(read.blocks)) == ({}, {})
