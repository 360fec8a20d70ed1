"""The trained network as a streaming ONNX graph: features of blocks and state in, outputs and state out.

The graph hears any number of steps, live two, the 40 ms of a block. For so few a convolution is slower than a
product of matrices, so every layer is one: the taps of each step lie side by side, (steps, taps * channels).
Blocks that come together are heard together, for reading the weights is what takes most of the time. The
state is explicit: for each dilated layer what it still needs of the past, and one step before the heads.
Weights are stored as half floats, which ONNX Runtime widens once, when it loads the graph.
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
#: Hops between the starts of two steps.
_STRIDE: Final = 2


class _Graph:
    """Collects the nodes of the streaming graph; activity is (steps, channels)."""

    def __init__(self, weights: dict[str, NDArray[np.float32]]) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        self.inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["hops", FEATURES])]
        self.states: list[Any] = []
        self._constant("time_axis", np.array([0], np.int64))
        self._constant("ends", np.array([np.iinfo(np.int64).max], np.int64))

    def _constant(self, name: str, values: NDArray[Any]) -> None:
        self.constants.append(numpy_helper.from_array(values, name))

    def layer(self, layer: str, heard: str, result: str, *, spacing: int = 1, stride: int = 1) -> str:
        """Add a convolution with the weights of ``layer``, its taps ``spacing`` rows apart."""
        weights = self._weights[f"{layer}.weight"]
        outputs, _, taps = weights.shape
        if taps > 1:
            heard = self._side_by_side(heard, result, taps, spacing, stride)
        self._constant(f"{layer}.half", weights.transpose(2, 1, 0).reshape(-1, outputs).astype(np.float16))
        self.nodes.append(
            helper.make_node("Cast", [f"{layer}.half"], [f"{layer}.weight"], to=TensorProto.FLOAT)
        )
        self._constant(f"{layer}.bias", self._weights[f"{layer}.bias"].astype(np.float32))
        return self.simple("Gemm", [heard, f"{layer}.weight", f"{layer}.bias"], result)

    def _side_by_side(self, heard: str, result: str, taps: int, spacing: int, stride: int) -> str:
        """Put what each tap hears at all steps beside what the others hear."""
        self._constant(f"stride_{result}", np.array([stride], np.int64))
        parts = []
        for tap in range(taps):
            parts.append(f"tap_{tap}_{result}")
            end = (tap + 1 - taps) * spacing or np.iinfo(np.int64).max
            self._constant(f"from_{parts[-1]}", np.array([tap * spacing], np.int64))
            self._constant(f"to_{parts[-1]}", np.array([end], np.int64))
            bounds = [f"from_{parts[-1]}", f"to_{parts[-1]}", "time_axis", f"stride_{result}"]
            self.simple("Slice", [heard, *bounds], parts[-1])
        self.nodes.append(helper.make_node("Concat", parts, [f"heard_{result}"], axis=1))
        return f"heard_{result}"

    def simple(self, operator: str, heard: list[str], result: str) -> str:
        """Add a node without attributes."""
        self.nodes.append(helper.make_node(operator, heard, [result]))
        return result

    def with_past(self, activity: str, name: str, steps: int) -> str:
        """Put the remembered steps before ``activity`` and remember its last ones."""
        shape = [steps, CHANNELS]
        self.inputs.append(helper.make_tensor_value_info(f"past_{name}", TensorProto.FLOAT, shape))
        self.states.append(helper.make_tensor_value_info(f"next_{name}", TensorProto.FLOAT, shape))
        joined = f"joined_{name}"
        self.nodes.append(helper.make_node("Concat", [f"past_{name}", activity], [joined], axis=0))
        self._constant(f"start_{name}", np.array([-steps], np.int64))
        self.simple("Slice", [joined, f"start_{name}", "ends", "time_axis"], f"next_{name}")
        return joined


def export(network: ArticulationNetwork, path: Path, about: dict[str, Any]) -> None:
    """Write the network to ``path`` and what its outputs mean to ``path`` + ``.json``.

    ``about`` is added to that file.
    """
    weights = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    graph = _Graph(weights)
    graph.layer("first", "features", "first", stride=_STRIDE)
    activity = graph.simple("Relu", ["first"], "activity")
    for number, dilation in enumerate(DILATIONS):
        joined = graph.with_past(activity, str(number), 2 * dilation)
        graph.layer(f"dilated.{number}", joined, f"dilated_{number}", spacing=dilation)
        graph.simple("Relu", [f"dilated_{number}"], f"sharp_{number}")
        graph.layer(f"mixing.{number}", f"sharp_{number}", f"mixed_{number}")
        activity = graph.simple("Add", [activity, f"mixed_{number}"], f"activity_{number}")
    joined = graph.with_past(activity, "hidden", 1)
    graph.layer("hidden", joined, "hidden")
    graph.simple("Relu", ["hidden"], "hidden_activity")
    graph.layer("heads", "hidden_activity", "outputs")
    columns = len(LOOK_AHEADS_MS) * len(OUTPUTS)
    outputs = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, ["steps", columns])
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
        "context_hops": FIRST_HOPS - _STRIDE,
        **about,
    }
    path.with_name(path.name + ".json").write_text(json.dumps(layout, indent=1) + "\n", "utf-8")
