"""What a program says was dropped: ``text/uri-list`` (RFC 2483)."""

import os
import socket
from pathlib import Path
from urllib.parse import unquote_to_bytes, urlsplit


def files_of(data: bytes) -> tuple[list[Path], list[str]]:
    """Return the files of this computer that a list names, and the other things that it names.

    Names may have any bytes, as they have on the disk. Lines that begin with # are comments. Raises
    nothing: what cannot be understood is among the other things.
    """
    files: list[Path] = []
    others: list[str] = []
    # Some programs end the list with a zero, or its lines without a carriage return.
    for line in data.rstrip(b"\0").decode("utf-8", "surrogateescape").splitlines():
        uri = line.strip()
        if not uri or uri.startswith("#"):
            continue
        path = _local_file(uri)
        if path is None:
            others.append(uri)
        else:
            files.append(path)
    return files, others


def _local_file(uri: str) -> Path | None:
    try:
        parts = urlsplit(uri, allow_fragments=False)
    except ValueError:
        return None
    # freedesktop.org's file URI specification: the host is empty, "localhost", or this computer's name.
    here = ("", "localhost", socket.gethostname().lower())
    # A name may have a question mark, which urlsplit takes for the start of a query.
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if parts.scheme != "file" or parts.netloc.lower() not in here or not path.startswith("/"):
        return None
    name = unquote_to_bytes(path.encode("utf-8", "surrogateescape"))
    return None if b"\0" in name else Path(os.fsdecode(name))
