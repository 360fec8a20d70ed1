"""Teaching the network from pools of sequences."""

import time
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from .labels import COLUMNS, CONTACTS, HEARD_COLUMNS, LIP_COLUMNS, VISEME_COLUMNS
from .network import LOOK_AHEADS_MS, OUTPUTS, ArticulationNetwork, steps_late

BATCH: Final = 16
WEIGHT_DECAY: Final = 1e-3
WARM_UP_BATCHES: Final = 60
#: How much each look-ahead counts; the program takes the opening from the last two.
HEAD_WEIGHTS: Final = torch.tensor([0.05, 0.05, 0.1, 0.15, 0.3, 0.35])
#: opening, width, rounding, closure, lip_teeth, tongue, jaw
CURVE_WEIGHTS: Final = torch.tensor([4.0, 3.0, 2.0, 1.0, 1.0, 0.7, 2.0])
LIP_WEIGHTS: Final = torch.tensor([0.45, 0.30, 0.08])
VELOCITY_WEIGHT: Final = 0.5
VISEME_WEIGHT: Final = 0.06
CONTACT_WEIGHT: Final = 0.25
HEARD_WEIGHT: Final = 0.3
#: Deviation of the logarithm by which a spectrum is stretched.
THROAT: Final = 0.04
#: A moment of contact counts as much as this many without.
CONTACT_POSITIVE: Final = 3.0
#: Blocks at the start of a sequence, where the network has heard too little, do not count.
_IGNORED_BLOCKS: Final = 5
_REPORT_BATCHES: Final = 100

_CONTACT_LABELS: Final = [OUTPUTS.index(name) for name in CONTACTS]
_CONTACT_LOGITS: Final = slice(len(OUTPUTS) - len(CONTACTS), len(OUTPUTS))


def _asked_of(labels: Tensor, look_ahead_ms: int) -> Tensor:
    """Return what each block answers for, (batch, blocks, columns), of labels (batch, rows, columns).

    Block ``k`` ends at row ``2 k + 2``; with a look-ahead of ``d`` steps its answer is row ``2 k + 2 - d``.
    """
    blocks = labels.shape[1] // 2
    return labels[:, (2 * torch.arange(blocks) + 2 - steps_late(look_ahead_ms)).clamp(0, 2 * blocks - 1)]


def _targets(labels: Tensor) -> Tensor:
    """Return (batch, look-aheads, columns, blocks) from labels (batch, rows, columns)."""
    return torch.stack([_asked_of(labels, ms) for ms in LOOK_AHEADS_MS], 1).transpose(2, 3)


def heard_loss(heard: Tensor, labels: Tensor) -> Tensor:
    """Return the mean squared error of what Whisper would hear, where it was asked."""
    truth = _asked_of(labels[..., HEARD_COLUMNS], LOOK_AHEADS_MS[-1]).transpose(1, 2)
    asked = ~truth.isnan()
    asked[..., :_IGNORED_BLOCKS] = False
    return nn.functional.mse_loss(heard[asked], truth[asked])


def loss(outputs: Tensor, labels: Tensor) -> Tensor:
    """Return the weighted error of a batch; see the constants for what counts how much."""
    targets = _targets(labels[..., : len(COLUMNS)])[..., _IGNORED_BLOCKS:]
    outputs = outputs[..., _IGNORED_BLOCKS:]
    values = slice(0, LIP_COLUMNS.stop)
    weights = torch.cat([CURVE_WEIGHTS, LIP_WEIGHTS])[:, None]
    error = outputs[:, :, values] - targets[:, :, values]
    position = (error**2 * weights).mean((0, 2, 3))
    velocity = ((error[..., 1:] - error[..., :-1]) ** 2 * weights).mean((0, 2, 3))
    logits = outputs[:, :, LIP_COLUMNS.stop : VISEME_COLUMNS.stop]
    shares = targets[:, :, VISEME_COLUMNS]
    visemes = -(shares * logits.log_softmax(2)).sum(2).mean((0, 2))
    contact_targets = targets[:, :, _CONTACT_LABELS].clamp(0, 1)
    contacts = nn.functional.binary_cross_entropy_with_logits(
        outputs[:, :, _CONTACT_LOGITS],
        contact_targets,
        pos_weight=torch.full((len(CONTACTS), 1), CONTACT_POSITIVE),
        reduction="none",
    ).mean((0, 2, 3))
    each = position + VELOCITY_WEIGHT * velocity + VISEME_WEIGHT * visemes + CONTACT_WEIGHT * contacts
    return (each * HEAD_WEIGHTS).sum()


