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


def test_a_block_gives_one_row_of_outputs():
    features = np.zeros((4, 41), np.float32)
    assert network.ArticulationNetwork(100).push(features).shape == (len(network.OUTPUTS),)
