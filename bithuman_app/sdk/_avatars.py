"""Finding, loading and baking the avatar that a program asks for, with the errors it expects."""

import base64
import binascii
import io
import re
import urllib.request
from os import PathLike
from pathlib import Path
from typing import Any, Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar, open_avatar
from ..avatar.bake import BakeOptions, bake
from ..errors import DataError, MissingInputError, UserError
from ..media.images import MAX_FILE_BYTES, decode_image, read_image
from .exceptions import ModelLoadError, ModelNotFoundError

PICTURE_SUFFIXES: Final = (".png", ".jpg", ".jpeg", ".webp")
_DOWNLOAD_SECONDS: Final = 20
_DATA_URL: Final = re.compile(r"data:image/[a-z+.-]+;base64,", re.IGNORECASE)
_BASE64: Final = re.compile(r"[A-Za-z0-9+/\s]{64,}={0,2}\s*")


@runtime_checkable
class _PillowImage(Protocol):
    """What is used of a ``PIL.Image.Image``, so that Pillow need not be installed."""

    def save(self, fp: Any, format: str) -> None:
        """Write the picture."""


def load(source: str | PathLike[str]) -> Avatar:
    """Load the avatar of a path or a name; a picture is baked.

    Raises ``ModelNotFoundError`` or ``ModelLoadError``.
    """
    if str(source).lower().endswith(PICTURE_SUFFIXES):
        return bake_picture(Path(source))
    try:
        return open_avatar(source)
    except MissingInputError as error:
        raise ModelNotFoundError(str(error)) from error
    except UserError as error:
        raise ModelLoadError(str(error)) from error


def bake_picture(picture: object) -> Avatar:
    """Make an avatar from a picture: a path, an http(s) URL, base64 text, bytes, Pillow or BGR array.

    Raises ``ModelNotFoundError`` if there is none, ``ModelLoadError`` if it cannot be baked.
    """
    try:
        return bake(_pixels(picture), BakeOptions(name=_name(picture)))
    except MissingInputError as error:
        raise ModelNotFoundError(str(error)) from error
    except UserError as error:
        raise ModelLoadError(str(error)) from error


def _pixels(picture: object) -> NDArray[np.uint8]:
    """Return uint8 (h, w, 3) BGR or (h, w, 4) BGRA."""
    if isinstance(picture, np.ndarray):
        if picture.dtype != np.uint8 or picture.ndim != 3 or picture.shape[2] not in (3, 4):
            raise DataError("a picture array must be uint8 of shape (h, w, 3) BGR or (h, w, 4) BGRA")
        return np.ascontiguousarray(picture)
    if isinstance(picture, bytes | bytearray | memoryview):
        return decode_image(bytes(picture), "the avatar's picture")
    if isinstance(picture, str):
        return _pixels_from_text(picture)
    if isinstance(picture, PathLike):
        return read_image(Path(picture))
    if isinstance(picture, _PillowImage):
        encoded = io.BytesIO()
        picture.save(encoded, format="PNG")
        return decode_image(encoded.getvalue(), "the avatar's picture")
    raise DataError(f"an avatar cannot be made from a {type(picture).__name__}")


def _pixels_from_text(text: str) -> NDArray[np.uint8]:
    if text.startswith(("http://", "https://")):
        return decode_image(_download(text), text)
    if _DATA_URL.match(text) or (_BASE64.fullmatch(text) and not _is_file(text)):
        try:
            data = base64.b64decode(_DATA_URL.sub("", text, count=1), validate=False)
        except binascii.Error as error:
            raise DataError("the avatar's picture is no valid base64") from error
        return decode_image(data, "the avatar's picture")
    return read_image(text)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # longer than any file name
        return False


def _download(url: str) -> bytes:
    """Fetch what the program itself named; nothing else here ever uses the network."""
    try:
        with urllib.request.urlopen(url, timeout=_DOWNLOAD_SECONDS) as reply:
            data: bytes = reply.read(MAX_FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        raise MissingInputError(f"cannot fetch {url}: {error}") from error
    if len(data) > MAX_FILE_BYTES:
        raise DataError(f"{url}: the picture is larger than {MAX_FILE_BYTES // 1024 // 1024} MB")
    return data


def _name(picture: object) -> str:
    is_path = isinstance(picture, PathLike) or (isinstance(picture, str) and _is_file(picture))
    return Path(picture).stem if is_path else "avatar"  # type: ignore[arg-type]