def _in_another_throat(spectra: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Return spectra (hops, bands) stretched and moved along the bands, as by a longer or shorter throat."""
    last = spectra.shape[1] - 1
    places = np.arange(last + 1) * np.exp(random.normal(0, THROAT)) + random.normal(0, 2 * THROAT)
    places = np.clip(places, 0, last)
    below = np.minimum(places.astype(int), last - 1)
    share = (places - below).astype(np.float32)
    moved: NDArray[np.float32] = spectra[:, below] * (1 - share) + spectra[:, below + 1] * share
    return moved


def _moved(
    features: NDArray[np.float32], labels: NDArray[np.float32], random: np.random.Generator
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Let blocks begin one row later in half of the batches, so that every row is asked for."""
    if random.random() < 0.5:
        return features, labels
    return features[:, 2:-2], labels[:, 1:-1]


def _disguise(features: NDArray[np.float32], random: np.random.Generator) -> None:
    """Change throat and channel of each sequence a little, in place, so that no epoch is like another."""
    bands = features.shape[2] - 1
    for sequence in features:
        sequence[:, :bands] = _in_another_throat(sequence[:, :bands], random)
        knots = int(random.integers(3, 8))
        curve = np.interp(np.arange(bands), np.linspace(0, bands - 1, knots), random.normal(0, 0.12, knots))
        sequence[:, :bands] += curve.astype(np.float32)
        if random.random() < 0.3:
            lowest = int(random.integers(0, bands - 6))
            sequence[:, lowest : lowest + int(random.integers(1, 7))] = sequence[:, :bands].mean()


class Sequences:
    """Training sequences that stay in their files."""

    def __init__(self, files: list[tuple[Path, Path]]) -> None:
        """Open files of features float16 (n, 600, 41) and labels float16 (n, 300, 73)."""
        self._pools = [tuple(np.load(path, mmap_mode="r") for path in pair) for pair in files]
        self._places = [
            (pool, place) for pool, (rows, _) in enumerate(self._pools) for place in range(len(rows))
        ]

    def draw(
        self, count: int, random: np.random.Generator
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return features and labels of some sequences, none twice."""
        chosen = [
            self._places[place] for place in np.sort(random.choice(len(self._places), count, replace=False))
        ]
        features, labels = (
            np.stack([self._pools[pool][kind][place] for pool, place in chosen]).astype(np.float32)
            for kind in (0, 1)
        )
        return features, labels


def train(
    sequences: Sequences,
    batches: int,
    seed: int,
    learning_rate: float,
    weights: dict[str, Tensor] | None = None,
) -> ArticulationNetwork:
    """Return the network after so many batches of the sequences; one cycle of the learning rate.

    ``weights`` are those to begin with; none begins anew. What is returned is a running mean of
    the weights over the last batches.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = ArticulationNetwork()
    if weights is not None:
        network.load_state_dict(weights)
    averaged = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(0.995), use_buffers=True
    )
    print(f"  {sum(p.numel() for p in network.parameters())} weights, {batches} batches of {BATCH}")
    optimiser = torch.optim.AdamW(network.parameters(), learning_rate, weight_decay=WEIGHT_DECAY)
    # Private, but torch has no other way to ask; elsewhere bfloat16 is slower than single precision.
    brief = torch.cpu._is_avx512_bf16_supported()
    started, recent = time.monotonic(), []
    for number in range(batches):
        rate = min(1.0, (number + 1) / WARM_UP_BATCHES) * (
            0.02 + 0.49 * (1 + np.cos(np.pi * number / batches))
        )
        for group in optimiser.param_groups:
            group["lr"] = learning_rate * rate
        heard, told = sequences.draw(BATCH, random)
        _disguise(heard, random)
        heard, told = _moved(heard, told, random)
        truth = torch.from_numpy(told)
        outputs, would_hear = network.with_heard(torch.from_numpy(heard).transpose(1, 2), brief=brief)
        error = loss(outputs, truth)
        optimiser.zero_grad()
        (error + HEARD_WEIGHT * heard_loss(would_hear, truth)).backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        averaged.update_parameters(network)
        recent.append(error.item())
        if (number + 1) % _REPORT_BATCHES == 0 or number + 1 == batches:
            mean = np.mean(recent[-_REPORT_BATCHES:])
            print(f"  batch {number + 1}, {time.monotonic() - started:.0f} s: {mean:.4f}", flush=True)
    finished: ArticulationNetwork = averaged.module
    return finished.eval()
