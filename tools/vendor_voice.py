"""Take the licence of the voice activity detector out of the silero-vad wheel.

    python -m tools.vendor_voice [--wheel silero_vad-6.2.3-py3-none-any.whl]

The network itself is made by ``tools.voice_detector``. The package asks for torch, several gigabytes of it;
the program runs the network with onnxruntime and depends on neither.
"""

from pathlib import Path
from typing import Final

from tools.wheels import PinnedWheel, VendoredFile, vendor_files

VOICE: Final = Path(__file__).parent.parent / "assets" / "voice"

SILERO_VAD: Final = PinnedWheel(
    "silero-vad==6.2.3",
    "silero_vad-6.2.3-py3-none-any.whl",
    "7b7f5436cfcb02fae583a05b512ea96467fd449fe54cb49a5e4f06c51a1e43b8",
    ("--only-binary=:all:",),
)
FILES: Final[tuple[VendoredFile, ...]] = (
    (
        "silero_vad-6.2.3.dist-info/licenses/LICENSE",
        "LICENSE.silero-vad.txt",
        "2e63e9a38b6e8fc0c7bc37ce174caca1862870856c6daf5697cfb785e925520b",
    ),
)


if __name__ == "__main__":
    vendor_files(__doc__, SILERO_VAD, FILES, VOICE)
