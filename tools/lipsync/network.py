"""The network in torch: causal dilated convolutions over 1.4 s, with heads for several look-aheads.

It takes 41 features every 10 ms and works in steps of 20 ms. A head sees the last two steps and tells the
mouth as it was ``look-ahead`` before the end of the last one.
"""

from typing import Final

import torch
from torch import Tensor, nn

from bithuman_app.lipsync.features import FEATURES

from .labels import COLUMNS, CONTACTS, VISEME_COLUMNS
from .teachers import HEARD

LOOK_AHEADS_MS: Final = (0, 20, 40, 60, 80, 100)
STEP_MS: Final = 20
CHANNELS: Final = 128
DILATIONS: Final = (1, 2, 4, 8, 16, 4, 1)
HIDDEN: Final = 160
#: Hops that the first convolution sees for one step of two.
FIRST_HOPS: Final = 6

#: A head's outputs: the columns of the labels (the visemes as logits), and the contacts as logits.
OUTPUTS: Final = (
    *COLUMNS[: VISEME_COLUMNS.start],
    *(f"logit_{name}" for name in COLUMNS[VISEME_COLUMNS]),
    *(f"logit_{name}" for name in CONTACTS),
)


class ArticulationNetwork(nn.Module):
    """Features (batch, 41, hops) to outputs (batch, look-aheads, outputs, hops / 2)."""

    def __init__(self) -> None:
        """Initialise the weights as torch does."""
        super().__init__()
        self.first = nn.Conv1d(FEATURES, CHANNELS, FIRST_HOPS, stride=2)
        self.dilated = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 3, dilation=d) for d in DILATIONS)
        self.mixing = nn.ModuleList(nn.Conv1d(CHANNELS, CHANNELS, 1) for _ in DILATIONS)
        self.hidden = nn.Conv1d(CHANNELS, HIDDEN, 2)
        self.heads = nn.Conv1d(HIDDEN, len(LOOK_AHEADS_MS) * len(OUTPUTS), 1)
        #: Only training needs it: what Whisper hears at the longest look-ahead.
        self.heard = nn.Conv1d(HIDDEN, HEARD, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Hear whole sequences; what was before them counts as zeros."""
        return self.with_heard(features)[0]

    def with_heard(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return the outputs, and what Whisper would hear, (batch, 48, hops / 2)."""
        activity = torch.relu(self.first(nn.functional.pad(features, (FIRST_HOPS - 2, 0))))
        for dilation, dilated, mixing in zip(DILATIONS, self.dilated, self.mixing, strict=True):
            heard = torch.relu(dilated(nn.functional.pad(activity, (2 * dilation, 0))))
            activity = activity + mixing(heard)
        hidden = torch.relu(self.hidden(nn.functional.pad(activity, (1, 0))))
        flat: Tensor = self.heads(hidden)
        return flat.view(len(flat), len(LOOK_AHEADS_MS), len(OUTPUTS), -1), self.heard(hidden)


def steps_late(look_ahead_ms: int) -> int:
    """Return how many steps a head's answer lies behind the end of the step that gives it."""
    return look_ahead_ms // STEP_MS
