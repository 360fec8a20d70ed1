"""Opening a sound or video file with PyAV, every failure told in one line."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

import av
from av.container import InputContainer

from ..errors import DataError, MissingInputError

#: The FFmpeg demuxers that may be used. Playlists (HLS, concat) are left out on purpose: they could
#: make a text file open other files.
_DEMUXERS: Final = (
    "wav", "w64", "aiff", "au", "caf", "mp3", "aac", "ac3", "amr", "flac", "ogg", "mov", "matroska",
    "webm", "avi", "asf", "flv", "mpegts", "mpeg",
)  # fmt: skip

#: Sizes at or above this are what programs write that do not know how long a WAV will be.
_WAV_SIZE_UNKNOWN: Final = 0xFFFF_FF00


@contextmanager
def open_input(path: Path) -> Iterator[InputContainer]:
    """Open a media file for reading and close it afterwards.

    Raises ``MissingInputError`` if it does not exist, is a folder or may not be read and
    ``DataError`` if it is empty or of an unknown format.
    """
    with open_binary(path) as file:
        try:
            # The file goes in as an object, so that no name can be taken for a protocol or a URL.
            container = av.open(file, "r", options={"format_whitelist": ",".join(_DEMUXERS)})
        except av.FFmpegError as error:
            raise DataError(f"{path}: not a sound or video file that can be read, or damaged") from error
        with container:
            yield container


def open_binary(path: Path) -> BinaryIO:
    """Open a regular, non-empty file for reading bytes.

    Raises ``MissingInputError`` if it does not exist, is a folder or may not be read and
    ``DataError`` if it is empty.
    """
    try:
        if path.is_dir():
            raise MissingInputError(f"{path}: is a folder, not a file")
        if path.exists() and not path.is_file():  # opening a named pipe would wait for ever
            raise MissingInputError(f"{path}: is not a regular file")
        file = path.open("rb")
    except FileNotFoundError as error:
        raise MissingInputError(f"{path}: no such file") from error
    except PermissionError as error:
        raise MissingInputError(f"{path}: may not be read (permission denied)") from error
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise MissingInputError(f"{path}: cannot be opened ({error})") from error
    if path.stat().st_size == 0:
        file.close()
        raise DataError(f"{path}: the file is empty")
    return file


def declared_seconds(container: InputContainer, path: Path) -> float | None:
    """Return the length of the sound as the file's own header states it, in seconds.

    ``None`` where the format states none or where FFmpeg only estimates it (MP3, raw AAC) or gives
    the length of the whole file (Matroska).
    """
    stream = container.streams.best("audio")
    formats = container.format.name.split(",")
    if "wav" in formats:
        return _wav_seconds(path)
    if stream is None or stream.duration is None or stream.time_base is None:
        return None
    if not {"mov", "flac"}.intersection(formats):
        return None
    return float(stream.duration * stream.time_base)


def _wav_seconds(path: Path) -> float | None:
    """Read a RIFF header: FFmpeg reports what is there, not what should be there."""
    bytes_per_second = 0
    with path.open("rb") as file:
        if file.read(4) != b"RIFF":
            return None
        file.seek(12)
        while len(header := file.read(8)) == 8:
            name, size = struct.unpack("<4sI", header)
            if name == b"fmt ":
                fields = file.read(16)
                if len(fields) < 16:
                    return None
                bytes_per_second = struct.unpack("<I", fields[8:12])[0]
                file.seek(size + size % 2 - 16, 1)
            elif name == b"data":
                known = 0 < size < _WAV_SIZE_UNKNOWN and bytes_per_second > 0
                return size / bytes_per_second if known else None
            else:
                file.seek(size + size % 2, 1)
    return None
