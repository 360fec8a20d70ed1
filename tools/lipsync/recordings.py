"""Real voices and music from Debian's packages: telephone prompts, actors in three games, and waiting music.

The packages are fetched with ``apt-get download`` and unpacked beside each other, not installed. Their
licences are in the table of docs/lipsync.md.
"""

import itertools
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from .corpus import SAMPLE_RATE, Utterance, utterance
from .talkies import amazon_queen, drascula, steel_sky

#: Package: where its recordings are. One speaker each; English, Spanish, French (2), Italian (2), Russian.
SPEECH: Final = {
    "asterisk-core-sounds-en-g722": "usr/share/asterisk/sounds/en_US_f_Allison",
    "asterisk-core-sounds-es-g722": "usr/share/asterisk/sounds/es_MX_f_Allison",
    "asterisk-core-sounds-fr-g722": "usr/share/asterisk/sounds/fr_CA_f_June",
    "asterisk-core-sounds-it-g722": "usr/share/asterisk/sounds/it_IT_m_Carlo",
    "asterisk-core-sounds-ru-g722": "usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU",
    "asterisk-prompt-it-menardi-wav": "usr/share/asterisk/sounds/it_IT_f_Menardi",
    "asterisk-prompt-fr-armelle": "usr/share/asterisk/sounds/fr",
}
#: Package of a game: where it is, and what reads its actors' lines. English, but for the last.
ACTORS: Final = {
    "flight-of-the-amazon-queen": ("usr/share/scummvm/flight-of-the-amazon-queen", amazon_queen),
    "beneath-a-steel-sky": ("usr/share/scummvm/beneath-a-steel-sky", steel_sky),
    "drascula": ("usr/share/scummvm/drascula/en", drascula),
    "drascula-spanish": ("usr/share/scummvm/drascula/es", drascula),
}
MUSIC: Final = {"asterisk-moh-opsound-g722": "usr/share/asterisk/moh"}
_BARE_FORMATS: Final = {".g722": "g722", ".gsm": "gsm"}
#: What is said is short; it is joined, half a second apart, into stretches of about this length.
_STRETCH_SECONDS: Final = 25.0
_GAP_SECONDS: Final = 0.45


def fetch(folder: Path) -> None:
    """Download and unpack into ``folder`` the packages that are not there; a package file marks what is."""
    missing = [name for name in (*SPEECH, *ACTORS, *MUSIC) if not any(folder.glob(f"{name}_*.deb"))]
    if not missing:
        return
    partial = folder.with_name("partial-" + folder.name)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    folder.mkdir(exist_ok=True)
    subprocess.run(["apt-get", "download", "-q", *missing], cwd=partial, check=True)
    for package in sorted(partial.glob("*.deb")):
        subprocess.run(["dpkg", "-x", str(package), str(folder)], check=True)
        package.rename(folder / package.name)
    partial.rmdir()


def _decode(path: Path) -> NDArray[np.float32]:
    """Return a recording as float32 (n,) at 16 kHz; G.722 has 16 kHz, GSM 8 kHz, the WAVs tell their rate."""
    with av.open(str(path), format=_BARE_FORMATS.get(path.suffix)) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        frames = [new for frame in container.decode(audio=0) for new in resampler.resample(frame)]
        frames += resampler.resample(None)
    pieces = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(pieces).astype(np.float32) / 32768 if pieces else np.zeros(0, np.float32)


def _recordings(folder: Path) -> list[NDArray[np.float32]]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".g722", ".gsm", ".wav"))
    decoded = [_decode(path) for path in files if "silence" not in path.parts]
    return [audio for audio in decoded if len(audio) > SAMPLE_RATE // 3]


def _stretches(said: list[NDArray[np.float32]], voice: str) -> Iterator[Utterance]:
    """Yield what a voice said, shuffled (always alike), joined into stretches of about equal length."""
    np.random.default_rng(0).shuffle(said)  # type: ignore[arg-type]
    gap = np.zeros(int(_GAP_SECONDS * SAMPLE_RATE), np.float32)
    ends = np.cumsum([len(piece) + len(gap) for piece in said])
    count = max(1, round(ends[-1] / SAMPLE_RATE / _STRETCH_SECONDS))
    numbers = [(end - 1) * count // ends[-1] for end in ends]
    for _, pieces in itertools.groupby(zip(numbers, said, strict=True), lambda numbered: numbered[0]):
        stretch = [part for _, piece in pieces for part in (piece, gap)]
        yield utterance(np.concatenate(stretch), SAMPLE_RATE, voice)


def prompts(folder: Path, limit: int | None = None) -> Iterator[Utterance]:
    """Yield the telephone prompts, at most ``limit`` stretches of a voice."""
    for package, place in SPEECH.items():
        yield from itertools.islice(_stretches(_recordings(folder / place), package), limit)


def actors(folder: Path, limit: int | None = None) -> Iterator[Utterance]:
    """Yield the actors' lines, at most ``limit`` stretches of a voice."""
    for package, (place, lines) in ACTORS.items():
        for voice, said in lines(folder / place).items():
            yield from itertools.islice(_stretches(said, f"{package}/{voice}"), limit)


def music(folder: Path) -> list[NDArray[np.float32]]:
    """Return the pieces of music, float32 at 16 kHz."""
    return [audio for place in MUSIC.values() for audio in _recordings(folder / place)]
