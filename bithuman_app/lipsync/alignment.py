"""When is each phone of a known text heard in a recording? Forced alignment, without a speech recogniser.

The lip-sync network already knows vowels from fricatives from closures: its viseme probabilities, and
the level and colour of the sound, say how well each phone fits each 10 ms. A search over all
segmentations of the recording (dynamic programming over segments with explicit durations, as in a
semi-Markov model) finds the best, with a pause allowed between any two words. A second pass replaces
general knowledge by what the phones of this very recording turned out to sound like.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError
from .curves import FRAMES_PER_SECOND, SAMPLE_RATE, VISEME_NAMES, Curves
from .loudness import clean
from .phonemes import SILENCE, Phoneme, phoneme_map, split

Floats = NDArray[np.float64]
#: For each label, how well it fits each hop, as log-likelihood, float64 (hops,).
Scores = dict[str, Floats]

HOP_SECONDS: Final = 0.01
_HOP: Final = round(SAMPLE_RATE * HOP_SECONDS)
_WINDOW: Final = 400
_HOPS_PER_FRAME: Final = round(1 / (FRAMES_PER_SECOND * HOP_SECONDS))
#: The visemes of the network are ahead of the sound, as lips are.
_VISEME_LEAD_FRAMES: Final = 1.0
#: Longer recordings take too much memory for a search over all segmentations.
LONGEST_SECONDS: Final = 300.0
#: No phone is shorter or (but for one at the edge of a pause) longer than this, in hops.
_SHORTEST: Final = 2
_LONGEST: Final = 45
#: Standard deviation of the logarithm of a phone's length.
_LENGTH_SPREAD: Final = 0.55
#: Neighbouring hops tell much the same, so one length weighs as much as this many hops.
_LENGTH_WEIGHT: Final = 6.0
#: Typical lengths in hops at a medium speaking rate, by how a phone is made.
_TYPICAL_LENGTH: Final = {"vowel": 9.0, "sonorant": 6.5, "stop": 7.0, "fricative": 8.5}
#: What a pause costs, so that none is put where there is none.
_PAUSE_COST: Final = 4.0
#: No viseme is less likely than this, for the network errs.
_EPSILON: Final = 0.02
#: In how many hops a label must be heard to be believed as much as its viseme, and as the whole recording.
_MEAN_PRIOR: Final = 8
_VARIANCE_PRIOR: Final = 12
_INDEPENDENT_BANDS: Final = 4.0

#: Edges in Hz of the bands of sound by whose levels phones are told apart.
_BANDS: Final = (80, 250, 450, 700, 1000, 1400, 1900, 2500, 3300, 4300, 5500, 7500)
_FLOOR_DB: Final = -60.0
#: Levels in dB below the loud parts at which silence is believed, and at which it is not.
_SILENT_LEVELS: Final = (-35.0, -15.0)
_SILENT: Final = VISEME_NAMES.index("sil")
#: A recording that never exceeds this (-80 dBFS) is silent.
_SILENT_AMPLITUDE: Final = 1e-4

_STOPS: Final = frozenset("pbtdkgqcɟʈɖɢʔɓɗʙ")
_SONORANTS: Final = frozenset("mnŋɲɳɴɱlɫɭʎrɾɽɹɻʀjwɥʋɰʍ")
_SIBILANTS: Final = frozenset("szʃʒɕʑʂʐ")
_VOICELESS: Final = frozenset("ptkqcʈfθsʃɕʂçxχhɸʔħɬ")


@dataclass(frozen=True, slots=True)
class _State:
    """One segment of the search: a phone of a word, or the pause that may come before a word."""

    label: str
    phones: tuple[str, ...]
    skippable: bool
    typical: float


def align(words: Sequence[Sequence[str]], samples: NDArray[np.floating], curves: Curves) -> list[Phoneme]:
    """Return the phones of ``words`` with the times at which they are heard in ``samples``.

    ``words`` are lists of labels as ``pronunciation.pronounce`` gives them, ``samples`` float (n,) at
    16 kHz in [-1, 1], ``curves`` what the network makes of them. Silences are left out of the result.
    Raises ``DataError`` if the recording is too short for the text, silent, or longer than
    ``LONGEST_SECONDS``; ``ValueError`` if a label stands for no phone.
    """
    audio = clean(samples)
    if len(audio) > LONGEST_SECONDS * SAMPLE_RATE:
        raise DataError(
            f"only up to {LONGEST_SECONDS:.0f} s can be aligned with a text: cut the recording up"
        )
    states = _states(words)
    hops = len(audio) // _HOP
    if hops < _SHORTEST * sum(not state.skippable for state in states) + 2:
        raise DataError("the text is too long to be spoken in this recording")
    if np.abs(audio).max() < _SILENT_AMPLITUDE:
        raise DataError("the recording is silent: no text is spoken in it")
    sound = _sound(audio, hops)
    posteriors = _posteriors(curves, sound)
    scores = _general_scores(states, sound, posteriors)
    bounds = _search(states, scores)
    adapted = _adapted_scores(states, bounds, sound)
    bounds = _search(states, {label: 0.5 * scores[label] + adapted[label] for label in scores})
    return [
        Phoneme(state.label, start * HOP_SECONDS, end * HOP_SECONDS)
        for state, (start, end) in zip(states, bounds, strict=True)
        if not state.skippable and end > start
    ]


def _states(words: Sequence[Sequence[str]]) -> list[_State]:
    pause = _State(SILENCE, (SILENCE,), True, 0.0)
    states = [pause]
    for word in words:
        for label in word:
            phones = split(label)
            if not phones:
                raise ValueError(f"{label!r} is no phone")
            typical = max(_TYPICAL_LENGTH[_manner(phone)] for phone in phones) * len(phones) ** 0.5
            states.append(_State(label, phones, False, typical))
        states.append(pause)
    return states


def _manner(phone: str) -> str:
    if phone in _STOPS:
        return "stop"
    if phone in _SONORANTS:
        return "sonorant"
    return "vowel" if phoneme_map().gestures[phone].viseme in ("aa", "E", "I", "O", "U") else "fricative"


def _sound(audio: NDArray[np.float32], hops: int) -> Floats:
    """Return level, tilt and the levels of the bands of each hop, float64 (hops, 2 + bands).

    Levels are in dB below the loud parts of the recording.
    """
    padded = np.pad(audio.astype(np.float64), (_WINDOW // 2, _WINDOW))
    starts = np.arange(hops) * _HOP + _HOP // 2
    pieces = padded[starts[:, None] + np.arange(_WINDOW)] * np.hanning(_WINDOW)
    power = np.abs(np.fft.rfft(pieces, 512)) ** 2
    hertz = np.fft.rfftfreq(512, 1 / SAMPLE_RATE)
    bands = np.stack([power[:, (hertz >= low) & (hertz < high)].sum(1) for low, high in pairwise(_BANDS)], 1)
    decibels = 10 * np.log10(bands + 1e-10)
    loud = np.percentile(10 * np.log10(bands.sum(1) + 1e-10), 95)
    decibels = np.maximum(decibels - loud, _FLOOR_DB)
    level = np.maximum(10 * np.log10(bands.sum(1) + 1e-10) - loud, _FLOOR_DB)
    tilt = decibels[:, -3:].max(1) - decibels[:, :5].max(1)
    return np.column_stack([level, tilt, decibels])


def _posteriors(curves: Curves, sound: Floats) -> Floats:
    """Return the viseme probabilities at each hop, float64 (hops, 15).

    The network, whose business is a closed mouth, takes some long, steady vowels for silence. What is
    loud is none: its probability of silence is shared out among all visemes there.
    """
    times = (np.arange(len(sound)) + 0.5) / _HOPS_PER_FRAME
    times -= _VISEME_LEAD_FRAMES
    frames = np.arange(len(curves), dtype=np.float64)
    columns = [np.interp(times, frames, curves.visemes[:, i]) for i in range(len(VISEME_NAMES))]
    probabilities = np.stack(columns, 1)
    surely_silent, surely_loud = _SILENT_LEVELS
    loud = np.clip((sound[:, 0] - surely_silent) / (surely_loud - surely_silent), 0, 1)
    shared = probabilities[:, _SILENT] * loud
    probabilities[:, _SILENT] -= shared
    spread: Floats = probabilities + shared[:, None] / len(VISEME_NAMES)
    return spread


def _expected_sound(phone: str) -> tuple[float, float, float, float]:
    """Return mean and spread of level and of tilt that a phone has, in dB."""
    if phone == SILENCE:
        return -48.0, 12.0, -8.0, 14.0
    if phone in _SIBILANTS:
        return -18.0, 8.0, 12.0, 12.0
    manner = _manner(phone)
    if phone in _VOICELESS:
        return (-30.0, 12.0, -4.0, 14.0) if manner == "stop" else (-26.0, 9.0, 2.0, 13.0)
    if manner == "vowel":
        return -5.0, 6.0, -28.0, 10.0
    if manner == "sonorant":
        return -11.0, 7.0, -32.0, 10.0
    return -20.0, 9.0, -20.0, 13.0


def _general_scores(states: Sequence[_State], sound: Floats, posteriors: Floats) -> Scores:
    """Return how well each label fits each hop by what is known of its phones."""
    gestures = phoneme_map().gestures
    logs = np.log(posteriors + _EPSILON)
    by_phone: dict[str, Floats] = {}
    for phone in {phone for state in states for phone in state.phones}:
        level, level_spread, tilt, tilt_spread = _expected_sound(phone)
        fit = -0.5 * ((sound[:, 0] - level) / level_spread) ** 2 - np.log(level_spread)
        fit -= 0.5 * ((sound[:, 1] - tilt) / tilt_spread) ** 2 + np.log(tilt_spread)
        by_phone[phone] = fit + logs[:, VISEME_NAMES.index(gestures[phone].viseme)]
    phones = {state.label: state.phones for state in states}
    return {label: np.max([by_phone[phone] for phone in phones[label]], 0) for label in phones}


def _adapted_scores(states: Sequence[_State], bounds: Sequence[tuple[int, int]], sound: Floats) -> Scores:
    """Return how well each label fits each hop by what it sounds like in this recording.

    A label's mean spectrum is drawn towards that of its viseme, the more the rarer it is.
    """
    gestures = phoneme_map().gestures
    normal = (sound - sound.mean(0)) / (sound.std(0) + 1.0)
    visemes = {state.label: gestures[state.phones[0]].viseme for state in states}
    hops: dict[str, list[int]] = {name: [] for name in (*visemes, *visemes.values())}
    for state, (start, end) in zip(states, bounds, strict=True):
        for name in {state.label, visemes[state.label]}:
            hops[name].extend(range(start, end))
    return {label: _fit(normal, hops[label], hops[viseme]) for label, viseme in visemes.items()}


def _fit(normal: Floats, own: list[int], kin: list[int]) -> Floats:
    """Return the log-likelihood of each hop under the Gaussian of the hops ``own``, given those of its kin.

    As dependent bands tell much the same, all together weigh as much as ``_INDEPENDENT_BANDS``.
    """
    prior = normal[kin].mean(0) if kin else np.zeros(normal.shape[1])
    mean = (normal[own].sum(0) + _MEAN_PRIOR * prior) / (len(own) + _MEAN_PRIOR)
    squares = ((normal[own] - mean) ** 2).sum(0)
    variance = (squares + _VARIANCE_PRIOR * 0.5 * (normal.var(0) + 0.05)) / (len(own) + _VARIANCE_PRIOR)
    distance = ((normal - mean) ** 2 / variance + np.log(variance)).sum(1)
    fit: Floats = -0.5 * distance * (_INDEPENDENT_BANDS / normal.shape[1])
    return fit


def _search(states: Sequence[_State], scores: Scores) -> list[tuple[int, int]]:
    """Return the first and the last hop + 1 of each state in the best segmentation of all hops."""
    rate = _rate(states, scores)
    totals = {label: np.concatenate([[0.0], np.cumsum(score)]) for label, score in scores.items()}
    hops = len(totals[SILENCE]) - 1
    best = np.full(hops + 1, -np.inf)
    best[0] = 0.0
    lengths = np.empty((len(states), hops + 1), np.uint16)
    for row, state in enumerate(states):
        total = totals[state.label]
        entry = best - total
        if state.skippable:
            best, lengths[row] = _pause(best, entry, total)
        else:
            best, lengths[row] = _segment(entry, total, state.typical * rate)
    end = hops
    bounds = []
    for row in range(len(states) - 1, -1, -1):
        start = end - int(lengths[row, end])
        bounds.append((start, end))
        end = start
    return bounds[::-1]


def _rate(states: Sequence[_State], scores: Scores) -> float:
    """Return how much longer phones are here than typical, from the hops that are not silent."""
    best = np.max([score for label, score in scores.items() if label != SILENCE], 0)
    spoken = (scores[SILENCE] < best).sum()
    typical = sum(state.typical for state in states)
    return float(np.clip(spoken / typical, 0.5, 2.0))


def _segment(entry: Floats, total: Floats, typical: float) -> tuple[Floats, NDArray[np.uint16]]:
    """Return the best score of a phone ending at each time, and its length there."""
    longest = min(_LONGEST, len(entry) - 1)
    lengths = np.arange(_SHORTEST, longest + 1)
    prior = -0.5 * _LENGTH_WEIGHT * (np.log(lengths / typical) / _LENGTH_SPREAD) ** 2
    padded = np.concatenate([np.full(longest, -np.inf), entry])
    # Row t holds the entries at t - longest … t - shortest.
    windows = np.lib.stride_tricks.sliding_window_view(padded, longest - _SHORTEST + 1)[: len(entry)]
    candidates = windows + prior[::-1]
    choice = candidates.argmax(1)
    best = candidates[np.arange(len(entry)), choice] + total
    return best, (longest - choice).astype(np.uint16)


def _pause(before: Floats, entry: Floats, total: Floats) -> tuple[Floats, NDArray[np.uint16]]:
    """Return the best score after a pause of any length, none included, and its length."""
    highest = np.maximum.accumulate(entry)
    since = np.maximum.accumulate(np.where(entry >= highest, np.arange(len(entry)), 0))
    paused = highest + total - _PAUSE_COST
    taken = paused > before
    length = np.where(taken, np.arange(len(entry)) - since, 0)
    return np.where(taken, paused, before), length.astype(np.uint16)
