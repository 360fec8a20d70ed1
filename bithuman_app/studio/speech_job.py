"""One text into one video: the offline voice says it, and the lips follow its phonemes."""

import wave
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from ..lipsync.phonemes import Phoneme
from ..voice.speech import Speaker
from .video_job import Rendered, VideoJob
from .workers import Report

_SPOKEN_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class SpeechJob:
    """What to say and how; ``video`` is the video to be made, whose ``audio`` is only its name."""

    text: str
    voice: str
    speed: float
    video: VideoJob

    @property
    def title(self) -> str:
        """The beginning of the text, for messages."""
        return self.text if len(self.text) <= 40 else self.text[:37] + "..."

    @property
    def outputs(self) -> tuple[Path, ...]:
        """The video."""
        return self.video.outputs

    def run(self, report: Report) -> Rendered:
        """Say and render it. Raises what ``Speaker`` and ``video_job.render`` raise."""
        report(0, 1, "speaking")
        with _spoken(self.text, self.voice, self.speed) as (audio, phonemes):
            video = replace(self.video, audio=audio, phonemes=phonemes)

            def go_on(done: float, total: float, step: str) -> None:
                report(_SPOKEN_SHARE + (1 - _SPOKEN_SHARE) * done / total, 1, step)

            return replace(video.run(go_on), audio=self.video.audio)


@contextmanager
def _spoken(text: str, voice: str, speed: float) -> Iterator[tuple[Path, tuple[Phoneme, ...]]]:
    """Yield a WAV file of the text, and the phonemes in it with times from its beginning."""
    pieces = list(Speaker(voice, speed=speed).say(text))
    samples = np.concatenate([piece.samples for piece in pieces])
    phonemes = tuple(
        Phoneme(phoneme.label, piece.start + phoneme.start, piece.start + phoneme.end)
        for piece in pieces
        for phoneme in piece.phonemes
    )
    with TemporaryDirectory(prefix="bithuman-app-") as folder:
        path = Path(folder) / "speech.wav"
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(pieces[0].rate)
            file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
        yield path, phonemes
