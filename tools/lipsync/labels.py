"""What the network is to learn for each utterance, 50 rows a second, from phonemes and both teachers.

Row ``m`` is the mouth at ``m * 20 ms``. The columns are ``COLUMNS``: seven articulation curves on the
program's scales, the lips in units of their deviation, then the probabilities of the fifteen visemes. After
them comes what Whisper hears (``HEARD_COLUMNS``): the program does not need it, but who learns to hear like
that learns to tell sounds apart whoever speaks.
"""

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bithuman_app.lipsync.coarticulation import from_phonemes
from bithuman_app.lipsync.curves import ARTICULATION_NAMES, VISEME_NAMES
from bithuman_app.lipsync.phonemes import Phoneme

from .corpus import SAMPLE_RATE, Utterance, load
from .teachers import HEARD, Hearing, LipTeacher, RidgeFit, Rows, apply
from .whisper import SAMPLES_PER_FEATURE

LIPS: Final = ("lip_opening", "lip_width", "lip_rounding")
COLUMNS: Final = (*ARTICULATION_NAMES, *LIPS, *VISEME_NAMES)
CURVES: Final = len(ARTICULATION_NAMES)
LIP_COLUMNS: Final = slice(CURVES, CURVES + len(LIPS))
VISEME_COLUMNS: Final = slice(LIP_COLUMNS.stop, len(COLUMNS))
_OF_LIPS: Final = np.isin(COLUMNS, LIPS)
HEARD_COLUMNS: Final = slice(len(COLUMNS), len(COLUMNS) + HEARD)
CONTACTS: Final = ("closure", "lip_teeth")
ROW_SECONDS: Final = 0.02

#: The closed mouth at rest; NaN: nobody has asked Whisper what it hears there.
REST: Final = np.zeros(HEARD_COLUMNS.stop, np.float32)
REST[HEARD_COLUMNS] = np.nan
REST[COLUMNS.index("lip_opening")] = -1.35
REST[COLUMNS.index("sil")] = 1.0

#: Phonemes may be shifted by this many rows of 20 ms.
_LARGEST_SHIFT: Final = 3
#: The phoneme teacher is fitted to stretches of this many rows, or of a tenth of a source if that is less;
#: every tenth stretch is left out, and it is judged on those.
_STRETCH_ROWS: Final = 10_000
_LEFT_OUT: Final = 10
#: Every how many rows of synthetic speech the phoneme teacher is fitted to.
_FIT_EVERY: Final = 5
_PENALTY: Final = 3e-3
#: Sounds are silent where "sil" has the larger share of so many rows. Lips stay as they are for a while, for
#: people do not close their mouths between words. They rest where for a whole second nobody speaks.
_QUIET_ROWS: Final = 5
_RESTING_ROWS: Final = 51


@dataclass(frozen=True)
class Labelled:
    """Audio of one source, int16 (n,), its labels float16 (rows, 73), and where utterances begin."""

    samples: NDArray[np.int16]
    labels: NDArray[np.float16]
    starts: NDArray[np.int64]


def _concatenated(utterances: list[Utterance]) -> NDArray[np.int16]:
    return np.concatenate([utterance.samples for utterance in utterances])


