"""The phoneme durations that neural voices work from.

They are inside the networks; each is added to its graph's outputs before loading.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from .corpus import Segment

_NOISE_SEED: Final = 4
_STRESS: Final = "ˈˌ"
_LENGTHENING: Final = "ːʰʲ̃ᵝ↓→↗↘ˑ"
_PAUSES: Final = "\0^$_,.;:!?—…"
#: A space between words lasting longer than this is a pause, a shorter one part of the phoneme before it.
_PAUSE_SECONDS: Final = 0.12

_FULL_FORMS: Final = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts",
    "ʨ": "tɕ", "ʣ": "dz", "ʥ": "dʑ", "ᵊ": "ə", "ᵻ": "ɪ", "S": "ʃ", "T": "ɾ", "ꭧ": "ʈʂ",
}  # fmt: skip


def with_durations(path: Path, tensor: str) -> ort.InferenceSession:
    """Return the network with the durations ``tensor`` as its last output, on one thread."""
    model = onnx.load(str(path))
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(tensor))
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Piper draws its noise inside the network.
    ort.set_seed(_NOISE_SEED)
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def joined(symbols: Sequence[str], times: NDArray[np.floating]) -> list[Segment]:
    """Join the symbols of a network's alphabet, symbol ``i`` from ``times[i]`` to ``times[i + 1]``.

    Stress marks belong to the phoneme after them, length marks and short spaces to the one before.
    """
    found: list[Segment] = []
    stress_start: float | None = None
    for number, symbol in enumerate(symbols):
        start, end = float(times[number]), float(times[number + 1])
        if symbol in _STRESS:
            stress_start = start if stress_start is None else stress_start
            continue
        is_short_space = symbol == " " and end - start <= _PAUSE_SECONDS
        if found and (symbol in _LENGTHENING or is_short_space):
            found[-1] = Segment(found[-1].start, end, found[-1].symbol)
            continue
        if stress_start is not None:
            start, stress_start = stress_start, None
        name = "_" if symbol in _PAUSES or symbol == " " else _FULL_FORMS.get(symbol, symbol)
        found.append(Segment(start, end, name))
    return found
