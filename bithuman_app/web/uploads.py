"""Sound files that a page sends."""

import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from ..errors import DataError
from .limits import MOST_AUDIO_BYTES


@asynccontextmanager
async def received(chunks: AsyncIterator[bytes]) -> AsyncIterator[Path]:
    """Keep what is sent in a temporary file, whose name nobody sends.

    Raises ``DataError`` if it is more than ``MOST_AUDIO_BYTES``, as soon as it is.
    """
    handle, name = tempfile.mkstemp(prefix="bithuman-app-")
    try:
        with os.fdopen(handle, "wb") as file:
            size = 0
            async for chunk in chunks:
                size += len(chunk)
                if size > MOST_AUDIO_BYTES:
                    raise DataError(f"the file is larger than {MOST_AUDIO_BYTES // 2**20} MB")
                file.write(chunk)
        yield Path(name)
    finally:
        Path(name).unlink(missing_ok=True)
