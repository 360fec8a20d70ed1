"""``open`` and ``Avatar.render``: a clip in, pictures or a video out."""

from collections.abc import Generator, Iterator
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, Self, overload

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar as Face
from ..errors import UserError
from ..lipsync import SAMPLE_RATE
from ..media.audio import SOUNDTRACK_RATE
from ..media.video import VideoWriter
from . import _avatars
from ._compose import pieces, ticks
from .audio.utils import int16_to_float32, resample
from .exceptions import AvatarError, Failed, InvalidAvatar, ModelError

#: What ``Avatar.render`` speaks: a sound file's path, 16 kHz PCM (bytes, int16, float32), or an
#: iterable of PCM.
Audio = Any


class Avatar:
    """An avatar that speaks whole clips. Get one from ``open``."""

    def __init__(self, face: Face) -> None:
        """``face`` is the loaded avatar."""
        self._face: Face | None = face

    @overload
    def render(self, audio: Audio) -> Iterator[NDArray[np.uint8]]: ...
    @overload
    def render(self, audio: Audio, out_mp4: str | PathLike[str]) -> int: ...
    def render(
        self, audio: Audio, out_mp4: str | PathLike[str] | None = None
    ) -> Iterator[NDArray[np.uint8]] | int:
        """Yield the pictures of a clip, uint8 (h, w, 3) RGB, 25 for each second of sound.

        With ``out_mp4`` write them and the sound as a video instead and return how many there are.
        Closing the generator stops the speech. Raises ``Failed`` for sound that cannot be read.
        """
        if self._face is None:
            raise AvatarError("the avatar is closed")
        if out_mp4 is not None:
            return self._write(self._face, audio, Path(out_mp4))
        return _pictures(self._face, audio)

    def close(self) -> None:
        """Release the avatar; may be called again."""
        self._face = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _write(self, face: Face, audio: Audio, path: Path) -> int:
        try:
            sound = np.concatenate([*pieces(audio), np.zeros(0, np.int16)])
            track = resample(int16_to_float32(sound), SAMPLE_RATE, SOUNDTRACK_RATE)
            with VideoWriter(path, face.width, face.height, sound=iter([track[:, None]])) as writer:
                for tick in ticks(face, [sound]):
                    image = tick.image()
                    if image is not None:
                        writer.write_frame(image)
            return writer.frames
        except (UserError, ValueError) as error:
            raise Failed(str(error)) from error


def open_avatar(source: Any) -> Avatar:
    """Open an avatar file, a picture (baked), or an avatar at hand by name, such as ``"maya"``.

    Raises ``InvalidAvatar`` for what is none of these.
    """
    is_path = isinstance(source, str | PathLike)
    try:
        return Avatar(_avatars.load(source) if is_path else _avatars.bake_picture(source))
    except ModelError as error:
        raise InvalidAvatar(error.message) from error


def _pictures(face: Face, audio: Audio) -> Generator[NDArray[np.uint8]]:
    try:
        for tick in ticks(face, pieces(audio)):
            image = tick.image()
            if image is not None:
                yield np.ascontiguousarray(image[..., ::-1])
    except (UserError, ValueError) as error:
        raise Failed(str(error)) from error
