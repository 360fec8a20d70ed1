"""Rearrange Silero's voice activity detector for sound that comes in small pieces.

    python -m tools.voice_detector [--wheel silero_vad-6.2.3-py3-none-any.whl]

Needs the package ``onnx``. The weights are Silero's, and probabilities differ from the original's by rounding
alone (3e-6). What changes is the way to them: for four positions in time a convolution takes several times as
long as a product of matrices, and a graph that takes any number of windows reads its weights once for all.
One window took 142 µs of processor time, now 97, four together 38 each.
"""

import argparse
import hashlib
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from tools.vendor_voice import SILERO_VAD, VOICE
from tools.wheels import open_wheel

ORIGINAL: Final = "silero_vad/data/silero_vad_16k_op15.onnx"
ORIGINAL_SHA256: Final = "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49"
RESULT: Final = VOICE / "voice_detector.onnx"
#: A window of 32 ms, and the 4 ms before it that the network hears too.
WINDOW_SAMPLES: Final = 512
CONTEXT_SAMPLES: Final = 64

#: The spectrum: four stretches of 256 samples, the last of which runs over the end by 64, mirrored there.
_STRETCH, _STEP, _STRETCHES, _BEYOND = 256, 128, 4, 64
_BANDS: Final = _STRETCH // 2 + 1
#: Channels between the layers, and of the memory.
_HIDDEN, _NARROW = 128, 64
_OPSET: Final = 17

Weights = dict[str, NDArray[np.float32]]


class _Graph:
    """Collects nodes and constants; activity is (windows * positions, channels)."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def constant(self, values: Any, name: str) -> str:
        array = np.ascontiguousarray(values)
        kind = np.int64 if array.dtype.kind == "i" else np.float32
        self.constants.append(numpy_helper.from_array(array.astype(kind), name))
        return name

    def node(self, operator: str, inputs: list[str], outputs: str | list[str], **attributes: Any) -> str:
        names = [outputs] if isinstance(outputs, str) else outputs
        self.nodes.append(helper.make_node(operator, inputs, names, **attributes))
        return names[0]

    def reshape(self, heard: str, shape: list[int], name: str) -> str:
        return self.node("Reshape", [heard, self.constant(shape, f"{name}_shape")], name)

    def dense(self, heard: str, number: int, taps: slice) -> str:
        """Add an encoder's layer as a product; ``heard`` has the taps of each position side by side."""
        kernel = self._weights[f"model.encoder.{number}.reparam_conv.weight"][:, :, taps]
        matrix = kernel.transpose(2, 1, 0).reshape(-1, len(kernel))
        bias = self._weights[f"model.encoder.{number}.reparam_conv.bias"]
        inputs = [heard, self.constant(matrix, f"matrix_{number}"), self.constant(bias, f"bias_{number}")]
        return self.node("Relu", [self.node("Gemm", inputs, f"layer_{number}")], f"activity_{number}")

    def taps(
        self, heard: str, channels: int, padding: tuple[int, int], rows: NDArray[np.int_], name: str
    ) -> str:
        """Put the taps of a convolution over four positions side by side."""
        heard = self.reshape(heard, [-1, _STRETCHES, channels], f"{name}_by_window")
        before, after = padding
        around = self.constant([0, before, 0, 0, after, 0], f"{name}_padding")
        heard = self.node("Pad", [heard, around], f"{name}_padded")
        heard = self.node("Gather", [heard, self.constant(rows, f"{name}_rows")], f"{name}_taps", axis=1)
        return self.reshape(heard, [-1, rows.shape[1] * channels], f"{name}_flat")


