"""Where the shipped assets lie: inside an installed wheel, or at the top of a checkout."""

from pathlib import Path

_INSTALLED = Path(__file__).parent / "_assets"
_CHECKOUT = Path(__file__).parent.parent / "assets"


def asset(*parts: str) -> Path:
    """Return the path of a shipped asset, for instance ``asset("models", "face_landmark.tflite")``.

    The file need not exist; callers that open it report a missing file themselves.
    """
    root = _INSTALLED if _INSTALLED.is_dir() else _CHECKOUT
    return root.joinpath(*parts)