def _from_phonemes(utterances: list[Utterance]) -> Rows:
    """Return the articulation and visemes of known phonemes, float32 (rows, 22), by the exact path."""
    ends = np.cumsum([0, *(len(utterance.samples) for utterance in utterances)])
    firsts = -(-ends // SAMPLES_PER_FEATURE)
    found = np.empty((int(firsts[-1]), CURVES + len(VISEME_NAMES)), np.float32)
    for number, utterance in enumerate(utterances):
        rows = int(firsts[number + 1] - firsts[number])
        # An utterance may begin 10 ms before its first row.
        early = float(firsts[number] * SAMPLES_PER_FEATURE - ends[number]) / SAMPLE_RATE
        # Frames are 40 ms apart, rows 20 ms: every second row is a frame of the same speech, shifted.
        for second in (0, 1):
            late = early + second * ROW_SECONDS
            shifted = [Phoneme(s.symbol, s.start - late, s.end - late) for s in utterance.segments]
            count = (rows + 1 - second) // 2
            curves = from_phonemes(shifted, count)
            here = found[firsts[number] + second : firsts[number + 1] : 2]
            here[:, :CURVES], here[:, CURVES:] = curves.articulation, curves.visemes
    return found


def _aligned(articulation: Rows, lips: Rows) -> Rows:
    """Shift known phonemes' articulation to where the opening agrees best with the lip teacher's.

    Engines tell the time of a phoneme each in its own way, up to 40 ms apart.
    """
    opening = articulation[:, ARTICULATION_NAMES.index("opening")]
    speaking = articulation[:, CURVES] < 0.5

    def agreement(rows: int) -> float:
        return float(np.corrcoef(np.roll(opening, rows)[speaking], lips[speaking, 0])[0, 1])

    best = max(range(-_LARGEST_SHIFT, _LARGEST_SHIFT + 1), key=agreement)
    print(
        f"  phonemes shifted by {best * ROW_SECONDS * 1000:.0f} ms: opening r {agreement(best):.3f}",
        flush=True,
    )
    return np.roll(articulation, best, axis=0)


def fit_phoneme_teacher(sources: dict[str, Path], heard: dict[str, Path]) -> Rows:
    """Return weights (3585, 22) of the regression from Whisper's features to articulation and visemes.

    Every tenth stretch is left out; the correlation on those is printed.
    """
    teacher = LipTeacher()
    fit: RidgeFit | None = None
    left_out: list[tuple[Rows, Rows]] = []
    for name, path in sources.items():
        reduced = np.load(heard[name])
        targets = _from_phonemes(list(load(path)))[: len(reduced)]
        targets = _aligned(targets, teacher.lips(reduced)[: len(targets)])
        count = len(targets)
        stretch = min(_STRETCH_ROWS, count // _LEFT_OUT)
        for number, start in enumerate(range(0, count, stretch)):
            rows = slice(start, min(start + stretch, count))
            inputs = teacher.in_context(reduced[rows].astype(np.float32))[::_FIT_EVERY]
            piece = targets[rows][::_FIT_EVERY]
            if number % _LEFT_OUT == _LEFT_OUT - 1:
                left_out.append((inputs, piece))
                continue
            fit = fit or RidgeFit(inputs.shape[1], piece.shape[1])
            fit.add(inputs, piece)
    if fit is None:
        raise ValueError("no synthetic speech to fit the phoneme teacher to")
    weights = fit.solve(_PENALTY)
    found = np.concatenate([inputs @ weights[:-1] + weights[-1] for inputs, _ in left_out])
    truth = np.concatenate([piece for _, piece in left_out])
    for number, name in enumerate(ARTICULATION_NAMES):
        print(f"  phoneme teacher, {name}: r {np.corrcoef(found[:, number], truth[:, number])[0, 1]:.3f}")
    return weights


def _viseme_shares(scores: Rows) -> Rows:
    """Turn a regression's scores into probabilities, sharper than least squares leaves them."""
    powered = np.maximum(scores, 1e-3) ** 2
    shares: Rows = powered / powered.sum(1, keepdims=True)
    return shares


def _standardised(lips: Rows, speaking: NDArray[np.bool_]) -> Rows:
    """Return a voice's lip curves with mean 0 and deviation 1 while it speaks."""
    return (lips - lips[speaking].mean(0)) / lips[speaking].std(0)


def _sharpen_closure(blurred: Rows) -> Rows:
    """Undo the flattening that least squares does to brief events: 0.1 and less is none, 0.6 is all."""
    return np.clip((blurred - 0.1) / 0.5, 0, 1)


def label(source: Path, heard: Path, phoneme_weights: Rows, hearing: Hearing) -> Labelled:
    """Return the audio of a source with its labels."""
    utterances = list(load(source))
    samples = _concatenated(utterances)
    reduced = np.load(heard)
    rows = len(samples) // SAMPLES_PER_FEATURE
    teacher = LipTeacher()
    lips = teacher.lips(reduced)[:rows]
    if utterances[0].segments:
        articulation = _aligned(_from_phonemes(utterances)[:rows], lips)
    else:
        articulation = apply(teacher, reduced, phoneme_weights)[:rows]
        articulation[:, CURVES:] = _viseme_shares(articulation[:, CURVES:])
        for name in CONTACTS:
            column = ARTICULATION_NAMES.index(name)
            articulation[:, column] = _sharpen_closure(articulation[:, column])
        lowest = [-1 if name == "width" else 0 for name in ARTICULATION_NAMES]
        articulation[:, :CURVES] = np.clip(articulation[:, :CURVES], lowest, 1)
    silence = articulation[:, CURVES]
    starts = np.cumsum([0, *(len(utterance.samples) for utterance in utterances)])
    edges = _voice_edges(utterances, starts) if not utterances[0].segments else [0, rows]
    for first, last in pairwise(edges):
        lips[first:last] = _standardised(lips[first:last], silence[first:last] < 0.5)
    labels = np.concatenate([articulation[:, :CURVES], lips, articulation[:, CURVES:]], 1)
    quiet = _rest(silence, _QUIET_ROWS, 0.5)
    rest = np.where(_OF_LIPS, _rest(silence, _RESTING_ROWS, 0.9), quiet)
    mouth = labels * (1 - rest) + REST[: len(COLUMNS)] * rest
    everything = np.concatenate([mouth, hearing.of(reduced[:rows])], 1)
    return Labelled(samples, everything.astype(np.float16), starts)


def _rest(silence: Rows, rows: int, least: float) -> Rows:
    """Return how much the mouth rests, (rows, 1): 0 if ``least`` of the rows around are silent, 1 if all."""
    share = np.convolve(silence > 0.6, np.ones(rows) / rows, "same")[:, None]
    resting: Rows = np.maximum((share - least) / (1 - least), 0)
    return resting


def _voice_edges(utterances: list[Utterance], starts: NDArray[np.int64]) -> list[int]:
    """Return the rows at which another voice begins, and the last row."""
    changes = [i for i, u in enumerate(utterances) if i == 0 or u.voice != utterances[i - 1].voice]
    return [int(starts[i]) // SAMPLES_PER_FEATURE for i in [*changes, len(utterances)]]
