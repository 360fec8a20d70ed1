"""A whole recording at once: every frame of an avatar that speaks it, as fast as they can be made."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar.model import Avatar
from ..avatar.pose import FacePose
from ..lipsync import FRAMES_PER_SECOND, SAMPLE_RATE, ArticulationStream, Curves, loudness
from ..performance import Performer
from ..render import Renderer
from ..render.background import BLACK, Canvas, Colour

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
    seed: int = 0,
    size: tuple[int, int] | None = None,
    background: NDArray[np.uint8] | Colour | None = None,
    transparent: bool = False,
) -> Iterator[Frame]:
    """Yield ``ceil(n / 640)`` frames of the avatar speaking ``samples``, 16 kHz mono float32 (n,).

    The same avatar, samples and seed give the same frames. ``size`` is the (width, height) of the
    frames, by default the avatar's; where the proportions differ, the avatar is centred.
    ``background``, a colour or a BGR picture, replaces what is behind the person; by default that is
    what the avatar's picture shows. ``transparent`` cuts the person out instead.
    """
    renderer = Renderer(avatar)
    frame_size = (avatar.width, avatar.height)
    canvas = None
    if background is not None or (size or frame_size) != frame_size:
        canvas = Canvas(frame_size, size or frame_size, BLACK if background is None else background)
    for index, pose in enumerate(_poses(avatar, samples, seed)):
        if transparent:
            cut_out = renderer.render_with_alpha(pose)
            image = cut_out if canvas is None else canvas.cut_out(cut_out)
        elif canvas is None:
            image = renderer.render(pose)
        elif background is None:
            image = canvas.paint(renderer.render(pose))
        else:
            image = canvas.paint(renderer.render_with_alpha(pose))
        yield Frame(index, index / FRAMES_PER_SECOND, image, pose)


def _poses(avatar: Avatar, samples: NDArray[np.float32], seed: int) -> Iterator[FacePose]:
    performer = Performer(seed=seed, style=avatar.style)
    level = loudness(samples)
    done = 0
    for curves in _curves(samples):
        yield from performer.perform(curves, level[done : done + len(curves)])
        done += len(curves)


def _curves(samples: NDArray[np.float32]) -> Iterator[Curves]:
    """Listen piece by piece, so that an hour of sound need not be heard before the first frame."""
    stream = ArticulationStream()
    for start in range(0, len(samples), _PIECE):
        yield stream.push(samples[start : start + _PIECE])
    yield stream.flush()
