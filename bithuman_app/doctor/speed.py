"""How fast a picture is made here."""

import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

import numpy as np

from .finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from ..settings import Settings

#: 25 pictures a second leave 40 ms each; other work needs half of it.
_DUE_MS: Final = 40.0
_COMFORTABLE_MS: Final = 20.0
_FRAMES: Final = 25


def one_frame(settings: "Settings") -> Iterator[Finding]:
    """Measure pictures of a second of speech with the avatar that comes first; the median counts."""
    milliseconds, size = _measured(settings)
    detail = f"{milliseconds:.1f} ms for a picture of {size[0]} × {size[1]}"
    if milliseconds > _DUE_MS:
        yield fail(
            "Speed", detail, "a live avatar needs 40 ms at most: choose a smaller one, end other programs"
        )
    elif milliseconds > _COMFORTABLE_MS:
        yield warn("Speed", detail, "it may falter when other programs are busy")
    else:
        yield ok("Speed", detail)


def _measured(settings: "Settings") -> tuple[float, tuple[int, int]]:
    from ..avatar import library, open_avatar
    from ..session import Session

    avatar = open_avatar(library.find(settings.avatar, None, settings.avatar_directory))
    seconds = []
    with Session(avatar) as session, session.view() as view:
        hum = np.sin(np.arange(16_000, dtype=np.float32) * (2 * np.pi * 150 / 16_000)) * np.float32(0.3)
        session.push((hum * 32_767).astype(np.int16), 16_000, end=True)
        for _ in range(_FRAMES):
            begun = time.perf_counter()
            view.next().image()
            seconds.append(time.perf_counter() - begun)
        size = session.size
    return statistics.median(seconds) * 1000, size
