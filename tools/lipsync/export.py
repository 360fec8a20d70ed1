"""The trained network as a streaming ONNX graph: features of one block and state in, outputs and state out.

The graph hears one block of 40 ms at a time. For so little a convolution is a product with what its taps hear
side by side, (steps, taps * channels), and reading the weights is what takes most of the time. They are
therefore stored in eight bits (``MatMulNBits`` of ONNX Runtime, which rounds what is heard to eight bits too,
32 channels at a time, and multiplies in whole numbers). The state is explicit: for each layer what it still
needs of the past, and the memory. Batch normalisation is folded into the layer before it.
"""

import json
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from bithuman_app.lipsync.features import FEATURES, HOPS_PER_BLOCK

from .network import (
    FIRST_HOPS,
    LOOK_AHEADS_MS,
    MEMORY,
    OUTPUTS,
    PACE_STEPS,
    QUICK_CHANNELS,
    QUICK_DILATIONS,
    SLOW_CHANNELS,
    SLOW_DILATIONS,
    STEP_MS,
    ArticulationNetwork,
)

_OPSET: Final = 17
_RUNTIME_DOMAIN: Final = "com.microsoft"
#: Hops between the starts of two steps, and steps between those of two blocks.
_STRIDE: Final = 2
_QUICK_STEPS: Final = HOPS_PER_BLOCK // _STRIDE
#: What torch adds to the variance in batch normalisation.
_NORM_EPSILON: Final = 1e-5
#: So many weights of one output share a scale.
_SCALED_TOGETHER: Final = 32
#: What a weight of zero is stored as.
_ZERO: Final = 128
#: MatMulNBits: multiply in eight bits rather than widen the weights first.
_IN_WHOLE_NUMBERS: Final = 4

Weights = NDArray[np.float32]


