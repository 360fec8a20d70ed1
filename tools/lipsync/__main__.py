"""Make the lip-sync network from nothing but package registries.

    python -m tools.lipsync [--work FOLDER] [--output FILE]

Stages, each kept in FOLDER and not repeated while its result is there:

1. ``speech``: synthetic speech with exact phoneme times, and recordings of real voices;
2. ``heard``: what a Whisper encoder hears in all of it;
3. ``labels``: the mouth that belongs to it, by phonemes and by the teachers;
4. ``pool``: sequences of it, disturbed in many ways, as the program's features;
5. ``train``: the network;
6. ``export``: the streaming graph for the program.

Seeds and amounts are fixed. Processor time on one thread is printed for every stage.
"""

import argparse
import os
import pickle
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch

from . import corpus, espeak, neural_voices, recordings
from .augmentation import SequenceMaker, Silences, Source
from .export import export
from .labels import Labelled, fit_phoneme_teacher, label
from .network import ArticulationNetwork
from .noises import NoiseSource
from .teachers import LipTeacher
from .training import train
from .whisper import Encoder

#: Seconds of speech and seed by synthetic source, and how often each is drawn in training.
SYNTHETIC: Final = {"espeak": (5_000, 1), "hibari": (2_700, 2), "kokoro": (200, 3), "piper": (1_500, 4)}
WEIGHTS: Final = {"espeak": 0.20, "hibari": 0.13, "kokoro": 0.07, "piper": 0.10, "recordings": 0.50}


@dataclass(frozen=True)
class Round:
    """A round of training: its sequences and their seed, its batches and theirs, and what is not speech."""

    sequences: int
    pool_seed: int
    batches: int
    seed: int
    silences: Silences


#: A round begins with the weights of the one before; the second dwells on noises that come and go. The mean
#: of the weights after each round ships: it does better on unknown voices than either.
ROUNDS: Final = (
    Round(8_000, 11, 3_000, 12, Silences(no_speech=0.12, interrupted=0.0)),
    Round(8_000, 21, 2_400, 22, Silences(no_speech=0.22, interrupted=0.6)),
)
OUTPUT: Final = Path(__file__).parents[2] / "assets" / "models" / "articulation_v2.onnx"


@contextmanager
def _timed(stage: str) -> Iterator[None]:
    print(f"{stage} …", flush=True)
    clock, processor = time.monotonic(), time.process_time()
    yield
    print(f"{stage}: {time.process_time() - processor:.0f} s of processor time, "
          f"{time.monotonic() - clock:.0f} s in all", flush=True)  # fmt: skip


def make_speech(work: Path) -> dict[str, Path]:
    """Return the files of all sources, made if missing."""
    files = {name: work / f"speech-{name}.npz" for name in WEIGHTS}
    recordings.fetch(work / "packages")
    for name, path in files.items():
        if path.is_file():
            continue
        with _timed(f"speech of {name}"):
            if name == "recordings":
                made = recordings.speech(work / "packages")
            elif name == "espeak":
                made = espeak.make_corpus(*SYNTHETIC[name])
            else:
                made = neural_voices.make_corpus(name, *SYNTHETIC[name])
            corpus.save(path, made)
    return files


def hear(work: Path, speech: dict[str, Path]) -> dict[str, Path]:
    """Return the files of Whisper's features, reduced, for each source."""
    files = {name: work / f"heard-{name}.npy" for name in speech}
    encoder, teacher = None, LipTeacher()
    for name, path in files.items():
        if path.is_file():
            continue
        with _timed(f"Whisper on {name}"):
            encoder = encoder or Encoder(work / "whisper")
            samples = np.concatenate([utterance.samples for utterance in corpus.load(speech[name])])
            partial = path.with_name("partial-" + path.name)
            np.save(partial, teacher.reduce(encoder.features(samples)).astype(np.float16))
            os.replace(partial, path)
    return files


def make_labels(work: Path, speech: dict[str, Path], heard: dict[str, Path]) -> dict[str, Labelled]:
    """Return every source with its labels."""
    path = work / "labels.pickle"
    if not path.is_file():
        with _timed("labels"):
            weights = fit_phoneme_teacher({name: speech[name] for name in SYNTHETIC}, heard)
            labelled = {name: label(speech[name], heard[name], weights) for name in speech}
            path.write_bytes(pickle.dumps(labelled))
    found: dict[str, Labelled] = pickle.loads(path.read_bytes())
    return found


def make_pool(work: Path, labelled: dict[str, Labelled], plan: Round) -> tuple[Path, Path]:
    """Return the files of features and labels of the training sequences of a round."""
    features, labels = (
        work / f"pool-{plan.pool_seed}-features.npy",
        work / f"pool-{plan.pool_seed}-labels.npy",
    )
    if not labels.is_file():
        with _timed(f"{plan.sequences} sequences"):
            sources = [Source(labelled[name], weight) for name, weight in WEIGHTS.items()]
            noises = NoiseSource(recordings.music(work / "packages"))
            pool = SequenceMaker(sources, noises, plan.silences, plan.pool_seed).pool(plan.sequences)
            np.save(features, pool[0])
            np.save(labels, pool[1])
    return features, labels


def train_rounds(work: Path, labelled: dict[str, Labelled]) -> ArticulationNetwork:
    """Return the network with the mean of the weights after each round."""
    rounds: list[dict[str, torch.Tensor]] = []
    for plan in ROUNDS:
        trained = work / f"network-{plan.seed}.pt"
        if not trained.is_file():
            features, labels = make_pool(work, labelled, plan)
            heard, truth = np.load(features, mmap_mode="r"), np.load(labels, mmap_mode="r")
            checkpoint = work / f"checkpoint-{plan.seed}.pt"
            with _timed(f"training, {plan.batches} batches"):
                before = rounds[-1] if rounds else None
                network = train(heard, truth, plan.batches, plan.seed, checkpoint, before)
            torch.save(network.state_dict(), trained)
        rounds.append(torch.load(trained))
    network = ArticulationNetwork().eval()
    network.load_state_dict({name: sum(r[name] for r in rounds) / len(rounds) for name in rounds[0]})
    return network


def main() -> None:
    """Run all stages that are not done."""
    parser = argparse.ArgumentParser(prog="python -m tools.lipsync", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("out/lipsync"), help="folder of intermediate files")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the network's file")
    chosen = parser.parse_args()
    chosen.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    speech = make_speech(chosen.work)
    labelled = make_labels(chosen.work, speech, hear(chosen.work, speech))
    network = train_rounds(chosen.work, labelled)
    export(network, chosen.output, {"rounds": [asdict(plan) for plan in ROUNDS]})
    print(f"{chosen.output}: {chosen.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
