"""How far each of the 468 points moves for each face shape, fitted to one face.

The ARKit deltas come from ``assets/models/arkit_deltas.npz`` (``tools/delta_table``); they were
transferred from a generic head, so the shapes in which a mouth is judged (jaw, funnel, pucker) are
restated here in units of the face itself.
"""

from functools import cache
from typing import Final

import numpy as np

from ...resources import asset
from ..arkit import ARKIT_NAMES
from ..model import CLOSE_SOURCE, RELAX_SMILE
from .face import Face, Floats
from .topology import (
    CHIN,
    CHIN_POINT,
    CHIN_SKIN,
    CHIN_TIP,
    CORNERS,
    CORNERS_LEFT,
    CORNERS_RIGHT,
    LID_SURROUND,
    LOWER_LID,
    LOWER_LIP,
    LOWER_LIP_OUTER,
    LOWER_LIP_RINGS,
    NOSE_TIP,
    UPPER_LID,
    UPPER_LIP,
    UPPER_LIP_RINGS,
)

#: Lids, gaze and tongue are not fields: the eye and mouth layers draw them.
_NOT_A_FIELD: Final = ("eyeBlink", "eyeLook", "eyeWide", "tongueOut")
SHAPE_NAMES: Final[tuple[str, ...]] = (
    *(name for name in ARKIT_NAMES if not name.startswith(_NOT_A_FIELD)),
    CLOSE_SOURCE,
    RELAX_SMILE,
)

# How much of its own ring's motion each lip ring (skin to opening) gets in a funnel.
_FUNNEL_RING_WEIGHTS: Final = (0.75, 0.9, 1.0, 1.0)
# Share of a closing gap that the upper lip takes: more of a small gap (parted lips) than of a wide
# one (dropped jaw), for which the chin comes up instead.
_UPPER_SHARE: Final = (0.3, 0.12)
_CHIN_SHARE: Final = (0.25, 0.72)
_PARTED, _DROPPED = 0.06, 0.22  # gap in interocular distances


@cache
def _table() -> tuple[dict[str, Floats], Floats]:
    with np.load(asset("models", "arkit_deltas.npz"), allow_pickle=False) as data:
        names = [str(n) for n in data["names"]]
        deltas = data["delta"].astype(np.float64)
        return {n: deltas[i] for i, n in enumerate(names)}, data["pos"].astype(np.float64)


def displacements(face: Face, lip_gap: Floats) -> tuple[Floats, Floats]:
    """Return displacements of all points for ``SHAPE_NAMES`` and the jaw's drop.

    ``lip_gap`` float64 (11,): how far the lips stand apart in the picture along the inner ring,
    pixels, all zero for a closed mouth. Result: float64 (shapes, 468, 2) in upright pixels, and
    the displacement (2,) of the lower teeth for ``jawOpen`` = 1.
    """
    table, positions = _table()
    across = face.interocular / np.linalg.norm(positions[33, :2] - positions[263, :2])
    down = 0.5 * across + 0.5 * face.nose_to_chin / (positions[NOSE_TIP, 1] - positions[CHIN_POINT, 1])
    moves = {name: np.c_[d[:, 0] * across, -d[:, 1] * down] for name, d in table.items()}
    _keep_lids_still(moves)
    moves["jawOpen"] = _jaw_open(face, moves["jawOpen"])
    # puffed cheeks bulge mostly towards the viewer; seen from the front only their outline tells
    moves["cheekPuff"] *= 2.2
    moves["mouthFunnel"], moves["mouthPucker"] = _rounding(face)
    moves[CLOSE_SOURCE] = _close_source(face, lip_gap)
    moves[RELAX_SMILE] = -(moves["mouthSmileLeft"] + moves["mouthSmileRight"])
    for name in ("jawOpen", CLOSE_SOURCE):
        _let_chin_follow(face, moves[name])
    jaw = np.array([0.0, table["jawOpen"][CHIN_POINT, 1] * -down])
    return np.stack([moves[name] for name in SHAPE_NAMES]), jaw


def _keep_lids_still(moves: dict[str, Floats]) -> None:
    """Lids are drawn by the eye layer: a field that moved them too would squeeze the iris."""
    lids = [i for side in UPPER_LID for i in UPPER_LID[side] + LOWER_LID[side]]
    surround = [i for side in LID_SURROUND for i in LID_SURROUND[side]]
    for name, move in moves.items():
        if name.startswith(("eyeSquint", "cheekSquint", "noseSneer")):
            move[lids] = 0
            move[surround] *= 0.35


def _along(face: Face, i: int) -> float:
    """Position of a point across the mouth: -1 at the right corner, 1 at the left."""
    return float(np.clip((face.upright[i, 0] - face.mouth_centre_x) / (face.mouth_width / 2), -1, 1))


