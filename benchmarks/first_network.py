"""The program's first network, kept as a yardstick: its layout and how its numbers became lips."""

from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray

from bithuman_app.lipsync.features import BLOCK_SAMPLES, FEATURES, MelPower, RelativeLogMel

#: Its 100 ms head: rows 54 to 80 of 108; of these opening, width and rounding of the lips are the last.
_HEAD: Final = slice(54, 81)
_OPENING, _WIDTH = 24, 25
_DELAY_BLOCKS: Final = 2


class FirstNetwork:
    """The first network with its look-ahead of 100 ms; no gate, its numbers as they are."""

    def __init__(self, path: Path) -> None:
        """Load ``viseme_v1.onnx``, which earlier versions of the program shipped."""
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        self._session = ort.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])

    def hear(self, samples: NDArray[np.float32]) -> dict[str, NDArray[np.float32]]:
        """Return ``open`` and ``width`` of a clip, float32 (ceil(n / 640),)."""
        frames = -(-len(samples) // BLOCK_SAMPLES)
        padded = np.zeros((frames + _DELAY_BLOCKS) * BLOCK_SAMPLES, np.float32)
        padded[: len(samples)] = samples
        mel, relative = MelPower(), RelativeLogMel()
        past = np.zeros((4, FEATURES), np.float32)
        states = {item.name: np.zeros(item.shape, np.float32) for item in self._session.get_inputs()[1:]}
        found = []
        for block in padded.reshape(-1, BLOCK_SAMPLES):
            heard = np.concatenate([past, relative.push(mel.push(block))])
            past = heard[BLOCK_SAMPLES // 160 :]
            outputs, *following = self._session.run(None, {"feats": heard.T[None].copy(), **states})
            states = dict(zip(states, following, strict=True))
            found.append(outputs[0, _HEAD].mean(1))
        heads = np.array(found[_DELAY_BLOCKS:], np.float32)
        return {"open": np.maximum(heads[:, _OPENING], 0), "width": heads[:, _WIDTH]}
