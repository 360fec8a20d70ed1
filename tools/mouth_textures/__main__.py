"""Draw all pictures of ``assets/mouth`` and write their measures to ``mouth.json``.

    python -m tools.mouth_textures [--output FOLDER]

Takes about two minutes. The same program gives the same bytes.
"""

import argparse
import json
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from tools.mouth_textures import drawn, teeth, tongue
from tools.mouth_textures.anatomy import CHARACTERS, LOWER, LOWER_ARCH, UPPER, UPPER_ARCH, place_row

MOUTH: Final = Path(__file__).parent.parent.parent / "assets" / "mouth"


def _visible_width(picture: np.ndarray) -> int:
    """Return the width in pixels of what is at least half opaque."""
    columns = np.flatnonzero((picture[..., 3] > 127).any(0))
    return int(columns[-1] - columns[0] + 1)


def row_measures(picture: np.ndarray, upper: bool) -> dict[str, object]:
    """Return the anchor and scale of a row of teeth."""
    height, width = picture.shape[:2]
    from_edge = teeth.EDGE_MM * teeth.PIXELS_PER_MM
    return {
        "incisal_midpoint": [width / 2, height - from_edge if upper else from_edge],
        "pixels_per_mm": teeth.PIXELS_PER_MM,
        "central_incisor_width_mm": (UPPER if upper else LOWER)[0].width,
        "visible_width": _visible_width(picture),
        "gum_side": "top" if upper else "bottom",
    }


def tongue_measures(picture: np.ndarray) -> dict[str, object]:
    """Return the anchor and scale of a tongue."""
    height, width = picture.shape[:2]
    return {
        "tip_midpoint": [width / 2, height - tongue.TIP_MM * tongue.PIXELS_PER_MM],
        "pixels_per_mm": tongue.PIXELS_PER_MM,
        "visible_width": _visible_width(picture),
    }


def main() -> None:
    """Draw everything."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=MOUTH)
    folder = parser.parse_args().output
    folder.mkdir(parents=True, exist_ok=True)
    pictures: dict[str, np.ndarray] = {}
    for letter, character in CHARACTERS.items():
        upper = place_row(UPPER, UPPER_ARCH, character)
        lower = place_row(LOWER, LOWER_ARCH, character)
        pictures[f"upper_teeth_{letter}"] = teeth.draw_row(upper, True, character.seed)
        pictures[f"lower_teeth_{letter}"] = teeth.draw_row(lower, False, character.seed + 1)
    pictures["tongue"] = tongue.draw_tongue(seed=5)
    pictures |= {name: draw() for name, draw in drawn.PICTURES.items()}
    measures = {}
    for name, picture in pictures.items():
        cv2.imwrite(str(folder / f"{name}.png"), picture, [cv2.IMWRITE_PNG_COMPRESSION, 9])
        size = {"width": picture.shape[1], "height": picture.shape[0]}
        own = tongue_measures(picture) if "tongue" in name else row_measures(picture, "upper" in name)
        measures[f"{name}.png"] = size | own
    (folder / "mouth.json").write_text(json.dumps(measures, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
