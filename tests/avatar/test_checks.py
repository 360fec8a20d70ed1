import numpy as np
import pytest

from bithuman_app.avatar import container
from bithuman_app.avatar.checks import BlockRule, check_blocks
from bithuman_app.errors import DataError

PICTURE = BlockRule("picture", "uint8", ("height", "width", 3))
MASK = BlockRule("mask", "float32", ("height", "width"), lowest=0, highest=1)


def make(**blocks):
    return container.read(
        container.encode({}, {name.replace("__", "/"): block for name, block in blocks.items()})
    )


def test_blocks_that_follow_the_rules_give_the_sizes():
    good = make(picture=np.zeros((2, 4, 3), np.uint8), mask=np.ones((2, 4), np.float32))
    assert check_blocks(good, [PICTURE, MASK]) == {"height": 2, "width": 4}


def test_sizes_known_beforehand_count():
    with pytest.raises(DataError, match=r"'picture' has the shape \(2, 4, 3\), not \(5, width, 3\)"):
        check_blocks(make(picture=np.zeros((2, 4, 3), np.uint8)), [PICTURE], {"height": 5})


def test_a_block_that_must_be_there_is_missed():
    with pytest.raises(DataError, match="lacks the block 'picture'"):
        check_blocks(make(), [PICTURE])


def test_an_optional_block_may_lack():
    assert check_blocks(make(), [BlockRule("voice", "bytes", optional=True)]) == {}


def test_an_optional_block_is_checked_if_it_is_there():
    with pytest.raises(DataError, match="of type uint8, not bytes"):
        check_blocks(make(voice=np.zeros(2, np.uint8)), [BlockRule("voice", "bytes", optional=True)])


def test_blocks_without_a_rule_may_be_anything():
    check_blocks(make(other=np.full(3, np.nan, np.float32)), [])


@pytest.mark.parametrize(
    ("picture", "message"),
    [
        (np.zeros((2, 4, 3), np.int16), "of type int16, not uint8"),
        (b"", "of type bytes, not uint8"),
        (np.zeros((2, 4, 4), np.uint8), r"shape \(2, 4, 4\), not \(height, width, 3\)"),
        (np.zeros((2, 4), np.uint8), r"shape \(2, 4\), not"),
        (np.zeros((1, 2, 4, 3), np.uint8), r"shape \(1, 2, 4, 3\), not"),
    ],
)
def test_wrong_type_or_shape_is_named(picture, message):
    with pytest.raises(DataError, match=message):
        check_blocks(make(picture=picture), [PICTURE])


def test_shapes_that_disagree_are_named():
    bad = make(picture=np.zeros((2, 4, 3), np.uint8), mask=np.ones((2, 5), np.float32))
    with pytest.raises(DataError, match=r"'mask' has the shape \(2, 5\), not \(2, 4\)"):
        check_blocks(bad, [PICTURE, MASK])


def test_an_empty_array_is_refused_where_a_size_is_free():
    with pytest.raises(DataError, match=r"'picture' is empty: its shape is \(0, 4, 3\)"):
        check_blocks(make(picture=np.zeros((0, 4, 3), np.uint8)), [PICTURE])


def test_a_word_twice_in_one_shape_means_the_same_size():
    square = BlockRule("matrix", "float32", ("n", "n"))
    check_blocks(make(matrix=np.zeros((3, 3), np.float32)), [square])
    with pytest.raises(DataError, match=r"shape \(3, 4\)"):
        check_blocks(make(matrix=np.zeros((3, 4), np.float32)), [square])


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_values_must_be_finite(value):
    mask = np.ones((2, 4), np.float32)
    mask[1, 2] = value
    with pytest.raises(DataError, match="not finite"):
        check_blocks(make(mask=mask), [MASK])


@pytest.mark.parametrize(("value", "message"), [(-0.5, "0 is the least"), (1.5, "1 is the most")])
def test_values_must_lie_in_their_range(value, message):
    with pytest.raises(DataError, match=message):
        check_blocks(make(mask=np.full((2, 4), value, np.float32)), [MASK])


def test_a_rule_for_a_folder_covers_every_block_in_it():
    gestures = BlockRule("gesture/*", "float32", ("frames", 52))
    wave, nod = np.zeros((10, 52), np.float32), np.zeros((7, 52), np.float32)
    check_blocks(make(gesture__wave=wave, gesture__nod=nod), [gestures])
    check_blocks(make(), [gestures])
    with pytest.raises(DataError, match="'gesture/wave' has the shape"):
        check_blocks(make(gesture__nod=nod, gesture__wave=wave[:, 1:]), [gestures])
