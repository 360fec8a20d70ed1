import errno
import os
import stat
import sys

import numpy as np
import pytest

from bithuman_app.avatar import container
from bithuman_app.errors import CannotCreateError, OutputError
from tests.avatar.avatar_files import BLOCKS, MANIFEST


def test_the_same_content_gives_the_same_bytes():
    reordered = dict(reversed(BLOCKS.items()))
    assert container.encode(MANIFEST, reordered) == container.encode(dict(reversed(MANIFEST.items())), BLOCKS)


def test_layout_and_byte_order_of_an_array_do_not_matter():
    array = np.arange(12, dtype=np.int16).reshape(3, 4)
    plain = container.encode({}, {"block": array})
    assert container.encode({}, {"block": np.asfortranarray(array)}) == plain
    assert container.encode({}, {"block": array.astype(">i2")}) == plain
    assert container.encode({}, {"block": np.repeat(array, 2, axis=1)[:, ::2]}) == plain


def test_a_number_becomes_an_array_without_dimensions():
    assert container.read(container.encode({}, {"block": np.array(7, np.uint8)})).blocks["block"] == 7


@pytest.mark.parametrize(
    "dtype", ["int64", "float64", "bool", "complex64", "U3", "object", "datetime64[s]", "uint32", "i2,f4"]
)
def test_other_element_types_are_refused(dtype):
    with pytest.raises(ValueError, match="avatar files do not have"):
        container.encode({}, {"block": np.zeros(2, dtype)})


@pytest.mark.parametrize("block", ["text", 3, None, [1, 2], bytearray(b"x")])
def test_other_objects_are_refused(block):
    with pytest.raises(TypeError, match="neither an array nor bytes"):
        container.encode({}, {"block": block})


@pytest.mark.parametrize(
    "name", ["", "/x", "x/", "../x", "x/../y", ".x", "a b", "é", "x\n", "a\\b", "a:b", "-x", "x" * 65]
)
def test_bad_names_are_refused(name):
    with pytest.raises(ValueError, match="cannot be called"):
        container.encode({}, {name: b""})


@pytest.mark.parametrize(
    "manifest",
    [{"x": float("nan")}, {"x": float("inf")}, {"x": 2**60}, {"x": "\ud800"}, {"x": "a" * 300_000}],
)
def test_a_manifest_that_could_not_be_read_is_not_written(manifest):
    with pytest.raises(ValueError):
        container.encode(manifest, {})


def test_a_manifest_nested_too_deeply_is_not_written():
    nested = []
    for _ in range(5000):
        nested = [nested]
    with pytest.raises(ValueError, match="nested"):
        container.encode({"x": nested}, {})


def test_more_dimensions_than_the_format_has_are_refused():
    with pytest.raises(ValueError, match="too large"):
        container.encode({}, {"block": np.zeros((1,) * 9, np.uint8)})


def test_more_blocks_than_the_format_has_are_refused():
    with pytest.raises(ValueError, match="at most 4096"):
        container.encode({}, {f"b{number}": b"" for number in range(4097)})


def test_more_bytes_than_the_format_has_are_refused():
    # Takes no memory: one zero, seen half a billion times.
    huge = np.broadcast_to(np.uint8(0), (512 * 1024 * 1024 + 1,))
    with pytest.raises(ValueError, match="too large"):
        container.encode({}, {"block": huge})


def test_a_misspelt_block_to_compress_is_refused():
    with pytest.raises(ValueError, match="'pictuer'"):
        container.encode({}, {"picture": b""}, compress=["pictuer"])


def test_writing_replaces_a_file_and_leaves_nothing_else(tmp_path):
    path = tmp_path / "test.imx"
    path.write_bytes(b"old")
    container.write(path, MANIFEST, BLOCKS)
    assert container.read_manifest(path) == MANIFEST
    assert list(tmp_path.iterdir()) == [path]


def test_a_symbolic_link_stays_one(tmp_path):
    target, link = tmp_path / "target.imx", tmp_path / "link.imx"
    link.symlink_to(target)
    container.write(link, MANIFEST, BLOCKS)
    assert link.is_symlink()
    assert container.read_manifest(target) == MANIFEST


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
def test_others_may_read_the_file_as_far_as_the_umask_allows(tmp_path):
    before = os.umask(0o027)
    try:
        container.write(tmp_path / "test.imx", {}, {})
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "test.imx").stat().st_mode) == 0o640


@pytest.mark.parametrize("place", ["missing/test.imx", "file/test.imx", ".", "x" * 300 + ".imx"])
def test_a_place_where_no_file_can_be_is_an_error(tmp_path, place):
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(CannotCreateError) as caught:
        container.write(str(tmp_path / place), MANIFEST, BLOCKS)
    assert str(caught.value).isprintable()


def test_a_device_is_not_replaced():
    with pytest.raises(CannotCreateError, match="not a regular file"):
        container.write(os.devnull, {}, {})


def test_a_full_disk_leaves_the_old_file_and_no_half_one(tmp_path, monkeypatch):
    path = tmp_path / "test.imx"
    path.write_bytes(b"old")

    def full(descriptor):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        container.write(path, MANIFEST, BLOCKS)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_an_interrupted_write_leaves_no_half_file(tmp_path, monkeypatch):
    def interrupt(descriptor):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        container.write(tmp_path / "test.imx", MANIFEST, BLOCKS)
    assert list(tmp_path.iterdir()) == []
