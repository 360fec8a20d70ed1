import shutil

import numpy as np
import pytest

from bithuman_app.errors import DataError, MissingInputError
from bithuman_app.lipsync import network
from bithuman_app.resources import asset


@pytest.fixture
def model_folder(tmp_path, monkeypatch):
    """A folder with a copy of the network's files, which the room loads instead of the shipped ones."""
    for name in (network.MODEL, network.MODEL + ".json"):
        shutil.copy(asset("models", name), tmp_path / name)
    monkeypatch.setattr(network, "asset", lambda *parts: tmp_path / parts[-1])
    return tmp_path


def test_a_missing_network_is_named(model_folder):
    (model_folder / network.MODEL).unlink()
    with pytest.raises(MissingInputError, match=r"articulation_v2\.onnx is missing"):
        network.ArticulationNetwork(100)


def test_a_damaged_network_is_named(model_folder):
    (model_folder / network.MODEL).write_bytes(b"not a network")
    with pytest.raises(DataError, match=r"articulation_v2\.onnx cannot be loaded"):
        network.ArticulationNetwork(100)


@pytest.mark.parametrize("layout", ["not JSON", "{}", '{"outputs": ["jaw"], "look_aheads_ms": [20]}'])
def test_another_output_layout_is_refused(model_folder, layout):
    (model_folder / (network.MODEL + ".json")).write_text(layout)
    with pytest.raises(DataError):
        network.ArticulationNetwork(100)


@pytest.mark.parametrize("blocks", [1, 3])
def test_a_block_gives_one_row_of_outputs(blocks):
    features = np.zeros((4 * blocks, 41), np.float32)
    assert network.ArticulationNetwork(100).push(features).shape == (blocks, len(network.FRAME_OUTPUTS))


@pytest.mark.parametrize("look_ahead", network.LOOK_AHEADS_MS)
@pytest.mark.parametrize("together", [2, 3, 25])
def test_it_does_not_matter_how_many_blocks_are_heard_together(look_ahead, together):
    features = np.random.default_rng(0).standard_normal((4 * 30, 41)).astype(np.float32)
    stream, other = network.ArticulationNetwork(look_ahead), network.ArticulationNetwork(look_ahead)
    one_by_one = np.concatenate([stream.push(block) for block in features.reshape(30, 4, 41)])
    pieces = np.split(features, range(4 * together, len(features), 4 * together))
    np.testing.assert_array_equal(np.concatenate([other.push(piece) for piece in pieces]), one_by_one)


def test_each_moment_of_a_frame_comes_from_the_head_that_tells_it():
    heads = (0, 20, 40, 60, 80, 100)
    shares = network.moment_shares(100, (1, 2), heads)
    assert shares[heads.index(100)] == pytest.approx(1 / 3)
    assert shares[heads.index(80)] == pytest.approx(2 / 3)


def test_moments_that_lie_beyond_the_look_ahead_do_not_count():
    shares = network.moment_shares(0, (1, 2, 2, 1), (0, 20, 40))
    np.testing.assert_array_equal(shares, [1, 0, 0])
