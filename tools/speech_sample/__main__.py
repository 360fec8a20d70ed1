"""Speak the sample clip with hibari-tts and write down when each word and phoneme is heard.

    pip install hibari-tts==0.2.1 scipy
    python -m tools.speech_sample

Writes ``assets/audio/speech.wav`` (24 kHz, mono, 16 bit) and ``speech.json``. The noise in the voice is
seeded, so the same versions give the same bytes.
"""

import json
import wave
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import hibari
import numpy as np
import onnxruntime
from hibari import Hibari, dsp
from numpy.typing import NDArray

AUDIO: Final = Path(__file__).parent.parent.parent / "assets" / "audio"
# bilabials (moment, move, begin), f and v (photo, voice), rounded (hello, only, photo), open (ago, watch)
SENTENCES: Final = (
    "Hello, and welcome!",
    "A moment ago, I was only a photo.",
    "Give me a voice, or something to say, and watch my lips move.",
    "Shall we begin?",
)
SAMPLE_RATE: Final = dsp.SR
SILENCE_SECONDS: Final = 0.3
PAUSE_SECONDS: Final = 0.55
PEAK: Final = 10 ** (-3 / 20)
# one unit of the network's duration tensor is two synthesis frames of 12.5 ms
DURATION_SECONDS: Final = 2 * dsp.HOP / SAMPLE_RATE
# measured against the sound: phonemes are heard this much before the cumulated durations say
LATENESS_SECONDS: Final = 0.045
_DURATION_TENSOR: Final = "/Cast_32_output_0"
_NOT_SPOKEN: Final = frozenset(" ,.!?;:—…“”\"'_")
_STRESS: Final = frozenset("ˈˌ")


@dataclass(frozen=True)
class Timed:
    """A phoneme or word and the seconds between which it is heard."""

    label: str
    start: float
    end: float


class TimedVoice(Hibari):  # type: ignore[misc]
    """The voice, with the network's phoneme durations made visible."""

    def __init__(self) -> None:
        super().__init__(threads=1)
        # an ONNX file is a protocol buffer, and appended fields merge into the graph: name one more output
        model = Path(self.model_path).read_bytes() + _graph_output(_DURATION_TENSOR)
        self.sess = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
        self._symbols = {index: symbol for symbol, index in self.vocab.items()}

    def speak(self, phonemes: str, seed: int) -> tuple[NDArray[np.float32], list[Timed]]:
        """Return float32 audio and its symbols with their times from the start of that audio."""
        ids = self.ids(phonemes)
        inputs = {"ids": np.asarray([ids], np.int64), "speed": np.ones(1, np.float32)}
        *spectrum, durations = self.sess.run(None, inputs)
        audio = dsp.synth(*(part[0] for part in spectrum[:6]), np.random.default_rng(seed))
        times = np.concatenate([[0], np.cumsum(durations.reshape(-1))]) * DURATION_SECONDS - LATENESS_SECONDS
        times = np.clip(times, 0, len(audio) / SAMPLE_RATE)
        symbols = [self._symbols.get(index, "_") if index else "_" for index in ids]
        return audio, [Timed(s, float(times[k]), float(times[k + 1])) for k, s in enumerate(symbols)]


def _graph_output(name: str) -> bytes:
    """Return the bytes of ``ModelProto{graph{output{name}}}`` (fields 7, 12 and 1 of onnx.proto)."""

    def field(tag: int, content: bytes) -> bytes:
        assert len(content) < 128
        return bytes([tag, len(content)]) + content

    return field(0x3A, field(0x62, field(0x0A, name.encode())))


def group_words(symbols: list[Timed], words: list[str]) -> tuple[list[Timed], list[Timed]]:
    """Return words and phonemes: symbols between spaces form a word, stress marks join the next phoneme."""
    spoken: list[list[Timed]] = [[]]
    stress_start: float | None = None
    for symbol in symbols:
        if symbol.label in _STRESS:
            stress_start = symbol.start if stress_start is None else stress_start
        elif symbol.label not in _NOT_SPOKEN:
            start = symbol.start if stress_start is None else stress_start
            spoken[-1].append(Timed(symbol.label, start, symbol.end))
            stress_start = None
        elif symbol.label == " " and spoken[-1]:
            spoken.append([])
    groups = [group for group in spoken if group]
    if len(groups) != len(words):
        raise ValueError(f"{len(groups)} spoken words for {words}")
    timed = [Timed(w, g[0].start, g[-1].end) for w, g in zip(words, groups, strict=True)]
    return timed, [phoneme for group in groups for phoneme in group]


def trim(audio: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Return the audio without the silence around it, and how many seconds were cut at the start."""
    heard = np.flatnonzero(np.abs(audio) > 0.01 * np.abs(audio).max())
    margin = round(0.03 * SAMPLE_RATE)
    first, last = max(0, heard[0] - margin), min(len(audio), heard[-1] + margin)
    return audio[first:last], first / SAMPLE_RATE


def _shifted(items: list[Timed], seconds: float) -> list[dict[str, Any]]:
    return [
        {"label": i.label, "start": round(i.start + seconds, 3), "end": round(i.end + seconds, 3)}
        for i in items
    ]


def main() -> None:
    """Write both files."""
    voice = TimedVoice()
    silence = np.zeros(round(SILENCE_SECONDS * SAMPLE_RATE), np.float32)
    pause = np.zeros(round(PAUSE_SECONDS * SAMPLE_RATE), np.float32)
    pieces, words, phonemes = [silence], [], []
    for seed, sentence in enumerate(SENTENCES):
        offset = sum(map(len, pieces)) / SAMPLE_RATE
        audio, symbols = voice.speak(voice.g2p(sentence), seed)
        audio, cut = trim(audio)
        offset -= cut
        said, sounds = group_words(symbols, [word.strip(",.!?") for word in sentence.split()])
        words += _shifted(said, offset)
        phonemes += _shifted(sounds, offset)
        pieces += [audio, pause]
    audio = np.concatenate([*pieces[:-1], silence])
    pcm = np.round(audio * (PEAK / np.abs(audio).max()) * 32767).astype("<i2")
    AUDIO.mkdir(parents=True, exist_ok=True)
    with wave.open(str(AUDIO / "speech.wav"), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(pcm.tobytes())
    description = {
        "text": " ".join(SENTENCES),
        "voice": f"hibari-tts {version('hibari-tts')} {voice.voice}",
        "sample_rate": SAMPLE_RATE,
        "seconds": round(len(pcm) / SAMPLE_RATE, 3),
        "words": words,
        "phonemes": phonemes,
    }
    (AUDIO / "speech.json").write_text(json.dumps(description, indent=1, ensure_ascii=False) + "\n", "utf-8")
    print(f"{description['seconds']} s, {len(words)} words, {len(phonemes)} phonemes ({hibari.__name__})")


if __name__ == "__main__":
    main()
