"""Speech by espeak-ng (Debian: libespeak-ng1), with the exact time of every phoneme."""

import ctypes
import random
import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from .corpus import Segment, Utterance, enough, utterance
from .sentences import sentence

#: espeak voice: language of the words; "en" is British.
LANGUAGES: Final = {
    "en-us": "en", "en": "en", "en-gb-scotland": "en", "de": "de", "fr": "fr", "es": "es",
    "es-419": "es", "it": "it", "pt": "pt", "pt-br": "pt", "ru": "ru", "pl": "pl", "nl": "nl", "sv": "sv",
    "tr": "tr", "ar": "ar", "hi": "hi", "cmn": "zh", "id": "id", "uk": "uk", "ro": "ro", "hu": "hu",
    "el": "el", "fa": "fa", "da": "da", "nb": "nb", "bg": "bg", "sr": "sr", "ca": "ca", "cs": "cs",
    "fi": "fi", "lv": "lv", "lt": "lt", "sk": "sk", "ta": "ta", "ur": "ur", "bn": "bn",
}  # fmt: skip
VARIANTS: Final = (
    "", *(f"+m{n}" for n in range(1, 9)), *(f"+f{n}" for n in range(1, 6)), "+klatt", "+klatt2", "+klatt3",
    "+klatt4", "+Alex", "+Alicia", "+Andrea", "+Annie", "+Denis", "+Diogo", "+Gene", "+Henrique", "+Hugo",
    "+Jacky", "+Lee", "+Marco", "+Mario", "+Michael", "+adam", "+anika", "+announcer", "+antonio", "+belinda",
    "+benjamin", "+caleb", "+david", "+ed", "+edward", "+iven", "+john", "+linda", "+max", "+michel",
    "+miguel", "+pablo", "+paul", "+pedro", "+quincy", "+rob", "+robert", "+sandro", "+shelby", "+steph",
    "+travis", "+victor", "+zac", "+whisper", "+whisperf", "+croak", "+grandma", "+grandpa",
)  # fmt: skip

# From espeak-ng's speak_lib.h.
_RETRIEVAL: Final = 1
_PHONEME_EVENTS_AS_IPA: Final = 3
_EVENT_END: Final = 0
_EVENT_PHONEME: Final = 7
_RATE, _PITCH, _PITCH_RANGE = 1, 3, 4
_UTF8: Final = 1
_TO_IPA: Final = 2


class _Identity(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("text", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_ms", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Identity),
    )


class Espeak:
    """The library; it keeps one voice at a time, so there is one of these a process."""

    def __init__(self) -> None:
        """Load the library and its data. Raises ``OSError`` if it is not installed."""
        self._library: Any = ctypes.CDLL("libespeak-ng.so.1")
        self.rate = int(self._library.espeak_Initialize(_RETRIEVAL, 200, None, _PHONEME_EVENTS_AS_IPA))
        self._audio: list[NDArray[np.int16]] = []
        self._phonemes: list[tuple[int, str]] = []
        kind = ctypes.CFUNCTYPE(
            ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
        )
        self._library.espeak_SetVoiceByName(b"en-us")
        self._callback = kind(self._receive)
        self._library.espeak_SetSynthCallback(self._callback)
        self._library.espeak_TextToPhonemes.restype = ctypes.c_char_p
        self._library.espeak_TextToPhonemes.argtypes = (
            ctypes.POINTER(ctypes.c_void_p),
            ctypes.c_int,
            ctypes.c_int,
        )

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._audio.append(np.ctypeslib.as_array(wave, (count,)).copy())
        number = 0
        while events[number].type != _EVENT_END:
            event = events[number]
            if event.type == _EVENT_PHONEME:
                name = bytes(event.id.text).split(b"\0")[0].decode("utf-8", "ignore")
                self._phonemes.append((event.sample, name))
            number += 1
        return 0

    def speak(self, text: str, voice: str, rate: int, pitch: int, pitch_range: int) -> Utterance | None:
        """Say ``text``; ``rate`` is words a minute, ``pitch`` and its range are 0..100; None if it cannot."""
        self._audio.clear()
        self._phonemes.clear()
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            return None
        for parameter, value in ((_RATE, rate), (_PITCH, pitch), (_PITCH_RANGE, pitch_range)):
            self._library.espeak_SetParameter(parameter, value, 0)
        encoded = text.encode()
        self._library.espeak_Synth(encoded, len(encoded) + 1, 0, 0, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        if len(self._phonemes) < 3:
            return None
        audio = np.concatenate(self._audio)
        starts = [sample / self.rate for sample, _ in self._phonemes] + [len(audio) / self.rate]
        segments = [
            Segment(starts[i], starts[i + 1], name or "_") for i, (_, name) in enumerate(self._phonemes)
        ]
        return utterance(audio, self.rate, voice, segments)

    def ipa(self, text: str, voice: str) -> str:
        """Return ``text`` in IPA, clause marks dropped. Raises ``ValueError`` for an unknown voice."""
        if self._library.espeak_SetVoiceByName(voice.encode()) != 0:
            raise ValueError(f"espeak-ng has no voice {voice!r}")
        # The library may look a few bytes past the end.
        buffer = ctypes.create_string_buffer(text.encode() + bytes(64))
        pointer = ctypes.c_void_p(ctypes.addressof(buffer))
        found = []
        while pointer.value:
            piece = self._library.espeak_TextToPhonemes(ctypes.byref(pointer), _UTF8, _TO_IPA)
            if piece:
                found.append(piece.decode())
        return re.sub(r"\([a-z-]+\)", "", " ".join(found))

    def ipa_with_punctuation(self, text: str, voice: str) -> str:
        """Return ``text`` in IPA, keeping the punctuation that neural voices pause at."""
        clauses = re.findall(r"([^,.;?!]+)([,.;?!]?)", text)
        return " ".join(self.ipa(words.strip(), voice).strip() + mark for words, mark in clauses)


@cache
def library() -> Espeak:
    """Return the process's espeak."""
    return Espeak()


def _speech(choice: random.Random) -> Iterator[Utterance]:
    espeak = library()
    while True:
        voice = choice.choice(list(LANGUAGES)) if choice.random() < 0.7 else choice.choice(["en-us", "en"])
        text = " ".join(sentence(LANGUAGES[voice], choice) for _ in range(choice.randint(1, 3)))
        spoken = espeak.speak(
            text,
            voice + choice.choice(VARIANTS),
            rate=choice.randint(110, 230),
            pitch=choice.randint(20, 80),
            pitch_range=choice.randint(20, 80),
        )
        if spoken is not None and spoken.seconds > 1:
            yield spoken


def make_corpus(seconds: float, seed: int) -> list[Utterance]:
    """Return ``seconds`` of speech in all ``LANGUAGES`` and ``VARIANTS``, a third of it English."""
    return enough(_speech(random.Random(seed)), seconds)
