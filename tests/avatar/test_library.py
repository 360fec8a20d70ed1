from pathlib import Path

import pytest

from bithuman_app import resources
from bithuman_app.avatar import container, library
from bithuman_app.errors import MissingInputError


def put(folder: Path, name: str, size: tuple[int, int] = (512, 512), **manifest: object) -> Path:
    """Write an avatar file without blocks."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    container.write(path, {"width": size[0], "height": size[1], **manifest}, {})
    return path


@pytest.fixture
def shipped(tmp_path, monkeypatch):
    """A folder of shipped avatars: maya and nora in two sizes."""
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "assets")
    folder = tmp_path / "assets" / "avatars"
    for name in ("maya", "nora"):
        put(folder, f"{name}_512.imx")
        put(folder, f"{name}_1024.imx", (1024, 1024))
    return folder


@pytest.fixture
def own(tmp_path, monkeypatch, shipped):
    """The folder of installed avatars, empty; the working directory is another empty one."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    folder = tmp_path / "own"
    folder.mkdir()
    return folder


def find(name, own, size=None):
    return library.find(name, size=size, directory=own).name


@pytest.mark.parametrize(
    ("size", "file"),
    [
        (None, "maya_512.imx"),
        (512, "maya_512.imx"),
        (1024, "maya_1024.imx"),
        (100, "maya_512.imx"),
        (4000, "maya_1024.imx"),
        (700, "maya_512.imx"),
        (768, "maya_1024.imx"),
        (900, "maya_1024.imx"),
    ],
)
def test_a_name_means_the_nearest_size(own, size, file):
    assert find("maya", own, size) == file


def test_a_name_may_include_the_size(own):
    assert find("maya_1024", own) == "maya_1024.imx"


def test_upper_and_lower_case_are_the_same(own):
    assert find("Maya", own) == "maya_512.imx"


def test_an_installed_avatar_hides_a_shipped_one_of_its_name(own):
    mine = put(own, "maya.imx", (800, 600))
    assert library.find("maya", directory=own) == mine


def test_a_file_without_size_in_its_name_is_measured_by_its_manifest(own):
    put(own, "anna.imx", (1280, 720))
    put(own, "anna_512.imx")
    assert find("anna", own, 1200) == "anna.imx"
    assert find("anna", own) == "anna_512.imx"


def test_a_name_with_underscores_is_a_name(own):
    put(own, "my_old_cat.imx")
    assert find("my_old_cat", own) == "my_old_cat.imx"


def test_a_path_is_that_file(own, tmp_path):
    path = put(tmp_path / "elsewhere", "zoe.imx")
    assert library.find(str(path), directory=own) == path
    assert library.find(path, directory=own) == path


def test_a_bare_word_may_be_a_file_in_the_working_directory(own):
    put(Path.cwd(), "thing")
    assert library.find("thing", directory=own) == Path("thing")


def test_a_name_comes_before_a_file_of_the_working_directory(own):
    put(Path.cwd(), "maya")
    assert find("maya", own) == "maya_512.imx"


@pytest.mark.parametrize(("wrong", "right"), [("mya", "maya"), ("Nroa", "nora"), ("norah", "nora")])
def test_a_misspelt_name_gets_the_right_one(own, wrong, right):
    with pytest.raises(MissingInputError, match=rf"did you mean {right}\?"):
        find(wrong, own)


def test_an_unknown_name_gets_the_names_there_are(own):
    put(own, "zoe.imx")
    with pytest.raises(MissingInputError, match="known are maya, nora, zoe"):
        find("qqqq", own)


def test_with_no_avatar_at_all_the_folder_is_named(tmp_path, own, monkeypatch):
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "here")
    with pytest.raises(MissingInputError, match=r"no avatar is installed in .*own"):
        find("maya", own)


@pytest.mark.parametrize("name", ["none.imx", "folder/none", "maya_512.imx/x", "", "x" * 300, "a\nb", "."])
def test_what_cannot_be_found_is_one_line(own, name):
    with pytest.raises(MissingInputError) as caught:
        library.find(name, directory=own) and container.read(library.find(name, directory=own))
    assert str(caught.value).isprintable()


def test_the_file_name_of_an_avatar_gets_its_name(own):
    with pytest.raises(
        MissingInputError, match=r"maya\.imx does not exist; did you mean the avatar called maya"
    ):
        find("maya.imx", own)


def test_all_avatars_are_listed_by_name_and_size(own):
    put(own, "anna.imx", (1280, 720), title="Anna", licence="CC0-1.0")
    entries = library.installed(own)
    assert [(entry.name, entry.width, entry.height, entry.shipped) for entry in entries] == [
        ("anna", 1280, 720, False),
        ("maya", 512, 512, True),
        ("maya", 1024, 1024, True),
        ("nora", 512, 512, True),
        ("nora", 1024, 1024, True),
    ]
    assert (entries[0].title, entries[0].licence) == ("Anna", "CC0-1.0")


def test_a_damaged_file_is_listed_with_its_problem(own):
    (own / "broken.imx").write_bytes(b"IMX\0\2\0\5\0")
    entry = library.installed(own)[0]
    assert entry.name == "broken"
    assert "bitHuman model file" in entry.problem


def test_strange_values_in_a_manifest_are_as_good_as_none(own):
    put(own, "odd.imx", (-3, True), title=["x"], licence=7)
    entry = next(entry for entry in library.installed(own) if entry.name == "odd")
    assert (entry.width, entry.height, entry.title, entry.licence) == (None, None, None, None)


def test_other_files_and_folders_are_not_listed(own):
    (own / "notes.txt").write_text("x")
    (own / "folder.imx").mkdir()
    (own / ".half.imx.0123.part").write_bytes(b"")
    assert {entry.name for entry in library.installed(own)} == {"maya", "nora"}


def test_folders_that_are_not_there_hold_nothing(tmp_path, own, monkeypatch):
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "here")
    assert library.installed(tmp_path / "none") == []


def test_the_default_folder_belongs_to_the_user():
    assert library.install_directory().name == "avatars"
    assert library.install_directory().is_absolute()
