"""The trained network as a streaming ONNX graph: features of blocks and state in, outputs and state out.

The graph hears any number of steps, live two, the 40 ms of a block. For so few a convolution is slower than a
product of matrices, so every layer is one: the taps of each step lie side by side, (steps, taps * channels).
Blocks that come together are heard together, for reading the weights is what takes most of the time. The
state is explicit: for each dilated layer what it still needs of the past, the memory, and one step before
the heads. Batch normalisation is folded into the layer before it.
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

from .network import (
    CHANNELS,
    DILATIONS,
    FIRST_HOPS,
    LOOK_AHEADS_MS,
    MEMORY,
    OUTPUTS,
    STEP_MS,
    ArticulationNetwork,
)

_OPSET: Final = 17
#: Hops between the starts of two steps.
_STRIDE: Final = 2
#: What torch adds to the variance in batch normalisation.
_NORM_EPSILON: Final = 1e-5


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

    def _half(self, name: str, values: NDArray[np.float32]) -> None:
        """Add weights, stored as half floats."""
        self._constant(f"{name}.half", values.astype(np.float16))
        self.nodes.append(helper.make_node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))

    def layer(self, layer: str, heard: str, result: str, *, spacing: int = 1, stride: int = 1) -> str:
        """Add a convolution with the weights of ``layer``, its taps ``spacing`` rows apart."""
        weights = self._weights[f"{layer}.weight"]
        outputs, _, taps = weights.shape
        if taps > 1:
            heard = self._side_by_side(heard, result, taps, spacing, stride)
        self._half(f"{layer}.weight", weights.transpose(2, 1, 0).reshape(-1, outputs))
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

    def _state(self, name: str, shape: list[int]) -> None:
        """Add a state: ``past_NAME`` comes in, ``next_NAME`` goes out."""
        self.inputs.append(helper.make_tensor_value_info(f"past_{name}", TensorProto.FLOAT, shape))
        self.states.append(helper.make_tensor_value_info(f"next_{name}", TensorProto.FLOAT, shape))

    def with_past(self, activity: str, name: str, steps: int, channels: int) -> str:
        """Put the remembered steps before ``activity`` and remember its last ones."""
        self._state(name, [steps, channels])
        joined = f"joined_{name}"
        self.nodes.append(helper.make_node("Concat", [f"past_{name}", activity], [joined], axis=0))
        self._constant(f"start_{name}", np.array([-steps], np.int64))
        self.simple("Slice", [joined, f"start_{name}", "ends", "time_axis"], f"next_{name}")
        return joined

    def gated_memory(self, layer: str, heard: str) -> str:
        """Add a GRU of one direction; ``heard`` and the result are (steps, channels)."""
        self._state(layer, [1, 1, MEMORY])
        for name, ours in (("weight_ih_l0", "from_heard"), ("weight_hh_l0", "from_memory")):
            self._half(f"{layer}.{ours}", _update_first(self._weights[f"{layer}.{name}"])[None])
        biases = [_update_first(self._weights[f"{layer}.bias_{part}_l0"]) for part in ("ih", "hh")]
        self._constant(f"{layer}.bias", np.concatenate(biases)[None].astype(np.float32))
        self._constant("batch_axis", np.array([1], np.int64))
        self._constant("all_but_channels", np.array([1, 2], np.int64))
        self.simple("Unsqueeze", [heard, "batch_axis"], f"{layer}_heard")
        parts = [f"{layer}_heard", *(f"{layer}.{part}" for part in ("from_heard", "from_memory", "bias"))]
        self.nodes.append(
            helper.make_node(
                "GRU",
                [*parts, "", f"past_{layer}"],
                [f"{layer}_steps", f"next_{layer}"],
                hidden_size=MEMORY,
                linear_before_reset=1,
            )
        )
        return self.simple("Squeeze", [f"{layer}_steps", "all_but_channels"], f"{layer}_flat")


def _update_first(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Turn torch's order of a GRU's gates (reset, update, new) into ONNX's (update, reset, new)."""
    reset, update, new = np.split(rows, 3)
    return np.concatenate([update, reset, new])


def _folded(network: ArticulationNetwork) -> dict[str, NDArray[np.float32]]:
    """Return the weights by name, every normalisation folded into the convolution that it follows."""
    weights = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    pairs = [("first", "first_norm"), ("hidden", "hidden_norm")]
    pairs += [(f"dilated.{n}", f"dilated_norm.{n}") for n in range(len(DILATIONS))]
    for layer, norm in pairs:
        deviation = np.sqrt(weights[f"{norm}.running_var"] + _NORM_EPSILON)
        scale = weights[f"{norm}.weight"] / deviation
        weights[f"{layer}.weight"] = weights[f"{layer}.weight"] * scale[:, None, None]
        weights[f"{layer}.bias"] = (
            weights[f"{layer}.bias"] - weights[f"{norm}.running_mean"]
        ) * scale + weights[f"{norm}.bias"]
    return weights


def export(network: ArticulationNetwork, path: Path, about: dict[str, Any]) -> None:
    """Write the network to ``path`` and what its outputs mean to ``path`` + ``.json``.

    ``about`` is added to that file.
    """
    graph = _Graph(_folded(network))
    graph.layer("first", "features", "first", stride=_STRIDE)
    activity = graph.simple("Relu", ["first"], "activity")
    for number, dilation in enumerate(DILATIONS):
        joined = graph.with_past(activity, str(number), 2 * dilation, CHANNELS)
        graph.layer(f"dilated.{number}", joined, f"dilated_{number}", spacing=dilation)
        graph.simple("Relu", [f"dilated_{number}"], f"sharp_{number}")
        graph.layer(f"mixing.{number}", f"sharp_{number}", f"mixed_{number}")
        activity = graph.simple("Add", [activity, f"mixed_{number}"], f"activity_{number}")
    remembered = graph.gated_memory("memory", activity)
    joined = graph.with_past(remembered, "hidden", 1, MEMORY)
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