class _Graph:
    """Collects the nodes of the streaming graph; activity is (steps, channels)."""

    def __init__(self, weights: dict[str, Weights]) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []
        shape = [FIRST_HOPS - _STRIDE + HOPS_PER_BLOCK, FEATURES]
        self.inputs = [helper.make_tensor_value_info("features", TensorProto.FLOAT, shape)]
        self.states: list[Any] = []
        self._constant("time_axis", np.array([0], np.int64))
        self._constant("ends", np.array([np.iinfo(np.int64).max], np.int64))

    def _constant(self, name: str, values: NDArray[Any]) -> str:
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def node(self, operator: str, heard: list[str], *results: str, **attributes: Any) -> str:
        """Add a node; return its first result."""
        self.nodes.append(helper.make_node(operator, heard, results, **attributes))
        return results[0]

    def product(self, name: str, heard: str, weights: Weights, bias: Weights) -> str:
        """Add the product of what is heard (steps, inputs) with weights (inputs, outputs), plus the bias."""
        inputs, outputs = weights.shape
        blocks = -(-inputs // _SCALED_TOGETHER)
        rows = np.zeros((outputs, blocks * _SCALED_TOGETHER), np.float32)
        rows[:, :inputs] = weights.T
        rows = rows.reshape(outputs, blocks, _SCALED_TOGETHER)
        scales = np.maximum(np.abs(rows).max(2), 1e-12) / (_ZERO - 1)
        stored = (np.round(rows / scales[..., None]) + _ZERO).astype(np.uint8)
        return self.node(
            "MatMulNBits",
            [
                heard,
                self._constant(f"{name}.weight", stored),
                self._constant(f"{name}.scale", scales.reshape(-1).astype(np.float32)),
                "",
                "",
                self._constant(f"{name}.bias", bias.astype(np.float32)),
            ],
            f"{name}_product",
            domain=_RUNTIME_DOMAIN,
            K=inputs,
            N=outputs,
            bits=8,
            block_size=_SCALED_TOGETHER,
            accuracy_level=_IN_WHOLE_NUMBERS,
        )

    def layer(self, layer: str, heard: str, steps: int = 1, *, spacing: int = 1, stride: int = 1) -> str:
        """Add the convolution ``layer``, its taps ``spacing`` rows apart, ending with the last row.

        ``steps`` are those that it makes, ``stride`` rows apart. Where a row serves as a tap only once, all
        rows lie side by side already.
        """
        weights = self._weights[f"{layer}.weight"]
        outputs, channels, taps = weights.shape
        if taps > 1:
            rows = np.arange(steps)[:, None] * stride + np.arange(taps) * spacing
            if not np.array_equal(rows.ravel(), np.arange(rows.size)):
                heard = self.node(
                    "Gather", [heard, self._constant(f"{layer}_rows", rows)], f"{layer}_taps", axis=0
                )
            shape = np.array([steps, taps * channels], np.int64)
            heard = self.node("Reshape", [heard, self._constant(f"{layer}_shape", shape)], f"{layer}_heard")
        flat = weights.transpose(2, 1, 0).reshape(-1, outputs)
        return self.product(layer, heard, flat, self._weights[f"{layer}.bias"])

    def _state(self, name: str, shape: list[int]) -> None:
        """Add a state: ``past_NAME`` comes in, ``next_NAME`` goes out."""
        self.inputs.append(helper.make_tensor_value_info(f"past_{name}", TensorProto.FLOAT, shape))
        self.states.append(helper.make_tensor_value_info(f"next_{name}", TensorProto.FLOAT, shape))

    def with_past(self, activity: str, name: str, steps: int, channels: int) -> str:
        """Put the remembered steps before ``activity`` and remember its last ones."""
        self._state(name, [steps, channels])
        joined = self.node("Concat", [f"past_{name}", activity], f"{name}_joined", axis=0)
        start = self._constant(f"{name}_start", np.array([-steps], np.int64))
        self.node("Slice", [joined, start, "ends", "time_axis"], f"next_{name}")
        return joined

    def residual(self, name: str, activity: str, steps: int, dilation: int, channels: int) -> str:
        """Add a dilated layer and its mixture, which is added to what it heard."""
        joined = self.with_past(activity, name, 2 * dilation, channels)
        heard = self.layer(f"{name}.dilated", joined, steps, spacing=dilation)
        mixed = self.layer(f"{name}.mixing", self.node("Relu", [heard], f"{name}_sharp"))
        return self.node("Add", [activity, mixed], f"{name}_activity")

    def gated_memory(self, name: str, heard: str) -> str:
        """Add one step of a GRU as torch defines it, gates in the order reset, update, new."""
        self._state(name, [1, MEMORY])
        past = f"past_{name}"
        parts = []
        for source, kind in ((heard, "ih"), (past, "hh")):
            weights, bias = (self._weights[f"{name}.{what}_{kind}_l0"] for what in ("weight", "bias"))
            product = self.product(f"{name}_{kind}", source, weights.T, bias)
            sizes = self._constant(f"{name}_{kind}_sizes", np.array([2 * MEMORY, MEMORY], np.int64))
            gates, new = f"{name}_{kind}_gates", f"{name}_{kind}_new"
            self.node("Split", [product, sizes], gates, new, axis=1)
            parts.append((gates, new))
        (heard_gates, heard_new), (past_gates, past_new) = parts
        opened = self.node("Sigmoid", [self.node("Add", [heard_gates, past_gates], "gates")], "opened")
        halves = self._constant("halves", np.array([MEMORY, MEMORY], np.int64))
        reset = self.node("Split", [opened, halves], "reset", "update", axis=1)
        kept = self.node("Mul", [reset, past_new], "kept")
        new = self.node("Tanh", [self.node("Add", [heard_new, kept], "candidate")], "new")
        change = self.node("Mul", ["update", self.node("Sub", [past, new], "difference")], "unchanged")
        return self.node("Add", [new, change], f"next_{name}")


def _folded(network: ArticulationNetwork) -> dict[str, Weights]:
    """Return the weights by name, every normalisation folded into the convolution that it follows."""
    weights = {name: tensor.detach().numpy() for name, tensor in network.state_dict().items()}
    pairs = [(name, f"{name}_norm") for name in ("first", "pace", "hidden")]
    for stack, dilations in (("quick", QUICK_DILATIONS), ("slow", SLOW_DILATIONS)):
        pairs += [(f"{stack}.{n}.dilated", f"{stack}.{n}.norm") for n in range(len(dilations))]
    for layer, norm in pairs:
        deviation = np.sqrt(weights[f"{norm}.running_var"] + _NORM_EPSILON)
        scale = weights[f"{norm}.weight"] / deviation
        weights[f"{layer}.weight"] = weights[f"{layer}.weight"] * scale[:, None, None]
        weights[f"{layer}.bias"] = (
            weights[f"{layer}.bias"] - weights[f"{norm}.running_mean"]
        ) * scale + weights[f"{norm}.bias"]
    return weights


def _collected(network: ArticulationNetwork) -> _Graph:
    graph = _Graph(_folded(network))
    activity = graph.node(
        "Relu", [graph.layer("first", "features", _QUICK_STEPS, stride=_STRIDE)], "quick_activity"
    )
    for number, dilation in enumerate(QUICK_DILATIONS):
        activity = graph.residual(f"quick.{number}", activity, _QUICK_STEPS, dilation, QUICK_CHANNELS)
    joined = graph.with_past(activity, "pace", PACE_STEPS - _STRIDE, QUICK_CHANNELS)
    activity = graph.node("Relu", [graph.layer("pace", joined, stride=_STRIDE)], "slow_activity")
    for number, dilation in enumerate(SLOW_DILATIONS):
        activity = graph.residual(f"slow.{number}", activity, 1, dilation, SLOW_CHANNELS)
    remembered = graph.gated_memory("memory", activity)
    heard = graph.node("Concat", [activity, remembered], "all_heard", axis=1)
    hidden = graph.node("Relu", [graph.layer("hidden", heard)], "hidden_activity")
    graph.node("Identity", [graph.layer("heads", hidden)], "outputs")
    return graph


def export(network: ArticulationNetwork, path: Path, about: dict[str, Any]) -> None:
    """Write the network to ``path`` and what its outputs mean to ``path`` + ``.json``.

    ``about`` is added to that file.
    """
    graph = _collected(network)
    shape = [1, len(LOOK_AHEADS_MS) * len(OUTPUTS)]
    outputs = helper.make_tensor_value_info("outputs", TensorProto.FLOAT, shape)
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, "articulation", graph.inputs, [outputs, *graph.states], graph.constants
        ),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_RUNTIME_DOMAIN, 1)],
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
