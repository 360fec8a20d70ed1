"""A whole recording at once: every frame of an avatar that speaks it, as fast as they can be made."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..avatar.pose import FacePose
from ..lipsync import FRAMES_PER_SECOND, SAMPLE_RATE
from ..lipsync.exact_path import ExactPath, check
from ..lipsync.phonemes import Phoneme
from ..render.background import Colour
from .character import Character
from .painter import Painter
from .speech import Speech, SpokenFrame

#: How many samples are listened to at a time; the result does not depend on it.
_PIECE: Final = 10 * SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture of the performance.

    ``image`` is a fresh uint8 (h, w, 3) BGR, or (h, w, 4) BGRA of a transparent performance.
    ``time`` in seconds is when it is to be shown: frame ``index`` shows the mouth at ``index / 25``.
    """

    index: int
    time: float
    image: NDArray[np.uint8]
    pose: FacePose


def perform(
    avatar: Avatar,
    samples: NDArray[np.float32],
    *,
    phonemes: Iterable[Phoneme] | None = None,
    seed: int = 0,
    size: tuple[int, int] | None = None,
    background: NDArray[np.uint8] | Colour | None = None,
    transparent: bool = False,
) -> Iterator[Frame]:
    """Yield ``ceil(n / 640)`` frames of the avatar speaking ``samples``, 16 kHz mono float32 (n,).

    The same avatar, samples and seed give the same frames, and the same as a live ``Session`` to which
    the samples are pushed at its start. ``phonemes``, with times in seconds from the start, make the
    lips follow what is spoken exactly. ``size`` is the (width, height) of the frames, by default the
    avatar's; where the proportions differ, the avatar is centred. ``background``, a colour or a BGR
    picture, replaces what is behind the person; by default that is what the avatar's picture shows.
    ``transparent`` cuts the person out instead.
    """
    painter = Painter(avatar, size, background, transparent)
    character = Character(seed, avatar.style)
    path = ExactPath()
    if phonemes is not None:
        path.add(check(phonemes), 0.0)
    for index, frame in enumerate(_listen(samples)):
        pose = character.speak(frame.spoken_as(path, index))
        yield Frame(index, index / FRAMES_PER_SECOND, painter.paint(pose), pose)


def _listen(samples: NDArray[np.float32]) -> Iterator[SpokenFrame]:
    """Listen piece by piece, so that an hour of sound need not be heard before the first frame."""
    speech = Speech()
    for start in range(0, len(samples), _PIECE):
        yield from speech.push(samples[start : start + _PIECE])
    yield from speech.finish()
