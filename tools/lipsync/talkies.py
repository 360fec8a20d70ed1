"""Actors' speech in three adventure games that Debian has: dozens of real voices, each line by itself.

The layouts are known from ScummVM: engines/queen/resource.cpp and talk.cpp, engines/sky/disk.cpp, sound.cpp
and logic.cpp, engines/drascula/sound.cpp and talk.cpp.
"""

import io
import re
import struct
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from . import rnc
from .corpus import SAMPLE_RATE

Audio = NDArray[np.float32]
#: Lines by who says them.
Lines = dict[str, list[Audio]]

#: A hero talks for hours; of each voice so much is enough, and less than the other is no voice.
_MOST_SECONDS: Final = 600.0
_LEAST_SECONDS: Final = 30.0
_SHORTEST_LINE_SECONDS: Final = 0.4
#: Below this share of a line's peak it is silent; so much of the silence around it is kept.
_SILENT: Final = 0.04
_MARGIN_SECONDS: Final = 0.15
_FADE_SECONDS: Final = 0.01
_GAME_RATE: Final = 11_025


def _trimmed(audio: Audio) -> Audio:
    """Return a line without a constant part, silence before and after, and clicks at its ends."""
    centred: Audio = audio - audio.mean()
    loud = np.flatnonzero(np.abs(centred) > _SILENT * np.abs(centred).max())
    margin = int(_MARGIN_SECONDS * SAMPLE_RATE)
    trimmed = centred[max(0, loud[0] - margin) : loud[-1] + margin]
    ramp = np.linspace(0, 1, int(_FADE_SECONDS * SAMPLE_RATE), dtype=np.float32)
    trimmed[: len(ramp)] *= ramp
    trimmed[-len(ramp) :] *= ramp[::-1]
    return trimmed


def _from_bytes(sound: bytes) -> Audio:
    """Return the samples of unsigned 8-bit sound at the games' rate."""
    samples = np.frombuffer(sound, np.uint8).astype(np.float32) / 128 - 1
    resampled: Audio = resample_poly(samples, SAMPLE_RATE, _GAME_RATE).astype(np.float32)
    return resampled


def _collected(lines: Iterator[tuple[str, Audio]]) -> Lines:
    """Return lines by voice, those of voices heard too little left out, of others not too many."""
    voices: Lines = defaultdict(list)
    seconds: dict[str, float] = defaultdict(float)
    for voice, audio in lines:
        if seconds[voice] > _MOST_SECONDS or len(audio) < _SHORTEST_LINE_SECONDS * SAMPLE_RATE:
            continue
        said = _trimmed(audio)
        seconds[voice] += len(said) / SAMPLE_RATE
        voices[voice].append(said)
    return {voice: voices[voice] for voice in voices if seconds[voice] >= _LEAST_SECONDS}


def _queen_files(data: bytes) -> dict[str, bytes]:
    """Return all files in ``queen.1c`` of Flight of the Amazon Queen.

    ``QTBL``, a version in 9 bytes, the number of files in 16 bits; for each file its name in 12 bytes, a byte
    for the disk, offset and length in 32 bits each. The highest byte comes first.
    """
    if data[:4] != b"QTBL":
        raise ValueError("queen.1c does not begin with its table")
    (count,) = struct.unpack_from(">H", data, 13)
    entries = (struct.unpack_from(">12sBII", data, 15 + 21 * number) for number in range(count))
    return {
        name.rstrip(b"\0").decode("ascii"): data[offset : offset + length]
        for name, _, offset, length in entries
    }


def _queen_people(files: dict[str, bytes]) -> dict[int, str]:
    """Return who talks in each dialogue: its number is the third of the 16-bit numbers after 20 bytes."""
    return {
        struct.unpack_from(">h", content, 24)[0]: re.sub(r"[\d_]*\.DOG$", "", name)
        for name, content in files.items()
        if name.endswith(".DOG")
    }


def _mp3(content: bytes) -> Audio:
    with av.open(io.BytesIO(content), format="mp3") as container:
        resampler = av.AudioResampler(format="fltp", layout="mono", rate=SAMPLE_RATE)
        frames = [new for frame in container.decode(audio=0) for new in resampler.resample(frame)]
        frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray()[0] for frame in frames]) if frames else np.zeros(0, np.float32)


