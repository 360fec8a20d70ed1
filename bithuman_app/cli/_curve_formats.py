"""The files that ``curves`` writes, one function a format; each gives the whole file as bytes."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from ..avatar.arkit import ARKIT_NAMES
from ..lipsync import ARTICULATION_NAMES, FRAMES_PER_SECOND, VISEME_NAMES
from ._avatar_output import path_text
from ._curve_sheet import CurveSheet
from ._mouth_cues import mouth_cues

#: What Epic's Live Link Face app calls its columns; its order of sides is not ARKit's.
_LIVE_LINK_SWAPS: Final = {
    "jawLeft": "jawRight",
    "jawRight": "jawLeft",
    "mouthLeft": "mouthRight",
    "mouthRight": "mouthLeft",
}
_LIVE_LINK_ROTATIONS: Final = tuple(
    part + axis for part in ("Head", "LeftEye", "RightEye") for axis in ("Yaw", "Pitch", "Roll")
)


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file: its suffix, what it is for, and how it is made."""

    suffix: str
    purpose: str
    encode: Callable[[CurveSheet], bytes]


def _npz(sheet: CurveSheet) -> bytes:
    file = io.BytesIO()
    np.savez_compressed(
        file,
        fps=np.float32(FRAMES_PER_SECOND),
        open=sheet.open,
        width=sheet.width,
        round=sheet.round,
        articulation=sheet.curves.articulation,
        articulation_names=np.array(ARTICULATION_NAMES),
        arkit=sheet.arkit,
        arkit_names=np.array(ARKIT_NAMES),
        tongue=sheet.tongue,
        visemes=sheet.curves.visemes,
        viseme_names=np.array(VISEME_NAMES),
    )
    return file.getvalue()


def _json(sheet: CurveSheet) -> bytes:
    data: dict[str, Any] = {
        "audio": path_text(sheet.audio.name),
        "fps": FRAMES_PER_SECOND,
        "frames": len(sheet.curves),
        "seconds": round(sheet.seconds, 4),
        "open": _rounded(sheet.open),
        "width": _rounded(sheet.width),
        "round": _rounded(sheet.round),
        "articulation": _columns(ARTICULATION_NAMES, sheet.curves.articulation),
        "arkit": _columns(ARKIT_NAMES, sheet.arkit),
        "tongue": _rounded(sheet.tongue),
        "visemes": _columns(VISEME_NAMES, sheet.curves.visemes),
    }
    if sheet.phonemes:
        data["phonemes"] = [
            {"label": p.label, "start": round(p.start, 3), "end": round(p.end, 3)} for p in sheet.phonemes
        ]
    return _as_json(data)


def _csv(sheet: CurveSheet) -> bytes:
    names = ["frame", "time", "open", "width", "round"]
    names += [f"articulation_{name}" for name in ARTICULATION_NAMES]
    names += [*ARKIT_NAMES, "tongue", *(f"viseme_{name}" for name in VISEME_NAMES)]
    table = np.column_stack(
        [
            *(sheet.open, sheet.width, sheet.round),
            *(sheet.curves.articulation, sheet.arkit, sheet.tongue, sheet.curves.visemes),
        ]
    )
    rows = (
        [frame, f"{frame / FRAMES_PER_SECOND:.2f}", *_rounded(values)] for frame, values in enumerate(table)
    )
    return _as_csv(names, rows)


def _live_link(sheet: CurveSheet) -> bytes:
    names = [_LIVE_LINK_SWAPS.get(name, name) for name in ARKIT_NAMES]
    order = [ARKIT_NAMES.index(name) for name in names]
    titles = [name[0].upper() + name[1:] for name in names]
    count = len(ARKIT_NAMES) + len(_LIVE_LINK_ROTATIONS)
    still = [0.0] * len(_LIVE_LINK_ROTATIONS)
    rows = (
        [_timecode(frame), count, *_rounded(values[order]), *still]
        for frame, values in enumerate(sheet.arkit)
    )
    return _as_csv(["Timecode", "BlendShapeCount", *titles, *_LIVE_LINK_ROTATIONS], rows)


