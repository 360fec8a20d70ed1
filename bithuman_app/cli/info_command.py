"""``bithuman-app info``: what stands in an avatar file."""

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from ._common import print_json

if TYPE_CHECKING:
    from pathlib import Path

    from ..avatar.container import Outline

THUMBNAIL: Final = "thumbnail"
_LONGEST_VALUE: Final = 120


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("info")(_info)


def _info(
    avatar: Annotated[
        str, typer.Argument(metavar="AVATAR", help="The name of an avatar, or an avatar file.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Show an avatar's manifest, its size and its blocks; quick, because the blocks are not read."""
    from ..avatar.container import read_outline
    from ._avatar_output import find_file

    path = find_file(avatar)
    outline = read_outline(path)
    if as_json:
        print_json(_report(path, outline))
    else:
        _print(path, outline)


def _report(path: "Path", outline: "Outline") -> dict[str, Any]:
    from ._avatar_output import describe_block, format_version, path_text

    return {
        "path": path_text(path),
        "format": format_version(outline),
        "bytes": outline.file_size,
        "memory_bytes": sum(entry.raw_length for entry in outline.entries),
        "thumbnail": _has_thumbnail(outline),
        "manifest": outline.manifest,
        "blocks": [describe_block(entry) for entry in outline.entries],
    }


def _print(path: "Path", outline: "Outline") -> None:
    from ._avatar_output import format_version, path_text, print_table

    memory = sum(entry.raw_length for entry in outline.entries)
    facts = [
        ("file", path_text(path)),
        ("format", format_version(outline)),
        ("size", f"{outline.file_size:,} bytes, {memory:,} in memory"),
        ("thumbnail", "yes" if _has_thumbnail(outline) else "no"),
        *((key, _shortened(value)) for key, value in outline.manifest.items()),
    ]
    print_table((), facts)
    print_table(
        ("block", "type", "shape", "bytes", "bytes in the file"),
        [
            (
                entry.name,
                entry.dtype,
                "×".join(map(str, entry.shape)),
                f"{entry.raw_length:,}",
                f"{entry.stored_length:,}",
            )
            for entry in outline.entries
        ],
    )


def _has_thumbnail(outline: "Outline") -> bool:
    return any(entry.name == THUMBNAIL for entry in outline.entries)


def _shortened(value: object) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_VALUE else text[: _LONGEST_VALUE - 1] + "…"
