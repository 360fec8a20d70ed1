"""The open container behind the suffix ``.imx``: one JSON manifest and named, checksummed blocks.

``docs/avatar-format.md`` describes it byte by byte. This module is its front door; the parts are
``container_layout`` (numbers and limits), ``container_manifest`` (JSON), ``container_reader``,
``container_writer`` and ``container_foreign`` (names files that are something else). Which blocks
make an avatar is not its business: see ``checks`` and ``schema``.
"""

from .container_layout import BlockEntry
from .container_reader import Block, Container, Outline, read, read_manifest, read_outline, shown
from .container_writer import encode, write

__all__ = [
    "Block",
    "BlockEntry",
    "Container",
    "Outline",
    "encode",
    "read",
    "read_manifest",
    "read_outline",
    "shown",
    "write",
]
