"""The streaming network: features of one block of audio in, the mouth in the middle of what it heard out.

The network has a head for each of several look-aheads, so at the end of a block it tells the mouth as it
was at several moments. A frame is the mean of moments 20 ms apart: smoothing that delays nothing, within the
look-ahead.
"""

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

#: Look-aheads that a stream may have, in milliseconds; the network has a head for each moment within them.
LOOK_AHEADS_MS: Final[tuple[int, ...]] = (0, 40, 80, 100)
STEP_MS: Final = 20
#: How much the moments 0 and 20 ms after a frame count in it. Later ones would smooth more, but less is heard
#: of them: with 1 2 2 1 for 0 to 60 ms the opening of people who talk freely is told at r 0.52 for 0.55.
MOMENT_WEIGHTS: Final = (2, 1)
#: The same for the visemes, which align texts by where their edges are, and for contacts, which are brief.
VISEME_WEIGHTS: Final = (1, 2, 1)
CONTACT_WEIGHTS: Final = (1, 1)

#: What each head gives, in order: articulation learnt from phonemes, on the scales of ``curves``; the lips
#: as a teacher sees them who was fitted to real speakers, in units of their deviation; viseme logits; and
#: the logits of the two contacts.
OUTPUTS: Final[tuple[str, ...]] = (
    *ARTICULATION_NAMES,
    "lip_opening", "lip_width", "lip_rounding",
    *(f"logit_{name}" for name in VISEME_NAMES),
    "logit_closure", "logit_lip_teeth",
)  # fmt: skip
#: What a frame gives: the same, smoothed, and the logits of the contacts again, sharp.
FRAME_OUTPUTS: Final[tuple[str, ...]] = (*OUTPUTS, "sharp_closure", "sharp_lip_teeth")
_VISEMES: Final = slice(OUTPUTS.index("logit_sil"), OUTPUTS.index("logit_closure"))
_CONTACTS: Final = slice(OUTPUTS.index("logit_closure"), len(OUTPUTS))
#: The first convolution spans 6 hops in steps of 2, so it needs 4 hops from before the block.
CONTEXT_HOPS: Final = 4


@cache
def _load(path: Path) -> tuple[ort.InferenceSession, tuple[int, ...]]:
    """Load the network once a process, and the look-aheads of its heads in the order of its output.

    Running it is thread-safe and keeps no state between calls.
    """
    if not path.is_file():
        raise MissingInputError(f"the lip-sync network {path.name} is missing: install the program again")
    heads = _heads(path)
    options = ort.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"]), heads
    except Exception as error:  # onnxruntime's errors share no other base
        reason = str(error).partition("\n")[0]
        raise DataError(f"the lip-sync network {path.name} cannot be loaded: {reason}") from error


def _heads(path: Path) -> tuple[int, ...]:
    """Return the look-aheads named in the file beside the network, whose outputs must be those expected."""
    try:
        layout = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
        outputs, heads = tuple(layout["outputs"]), tuple(int(ms) for ms in layout["look_aheads_ms"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DataError(f"the layout of the lip-sync network {path.name} cannot be read: {error}") from error
    if outputs != OUTPUTS or not set(range(0, LOOK_AHEADS_MS[-1] + 1, STEP_MS)) <= set(heads):
        raise DataError(f"the lip-sync network {path.name} has another layout than this program knows")
    return heads


def moment_shares(
    look_ahead_ms: int, weights: tuple[int, ...], heads_ms: tuple[int, ...]
) -> NDArray[np.float32]:
    """Return how much each head's answer counts in a frame, float32 (heads,).

    ``weights`` are of moments 20 ms apart, the first at the frame. With a small look-ahead the later ones
    cannot be told and do not count. ``heads_ms`` are the look-aheads of the heads, in their order.
    """
    shares = np.zeros(len(heads_ms), np.float32)
    for moment, weight in enumerate(weights):
        heard_after = look_ahead_ms - moment * STEP_MS
        if heard_after >= 0:
            shares[heads_ms.index(heard_after)] = weight
    normalised: NDArray[np.float32] = shares / shares.sum()
    return normalised


class ArticulationNetwork:
    """One stream through the network; its state, what it remembers of the past, is all zero at the start."""

    def __init__(self, look_ahead_ms: int) -> None:
        """Load the shipped network and choose the heads trained for ``look_ahead_ms``.

        Raises ``MissingInputError`` or ``DataError`` if the network's files are damaged.
        """
        self._session, self._heads_ms = _load(asset("models", MODEL))
        self._shares = np.stack(
            [
                moment_shares(look_ahead_ms, weights, self._heads_ms)
                for weights in (MOMENT_WEIGHTS, VISEME_WEIGHTS, CONTACT_WEIGHTS)
            ]
        )
        inputs = self._session.get_inputs()[1:]
        self._state_shapes = {item.name: tuple(item.shape) for item in inputs}
        self.reset()

    def reset(self) -> None:
        """Forget everything heard."""
        self._context = np.zeros((CONTEXT_HOPS, FEATURES), np.float32)
        self._states = {name: np.zeros(shape, np.float32) for name, shape in self._state_shapes.items()}

    def push(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take float32 (blocks * 4, 41) features, return the frames that are due, float32 (blocks, 29).

        Columns are ``FRAME_OUTPUTS``.
        """
        return np.array([self._hear(block) for block in features.reshape(-1, HOPS_PER_BLOCK, FEATURES)])

    def _hear(self, block: NDArray[np.float32]) -> NDArray[np.float32]:
        heard = np.concatenate([self._context, block])
        self._context = heard[-CONTEXT_HOPS:]
        outputs, *states = self._session.run(None, {"features": heard, **self._states})
        self._states = dict(zip(self._state_shapes, states, strict=True))
        return self._frame(outputs.reshape(-1, len(OUTPUTS)))

    def _frame(self, answers: NDArray[np.float32]) -> NDArray[np.float32]:
        smooth, visemes, contacts = self._shares @ answers
        smooth[_VISEMES] = visemes[_VISEMES]
        frame: NDArray[np.float32] = np.concatenate([smooth, contacts[_CONTACTS]])
        return frame
