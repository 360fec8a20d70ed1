"""Puppet mode: somebody's microphone moves the avatar's mouth."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..media.resampling import Resampler
from ..session.pcm import to_int16
from .protocol import MICROPHONE_RATE, SOUND_RATE
from .viewer import Viewer

#: More than this waits after a stall: pauses are left out until it is less. Twice that, speech too.
_MOST_WAITING_MS: Final = 240
_QUIET: Final = 328  # -40 dB


class Puppet:
    """Who moves the mouth, if anybody does, and whether the sound is heard as well."""

    def __init__(self) -> None:
        self.holder: Viewer | None = None
        self.echo = False
        self._resampler = Resampler(MICROPHONE_RATE, SOUND_RATE, 1)

    @property
    def silent(self) -> bool:
        """Return whether the sound of ticks is to be kept from the pages."""
        return self.holder is not None and not self.echo

    def take(self, viewer: Viewer, echo: bool) -> None:
        """Give the puppet to a page; whoever held it loses it."""
        self.holder, self.echo = viewer, echo
        self._resampler = Resampler(MICROPHONE_RATE, SOUND_RATE, 1)

    def release(self) -> None:
        """Let go of it."""
        self.holder = None

    def accepts(self, viewer: Viewer, sound: NDArray[np.int16], waiting_ms: int) -> bool:
        """Return whether sound of a page is to be spoken, while ``waiting_ms`` of sound wait already."""
        if viewer is not self.holder or not len(sound) or waiting_ms > 2 * _MOST_WAITING_MS:
            return False
        return waiting_ms <= _MOST_WAITING_MS or int(np.abs(sound.astype(np.int32)).max()) > _QUIET

    def full_rate(self, sound: NDArray[np.int16]) -> NDArray[np.int16]:
        """Return the same sound at ``SOUND_RATE``, int16 (n,)."""
        return to_int16(self._resampler.push(sound[None].astype(np.float32) / np.float32(32_768))[0])
