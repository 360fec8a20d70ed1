"""What happens, moment by moment: speech while there is some, else a face that lives in silence."""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.pose import FacePose
from ..lipsync import SAMPLE_RATE, SAMPLES_PER_FRAME
from ..lipsync.exact_path import ExactPath
from ..lipsync.phonemes import Phoneme
from .character import Character
from .intake import Intake
from .pcm import Pcm, PcmFormat, to_int16
from .sound_queue import SoundQueue
from .speech import Speech, SpokenFrame

FRAME_MILLISECONDS: Final = 40
#: How much of the sound that waits is heard at once: one frame after the other costs nearly twice as much,
#: for between two ticks the processor's caches are filled by others. More would make one tick in a few late.
_HEARD_MILLISECONDS: Final = 120
#: How many utterances back the one that a listener hears can lie.
_UTTERANCES_KEPT: Final = 64
_NO_SOUND: Final = np.zeros(0, np.int16)


@dataclass(frozen=True, slots=True, eq=False)
class Moment:
    """40 ms of a session, the same for all who watch it; the attributes are those of ``Tick``.

    ``sound_end`` counts the samples of 16 kHz spoken up to its end, over the whole session. ``pose`` is
    None in a moment that nobody can see any more.
    """

    index: int
    pose: FacePose | None
    samples: NDArray[np.int16] = field(default_factory=lambda: _NO_SOUND)
    sample_count: int = 0
    original: tuple[Pcm, ...] = ()
    utterance: int | None = None
    end_of_speech: bool = False
    after_interrupt: bool = False
    sound_end: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class _Spoken:
    """What is ready to be spoken; ``frame`` is None at the end of an utterance without sound.

    ``number`` is that of the frame in its utterance.
    """

    frame: SpokenFrame | None
    original: tuple[Pcm, ...]
    utterance: int
    end: bool
    number: int = 0


@dataclass(slots=True)
class _Utterance:
    start: int
    end: int | None = None


