"""The recipe of the shipped characters."""

from pathlib import Path

import pytest

from bithuman_app.avatar import library, open_avatar
from tools import bake_avatars


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("avatars")
    bake_avatars.bake_all(folder, ["iris"])
    return folder


def test_each_character_comes_in_two_sizes(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == ["iris_1024.imx", "iris_512.imx"]
    assert (open_avatar(folder / "iris_512.imx").width, open_avatar(folder / "iris_1024.imx").width) == (
        512,
        1024,
    )


def test_the_same_version_gives_the_same_bytes(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bake_avatars, "SIZES", (512,))
    (again,) = bake_avatars.bake_all(tmp_path, ["iris"])

    assert again.read_bytes() == (folder / again.name).read_bytes()


def test_the_file_says_what_it_is_and_whose(folder: Path) -> None:
    entry = next(entry for entry in library.installed(folder) if entry.path.name == "iris_512.imx")

    assert (entry.name, entry.title, entry.licence) == ("iris", "Iris", "Apache-2.0")
    source = open_avatar(folder / "iris_512.imx").manifest["source"]
    assert source["picture"] == "artwork/iris_1024.png"
    assert source["description"]


def test_every_character_has_its_picture() -> None:
    assert [character.name for character in bake_avatars.CHARACTERS] == [
        "maya",
        "nora",
        "leo",
        "ginger",
        "iris",
    ]
    assert all(character.picture.is_file() for character in bake_avatars.CHARACTERS)
