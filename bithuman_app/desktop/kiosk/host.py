"""The avatar of a kiosk as a host: it calls visitors, and is as at the start when they have left."""

import logging
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ...session import SessionClosedError
from ...stage import Listener, Stage, Wardrobe, speech
from ..window import Window
from .attract import Attraction
from .framing import PortraitFraming
from .visit import Order

_log = logging.getLogger(__name__)


class Host(Listener):
    """A stage, and what visits order of it. Any thread may call."""

    def __init__(
        self,
        wardrobe: Wardrobe,
        *,
        seed: int,
        voice: str,
        speed: float,
        phrases: Sequence[str],
        clip: Path | None,
        framing: PortraitFraming | None,
    ) -> None:
        """Put the first avatar on a stage; ``phrases`` and ``clip`` are those of ``Attraction``.

        ``framing`` follows the avatar. Raises ``UserError`` if the avatar cannot be had, or there are
        phrases and no voice: that is to be known at once, not when it is quiet.
        """
        self._voice, self._speed, self._framing = voice, speed, framing
        if phrases:
            speech.speaker(voice, speed)
        self.stage = Stage(wardrobe, seed)
        self.stage.choose_voice(voice, speed)
        self.stage.add_listener(self)
        self._attraction = Attraction(self.stage, phrases, clip)

    def close(self) -> None:
        """End the performance."""
        self.stage.close()

    def avatar_changed(self, stage: Stage) -> None:
        """Frame the new avatar's face."""
        if self._framing is not None:
            self._framing.follow(stage.wardrobe.open(stage.avatar))

    def obey(self, order: Order, window: Window) -> None:
        """Do what a visit orders, at once; ``window`` is the one that shows the stage."""
        if order is Order.ATTRACT:
            self._attraction.begin()
        elif order is Order.HUSH:
            self._attraction.hush()
        else:
            _log.info("the visit is over")
            threading.Thread(target=self._forget, args=(window,), name="reset", daemon=True).start()

    def _forget(self, window: Window) -> None:
        """Be as at the start, but for the microphone, which stays with whoever holds it."""
        puppet = self.stage.puppet
        holder, echo, sensitivity = puppet.holder, puppet.echo, puppet.sensitivity
        try:
            with suppress(SessionClosedError):
                self.stage.reset()
                self.stage.choose_voice(self._voice, self._speed)
                if holder is not None:
                    puppet.take(holder, echo=echo, sensitivity=sensitivity)
            window.output.volume = window.options.volume
            window.output.muted = window.output.paused = False
        except Exception:
            _log.exception("the kiosk could not be put back to its start")