def amazon_queen(folder: Path) -> Lines:
    """Return the lines of Flight of the Amazon Queen in ``folder``.

    They are MP3 of 11 025 Hz in files ``NNxxxxP1.SB``: NN is the dialogue, P the person's line, J the
    hero's. Scenes (``C…``), whose speaker no name tells, and effects (``…SSSS``) are left out.
    """
    files = _queen_files((folder / "queen.1c").read_bytes())
    people = _queen_people(files)

    def lines() -> Iterator[tuple[str, Audio]]:
        for name, content in files.items():
            found = re.fullmatch(r"(\d\d)....([JP]).\.SB", name)
            if found:
                yield "JOE" if found[2] == "J" else people.get(int(found[1]), found[1]), _mp3(content)

    return _collected(lines())


#: Beneath a Steel Sky: numbers of files, and bytes before a sound.
_SKY_FIRST_SPEECH: Final = 50_000
_SKY_SCRIPTS: Final = range(60_400, 60_407)
_SKY_HEADER_BYTES: Final = 22
#: Text number: section in the highest four bits, line in the others. Where each section's speech begins.
_SKY_SECTIONS: Final = (0, 600, 1_100, 2_430, 3_380, 4_530, 5_080, 5_230)
#: Words in scripts: push a number, call an operation with three arguments.
_PUSH: Final = 2
_CALL: Final = (11, 3)
#: Operations (times four): the hero speaks; somebody else does, and the script waits, facing and not.
_HERO_SPEAKS: Final = 36 * 4
_OTHER_SPEAKS: Final = (37 * 4, 38 * 4)


def _sky_files(folder: Path) -> dict[int, bytes]:
    """Return all files of ``sky.dsk`` by number.

    ``sky.dnr`` tells how many in 32 bits, then for each, the lowest byte first: its number in 16 bits, offset
    in 24 (the highest bit: in units of 16 bytes) and length in 22 (the other two bits: how it is packed).
    """
    table, data = (folder / "sky.dnr").read_bytes(), (folder / "sky.dsk").read_bytes()
    files: dict[int, bytes] = {}
    for place in range(4, 4 + 8 * int.from_bytes(table[:4], "little"), 8):
        number, offset, length = (
            int.from_bytes(table[place + first : place + last], "little")
            for first, last in ((0, 2), (2, 5), (5, 8))
        )
        offset = (offset & 0x7F_FFFF) * (16 if offset >> 23 else 1)
        files[number] = data[offset : offset + (length & 0x3F_FFFF)]
    return files


def _sky_speakers(files: dict[int, bytes]) -> dict[int, str]:
    """Return who says each file of speech, as the scripts have it: the hero, or a talking animation.

    Every person has animations of his own for talking, most of them one; 0 is none.
    """
    speakers: dict[int, str] = {}
    for script in _SKY_SCRIPTS:
        words = np.frombuffer(files[script][: len(files[script]) // 2 * 2], "<u2").tolist()
        for place in range(4, len(words) - 2):
            if tuple(words[place : place + 2]) != _CALL:
                continue
            push_text, text, push_animation, animation = words[place - 4 : place]
            operation = words[place + 2]
            if (push_text, push_animation) != (_PUSH, _PUSH) or text >> 12 >= len(_SKY_SECTIONS):
                continue
            number = _SKY_FIRST_SPEECH + _SKY_SECTIONS[text >> 12] + (text & 0xFFF)
            if operation == _HERO_SPEAKS:
                speakers.setdefault(number, "hero")
            elif operation in _OTHER_SPEAKS and animation:
                speakers.setdefault(number, f"animation-{animation}")
    return speakers


def steel_sky(folder: Path) -> Lines:
    """Return the lines of Beneath a Steel Sky in ``folder``.

    They are unsigned 8 bits at 11 025 Hz behind 22 bytes, packed.
    """
    files = _sky_files(folder)

    def lines() -> Iterator[tuple[str, Audio]]:
        for number, speaker in sorted(_sky_speakers(files).items()):
            content = files.get(number, b"")[_SKY_HEADER_BYTES:]
            if content.startswith(rnc.MARK):
                yield speaker, _from_bytes(rnc.unpack(content))

    return _collected(lines())


def drascula(folder: Path) -> Lines:
    """Return the lines of Drascula in ``folder``.

    They are unsigned 8 bits at 11 025 Hz between 32 bytes and 32 bytes, in files ``LETTERSnumber.ALS``; the
    letters are the speaker's, none are the hero's, S is for effects.
    """

    def lines() -> Iterator[tuple[str, Audio]]:
        for path in sorted(folder.glob("*.ALS")):
            speaker = path.stem.rstrip("0123456789") or "hero"
            if speaker != "S":
                yield speaker, _from_bytes(path.read_bytes()[32:-32])

    return _collected(lines())
