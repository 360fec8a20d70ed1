"""``bithuman-app list``: the avatars that ship with the program and those that were installed."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from ._common import console, print_json

if TYPE_CHECKING:
    from ..avatar.library import Entry


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("list")(_list)


def _list(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False) -> None:
    """List the avatars at hand."""
    from ..avatar import library
    from ..settings import load
    from ._avatar_output import path_text, pixel_size, print_table

    directory = load().avatar_directory
    entries = library.installed(directory)
    if as_json:
        print_json({"directory": path_text(directory), "avatars": [_report(entry) for entry in entries]})
        return
    if not entries:
        console().print(f"no avatars are installed in {path_text(directory)}", markup=False)
        return
    print_table(
        ("name", "size", "title", "licence", "file"),
        [
            (
                entry.name,
                pixel_size(entry.width, entry.height),
                entry.problem or entry.title or "",
                entry.licence or "",
                path_text(entry.path),
            )
            for entry in entries
        ],
    )


def _report(entry: "Entry") -> dict[str, Any]:
    from ._avatar_output import path_text

    return {
        "name": entry.name,
        "path": path_text(entry.path),
        "shipped": entry.shipped,
        "width": entry.width,
        "height": entry.height,
        "title": entry.title,
        "licence": entry.licence,
        "problem": entry.problem,
    }
