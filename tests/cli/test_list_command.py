import pytest

from tests.cli.avatar_library import open_library

library = pytest.fixture(open_library)


def test_shipped_and_installed_avatars_are_listed(library):
    outcome = library.run("list")
    assert outcome.code == 0
    assert outcome.out.splitlines() == [
        f"maya\t6×4\tMaya\tCC0-1.0\t{library.shipped}",
        f"zoe\t6×4\tZoë [bold]\t\t{library.installed}",
    ]


def test_json_is_one_object(library):
    report = library.run("list", "--json").json
    assert report["directory"] == str(library.installed.parent)
    assert report["avatars"][0] == {
        "name": "maya",
        "path": str(library.shipped),
        "shipped": True,
        "width": 6,
        "height": 4,
        "title": "Maya",
        "licence": "CC0-1.0",
        "problem": None,
    }


def test_a_terminal_gets_a_table(library, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    assert "─" in library.run("list").out


def test_a_damaged_file_is_listed_with_its_problem(library):
    library.write("own/broken.imx", b"BIMX" + bytes(20))
    assert "bitHuman model file" in library.run("list").out
    problems = [avatar["problem"] for avatar in library.run("list", "--json").json["avatars"]]
    assert [problem is None for problem in problems] == [False, True, True]


def test_an_empty_library_says_where_it_looked(library):
    library.shipped.unlink()
    library.installed.unlink()
    outcome = library.run("list")
    assert (outcome.code, outcome.out) == (0, "")
    assert str(library.installed.parent) in outcome.err.replace("\n", "")
    assert library.run("list", "--json").json["avatars"] == []
