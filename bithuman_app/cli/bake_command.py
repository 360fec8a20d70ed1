"""``bithuman-app bake``: a picture of a face becomes an avatar file."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ._common import console, print_json
from ._threads import keep_numpy_to_one_thread

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ..avatar.bake import BakeOptions
    from ..avatar.model import Avatar
    from ._bake_marks import MarkWords

_SUFFIX = ".imx"
_LONGEST_NAME = 200
_GUESSED = (
    "no person was seen in the rectangle, so eyes and mouth are guessed from it; "
    "mark them with --eyes and --mouth if they sit wrong"
)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("bake")(_bake)


def _bake(
    picture: Annotated[Path, typer.Argument(metavar="IMAGE", help="A JPEG, PNG or WebP picture of a face.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE.imx",
            help="The avatar file, replaced if there is one; without it NAME.imx in the current directory.",
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="What the avatar is called; by default as the picture's file.")
    ] = None,
    size: Annotated[
        str | None, typer.Option(metavar="512|1024|WxH", help="Size of its frames in pixels; 512 by default.")
    ] = None,
    face: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,W,H", help="Rectangle from brow to chin around the face that is meant, in pixels."
        ),
    ] = None,
    eyes: Annotated[
        str | None,
        typer.Option(
            metavar="X,Y,RX,RY,X,Y,RX,RY",
            help="Both eyes, each by its centre, half its width and half its height; for faces that are not "
            "found: animals, some drawings.",
        ),
    ] = None,
    mouth: Annotated[
        str | None, typer.Option(metavar="X,Y,X,Y", help="Both corners of the mouth, together with --eyes.")
    ] = None,
    style: Annotated[
        Literal["photo", "drawing", "animal"] | None,
        typer.Option(help="How the inside of the mouth and the lids are made; guessed by default."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Bake a picture into an avatar, once; from then on it speaks whatever it hears.

    Photos, paintings, drawings and animals work. The largest face is taken; --face chooses another.
    """
    keep_numpy_to_one_thread()
    from ..avatar import save_avatar
    from ..avatar.bake import bake
    from ..media.images import read_image
    from ._avatar_output import path_text
    from ._bake_marks import parse_marks
    from ._bake_progress import bake_progress
    from ._render_inputs import parse_size

    marks = parse_marks(face, eyes, mouth)
    pixels = parse_size(size) or (512, 512)
    avatar_name = _avatar_name(name, picture)
    path = _output_path(output, avatar_name, picture)
    with bake_progress() as progress:
        image = read_image(picture)
        started = time.perf_counter()
        options = _options(image, marks, pixels, avatar_name, style)
        avatar = bake(image, options, progress)
        seconds = time.perf_counter() - started
    if options.marks is not None and (marks.eyes is None or marks.mouth is None):
        avatar.manifest["warnings"].append(_GUESSED)
    save_avatar(avatar, path)
    for warning in avatar.manifest["warnings"]:
        console().print(f"warning: {warning}", markup=False, soft_wrap=True)
    if as_json:
        print_json({"output": path_text(path), **_facts(avatar, seconds, path)})
    else:
        _say(avatar, seconds, path)


def _avatar_name(name: str | None, picture: Path) -> str:
    """Return the avatar's name, which is also the stem of its file unless that is given."""
    from ..errors import UsageError

    if name is None:
        stem = "".join(letter if letter.isprintable() else "_" for letter in picture.stem)
        return stem[:_LONGEST_NAME] or "avatar"
    if not 0 < len(name.strip()) <= len(name) <= _LONGEST_NAME:
        raise UsageError(f"--name must have 1 to {_LONGEST_NAME} characters")
    if not name.isprintable() or set(name) & set("/\\"):
        raise UsageError(f"--name cannot be {name!r}: slashes and control characters are not for names")
    return name


def _output_path(output: Path | None, name: str, picture: Path) -> Path:
    from ..errors import UsageError
    from ..media.files import check_creatable

    if output is None:
        path = Path(name + _SUFFIX)
    elif output.is_dir():
        path = output / (name + _SUFFIX)
    else:
        path = output
    if path.suffix.lower() != _SUFFIX:
        raise UsageError(f"{path}: the name of an avatar file must end in {_SUFFIX}")
    if path.exists() and picture.exists() and path.samefile(picture):
        raise UsageError(f"{path}: the avatar would overwrite its own picture; choose another name with -o")
    check_creatable(path)
    return path


def _options(
    image: "NDArray[np.uint8]",
    words: "MarkWords",
    size: tuple[int, int],
    name: str,
    style: Literal["photo", "drawing", "animal"] | None,
) -> "BakeOptions":
    import numpy as np

    from ..avatar.bake import BakeOptions
    from ..avatar.bake.choose_face import choose_face
    from ..avatar.bake.marks import Marks

    if not words.given:
        return BakeOptions(size=size, name=name, style=style)
    words.check_inside(image.shape[1], image.shape[0])
    chosen = choose_face(np.ascontiguousarray(image[..., :3]), words.face, words.eyes, words.mouth)
    if isinstance(chosen, Marks):
        return BakeOptions(size=size, name=name, style=style, marks=chosen)
    return BakeOptions(size=size, name=name, style=style, landmarks=chosen)


def _facts(avatar: "Avatar", seconds: float, path: Path) -> dict[str, Any]:
    return {
        "name": avatar.name,
        "width": avatar.width,
        "height": avatar.height,
        "style": avatar.style,
        "warnings": list(avatar.manifest["warnings"]),
        "bake_seconds": round(seconds, 3),
        "file_bytes": path.stat().st_size,
    }


def _say(avatar: "Avatar", seconds: float, path: Path) -> None:
    from ._avatar_output import printable

    console().print(
        f"{printable(str(path))}: {avatar.name}, {avatar.width}x{avatar.height}, {avatar.style}, "
        f"{path.stat().st_size / 1e6:.1f} MB, baked in {seconds:.1f} s",
        markup=False,
        soft_wrap=True,
    )