class Timeline:
    """One avatar's time, which passes only by ``advance``. Not for several threads at once."""

    def __init__(self, seed: int, style: str) -> None:
        """Start at rest; raises what ``Character`` and ``Speech`` raise."""
        self.character = Character(seed, style)
        #: The index of the next moment.
        self.index = 0
        self._queue = SoundQueue()
        self._intake = Intake()
        self._speech = Speech()
        self._ready: deque[_Spoken] = deque()
        self._pushing = self._hearing = 0
        self._heard = 0  # samples of 16 kHz of the utterance that were cut into frames
        self._pushed_seconds = Fraction(0)  # of the utterance that is pushed
        self._paths: dict[int, ExactPath] = {}  # by utterance, where phonemes are known
        self._sound_end = 0
        self._spoken: deque[_Utterance] = deque(maxlen=_UTTERANCES_KEPT)
        self._cut = False
        #: Whether the last moment had sound.
        self.spoke = False

    def push(
        self, format: PcmFormat, data: bytes | memoryview, phonemes: Sequence[Phoneme] | None = None
    ) -> int:
        """Queue sound, and what is spoken from its start on; return the number of the utterance."""
        if phonemes is not None:
            path = self._paths.setdefault(self._pushing, ExactPath())
            path.add(phonemes, float(self._pushed_seconds))
        self._pushed_seconds += Fraction(len(data), format.moment_bytes * format.rate)
        self._queue.push(format, data)
        return self._pushing

    def flush(self) -> int:
        """End the utterance and return its number."""
        self._queue.end()
        self._pushing += 1
        self._pushed_seconds = Fraction(0)
        return self._pushing - 1

    @property
    def waiting_seconds(self) -> float:
        """Return how much raw sound waits."""
        return self._queue.seconds

    @property
    def queued_milliseconds(self) -> int:
        """Return how much sound was pushed and is not spoken yet."""
        spoken = sum(len(spoken.frame.samples) for spoken in self._ready if spoken.frame)
        heard = (spoken + self._speech.pending) / SAMPLE_RATE
        return round(1000 * (self._queue.seconds + heard))

    @property
    def ready(self) -> bool:
        """Return whether the next moment has sound or ends an utterance."""
        while not self._ready:
            sound = self._queue.take(_HEARD_MILLISECONDS)
            if sound is not None:
                self._frames(self._speech.push(self._intake.hear(*sound)))
            elif self._queue.take_end():
                self._finish()
            else:
                return False
        return True

    def advance(self, seen: bool = True) -> Moment:
        """Return the next moment; if it is not ``seen``, its pose may be left out."""
        spoken = self._ready.popleft() if self.ready else None
        path = self._path(spoken) if spoken is not None else None
        cut, self._cut = self._cut, False
        index = self.index
        self.index += 1
        self.spoke = spoken is not None and spoken.frame is not None
        if spoken is None or spoken.frame is None:
            ends = spoken is not None
            pose = self.character.rest() if seen or ends else None
            utterance = spoken.utterance if spoken is not None else None
            return Moment(
                index, pose, utterance=utterance, end_of_speech=ends, after_interrupt=cut,
                sound_end=self._sound_end,
            )  # fmt: skip
        # No earlier than now: until it is spoken, more phonemes may become known.
        frame = spoken.frame if path is None else spoken.frame.spoken_as(path, spoken.number)
        pose = None
        if seen or spoken.end:
            pose = self.character.speak(frame)
        else:
            self.character.miss(frame)
        self._count(len(frame.samples), spoken.end)
        samples = np.zeros(SAMPLES_PER_FRAME, np.int16)
        samples[: len(frame.samples)] = to_int16(frame.samples)
        return Moment(
            index, pose, samples, len(frame.samples), spoken.original, spoken.utterance, spoken.end, cut,
            self._sound_end,
        )  # fmt: skip

    def skip_idle(self, count: int) -> bool:
        """Let time pass unseen if nothing is to be said; return whether it did."""
        if self.ready:
            return False
        self.index += count
        self.spoke = False
        return True

    def interrupt(self, heard: int) -> int:
        """Forget all that is to be said; return how much of the utterance was heard, in milliseconds.

        ``heard`` is how many samples of 16 kHz the listener has heard, counted as in ``sound_end``.
        """
        played = self._played(heard)
        self._queue.clear()
        self._intake.reset()
        self._speech.reset()
        self._ready.clear()
        self._spoken.clear()
        self._paths.clear()
        self._pushed_seconds = Fraction(0)
        self._heard = 0
        self._pushing = self._hearing = max(self._pushing, self._hearing) + 1
        self.character.gestures.forget_waiting()
        self._cut = True
        self.spoke = False
        return played

    def _frames(self, frames: list[SpokenFrame], end: bool = False) -> None:
        for count, frame in enumerate(frames, 1):
            number = self._heard // SAMPLES_PER_FRAME
            self._heard += len(frame.samples)
            original = self._intake.original(self._heard)
            last = end and count == len(frames)
            self._ready.append(_Spoken(frame, original, self._hearing, last, number))

    def _finish(self) -> None:
        frames = self._speech.push(self._intake.finish())
        frames += self._speech.finish()
        self._frames(frames, end=True)
        if not frames:  # there was no sound, for the look-ahead alone holds frames back while there is
            self._ready.append(_Spoken(None, (), self._hearing, True))
        self._hearing += 1
        self._heard = 0
        self._intake.reset()

    def _path(self, spoken: _Spoken) -> ExactPath | None:
        """Return what is known of the phonemes, and forget it at the end of the utterance."""
        if spoken.end:
            return self._paths.pop(spoken.utterance, None)
        return self._paths.get(spoken.utterance)

    def _count(self, samples: int, end: bool) -> None:
        if not self._spoken or self._spoken[-1].end is not None:
            self._spoken.append(_Utterance(self._sound_end))
        self._sound_end += samples
        if end:
            self._spoken[-1].end = self._sound_end

    def _played(self, heard: int) -> int:
        for utterance in reversed(self._spoken):
            if utterance.start <= heard:
                if utterance.end is not None and heard >= utterance.end:
                    return 0
                return (heard - utterance.start) * 1000 // SAMPLE_RATE
        return 0
