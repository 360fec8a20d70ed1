"""Take the voice activity detector that the program runs, and its licence, out of the silero-vad wheel.

    python -m tools.vendor_voice [--wheel silero_vad-6.2.3-py3-none-any.whl]

The package itself asks for torch, several gigabytes of it. The program runs the network with onnxruntime
and depends on neither.
"""

import argparse
import sys
from pathlib import Path
from typing import Final

from tools.wheels import PinnedWheel, open_wheel, sha256_of

VOICE: Final = Path(__file__).parent.parent / "assets" / "voice"

SILERO_VAD: Final = PinnedWheel(
    "silero-vad==6.2.3",
    "silero_vad-6.2.3-py3-none-any.whl",
    "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
    ("--only-binary=:all:",),
)
# where each file lies inside the wheel, what it is called here, and what it must hash to
FILES: Final[tuple[tuple[str, str, str], ...]] = (
    (
        "silero_vad/data/silero_vad_16k_op15.onnx",
        "silero_vad_16k.onnx",
        "7ed98ddbad84ccac4cd0aeb3099049280713df825c610a8ed34543318f1b2c49",
    ),
    (
        "silero_vad-6.2.3.dist-info/licenses/LICENSE",
        "LICENSE.silero-vad.txt",
        "2e63e9a38b6e8fc0c7bc37ce174caca1862870856c6daf5697cfb785e925520b",
    ),
)


def main() -> None:
    """Extract the files into ``assets/voice`` and check each against its pinned hash."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="use this copy of the wheel instead of downloading it")
    wheel = open_wheel(SILERO_VAD, parser.parse_args().wheel)
    VOICE.mkdir(parents=True, exist_ok=True)
    for inside, name, expected in FILES:
        target = VOICE / name
        target.write_bytes(wheel.read(inside))
        found = sha256_of(target)
        if found != expected:
            sys.exit(f"{target} has SHA-256 {found}, expected {expected}")
        print(f"{target.relative_to(VOICE.parent.parent)}  {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
