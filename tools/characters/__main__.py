"""Draw the illustrated character from ``iris.svg``.

    pip install cairosvg==2.9.1
    python -m tools.characters [--output FILE] [--size PIXELS]

With cairosvg 2.9.1 the picture at 1024 equals ``assets/artwork/iris_1024.png`` in every pixel.
"""

import argparse
from pathlib import Path
from typing import Final

import cairosvg

SOURCE: Final = Path(__file__).parent / "iris.svg"
ARTWORK: Final = Path(__file__).parent.parent.parent / "assets" / "artwork" / "iris_1024.png"


def main() -> None:
    """Draw the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--output", type=Path, default=ARTWORK)
    parser.add_argument("--size", type=int, default=1024)
    options = parser.parse_args()
    cairosvg.svg2png(
        url=str(SOURCE),
        write_to=str(options.output),
        output_width=options.size,
        output_height=options.size,
    )
    print(options.output)


if __name__ == "__main__":
    main()
