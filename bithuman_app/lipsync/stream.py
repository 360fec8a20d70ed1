"""Audio in pieces of any size, articulation out frame by frame."""

import numpy as np
from numpy.typing import NDArray

from . import calibration
from .curves import ARTICULATION_NAMES, VISEME_NAMES, Curves
from .features import BLOCK_SAMPLES, MelPower, RelativeLogMel
from .loudness import clean
from .network import LOOK_AHEADS_MS, VisemeNetwork
from .speech_gate import EnergyGate, MouthRelease, QuietVoiceGain, SpeechGate, hop_levels

#: One frame: articulation (7,) and visemes (15,).
Frame = tuple[NDArray[np.float32], NDArray[np.float32]]


class ArticulationStream:
    """Turns 16 kHz mono speech into curves while it arrives.

    Frame ``i`` is the mouth at ``i * 40 ms``. It comes out once the block ``i + look_ahead_frames`` is
    complete, that is with up to ``look_ahead_ms + 20 ms`` of later audio. Samples wait until a block of
    640 is full, so the curves are bit-identical however the audio was cut.

    One stream serves one voice and is not meant to be shared by threads.
    """

    def __init__(self, look_ahead_ms: int = 100, gate: SpeechGate | None = None) -> None:
        """Choose how much of the future to use: 20, 60, 100 or 140 ms. More is more accurate.

        ``gate`` replaces the energy-based speech detector. Raises ``ValueError`` for another
        look-ahead, ``MissingInputError`` or ``DataError`` if the network's files are damaged.
        """
        if look_ahead_ms not in LOOK_AHEADS_MS:
            raise ValueError(f"look_ahead_ms must be one of {LOOK_AHEADS_MS}, not {look_ahead_ms}")
        self._look_ahead_frames = LOOK_AHEADS_MS.index(look_ahead_ms)
        self._mel = MelPower()
        self._features = RelativeLogMel()
        self._network = VisemeNetwork(look_ahead_ms)
        self._gate: SpeechGate = gate if gate is not None else EnergyGate()
        self._gain = QuietVoiceGain()
        # The gate is ahead of the frame by the look-ahead; two frames more let the last sound die away.
        self._release = MouthRelease(hold_frames=self._look_ahead_frames + 2)
        self._parts = (self._mel, self._features, self._network, self._gate, self._gain, self._release)
        self._forget_audio()

    @property
    def look_ahead_frames(self) -> int:
        """How many frames the curves lag behind the audio pushed."""
        return self._look_ahead_frames

    def _forget_audio(self) -> None:
        self._waiting: list[NDArray[np.float32]] = []
        self._samples_waiting = 0
        self._blocks = 0

    def reset(self) -> None:
        """Start anew, as if nothing had been pushed."""
        self._forget_audio()
        for part in self._parts:
            part.reset()

    def push(self, samples: NDArray[np.floating]) -> Curves:
        """Take any number of samples, return the frames that became complete, possibly none.

        ``samples`` is float (n,) at 16 kHz in [-1, 1]; what lies beyond is clipped, NaN and infinities
        count as silence. Raises ``ValueError`` if it is not one channel of floats.
        """
        audio = clean(samples)
        self._waiting.append(audio)
        self._samples_waiting += len(audio)
        if self._samples_waiting < BLOCK_SAMPLES:
            return _curves([])
        pending = np.concatenate(self._waiting)
        used = len(pending) - len(pending) % BLOCK_SAMPLES
        self._waiting = [pending[used:]]
        self._samples_waiting = len(pending) - used
        return self._take_blocks(pending[:used].reshape(-1, BLOCK_SAMPLES))

    def flush(self) -> Curves:
        """Return the frames of all audio not yet given out, then start anew.

        Together with what ``push`` returned these are ceil(samples / 640) frames. The look-ahead that
        is missing at the end counts as silence.
        """
        last = np.concatenate([*self._waiting, np.zeros(-self._samples_waiting % BLOCK_SAMPLES, np.float32)])
        total = self._blocks + len(last) // BLOCK_SAMPLES
        missing = np.zeros(self._look_ahead_frames * BLOCK_SAMPLES, np.float32) if total else last[:0]
        curves = self._take_blocks(np.concatenate([last, missing]).reshape(-1, BLOCK_SAMPLES))
        self.reset()
        return curves

    def _take_blocks(self, blocks: NDArray[np.float32]) -> Curves:
        frames = [self._take_block(block) for block in blocks]
        return _curves([frame for frame in frames if frame is not None])

    def _take_block(
        self, block: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
        power = self._mel.push(block)
        levels = hop_levels(power)
        speech = self._gate.push(levels)
        gains = self._gain.push(levels, speech, self._gate.noise_floor_db)
        outputs = self._network.push(self._features.push(power * gains[:, None]))
        visemes = calibration.viseme_probabilities(outputs)
        openness = self._release.push(bool(speech.any()), float(visemes[VISEME_NAMES.index("sil")]))
        self._blocks += 1
        if self._blocks <= self._look_ahead_frames:
            return None
        return calibration.release(calibration.articulation(outputs), visemes, openness)


def _curves(frames: list[Frame]) -> Curves:
    articulation = np.array([frame[0] for frame in frames], np.float32)
    visemes = np.array([frame[1] for frame in frames], np.float32)
    return Curves(articulation.reshape(-1, len(ARTICULATION_NAMES)), visemes.reshape(-1, len(VISEME_NAMES)))
