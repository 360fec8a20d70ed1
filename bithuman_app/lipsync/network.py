"""The streaming network: features of one block of audio in, articulation for four look-aheads out."""

import json
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from ..errors import DataError, MissingInputError
from ..resources import asset
from .curves import ARTICULATION_NAMES, VISEME_NAMES
from .features import FEATURES, HOPS_PER_BLOCK

MODEL: Final = "articulation_v2.onnx"

#: Look-aheads the network has heads for, in milliseconds, in the order of its output.
LOOK_AHEADS_MS: Final[tuple[int, ...]] = (0, 40, 80, 100)
#: The head that answers for each look-ahead. With 100 ms it is the one that tells the mouth 80 ms ago, so
#: 20 ms after the frame: the smoothing behind it delays by 13 ms, and real lips are a little ahead.
HEADS_MS: Final = {0: 0, 40: 40, 80: 80, 100: 80}

#: What each head gives, in order: articulation learnt from phonemes, on the scales of ``curves``; the lips
#: as a teacher sees them who was fitted to real speakers, in units of their deviation; viseme logits; and
#: the logits of the two contacts.
OUTPUTS: Final[tuple[str, ...]] = (
    *ARTICULATION_NAMES,
    "lip_opening", "lip_width", "lip_rounding",
    *(f"logit_{name}" for name in VISEME_NAMES),
    "logit_closure", "logit_lip_teeth",
)  # fmt: skip
#: The first convolution spans 6 hops in steps of 2, so it needs 4 hops from before the block.
CONTEXT_HOPS: Final = 4


@cache
def _session(path: Path) -> ort.InferenceSession:
    """Load the network once a process; running it is thread-safe and keeps no state between calls."""
    if not path.is_file():
        raise MissingInputError(f"the lip-sync network {path.name} is missing: install the program again")
    _check_layout(path)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's errors share no other base
        reason = str(error).partition("\n")[0]
        raise DataError(f"the lip-sync network {path.name} cannot be loaded: {reason}") from error


def _check_layout(path: Path) -> None:
    """Compare the file beside the network, which names its outputs, with what this module expects."""
    try:
        layout = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        known = tuple(layout["outputs"]) == OUTPUTS and tuple(layout["look_aheads_ms"]) == LOOK_AHEADS_MS
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the layout of the lip-sync network {path.name} cannot be read: {error}") from error
    if not known:
        raise DataError(f"the lip-sync network {path.name} has another layout than this program knows")


class ArticulationNetwork:
    """One stream through the network; the state is 1.5 s of hidden activity, all zero at the start."""

    def __init__(self, look_ahead_ms: int) -> None:
        """Load the shipped network and choose the heads trained for ``look_ahead_ms``.

        Raises ``MissingInputError`` or ``DataError`` if the network's files are damaged.
        """
        self._session = _session(asset("models", MODEL))
        self._head = LOOK_AHEADS_MS.index(HEADS_MS[look_ahead_ms])
        inputs = self._session.get_inputs()[1:]
        self._cache_shapes = {item.name: tuple(item.shape) for item in inputs}
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._context = np.zeros((CONTEXT_HOPS, FEATURES), np.float32)
        self._caches = {name: np.zeros(shape, np.float32) for name, shape in self._cache_shapes.items()}

    def push(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 (4, 41) features of a block, return the outputs at its end, float32 (27,).

        They are in the order of ``OUTPUTS``.
        """
        heard = np.concatenate([self._context, features])
        self._context = heard[HOPS_PER_BLOCK:]
        outputs, *caches = self._session.run(None, {"features": heard.T[None].copy(), **self._caches})
        self._caches = dict(zip(self._cache_shapes, caches, strict=True))
        heads: NDArray[np.float32] = outputs[0, :, -1].reshape(len(LOOK_AHEADS_MS), len(OUTPUTS))
        answer: NDArray[np.float32] = heads[self._head]
        return answer
