"""Sound files that a page sends."""

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..errors import DataError, UserError
from ..media.audio import read_soundtrack
from .limits import MOST_AUDIO_BYTES, MOST_AUDIO_SECONDS
from .protocol import SOUND_RATE


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


def decoded(path: Path) -> Iterator[NDArray[np.float32]]:
    """Yield the sound in blocks float32 (n,) at ``SOUND_RATE``, as far as ``MOST_AUDIO_SECONDS``.

    Raises ``DataError``, which does not tell the path.
    """
    try:
        for block in read_soundtrack(path, 1, SOUND_RATE, MOST_AUDIO_SECONDS):
            yield block[:, 0]
    except UserError as error:
        raise DataError(str(error).replace(f"{path}: ", "").replace(str(path), "the file")) from error