def _timecode(frame: int) -> str:
    seconds, part = divmod(frame, FRAMES_PER_SECOND)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}:{part:02}.000"


def _audio2face(sheet: CurveSheet) -> bytes:
    return _as_json(
        {
            "exportFps": float(FRAMES_PER_SECOND),
            "trackPath": path_text(sheet.audio.name),
            "numPoses": len(ARKIT_NAMES),
            "numFrames": len(sheet.curves),
            "facsNames": list(ARKIT_NAMES),
            "weightMat": [_rounded(frame) for frame in sheet.arkit],
        }
    )


def _rhubarb_tsv(sheet: CurveSheet) -> bytes:
    lines = [f"{cue.start:.2f}\t{cue.shape}\n" for cue in mouth_cues(sheet.curves, sheet.seconds)]
    return "".join([*lines, f"{sheet.seconds:.2f}\tX\n"]).encode()


def _rhubarb_json(sheet: CurveSheet) -> bytes:
    cues = mouth_cues(sheet.curves, sheet.seconds)
    return _as_json(
        {
            "metadata": {"soundFile": path_text(sheet.audio), "duration": round(sheet.seconds, 2)},
            "mouthCues": [
                {"start": round(cue.start, 2), "end": round(cue.end, 2), "value": cue.shape} for cue in cues
            ],
        }
    )


def _rhubarb_xml(sheet: CurveSheet) -> bytes:
    result = ElementTree.Element("rhubarbResult")
    metadata = ElementTree.SubElement(result, "metadata")
    sound = "".join(c if c.isprintable() else "�" for c in path_text(sheet.audio))
    ElementTree.SubElement(metadata, "soundFile").text = sound
    ElementTree.SubElement(metadata, "duration").text = f"{sheet.seconds:.2f}"
    cues = ElementTree.SubElement(result, "mouthCues")
    for cue in mouth_cues(sheet.curves, sheet.seconds):
        times = {"start": f"{cue.start:.2f}", "end": f"{cue.end:.2f}"}
        ElementTree.SubElement(cues, "mouthCue", times).text = cue.shape
    ElementTree.indent(result)
    text: bytes = ElementTree.tostring(result, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


#: By name, in the order in which the help lists them.
FORMATS: Final[dict[str, Format]] = {
    "npz": Format(".npz", "everything, for NumPy", _npz),
    "json": Format(".json", "everything", _json),
    "csv": Format(".csv", "everything, one row a frame", _csv),
    "livelink": Format(".csv", "ARKit coefficients as the Live Link Face app records them", _live_link),
    "audio2face": Format(".json", "ARKit coefficients as Audio2Face exports them", _audio2face),
    "rhubarb-tsv": Format(".tsv", "mouth shapes A to H and X as Rhubarb writes them", _rhubarb_tsv),
    "rhubarb-json": Format(".json", "the same", _rhubarb_json),
    "rhubarb-xml": Format(".xml", "the same", _rhubarb_xml),
}
#: The format that a file's suffix means where none is asked for.
BY_SUFFIX: Final = {
    ".npz": "npz",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "rhubarb-tsv",
    ".xml": "rhubarb-xml",
}


def _columns(names: Sequence[str], table: NDArray[np.float32]) -> dict[str, list[float]]:
    return {name: _rounded(table[:, i]) for i, name in enumerate(names)}


def _rounded(values: NDArray[np.floating]) -> list[float]:
    """Return numbers with four decimals, a hundredth of what anybody sees; never -0."""
    numbers: list[float] = (np.round(np.asarray(values, np.float64), 4) + 0.0).tolist()
    return numbers


def _as_json(data: dict[str, Any]) -> bytes:
    return (json.dumps(data, allow_nan=False) + "\n").encode("ascii")


def _as_csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()
