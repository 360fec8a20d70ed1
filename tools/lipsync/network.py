"""The network in torch: causal convolutions at two paces, a gated memory, and heads for several look-aheads.

It takes 41 features every 10 ms. A few layers step every 20 ms, for a contact may be as brief as that; the
others, wider, step with the frames, every 40 ms. The convolutions hear half a second; the memory behind them,
a GRU (Cho et al. 2014), keeps what it finds worth keeping. A head tells the mouth as it was ``look-ahead``
before the end of a block. Batch normalisation makes learning quick; it is folded into the convolutions when
the network is exported.
"""

from typing import Final

import torch
from torch import Tensor, nn

from bithuman_app.lipsync.features import FEATURES

from .labels import COLUMNS, CONTACTS, VISEME_COLUMNS
from .teachers import HEARD

LOOK_AHEADS_MS: Final = (0, 20, 40, 60, 80, 100)
STEP_MS: Final = 20
#: Channels and dilations of the layers at either pace.
QUICK_CHANNELS: Final = 128
QUICK_DILATIONS: Final = (1, 2)
SLOW_CHANNELS: Final = 256
SLOW_DILATIONS: Final = (1, 2)
MEMORY: Final = 320
HIDDEN: Final = 256
#: Hops that the first convolution sees for one step of two.
FIRST_HOPS: Final = 6
#: Steps that the change of pace sees for one block of two.
PACE_STEPS: Final = 4

#: A head's outputs: the columns of the labels (the visemes as logits), and the contacts as logits.
OUTPUTS: Final = (
    *COLUMNS[: VISEME_COLUMNS.start],
    *(f"logit_{name}" for name in COLUMNS[VISEME_COLUMNS]),
    *(f"logit_{name}" for name in CONTACTS),
)


class Residual(nn.Module):
    """A dilated causal convolution, normalised, whose mixture is added to what it heard."""

    def __init__(self, channels: int, dilation: int) -> None:
        """Initialise the weights as torch does."""
        super().__init__()
        self.past = 2 * dilation
        self.dilated = nn.Conv1d(channels, channels, 3, dilation=dilation)
        self.norm = nn.BatchNorm1d(channels)
        self.mixing = nn.Conv1d(channels, channels, 1)

    def forward(self, activity: Tensor) -> Tensor:
        """Return activity of the same shape."""
        heard = torch.relu(self.norm(self.dilated(nn.functional.pad(activity, (self.past, 0)))))
        return activity + self.mixing(heard)


class ArticulationNetwork(nn.Module):
    """Features (batch, 41, hops) to outputs (batch, look-aheads, outputs, hops / 4)."""

    def __init__(self) -> None:
        """Initialise the weights as torch does."""
        super().__init__()
        self.first = nn.Conv1d(FEATURES, QUICK_CHANNELS, FIRST_HOPS, stride=2)
        self.first_norm = nn.BatchNorm1d(QUICK_CHANNELS)
        self.quick = nn.Sequential(*(Residual(QUICK_CHANNELS, d) for d in QUICK_DILATIONS))
        self.pace = nn.Conv1d(QUICK_CHANNELS, SLOW_CHANNELS, PACE_STEPS, stride=2)
        self.pace_norm = nn.BatchNorm1d(SLOW_CHANNELS)
        self.slow = nn.Sequential(*(Residual(SLOW_CHANNELS, d) for d in SLOW_DILATIONS))
        self.memory = nn.GRU(SLOW_CHANNELS, MEMORY, batch_first=True)
        self.hidden = nn.Conv1d(SLOW_CHANNELS + MEMORY, HIDDEN, 1)
        self.hidden_norm = nn.BatchNorm1d(HIDDEN)
        self.heads = nn.Conv1d(HIDDEN, len(LOOK_AHEADS_MS) * len(OUTPUTS), 1)
        #: Only training needs it: what Whisper hears at the longest look-ahead.
        self.heard = nn.Conv1d(HIDDEN, HEARD, 1)

    def forward(self, features: Tensor) -> Tensor:
        """Hear whole sequences; what was before them counts as zeros."""
        return self.with_heard(features)[0]

    def with_heard(self, features: Tensor, *, brief: bool = False) -> tuple[Tensor, Tensor]:
        """Return the outputs, and what Whisper would hear, (batch, 48, hops / 4).

        ``brief``: convolutions in bfloat16, which some processors do in half of the time.
        """
        with torch.autocast("cpu", torch.bfloat16, enabled=brief):
            quick = nn.functional.pad(features, (FIRST_HOPS - 2, 0))
            quick = self.quick(torch.relu(self.first_norm(self.first(quick))))
            slow = nn.functional.pad(quick, (PACE_STEPS - 2, 0))
            slow = self.slow(torch.relu(self.pace_norm(self.pace(slow))))
        slow = slow.float()
        remembered = self.memory(slow.transpose(1, 2))[0].transpose(1, 2)
        with torch.autocast("cpu", torch.bfloat16, enabled=brief):
            hidden = torch.relu(self.hidden_norm(self.hidden(torch.cat([slow, remembered], 1))))
        hidden = hidden.float()
        flat: Tensor = self.heads(hidden)
        return flat.view(len(flat), len(LOOK_AHEADS_MS), len(OUTPUTS), -1), self.heard(hidden)


def steps_late(look_ahead_ms: int) -> int:
    """Return how many steps a head's answer lies behind the end of the block that gives it."""
    return look_ahead_ms // STEP_MS
