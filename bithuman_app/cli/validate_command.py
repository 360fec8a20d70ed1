"""``bithuman-app validate``: check an avatar file from its first byte to its last."""

from typing import Annotated, Any

import typer

from ..errors import UsageError, UserError
from ._common import print_json


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("validate")(_validate)


def _validate(
    path: Annotated[
        str | None, typer.Argument(metavar="AVATAR", help="An avatar file, or the name of an avatar.")
    ] = None,
    model_path: Annotated[str | None, typer.Option("--model-path", help="The same, as an option.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Check an avatar file: format, checksums, and whether it holds all that an avatar needs.

    The exit code is 0 for a good file, 65 for a bad one and 66 if there is no such file.
    """
    if (path is None) == (model_path is None):
        raise UsageError("give the avatar to check, once: as an argument or with --model-path")
    wanted = path if path is not None else model_path
    assert wanted is not None
    try:
        report = _check(wanted)
    except UserError as error:
        if not as_json:
            raise
        from ._avatar_output import path_text

        print_json({"valid": False, "path": path_text(wanted), "error": str(error)})
        raise typer.Exit(error.exit_code) from None
    if as_json:
        print_json(report)
    else:
        from ._avatar_output import printable

        facts = f"{report['blocks']} blocks, {report['bytes']:,} bytes"
        print(f"{printable(report['path'])} is a valid avatar: {facts}")


def _check(name_or_path: str) -> dict[str, Any]:
    from ..avatar import schema
    from ..avatar.container import read
    from ._avatar_output import find_file, format_version, path_text

    path = find_file(name_or_path)
    container = read(path)
    schema.check(container)
    return {
        "valid": True,
        "path": path_text(path),
        "format": format_version(container.outline),
        "bytes": container.outline.file_size,
        "blocks": len(container.blocks),
    }