def rearranged(original: Any) -> Any:
    """Return the detector as products of matrices: windows float32 (n, 576) and state (2, 1, 128) in,
    probabilities (n, 1) and the next state out.
    """
    weights: Weights = {i.name: numpy_helper.to_array(i) for i in original.graph.initializer}
    graph = _Graph(weights)
    heard = graph.node(
        "Pad", ["windows", graph.constant([0, 0, 0, _BEYOND], "mirror")], "sound", mode="reflect"
    )
    stretches = np.arange(_STRETCHES)[:, None] * _STEP + np.arange(_STRETCH)
    heard = graph.node("Gather", [heard, graph.constant(stretches, "stretches")], "cut", axis=1)
    heard = graph.reshape(heard, [-1, _STRETCH], "cut_flat")
    basis = graph.constant(weights["model.stft.forward_basis_buffer"][:, 0].T, "basis")
    spectrum = graph.node("MatMul", [heard, basis], "spectrum")
    graph.node("Split", [spectrum, graph.constant([_BANDS, _BANDS], "parts")], ["real", "imaginary"], axis=1)
    squares = [graph.node("Mul", [part, part], f"{part}_squared") for part in ("real", "imaginary")]
    heard = graph.node("Sqrt", [graph.node("Add", squares, "power")], "magnitude")
    # Kernels of three, padded by one: four positions, then every second of them, twice; what is left at the
    # end of a kernel hears nothing but padding.
    each = np.arange(_STRETCHES)[:, None] + np.arange(3)
    heard = graph.dense(graph.taps(heard, _BANDS, (1, 1), each, "first"), 0, slice(3))
    heard = graph.dense(graph.taps(heard, _HIDDEN, (1, 0), each[::2], "second"), 1, slice(3))
    heard = graph.dense(graph.reshape(heard, [-1, 2 * _NARROW], "third_flat"), 2, slice(1, 3))
    heard = graph.dense(heard, 3, slice(1, 2))
    graph.node("Split", ["state", graph.constant([1, 1], "halves")], ["hidden", "cell"], axis=0)
    sequence = graph.node("Unsqueeze", [heard, graph.constant([1], "batch_axis")], "sequence")
    memory = [graph.constant(_memory(weights, name), f"memory_{name}") for name in ("weight_ih", "weight_hh")]
    biases = np.concatenate([_memory(weights, name) for name in ("bias_ih", "bias_hh")], 1)
    inputs = [sequence, *memory, graph.constant(biases, "memory_bias"), "", "hidden", "cell"]
    graph.node("LSTM", inputs, ["remembered", "next_hidden", "next_cell"], hidden_size=_HIDDEN)
    graph.node("Concat", ["next_hidden", "next_cell"], "next_state", axis=0)
    heard = graph.node("Relu", [graph.reshape("remembered", [-1, _HIDDEN], "remembered_flat")], "last")
    matrix = graph.constant(weights["model.decoder.decoder.2.weight"][:, :, 0].T, "matrix_last")
    bias = graph.constant(weights["model.decoder.decoder.2.bias"], "bias_last")
    graph.node("Sigmoid", [graph.node("Gemm", [heard, matrix, bias], "logit")], "probability")
    return _model(graph)


def _memory(weights: Weights, name: str) -> NDArray[np.float32]:
    """Return weights of the memory in ONNX's order of gates (i, o, f, c); PyTorch's is i, f, c, o."""
    i, f, c, o = np.split(weights[f"model.decoder.rnn.{name}"], 4)
    return np.concatenate([i, o, f, c])[None]


def _model(graph: _Graph) -> Any:
    def value(name: str, shape: list[int | str]) -> Any:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    state: list[int | str] = [2, 1, _HIDDEN]
    inputs = [value("windows", ["windows", CONTEXT_SAMPLES + WINDOW_SAMPLES]), value("state", state)]
    outputs = [value("probability", ["windows", 1]), value("next_state", state)]
    model = helper.make_model(
        helper.make_graph(graph.nodes, "voice_detector", inputs, outputs, graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET)],
    )
    model.ir_version = 9
    onnx.checker.check_model(model)
    return model


def main() -> None:
    """Take the original out of its wheel and write the rearranged network."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="use this copy of the wheel instead of downloading it")
    content = open_wheel(SILERO_VAD, parser.parse_args().wheel).read(ORIGINAL)
    found = hashlib.sha256(content).hexdigest()
    if found != ORIGINAL_SHA256:
        sys.exit(f"{ORIGINAL} has SHA-256 {found}, expected {ORIGINAL_SHA256}")
    RESULT.write_bytes(rearranged(onnx.load_from_string(content)).SerializeToString(deterministic=True))
    print(f"{RESULT.relative_to(VOICE.parent.parent)}  {RESULT.stat().st_size} bytes")


if __name__ == "__main__":
    main()
