"""Audio in pieces of any size, articulation out frame by frame."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from .calibration import Calibration, release, viseme_probabilities
from .curves import ARTICULATION_NAMES, FRAMES_PER_SECOND, SAMPLE_RATE, VISEME_NAMES, Curves
from .features import BLOCK_SAMPLES, HOPS_PER_BLOCK, MelPower, RelativeLogMel
from .loudness import clean
from .network import LOOK_AHEADS_MS, ArticulationNetwork
from .speech_gate import EnergyGate, MouthRelease, QuietVoiceGain, Voice, VoiceDetector, hop_levels

#: The most that a conversation bears, and by far the most accurate; see docs/lipsync.md.
DEFAULT_LOOK_AHEAD_MS: Final = 100
#: Samples of silence before the audio, by look-ahead, so that a block ends that long after each frame. Even
#: without look-ahead a frame needs the first sample after it, or there would be one beyond the audio.
_LEAD_IN_SAMPLES: Final = {
    ms: -ms * SAMPLE_RATE // 1000 % BLOCK_SAMPLES if ms else BLOCK_SAMPLES - 1 for ms in LOOK_AHEADS_MS
}
#: What every stream has heard before: half a second of silence, without which the networks, used to
#: sound that has begun, would take what comes first for the middle of speech.
_SILENT_BLOCKS: Final = 12
#: Blocks of a long recording that are in memory at once.
_BLOCKS_AT_ONCE: Final = 25
#: One frame: articulation (7,) and visemes (15,).
Frame = tuple[NDArray[np.float32], NDArray[np.float32]]


class ArticulationStream:
    """Turns 16 kHz mono speech into curves while it arrives.

    Frame ``i`` is the mouth at ``i * 40 ms`` and comes out as soon as the audio up to ``look_ahead_ms``
    after that is there. Samples wait until a block of 640 is full, so the curves are bit-identical
    however the audio was cut; silence put before the audio makes blocks end where frames are due.

    One stream serves one voice and is not meant to be shared by threads.
    """

    def __init__(self, look_ahead_ms: int = DEFAULT_LOOK_AHEAD_MS) -> None:
        """Choose how much of the future to use: 0, 40, 80 or 100 ms. More is more accurate.

        Raises ``ValueError`` for another look-ahead, ``MissingInputError`` or ``DataError`` if the network's
        files are damaged.
        """
        if look_ahead_ms not in LOOK_AHEADS_MS:
            raise ValueError(f"look_ahead_ms must be one of {LOOK_AHEADS_MS}, not {look_ahead_ms}")
        self._lead_in = np.zeros(_LEAD_IN_SAMPLES[look_ahead_ms], np.float32)
        # Block b ends 640 * (b + 1) samples after the lead-in began, which is the look-ahead after frame
        # b - look_ahead_frames.
        self._look_ahead_frames = -(-look_ahead_ms * FRAMES_PER_SECOND // 1000) - 1 if look_ahead_ms else 0
        self._mel = MelPower()
        self._features = RelativeLogMel()
        self._network = ArticulationNetwork(look_ahead_ms)
        self._gate = EnergyGate()
        self._gain = QuietVoiceGain()
        # The gate is ahead of the frame by the look-ahead; eight frames more bridge the gaps between words,
        # where the network itself knows how to close.
        self._release = MouthRelease(hold_frames=self._look_ahead_frames + 8)
        self._voice = VoiceDetector()
        self._calibration = Calibration()
        self._parts = (
            *(self._mel, self._features, self._network, self._calibration),
            *(self._gate, self._voice, self._gain, self._release),
        )
        self.reset()

    @property
    def look_ahead_frames(self) -> int:
        """How many frames the curves lag behind the audio pushed."""
        return self._look_ahead_frames

    def _forget_audio(self) -> None:
        self._waiting = [self._lead_in]
        self._samples_waiting = len(self._lead_in)
        self._samples_heard = 0
        self._blocks = 0

    def reset(self) -> None:
        """Start anew, as if nothing had been pushed."""
        self._forget_audio()
        for part in self._parts:
            part.reset()
        silence = np.zeros(_SILENT_BLOCKS * BLOCK_SAMPLES, np.float32)
        self._voice.push(silence)
        self._network.push(self._features.push(self._mel.push(silence)))

    def push(self, samples: NDArray[np.floating]) -> Curves:
        """Take any number of samples, return the frames that became complete, possibly none.

        ``samples`` is float (n,) at 16 kHz in [-1, 1]; what lies beyond is clipped, NaN and infinities
        count as silence. Raises ``ValueError`` if it is not one channel of floats.
        """
        audio = clean(samples)
        self._samples_waiting += len(audio)
        self._samples_heard += len(audio)
        if self._samples_waiting < BLOCK_SAMPLES:
            self._waiting.append(audio.copy())  # the caller may write to it before it is heard
            return _curves([])
        self._waiting.append(audio)
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
        if not self._samples_heard:
            self.reset()
            return _curves([])
        frames = -(-self._samples_heard // BLOCK_SAMPLES)
        missing = (frames + self._look_ahead_frames - self._blocks) * BLOCK_SAMPLES - self._samples_waiting
        # Without look-ahead the last frame may be out before the last samples came, which change nothing.
        rest = np.concatenate([*self._waiting, np.zeros(max(missing, 0), np.float32)])
        curves = self._take_blocks(
            rest[: len(rest) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)
        )
        self.reset()
        return curves

    def _take_blocks(self, blocks: NDArray[np.float32]) -> Curves:
        frames: list[Frame] = []
        for start in range(0, len(blocks), _BLOCKS_AT_ONCE):
            frames += self._take_some(blocks[start : start + _BLOCKS_AT_ONCE])
        return _curves(frames)

    def _take_some(self, blocks: NDArray[np.float32]) -> list[Frame]:
        """Do for several blocks together what costs as much for one."""
        power = self._mel.push(blocks.ravel())
        levels = hop_levels(power)
        gains, speech = [], []
        voices = self._voice.push(blocks.ravel())
        for block in range(len(blocks)):
            hops = levels[block * HOPS_PER_BLOCK : (block + 1) * HOPS_PER_BLOCK]
            speaking = self._gate.push(hops)
            gains.append(self._gain.push(hops, speaking, self._gate.noise_floor_db))
            # A voice that is sure need not stand out of the music or the noise around it.
            sure = voices[block] is Voice.SURE
            speech.append(sure or (voices[block] is Voice.LIKELY and bool(speaking.any())))
        features = self._features.push(power * np.concatenate(gains)[:, None])
        outputs = zip(self._network.push(features), speech, strict=True)
        frames = [self._take_block(*one) for one in outputs]
        return [frame for frame in frames if frame is not None]

    def _take_block(self, outputs: NDArray[np.float32], speech: bool) -> Frame | None:
        visemes = viseme_probabilities(outputs)
        silence = float(visemes[VISEME_NAMES.index("sil")])
        openness = self._release.push(speech, silence)
        curves = self._calibration.push(outputs, silence, speech)
        self._blocks += 1
        if self._blocks <= self._look_ahead_frames:
            return None
        return release(curves, visemes, openness)


def _curves(frames: list[Frame]) -> Curves:
    articulation = np.array([frame[0] for frame in frames], np.float32)
    visemes = np.array([frame[1] for frame in frames], np.float32)
    return Curves(articulation.reshape(-1, len(ARTICULATION_NAMES)), visemes.reshape(-1, len(VISEME_NAMES)))