def _jaw_open(face: Face, move: Floats) -> Floats:
    """Give the opening a round profile, (1 - |u|^2.1), and corners that draw in a little."""
    corner = (move[61] + move[291]) / 2
    unit = face.interocular
    for ring in LOWER_LIP_RINGS:
        middle = move[ring[5], 1]
        for i in ring[1:-1]:
            u = abs(_along(face, i))
            move[i, 1] = corner[1] + (middle - corner[1]) * max(0.0, 1 - u**2.1) ** 0.95
    for ring in UPPER_LIP_RINGS:
        for i in ring[1:-1]:
            u = abs(_along(face, i))
            move[i, 1] = corner[1] * u**3 * 0.9 - 0.012 * unit * (1 - u * u)
    for indices, towards in ((CORNERS_RIGHT, 1), (CORNERS_LEFT, -1)):
        move[list(indices)] = (towards * 0.035 * unit, corner[1])
    return move


def _rounding(face: Face) -> tuple[Floats, Floats]:
    """Author funnel (open rounding) and pucker (tight rounding) in mouth widths.

    Skin around the lips follows, fading out one mouth width from the middle.
    """
    unit, width = face.interocular, face.mouth_width
    funnel, pucker = np.zeros((468, 2)), np.zeros((468, 2))
    middle_y = face.upright[UPPER_LIP_RINGS[3][5], 1]
    on_lips = set(UPPER_LIP) | set(LOWER_LIP) | set(CORNERS)
    for i in range(468):
        if i in on_lips:
            continue
        dx = (face.upright[i, 0] - face.mouth_centre_x) / (width / 2)
        dy = (face.upright[i, 1] - middle_y) / (width / 2)
        reach = float(np.clip(1 - (np.hypot(dx, dy) - 1) / 1.1, 0, 1))
        funnel[i] = (-np.clip(dx, -1, 1) * 0.09 * width * reach, 0.012 * unit * reach * np.sign(dy))
        pucker[i] = (-np.clip(dx, -1, 1) * 0.14 * width * reach, 0)
    for rings, direction, open_by in ((UPPER_LIP_RINGS, -1, 0.034), (LOWER_LIP_RINGS, 1, 0.066)):
        for ring, weight in zip(rings, _FUNNEL_RING_WEIGHTS, strict=True):
            for i in ring:
                u = _along(face, i)
                profile = np.sqrt(max(0.0, 1 - u * u))
                funnel[i] = (-u * 0.125 * width, direction * open_by * unit * profile * weight)
                # fuller lips: the outer rings spread while the seam stays shut
                swell = 0.016 * unit * (1 - abs(u)) * (0.08 if weight == 1.0 else 1.0)
                pucker[i] = (-u * 0.19 * width, direction * swell)
    return funnel, pucker


def _close_source(face: Face, gap: Floats) -> Floats:
    """Bring the lips of an open mouth together on one line, mostly from below."""
    move = np.zeros((468, 2))
    if not gap.any():
        return move
    dropped = np.clip((gap[5] / face.interocular - _PARTED) / (_DROPPED - _PARTED), 0, 1)
    upper = _UPPER_SHARE[0] + (_UPPER_SHARE[1] - _UPPER_SHARE[0]) * dropped
    chin = _CHIN_SHARE[0] + (_CHIN_SHARE[1] - _CHIN_SHARE[0]) * dropped
    lower = 1 - upper
    for ring, weight in zip(UPPER_LIP_RINGS, (0.75, 0.85, 0.95, 1.0), strict=True):
        for k in range(1, 10):
            move[ring[k], 1] = upper * gap[k] * weight
    for ring, weight in zip(LOWER_LIP_RINGS, (0.9, 0.95, 0.98, 1.0), strict=True):
        for k in range(1, 10):
            move[ring[k], 1] = -lower * gap[k] * weight
    move[list(CHIN_SKIN), 1] = -0.5 * (chin + lower) * gap[5]
    move[list(CHIN_TIP), 1] = -chin * gap[5]
    return move


def _let_chin_follow(face: Face, move: Floats) -> None:
    """Let skin between lip and chin follow linearly; uneven steps would fold the field."""
    lip = face.upright[list(LOWER_LIP_OUTER)]
    lip_move = move[list(LOWER_LIP_OUTER), 1]
    chin_y, chin_move = face.upright[CHIN_POINT, 1], move[CHIN_POINT, 1]
    for i in CHIN:
        lip_y = np.interp(face.upright[i, 0], lip[:, 0], lip[:, 1])
        share = np.clip((face.upright[i, 1] - lip_y) / max(4.0, chin_y - lip_y), 0, 1)
        off_middle = abs(face.upright[i, 0] - face.mouth_centre_x) / (face.mouth_width / 2)
        start = np.interp(face.upright[i, 0], lip[:, 0], lip_move)
        move[i, 1] = (1 - share) * start + share * chin_move * max(0.3, 1 - 0.25 * off_middle)
