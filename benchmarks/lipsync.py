"""Score the lip sync against real lips, beside simpler methods, in one run.

    python benchmarks/lipsync.py EVALUATION [--prototype OLD.onnx] [--permutations 60] [-o scores.json]

EVALUATION is a folder with ``lipsync_eval.py``, ``tracks/NAME.npz`` (what the lips did, 25 fps) and
``data/video/NAME.wav``. Every system hears every clip through the same door; the script there judges all
of them alike. The table is Markdown. ``--prototype`` adds the program's first network. Where every clip is
named as in the GRID corpus, what is said is known, and the program is scored with the words too.
"""

import argparse
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks import grid_corpus
from benchmarks.first_network import FirstNetwork
from bithuman_app.lipsync import Curves, articulate, loudness
from bithuman_app.lipsync.alignment import align
from bithuman_app.lipsync.coarticulation import from_phonemes, meet
from bithuman_app.lipsync.network import LOOK_AHEADS_MS
from bithuman_app.lipsync.pronunciation import pronounce
from bithuman_app.media.audio import read_audio

Audio = NDArray[np.float32]
#: ``open`` and ``width`` at 25 fps.
Lips = Mapping[str, NDArray[np.floating]]
_HEADER: Final = (
    "system", "opening r", "width r", "closed AUC", "closure precision", "recall", "speed / real", "lag ms",
)  # fmt: skip


#: A clip's name and sound to what the lips do.
System = Callable[[str, Audio], Lips]


def _lips(curves: Curves) -> Lips:
    return {"open": curves["opening"], "width": curves["width"]}


def network(look_ahead_ms: int) -> System:
    """Return the shipped network with that look-ahead."""
    return lambda _, samples: _lips(articulate(samples, look_ahead_ms))


def with_words(name: str, samples: Audio, *, sound_too: bool = True) -> Lips:
    """Align the clip's sentence, as ``curves --text`` does; ``sound_too`` adds what the network hears."""
    heard = articulate(samples)
    phonemes = align(pronounce(grid_corpus.sentence(name) or ""), samples, heard)
    exact = from_phonemes(phonemes, len(heard))
    return _lips(meet(heard, exact) if sound_too else exact)


def level(_: str, samples: Audio) -> Lips:
    """Open the mouth with the loudness: from the quietest 5 % to the loudest of the clip."""
    decibels = np.maximum(loudness(samples), -60)
    low, high = np.percentile(decibels, [5, 95])
    return {"open": np.clip((decibels - low) / max(high - low, 1.0), 0, 1)}


def load_judge(folder: Path) -> ModuleType:
    """Return the evaluation's script as a module; exit with a message if it is not there."""
    path = folder / "lipsync_eval.py"
    if not path.is_file():
        sys.exit(f"{folder} is no evaluation folder: it has no lipsync_eval.py")
    spec = importlib.util.spec_from_file_location("lipsync_eval", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def score(judge: ModuleType, folder: Path, system: System, permutations: int) -> dict[str, Any]:
    """Return what the judge says of a system that hears all clips, and how long it took a second."""
    truth = judge.load_gts(str(folder / "tracks"))
    clips = {name: read_audio(folder / "data" / "video" / f"{name}.wav") for name in truth}
    started = time.process_time()
    lips = {
        name: {k: np.asarray(v, float) for k, v in system(name, audio).items()}
        for name, audio in clips.items()
    }
    spent = time.process_time() - started
    result: dict[str, Any] = judge.evaluate(truth, lips, permutations)
    heard = sum(map(len, clips.values())) / 16_000
    return {**result, "cpu_percent": round(100 * spent / heard, 3)}


def row(name: str, result: Mapping[str, Any]) -> list[str]:
    """Return a system's line of the table."""

    def mean(key: str) -> str:
        return f"{result[key]['mean']:.3f}" if key in result else "–"

    closure, jitter = result["closure"], result["jitter"]
    pace = f"{jitter['speed']:.2f} / {jitter['real_speed']:.2f}"
    numbers = [
        mean("open_r0"),
        mean("width_r0"),
        mean("auc"),
        f"{closure['precision']:.2f}",
        f"{closure['recall']:.2f}",
    ]
    return [name, *numbers, pace, str(result["global_lag_ms"])]


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("evaluation", type=Path)
    parser.add_argument("--prototype", type=Path, help="the first network, viseme_v1.onnx")
    parser.add_argument(
        "--permutations", type=int, default=0, help="for the level of chance; 0 leaves it out"
    )
    parser.add_argument("-o", "--output", type=Path, help="write everything the judge says as JSON")
    chosen = parser.parse_args()
    judge = load_judge(chosen.evaluation)
    systems = {f"this network, {ms} ms": network(ms) for ms in reversed(LOOK_AHEADS_MS)}
    if all(grid_corpus.sentence(name) for name in judge.load_gts(str(chosen.evaluation / "tracks"))):
        systems["this network and the words"] = with_words
        systems["the words alone"] = partial(with_words, sound_too=False)
    if chosen.prototype:
        first = FirstNetwork(chosen.prototype)
        systems["first network, 100 ms"] = lambda _, samples: first.hear(samples)
    systems["loudness"] = level
    results = {
        name: score(judge, chosen.evaluation, system, chosen.permutations) for name, system in systems.items()
    }
    lines = [list(_HEADER), ["---"] * len(_HEADER), *(row(name, result) for name, result in results.items())]
    print("\n".join("| " + " | ".join(line) + " |" for line in lines))
    if chosen.output:
        chosen.output.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
