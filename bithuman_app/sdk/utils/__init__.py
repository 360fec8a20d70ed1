"""Small helpers that programs import from ``bithuman.utils``."""

import hashlib
from pathlib import Path

from .fps_controller import FPSController

__all__ = ["FPSController", "calculate_file_hash"]


def calculate_file_hash(file_path: str | Path) -> str | None:
    """Return the MD5 of a file in hexadecimal, None if it cannot be read; it names, it does not protect."""
    digest = hashlib.md5(usedforsecurity=False)
    try:
        with Path(file_path).open("rb") as stream:
            while block := stream.read(1 << 20):
                digest.update(block)
    except OSError:
        return None
    return digest.hexdigest()
