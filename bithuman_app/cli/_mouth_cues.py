"""Curves as a sequence of mouth drawings: the nine shapes A to H and X of Hanna-Barbera and Rhubarb.

The shapes are those of Rhubarb Lip Sync (https://github.com/DanielSWolf/rhubarb-lip-sync): A closed
(p, b, m), B teeth together (k, s, t, ee), C open (e, æ), D wide open (ɑ), E slightly rounded (ɔ, ɜ),
F puckered (u, o, w), G lip at the teeth (f, v), H tongue raised (l), X at rest.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Final

from ..lipsync.curves import FRAMES_PER_SECOND, VISEME_NAMES, Curves
from ..performance.articulation import ROUNDING_AGAINST_CLOSURE

#: A contact that is felt this strongly is drawn.
_TOUCHING: Final = 0.5
_PUCKERED: Final = 0.5
_ROUNDED: Final = 0.35
_WIDE_OPEN: Final = 0.62
_OPEN: Final = 0.34
#: More open than this, a puckered mouth is drawn as slightly rounded.
_PUCKERED_OPENING: Final = 0.5
_TONGUE: Final = 0.4
#: A silence shorter than this many frames is a closed mouth, a longer one the resting mouth.
_SHORTEST_REST: Final = 6
#: A drawing is held for this many frames at least; contacts may be shorter, they are what people see.
_SHORTEST_CUE: Final = 2
_CONTACTS: Final = "AG"


@dataclass(frozen=True, slots=True)
class Cue:
    """One drawing, from ``start`` to ``end`` in seconds."""

    start: float
    end: float
    shape: str


def mouth_cues(curves: Curves, seconds: float) -> list[Cue]:
    """Return the drawings of a recording of that length, without gaps; neighbours differ."""
    shapes = _held(_rested([_shape(curves, frame) for frame in range(len(curves))]))
    cues: list[Cue] = []
    frame = 0
    for shape, run in groupby(shapes):
        start = frame / FRAMES_PER_SECOND
        frame += len(list(run))
        end = seconds if frame == len(shapes) else frame / FRAMES_PER_SECOND
        cues.append(Cue(start, end, shape))
    return cues


def _shape(curves: Curves, frame: int) -> str:
    visemes = curves.visemes[frame]
    opening, rounding = float(curves["opening"][frame]), float(curves["rounding"][frame])
    if visemes[VISEME_NAMES.index("sil")] > 0.5 and opening < 0.5 * _OPEN:
        return "X"
    if curves["closure"][frame] * (1.0 - ROUNDING_AGAINST_CLOSURE * rounding) > _TOUCHING:
        return "A"
    if curves["lip_teeth"][frame] > _TOUCHING:
        return "G"
    if rounding > _PUCKERED and opening < _PUCKERED_OPENING:
        return "F"
    if opening > _WIDE_OPEN:
        return "D"
    if rounding > _ROUNDED:
        return "E"
    if opening > _OPEN:
        return "C"
    return "H" if visemes[VISEME_NAMES.index("nn")] > _TONGUE and opening > 0.5 * _OPEN else "B"


def _rested(shapes: list[str]) -> list[str]:
    """Draw short silences inside speech as a closed mouth."""
    rested: list[str] = []
    for shape, run in groupby(shapes):
        length = len(list(run))
        at_edge = not rested or len(rested) + length == len(shapes)
        short = shape == "X" and length < _SHORTEST_REST and not at_edge
        rested += ["A" if short else shape] * length
    return rested


def _held(shapes: list[str]) -> list[str]:
    """Let drawings that would be up for too short a time be covered by the one before."""
    held: list[str] = []
    for shape, run in groupby(shapes):
        length = len(list(run))
        flicker = length < _SHORTEST_CUE and shape not in _CONTACTS and bool(held)
        held += [held[-1] if flicker else shape] * length
    return held
