"""Several files as one zip, made while it is sent."""

import io
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

_BLOCK_BYTES: Final = 256 * 1024


class _Outbox(io.RawIOBase):
    """What ``zipfile`` writes to; holds what was not sent yet."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, data: object) -> int:
        """Take bytes."""
        block = memoryview(data)  # type: ignore[arg-type]  # the base class allows every buffer
        self._waiting += block
        return block.nbytes

    def taken(self) -> bytes:
        """Return what came since the last time."""
        data = bytes(self._waiting)
        self._waiting.clear()
        return data


def zipped(files: Sequence[tuple[str, Path]]) -> Iterator[bytes]:
    """Yield a zip of (name, file) in blocks; videos are stored as they are, they do not shrink.

    Every entry has the same date, so the same files give the same bytes.
    """
    outbox = _Outbox()
    with zipfile.ZipFile(outbox, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, path in files:
            with (
                archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as entry,
                path.open("rb") as file,
            ):
                while block := file.read(_BLOCK_BYTES):
                    entry.write(block)
                    yield outbox.taken()
    yield outbox.taken()
