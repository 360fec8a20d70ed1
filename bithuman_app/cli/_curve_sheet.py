"""What ``curves`` knows of one recording: the mouth in every unit that somebody might want it in."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, MissingInputError, UsageError
from ..lipsync import SAMPLE_RATE, ArticulationStream, Curves, join
from ..lipsync.alignment import align
from ..lipsync.coarticulation import from_phonemes, meet
from ..lipsync.phonemes import Phoneme, split
from ..lipsync.pronunciation import pronounce
from ..media.audio import read_audio
from ..performance.articulation import mouth

#: Inner-lip aperture at an opening of 1, and width between the mouth's corners at rest and how much
#: wider it is when fully spread, all in distances between the outer eye corners: least squares over
#: tracked faces of eleven speakers.
OPEN_AT_FULL: Final = 0.18
WIDTH_AT_REST: Final = 0.54
WIDTH_AT_FULL: Final = 0.06
#: Seconds of sound between two reports of progress.
_PIECE: Final = 10 * SAMPLE_RATE
_LARGEST_TEXT: Final = 1_000_000

#: Called with the part of the work that is done, 0..1.
Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class CurveSheet:
    """The mouth of a whole recording, 25 frames a second.

    ``open``, ``width`` and ``round`` are float32 (frames,): inner-lip aperture (0 closed) and width
    between the corners in distances between the outer eye corners, and rounding 0..1. ``arkit`` is
    float32 (frames, 52) in ARKit's order; ``tongue`` (frames,) is how far its tip is raised.
    ``phonemes`` are those the recording was aligned with, if any.
    """

    audio: Path
    seconds: float
    curves: Curves
    open: NDArray[np.float32]
    width: NDArray[np.float32]
    round: NDArray[np.float32]
    arkit: NDArray[np.float32]
    tongue: NDArray[np.float32]
    phonemes: tuple[Phoneme, ...] = ()


def make_sheet(
    audio: Path,
    words: list[tuple[str, ...]] | None = None,
    phonemes: list[Phoneme] | None = None,
    on_progress: Progress = lambda part: None,
) -> CurveSheet:
    """Listen to a recording and return its curves, with exact contacts where ``words`` or ``phonemes``
    say what is spoken.

    Raises what ``read_audio``, ``align`` and the network raise.
    """
    samples = read_audio(audio)
    stream = ArticulationStream()
    pieces = []
    for start in range(0, len(samples), _PIECE):
        pieces.append(stream.push(samples[start : start + _PIECE]))
        on_progress(start / max(len(samples), 1))
    curves = join([*pieces, stream.flush()])
    if words is not None:
        try:
            phonemes = align(words, samples, curves)
        except DataError as error:
            raise DataError(f"{audio}: {error}") from error
    if phonemes is not None:
        curves = meet(curves, from_phonemes(phonemes, len(curves)))
    on_progress(1.0)
    return _sheet(audio, len(samples) / SAMPLE_RATE, curves, tuple(phonemes or ()))


def _sheet(audio: Path, seconds: float, curves: Curves, phonemes: tuple[Phoneme, ...]) -> CurveSheet:
    poses = [mouth(*frame) for frame in zip(curves.articulation, curves.visemes, strict=True)]
    return CurveSheet(
        audio=audio,
        seconds=seconds,
        curves=curves,
        open=OPEN_AT_FULL * curves["opening"],
        width=WIDTH_AT_REST + WIDTH_AT_FULL * curves["width"],
        round=curves["rounding"],
        arkit=np.array([pose[0] for pose in poses], np.float32).reshape(len(poses), -1),
        tongue=np.array([pose[1] for pose in poses], np.float32),
        phonemes=phonemes,
    )


def read_text(word: str) -> list[tuple[str, ...]]:
    """Return the phones of the words of ``--text``, which is the text itself or ``@`` and a file.

    Raises ``UsageError``, ``MissingInputError`` or ``DataError`` for a text that cannot be used, and
    ``UnavailableError`` without the lexicon that English needs.
    """
    if not word.startswith("@"):
        return pronounce(word)
    path = Path(word[1:])
    text = _read(path)
    if not text.strip():
        raise DataError(f"{path}: there is no text in it")
    return pronounce(text)


def read_phonemes(path: Path) -> list[Phoneme]:
    """Return the phonemes of a JSON file: a list of objects with ``label``, ``start`` and ``end`` in
    seconds, by itself or under the name ``phonemes``.

    Raises ``MissingInputError`` or ``DataError`` for a file that is something else.
    """
    try:
        data: Any = json.loads(_read(path))
    except ValueError as error:
        raise DataError(f"{path}: this is no JSON: {error}") from error
    entries = data.get("phonemes") if isinstance(data, dict) else data
    if not isinstance(entries, list) or not entries:
        raise DataError(f"{path}: there is no list of phonemes in it")
    return [_phoneme(path, number, entry) for number, entry in enumerate(entries, start=1)]


def _phoneme(path: Path, number: int, entry: Any) -> Phoneme:
    try:
        label, start, end = entry["label"], float(entry["start"]), float(entry["end"])
        known = bool(split(label))
    except (KeyError, TypeError, ValueError) as error:
        raise DataError(f"{path}: phoneme {number} needs a label, a start and an end in seconds") from error
    if not (math.isfinite(start) and math.isfinite(end) and 0 <= start <= end):
        raise DataError(f"{path}: phoneme {number} lasts from {start} to {end} s, which cannot be")
    if not known:
        raise DataError(f"{path}: phoneme {number}, {label!r}, is no sound of the IPA that the lips know")
    return Phoneme(label, start, end)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_TEXT + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise MissingInputError(f"{path}: cannot be opened ({reason})") from error
    if len(data) > _LARGEST_TEXT:
        raise DataError(f"{path}: more than {_LARGEST_TEXT // 1000} kB are no text of a recording")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path}: this is no text in UTF-8") from error


def check_one_source(text: str | None, phonemes: Path | None, recordings: int) -> None:
    """Raise ``UsageError`` for more than one description of what is spoken, or for several recordings."""
    if text is not None and phonemes is not None:
        raise UsageError("--text and --phonemes exclude each other")
    if (text is not None or phonemes is not None) and recordings != 1:
        raise UsageError("--text and --phonemes describe one recording: give one")
