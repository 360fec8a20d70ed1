"""What files may be given to the workshop; bitHuman's limits."""

from pathlib import Path
from typing import Final

import av

from ..errors import DataError, UserError
from ..media.audio import SoundInfo, probe
from ..media.containers import open_input
from ..media.images import Image, decode_image
from ..media.picture_headers import foreign_format, read_header

MOST_IMAGE_BYTES: Final = 10 * 1024**2
MOST_AUDIO_BYTES: Final = 50 * 1024**2
MOST_VIDEO_BYTES: Final = 100 * 1024**2
#: An avatar file is a few megabytes; 4096 pixels a side make it about a hundred.
MOST_AVATAR_BYTES: Final = 128 * 1024**2
_LONGEST_TITLE: Final = 80


def shown_title(name: str) -> str:
    """Return what of a file's name, as somebody sent it, is shown: its last part, on one line, cut."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(letter if letter.isprintable() else " " for letter in last).strip()
    return text[:_LONGEST_TITLE] or "untitled"


def check_recording(path: Path, title: str) -> SoundInfo:
    """Return what is known of a sound file, or a video with sound; raises ``DataError`` in one line."""
    try:
        most = MOST_VIDEO_BYTES if _shows_pictures(path) else MOST_AUDIO_BYTES
        _check_size(path, most)
        return probe(path)
    except UserError as error:
        raise _without_path(error, path, title) from None


def read_picture(path: Path, title: str) -> Image:
    """Decode a picture of at most ``MOST_IMAGE_BYTES``; raises ``DataError`` in one line."""
    try:
        _check_size(path, MOST_IMAGE_BYTES)
        return decode_image(path.read_bytes(), title)
    except UserError as error:
        raise _without_path(error, path, title) from None


def is_picture(path: Path) -> bool:
    """Tell whether a file begins like a picture, of any format."""
    with path.open("rb") as file:
        start = file.read(4096)
    return read_header(start) is not None or foreign_format(start) is not None


def _shows_pictures(path: Path) -> bool:
    with open_input(path) as container:
        stream = container.streams.best("video")
        # cover pictures of songs are video streams too
        return stream is not None and not stream.disposition & av.stream.Disposition.attached_pic


def _check_size(path: Path, most: int) -> None:
    size = path.stat().st_size
    if size > most:
        raise DataError(f"{path}: has {size / 1024**2:.1f} MB; at most {most // 1024**2} MB are taken")


def _without_path(error: UserError, path: Path, title: str) -> DataError:
    """Name a file as its sender does; where it lies here is nobody's business."""
    text = str(error).replace(f"{path}: ", "").replace(str(path), "the file").removeprefix(f"{title}: ")
    return DataError(f"{title}: {text}")
