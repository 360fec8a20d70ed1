"""The trained network as a streaming ONNX graph: features and state in, outputs and state out.

The state is explicit: for each dilated layer what it still needs of the past, and one step before the
heads. Weights are stored as half floats, which ONNX Runtime widens once, when it loads the graph.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bithuman_app.lipsync.features import FEATURES

from .network import CHANNELS, DILATIONS, FIRST_HOPS, LOOK_AHEADS_MS, OUTPUTS, STEP_MS, ArticulationNetwork

_OPSET: Final = 17


class _Graph:
    """Collects the nodes of the streaming graph."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, [1, FEATURES, "hops"])]
        self.states: list[Any] = []
        self._constant("ends", np.array([np.iinfo(np.int64).max], np.int64))
        self._constant("time_axis", np.array([2], np.int64))

    def _constant(self, name: str, values: NDArray[Any]) -> None:
        self.constants.append(numpy_helper.from_array(values, name))

    def _weight(self, name: str) -> str:
        self._constant(name + ".half", self._weights[name].astype(np.float16))
        self.nodes.append(helper.make_node("Cast", [name + ".half"], [name], to=TensorProto.FLOAT))
        return name

    def convolution(self, layer: str, heard: str, result: str, **options: Any) -> str:
        """Add a convolution with the weights of ``layer``."""
        parameters = [self._weight(f"{layer}.weight"), self._weight(f"{layer}.bias")]
        self.nodes.append(helper.make_node("Conv", [heard, *parameters], [result], **options))
        return result

    def simple(self, operator: str, heard: list[str], result: str) -> str:
        """Add a node without weights."""
        self.nodes.append(helper.make_node(operator, heard, [result]))
        return result

    def with_past(self, activity: str, name: str, steps: int) -> str:
        """Put the remembered steps before ``activity`` and remember its last ones."""
        shape = [1, CHANNELS, steps]
        self.inputs.append(helper.make_tensor_value_info(f"past_{name}", TensorProto.FLOAT, shape))
        self.states.append(helper.make_tensor_value_info(f"next_{name}", TensorProto.FLOAT, shape))
        joined = f"joined_{name}"
        self.nodes.append(helper.make_node("Concat", [f"past_{name}", activity], [joined], axis=2))
        self._constant(f"start_{name}", np.array([-steps], np.int64))
        slicing = [joined, f"start_{name}", "ends", "time_axis"]
        self.nodes.append(helper.make_node("Slice", slicing, [f"next_{name}"]))
        return joined


def export(network: ArticulationNetwork, path: Path, about: dict[str, Any]) -> None:
    """Write the network to ``path`` and what its outputs mean to ``path`` + ``.json``.

    ``about`` is added to that file.
    """
    weights = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    graph = _Graph(weights)
    graph.convolution("first", "features", "first", strides=[2])
    activity = graph.simple("Relu", ["first"], "activity")
    for number, dilation in enumerate(DILATIONS):
        joined = graph.with_past(activity, str(number), 2 * dilation)
        graph.convolution(f"dilated.{number}", joined, f"dilated_{number}", dilations=[dilation])
        graph.simple("Relu", [f"dilated_{number}"], f"heard_{number}")
        graph.convolution(f"mixing.{number}", f"heard_{number}", f"mixed_{number}")
        activity = graph.simple("Add", [activity, f"mixed_{number}"], f"activity_{number}")
    joined = graph.with_past(activity, "hidden", 1)
    graph.convolution("hidden", joined, "hidden")
    graph.simple("Relu", ["hidden"], "hidden_activity")
    graph.convolution("heads", "hidden_activity", "outputs")
    rows = len(LOOK_AHEADS_MS) * len(OUTPUTS)
    outputs = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, [1, rows, "steps"])
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "articulation", graph.inputs, [outputs, *graph.states], graph.constants
        ),
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )
    model.ir_version = 9
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
    layout = {
        "outputs": list(OUTPUTS),
        "look_aheads_ms": list(LOOK_AHEADS_MS),
        "step_ms": STEP_MS,
        "context_hops": FIRST_HOPS - 2,
        **about,
    }
    path.with_name(path.name + ".json").write_text(json.dumps(layout, indent=1) + "\n", "utf-8")
