"""Real voices and music from Debian's packages, all CC BY-SA 3.0: telephone prompts and waiting music.

The packages are fetched with ``apt-get download`` and unpacked beside each other, not installed.
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

#: Package: where its recordings are. One speaker each; English, Spanish, French, Italian (two), Russian.
SPEECH: Final = {
    "asterisk-core-sounds-en-g722": "usr/share/asterisk/sounds/en_US_f_Allison",
    "asterisk-core-sounds-es-g722": "usr/share/asterisk/sounds/es_MX_f_Allison",
    "asterisk-core-sounds-fr-g722": "usr/share/asterisk/sounds/fr_CA_f_June",
    "asterisk-core-sounds-it-g722": "usr/share/asterisk/sounds/it_IT_m_Carlo",
    "asterisk-core-sounds-ru-g722": "usr/share/asterisk/sounds/ru_RU_f_IvrvoiceRU",
    "asterisk-prompt-it-menardi-wav": "usr/share/asterisk/sounds/it_IT_f_Menardi",
}
MUSIC: Final = {"asterisk-moh-opsound-g722": "usr/share/asterisk/moh"}
#: Prompts are short; they are joined, half a second apart, into stretches of about this length.
_STRETCH_SECONDS: Final = 25.0
_GAP_SECONDS: Final = 0.45


def fetch(folder: Path) -> None:
    """Download and unpack all packages into ``folder``, once."""
    if folder.is_dir():
        return
    partial = folder.with_name("partial-" + folder.name)
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    subprocess.run(["apt-get", "download", "-q", *SPEECH, *MUSIC], cwd=partial, check=True)
    for package in sorted(partial.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package.name, "."], cwd=partial, check=True)
    partial.rename(folder)


def _decode(path: Path) -> NDArray[np.float32]:
    """Return a recording as float32 (n,) at 16 kHz; bare G.722 is 16 kHz, the WAVs tell their rate."""
    with av.open(str(path), format="g722" if path.suffix == ".g722" else None) as container:
        resampler = av.AudioResampler(format="s16", layout="mono", rate=SAMPLE_RATE)
        frames = [new for frame in container.decode(audio=0) for new in resampler.resample(frame)]
        frames += resampler.resample(None)
    pieces = [frame.to_ndarray()[0] for frame in frames]
    return np.concatenate(pieces).astype(np.float32) / 32768 if pieces else np.zeros(0, np.float32)


def _recordings(folder: Path) -> list[NDArray[np.float32]]:
    files = sorted(path for path in folder.rglob("*") if path.suffix in (".g722", ".wav"))
    decoded = [_decode(path) for path in files if "silence" not in path.parts]
    return [audio for audio in decoded if len(audio) > SAMPLE_RATE // 3]


def _stretches(prompts: list[NDArray[np.float32]], voice: str) -> Iterator[Utterance]:
    """Yield prompts joined into stretches, the rest dropped."""
    gap = np.zeros(int(_GAP_SECONDS * SAMPLE_RATE), np.float32)
    stretch: list[NDArray[np.float32]] = []
    for prompt in prompts:
        stretch += [prompt, gap]
        if sum(map(len, stretch)) > _STRETCH_SECONDS * SAMPLE_RATE:
            yield utterance(np.concatenate(stretch), SAMPLE_RATE, voice)
            stretch = []


def speech(folder: Path, limit: int | None = None) -> list[Utterance]:
    """Return all prompts, those of a speaker shuffled (always alike) and joined into stretches.

    ``limit`` is the most stretches of a voice.
    """
    made: list[Utterance] = []
    for package, place in SPEECH.items():
        prompts = _recordings(folder / place)
        np.random.default_rng(0).shuffle(prompts)  # type: ignore[arg-type]
        made += itertools.islice(_stretches(prompts, package), limit)
    return made


def music(folder: Path) -> list[NDArray[np.float32]]:
    """Return the pieces of music, float32 at 16 kHz."""
    return [audio for place in MUSIC.values() for audio in _recordings(folder / place)]
