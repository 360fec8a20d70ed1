"""``bithuman-app sheet``: one picture that shows everything an avatar can do."""

from pathlib import Path
from typing import Annotated

import typer

from ._common import console, print_json
from ._threads import keep_numpy_to_one_thread


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sheet")(_sheet)


def _sheet(
    avatar: Annotated[
        str, typer.Argument(metavar="AVATAR", help="An avatar's name, an .imx file, or a picture of a face.")
    ],
    output: Annotated[
        Path,
        typer.Option("-o", "--output", metavar="FILE", help="The picture to draw: *.png, *.jpg or *.webp."),
    ] = Path("sheet.png"),
    size: Annotated[
        str | None,
        typer.Option(metavar="512|1024|WxH", help="Which size of an avatar, or at which a picture is baked."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Draw a contact sheet: all visemes, blinks, gaze, brows, smile and head turns of an avatar."""
    keep_numpy_to_one_thread()
    from ..avatar import open_avatar
    from ..errors import UsageError
    from ..media.files import check_creatable
    from ..media.images import write_image
    from ..settings import load
    from ._avatar_output import path_text, printable
    from ._bake_progress import bake_progress
    from ._render_inputs import find_avatar, parse_size
    from ._sheet_drawing import draw_sheet

    if output.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp"):
        raise UsageError(f"{output}: the name of a sheet must end in .png, .jpg or .webp")
    check_creatable(output)
    with bake_progress() as progress:
        file = find_avatar(avatar, parse_size(size), load(), progress)
    loaded = open_avatar(file)
    sheet = draw_sheet(loaded)
    write_image(output, sheet)
    if as_json:
        print_json(
            {
                "output": path_text(output),
                "name": loaded.name,
                "width": sheet.shape[1],
                "height": sheet.shape[0],
            }
        )
    else:
        console().print(
            f"{printable(str(output))}: a contact sheet of {printable(loaded.name)}", markup=False
        )
