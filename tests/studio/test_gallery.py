"""The gallery: listing, adding, renaming, exporting and deleting avatars."""

import os
import shutil
import time
from pathlib import Path

import pytest

from bithuman_app.avatar import open_avatar
from bithuman_app.errors import DataError, MissingInputError, UsageError
from bithuman_app.studio.gallery import Gallery
from bithuman_app.studio.names import checked_name, free_name, name_from_file
from bithuman_app.studio.trash import KEEP_SECONDS
from tests.studio.conftest import SIZE


def names(gallery: Gallery) -> list[str]:
    return [card.name for card in gallery.cards()]


def test_shipped_and_own_avatars_are_listed(gallery: Gallery) -> None:
    assert [(card.name, card.shipped) for card in gallery.cards()] == [("maya", True), ("Zoë", False)]


def test_the_sizes_of_an_avatar_are_one_card(gallery: Gallery, shelf: Path, baked: Path) -> None:
    shutil.copy(baked, shelf / "Zoë_1024.imx")

    assert len(gallery.card("Zoë").files) == 2


def test_a_damaged_file_is_listed_with_its_problem(gallery: Gallery, shelf: Path) -> None:
    (shelf / "broken.imx").write_bytes(b"nothing")

    assert gallery.card("broken").problem == "the file is damaged or of another kind"
    with pytest.raises(DataError, match="the avatar broken cannot be used"):
        gallery.usable("broken")


def test_an_avatar_that_is_added_has_its_name_inside_too(gallery: Gallery, baked: Path) -> None:
    name = gallery.add(baked, "Ada")

    assert open_avatar(gallery.card(name).file().path).name == "Ada"


@pytest.mark.parametrize(("wanted", "known_as"), [("zoë", "zoë 2"), ("Maya", "Maya 2"), ("Ada", "Ada")])
def test_a_name_that_is_taken_gets_a_number(
    gallery: Gallery, baked: Path, wanted: str, known_as: str
) -> None:
    assert gallery.add(baked, wanted) == known_as


def test_an_avatar_is_renamed(gallery: Gallery) -> None:
    gallery.rename("Zoë", "Ada  Lovelace")

    assert names(gallery) == ["Ada Lovelace", "maya"]
    assert open_avatar(gallery.card("Ada Lovelace").file().path).name == "Ada Lovelace"


def test_only_the_case_of_a_name_can_be_changed(gallery: Gallery) -> None:
    gallery.rename("Zoë", "ZOË")

    assert names(gallery) == ["maya", "ZOË"]


def test_a_name_cannot_be_taken_twice(gallery: Gallery) -> None:
    with pytest.raises(UsageError, match="there is an avatar called 'Maya' already"):
        gallery.rename("Zoë", "Maya")


def test_shipped_avatars_cannot_be_renamed(gallery: Gallery) -> None:
    with pytest.raises(UsageError, match="maya came with the program and cannot be renamed"):
        gallery.rename("maya", "Ada")


def test_shipped_avatars_cannot_be_deleted(gallery: Gallery) -> None:
    with pytest.raises(UsageError, match="came with the program and cannot be deleted"):
        gallery.delete("maya")


def test_an_exported_avatar_comes_back_as_another(gallery: Gallery, tmp_path: Path) -> None:
    path, name = gallery.export("Zoë")
    shutil.copy(path, tmp_path / name)

    assert gallery.bring(tmp_path / name, name) == "Zoë 2"


def test_a_damaged_file_is_not_brought_in(gallery: Gallery, tmp_path: Path, shelf: Path) -> None:
    data = bytearray(gallery.export("Zoë")[0].read_bytes())
    data[len(data) // 2] ^= 0xFF
    (tmp_path / "bad.imx").write_bytes(data)

    with pytest.raises(DataError, match=r"^friend\.imx: "):
        gallery.bring(tmp_path / "bad.imx", "friend.imx")
    assert [path.name for path in shelf.glob("*.imx")] == [f"Zoë_{SIZE}.imx"]


def test_what_is_wrong_with_a_file_is_told_without_its_path(gallery: Gallery, tmp_path: Path) -> None:
    (tmp_path / "bad.imx").write_bytes(b"nothing at all")

    with pytest.raises(DataError) as caught:
        gallery.bring(tmp_path / "bad.imx", "friend.imx")
    assert str(tmp_path) not in str(caught.value)


def test_a_deleted_avatar_comes_back(gallery: Gallery) -> None:
    receipt = gallery.delete("Zoë")
    assert names(gallery) == ["maya"]

    assert gallery.restore(receipt) == "Zoë"
    assert names(gallery) == ["maya", "Zoë"]


def test_an_avatar_comes_back_with_a_number_if_its_name_is_taken(gallery: Gallery, baked: Path) -> None:
    receipt = gallery.delete("Zoë")
    gallery.add(baked, "Zoë")

    assert gallery.restore(receipt) == "Zoë 2"


def test_a_deletion_is_undone_once(gallery: Gallery) -> None:
    receipt = gallery.delete("Zoë")
    gallery.restore(receipt)

    with pytest.raises(MissingInputError, match="cannot be brought back any more"):
        gallery.restore(receipt)


def test_the_trash_is_emptied_in_the_end(gallery: Gallery, shelf: Path) -> None:
    gallery.delete("Zoë")

    gallery.close()

    assert not list(shelf.iterdir())


def test_what_a_killed_program_deleted_goes_after_a_day(gallery: Gallery, shelf: Path) -> None:
    gallery.delete("Zoë")
    (left,) = (shelf / ".trash").iterdir()
    os.utime(left, (time.time() - KEEP_SECONDS - 60,) * 2)

    Gallery(shelf)

    assert not left.exists()


@pytest.mark.parametrize("word", ["../Zoë", "/etc/passwd", "Zoë_128.imx", "", "."])
def test_a_path_is_no_name(gallery: Gallery, word: str) -> None:
    with pytest.raises(MissingInputError, match="there is no avatar called"):
        gallery.export(word)


@pytest.mark.parametrize(
    "name",
    ["", "   ", "../up", "a/b", "a\\b", ".hidden", "nul", "COM1", "x.imx", "cat_512", "a\0b", "a\nb:c",
     "x" * 41, "ends.", "<b>", "_"],
)  # fmt: skip
def test_a_bad_name_is_refused(gallery: Gallery, name: str) -> None:
    with pytest.raises(UsageError):
        gallery.rename("Zoë", name)


@pytest.mark.parametrize("name", ["Zoë", "my cat", "O'Neill", "Jean-Luc 2", "李小龍", "9 lives", "R2.D2"])
def test_a_good_name_is_kept_as_it_is(name: str) -> None:
    assert checked_name(name) == name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Me_at_the_sea.JPG", "Me at the sea"),
        ("C:\\photos\\granny.png", "granny"),
        ("../../etc/passwd", "passwd"),
        ("nora_512.imx", "nora"),
        ("???.png", "avatar"),
        ("nul.png", "avatar"),
        ("x" * 90 + ".png", "x" * 40),
    ],
)
def test_an_avatar_is_called_like_the_file_it_came_from(file: str, name: str) -> None:
    assert name_from_file(file) == name


def test_a_long_name_has_room_for_its_number() -> None:
    assert free_name("x" * 40, ["x" * 40]) == "x" * 38 + " 2"
