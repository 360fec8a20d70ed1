"""Bake the characters that ship with the program from their pictures in ``assets/artwork``.

    python -m tools.bake_avatars [--only NAME] [--to FOLDER]

Writes ``NAME_512.imx`` and ``NAME_1024.imx`` of each; the same version gives the same bytes.
"""

import argparse
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bithuman_app.avatar import Avatar, save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.avatar.bake.marks import Marks

ASSETS: Final = Path(__file__).parent.parent / "assets"
SIZES: Final = (512, 1024)

_PORTRAIT: Final = "CG portrait of a person who does not exist, made for this project on the ICT-FaceKit head"
_PORTRAIT_LICENCE: Final = "Apache-2.0 AND MIT"


@dataclass(frozen=True)
class Character:
    """A character, and what its file says about its picture."""

    name: str
    description: str
    licence: str
    marks: Marks | None = None

    @property
    def picture(self) -> Path:
        return ASSETS / "artwork" / f"{self.name}_1024.png"


CHARACTERS: Final = (
    Character("maya", _PORTRAIT, _PORTRAIT_LICENCE),
    Character("nora", _PORTRAIT, _PORTRAIT_LICENCE),
    Character("leo", _PORTRAIT, _PORTRAIT_LICENCE),
    Character(
        "ginger",
        "CG cat, made for this project",
        "Apache-2.0",
        Marks(
            eyes=((404, 487, 50, 46), (619, 487, 50, 46)),
            mouth=((437, 612), (588, 612)),
            chin=(512, 690),
        ),
    ),
    Character("iris", "illustration, drawn for this project", "Apache-2.0"),
)


def bake_character(character: Character, size: int) -> Avatar:
    """Bake a character at ``size`` x ``size`` pixels, with title, licence and source in its manifest."""
    options = BakeOptions(size=(size, size), name=character.name, marks=character.marks)
    avatar = bake_file(character.picture, options)
    about = {
        "title": character.name.capitalize(),
        "licence": character.licence,
        "source": {
            **avatar.manifest["source"],
            "picture": f"artwork/{character.picture.name}",
            "description": character.description,
        },
    }
    return replace(avatar, manifest={**avatar.manifest, **about})


def bake_all(folder: Path, names: list[str]) -> list[Path]:
    """Bake the named characters at all sizes into a folder and return the files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for character in CHARACTERS:
        if character.name not in names:
            continue
        for size in SIZES:
            path = folder / f"{character.name}_{size}.imx"
            avatar = bake_character(character, size)
            save_avatar(avatar, path)
            warnings = "".join(f"  warning: {warning}" for warning in avatar.manifest["warnings"])
            print(f"{path.name}  {path.stat().st_size} bytes{warnings}")
            files.append(path)
    return files


def main() -> None:
    """Bake what the command line asks for."""
    names = [character.name for character in CHARACTERS]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=names, help="bake this character alone")
    parser.add_argument("--to", type=Path, default=ASSETS / "avatars", help="folder for the avatar files")
    arguments = parser.parse_args()
    bake_all(arguments.to, [arguments.only] if arguments.only else names)


if __name__ == "__main__":
    main()
