"""A microphone of this computer: small blocks of sound at 16 kHz, and the avatar's mouth that follows it."""

import logging
import queue
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..media.resampling import Resampler
from ..stage import Stage
from .audio_system import AudioSystem
from .line import Block, Line
from .options import MicrophoneOptions

_log = logging.getLogger(__name__)

RATE: Final = 16_000
Samples = NDArray[np.float32]
#: 10 ms at a time, and as little as the device manages on the way: the mouth is to follow at once.
_BLOCK_FRAMES: Final = 160
_LATENCY: Final = 0.01
#: More than this that nobody has taken (1 s) is thrown away, oldest first.
_MOST_BLOCKS: Final = 100
#: What was heard just before sound began again, a sixth of a second: syllables begin softly.
_BEFORE_BLOCKS: Final = 16
#: A device from which nothing has come for so long has gone.
_GONE_SECONDS: Final = 1.0
#: The level falls by half in about 60 ms.
_LEVEL_FALL: Final = 0.89
_LEVEL_RANGE_DB: Final = 60.0
LOUDEST: Final = 16.0


class SilenceGate:
    """Lets sound pass until it has been quiet for a while.

    A talker's soft syllables lie far below the loud ones: what counts is that none of ``timeout`` seconds
    reached the threshold. The first block that does opens the gate, and what came just before it passes too.
    """

    def __init__(self, threshold_db: float = -40.0, timeout_seconds: float = 3.0) -> None:
        """``threshold_db`` is a root mean square in dBFS; the gate is closed at first."""
        self._least_power = 10 ** (threshold_db / 10)
        self._timeout = round(timeout_seconds * RATE)
        self._quiet = self._timeout
        self._before: deque[Samples] = deque(maxlen=_BEFORE_BLOCKS)

    @property
    def open(self) -> bool:
        """Return whether sound passes."""
        return self._quiet < self._timeout

    def pass_on(self, block: Samples) -> Samples:
        """Return what passes of a block, float32 (n,): nothing, all, or all and what was just before."""
        if not len(block):
            return block
        if float(np.mean(np.square(block))) >= self._least_power:
            passing = np.concatenate([*self._before, block])
            self._before.clear()
            self._quiet = 0
            return passing
        self._quiet += len(block)
        if self.open:
            return block
        self._before.append(block)
        return block[:0]


class Microphone:
    """Delivers what a microphone hears, in blocks of about 10 ms, until it is closed.

    It may go and come back meanwhile, see ``AudioSystem``; then there is just nothing to hear.
    """

    def __init__(
        self,
        audio: AudioSystem,
        on_sound: Callable[[Samples], None],
        options: MicrophoneOptions | None = None,
        on_silence: Callable[[], None] | None = None,
    ) -> None:
        """Begin to listen.

        ``on_sound`` gets float32 (n,) at 16 kHz in a thread of its own; n is 160 or, after a silence,
        more. ``on_silence`` is called there when a silence has lasted for the time-out of the options,
        and when the device has gone; until there is sound again ``on_sound`` then gets nothing.
        """
        options = options or MicrophoneOptions()
        self._on_sound, self._on_silence = on_sound, on_silence
        self._volume = np.float32(min(max(options.volume, 0.0), LOUDEST))
        self._gate = SilenceGate(options.threshold_db, options.timeout_seconds)
        self._blocks: queue.SimpleQueue[Samples | None] = queue.SimpleQueue()
        self._resampler: Resampler | None = None
        self._openings = 0
        self._level = 0.0
        self._ended = False
        self._line = audio.input(
            self._take, device=options.device, rate=RATE, block_frames=_BLOCK_FRAMES, latency=_LATENCY
        )
        self._thread = threading.Thread(target=self._deliver, name="microphone", daemon=True)
        self._thread.start()

    @property
    def connected(self) -> bool:
        """Return whether there is a device now."""
        return self._line.connected

    @property
    def line(self) -> Line:
        """Return the line to the device."""
        return self._line

    @property
    def level(self) -> float:
        """Return how loud it is, 0 (-60 dBFS and below) to 1 (full scale), for a meter."""
        return self._level if self._line.connected else 0.0

    @property
    def waiting(self) -> int:
        """Return how many blocks came from the device that nobody has looked at."""
        return self._blocks.qsize()

    def close(self) -> None:
        """Stop listening; after it nothing is delivered. May be called again."""
        self._ended = True
        self._line.close()
        self._blocks.put(None)
        if self._thread is not threading.current_thread():
            self._thread.join()

    # In the device's thread

    def _take(self, block: Block, frames: int, _times: Any, _status: Any) -> None:
        """Keep a block float32 (frames, channels); what takes time is done elsewhere."""
        self._blocks.put(block.mean(axis=1))
        if self._blocks.qsize() > _MOST_BLOCKS:
            self._blocks.get_nowait()

    # In the microphone's own thread

    def _deliver(self) -> None:
        was_open = False
        while not self._ended:
            try:
                block = self._blocks.get(timeout=_GONE_SECONDS)
            except queue.Empty:
                block = np.zeros(round(_GONE_SECONDS * RATE), np.float32)
            if block is None or self._ended:
                return
            try:
                passing = self._gate.pass_on(self._prepare(block))
                if len(passing):
                    self._on_sound(passing)
                if was_open and not self._gate.open and self._on_silence is not None:
                    self._on_silence()
                was_open = self._gate.open
            except Exception:
                _log.exception("what the microphone heard could not be handled")

    def _prepare(self, block: Samples) -> Samples:
        """Return a block at 16 kHz and at the volume chosen, and note how loud it is."""
        line = self._line
        if line.openings != self._openings:
            self._openings = line.openings
            self._resampler = Resampler(line.rate, RATE, 1) if line.rate != RATE else None
        if self._resampler is not None:
            block = self._resampler.push(block[None])[0]
        sound: Samples = np.clip(block * self._volume, -1.0, 1.0)
        if len(sound):
            power = max(float(np.mean(np.square(sound))), 1e-10)
            now = 1 + 10 * np.log10(power) / _LEVEL_RANGE_DB
            self._level = max(0.0, min(float(now), 1.0), self._level * _LEVEL_FALL)
        return sound


class PuppetMicrophone:
    """A microphone that moves the mouth of the avatar on a stage, until it is closed.

    If somebody else takes the puppet, a page for instance, this one listens in vain: ``holds`` is False.
    """

    def __init__(self, audio: AudioSystem, stage: Stage, options: MicrophoneOptions | None = None) -> None:
        """Take the stage's puppet and open the microphone."""
        options = options or MicrophoneOptions()
        self._stage = stage
        stage.puppet.take(self, echo=options.echo)
        self.microphone = Microphone(audio, self._hear, options, stage.puppet.end_utterance)

    @property
    def holds(self) -> bool:
        """Return whether it is this microphone that moves the mouth."""
        return self._stage.puppet.holder is self

    def close(self) -> None:
        """Close the microphone and let go of the puppet. May be called again."""
        self.microphone.close()
        self._stage.puppet.release(self)

    def _hear(self, sound: Samples) -> None:
        self._stage.puppet.hear(self, sound)
