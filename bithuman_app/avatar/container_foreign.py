"""Names a file that is not an avatar file, so that its owner knows what went wrong."""

import struct
from typing import Final

from .container_layout import MAGIC

#: How many bytes ``describe`` wants to see; tar's signature is the one that lies furthest back.
HEAD_SIZE: Final = 512

_BAKE_HINT: Final = "bake a picture into an avatar with `bithuman-app bake`"

# bitHuman documents the head of its version 2 container in its public examples and reads it there:
# "IMX\0", a 16-bit version, a 16-bit count of members. Version 1 starts with "BIMX".
_VENDOR_2: Final = b"IMX\0"
_VENDOR_1: Final = b"BIMX"

_PICTURES: Final = (
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
)
_OTHERS: Final = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1aE\xdf\xa3", "a Matroska or WebM video"),
    (b"OggS", "an Ogg file"),
    (b"fLaC", "a FLAC sound"),
    (b"ID3", "an MP3 sound"),
    (b"\xff\xfb", "an MP3 sound"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x80\x02", "a Python pickle"),
    (b"\x80\x03", "a Python pickle"),
    (b"\x80\x04", "a Python pickle"),
    (b"\x80\x05", "a Python pickle"),
    (b"SQLite format 3\0", "an SQLite database"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a Linux program"),
    (b"MZ", "a Windows program"),
    (b"version https://git-lfs", "a Git LFS pointer (fetch the real file with `git lfs pull`)"),
)
_RIFF_KINDS: Final = {b"WEBP": "a WebP picture", b"WAVE": "a WAV sound", b"AVI ": "an AVI video"}
_STILL_BRANDS: Final = (b"heic", b"heix", b"mif1", b"avif")


def describe(head: bytes) -> str:
    """Return what the first ``HEAD_SIZE`` bytes of a file that is no avatar file say it is.

    The answer completes a sentence that starts with the file's name, as in "is a PNG picture, not …".
    """
    vendor = _vendor(head)
    if vendor:
        return (
            f"is a bitHuman model file ({vendor}); this program reads avatars that it baked itself: "
            "bake one from a picture with `bithuman-app bake`"
        )
    if _is_mangled(head):
        return (
            "was damaged by a text editor or a transfer in text mode; copy the original again in binary mode"
        )
    picture = _first_match(_PICTURES, head) or _picture_in_container(head)
    if picture:
        return f"is {picture}, not an avatar file; {_BAKE_HINT}"
    kind = _first_match(_OTHERS, head) or _sound_or_video(head) or _archive_or_text(head)
    if kind:
        return f"is {kind}, not an avatar file"
    return f"is not an avatar file (it starts with the bytes {head[:8].hex(' ')})"


def _vendor(head: bytes) -> str | None:
    if head.startswith(_VENDOR_1):
        return "its container, version 1"
    if head.startswith(_VENDOR_2) and len(head) >= 8:
        version, members = struct.unpack_from("<HH", head, 4)
        return f"its container, version {version}, {members} members"
    return None


def _is_mangled(head: bytes) -> bool:
    """Tell whether the head is our magic number after a change of line ends, text code or eighth bit."""
    return MAGIC[1:4] in head[:6] and not head.startswith(MAGIC)


def _first_match(signatures: tuple[tuple[bytes, str], ...], head: bytes) -> str | None:
    return next((name for signature, name in signatures if head.startswith(signature)), None)


def _picture_in_container(head: bytes) -> str | None:
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return _RIFF_KINDS[b"WEBP"]
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return "a HEIF or AVIF picture"
    return None


def _sound_or_video(head: bytes) -> str | None:
    if head[:4] == b"RIFF":
        return _RIFF_KINDS.get(head[8:12])
    if head[4:8] == b"ftyp":
        return "an MP4 or QuickTime video"
    return None


def _archive_or_text(head: bytes) -> str | None:
    if head[257:262] == b"ustar":
        return "a tar archive"
    if head[8:10] == b'{"' and head[4:8] == b"\0\0\0\0":
        return "a safetensors file"
    if not head.strip(b"\0"):
        return "a file of zeros (perhaps an unfinished download)"
    start = head.lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "a web page (perhaps a failed download)"
    if start.startswith((b"{", b"[")) and b"\0" not in head:
        return "JSON text"
    # The end of the head may cut a character in two, hence "ignore".
    text = head.decode("utf-8", "ignore")
    if len(text.encode()) >= len(head) - 3 and all(c.isprintable() or c in "\t\r\n\f" for c in text):
        return "a text file"
    return None
