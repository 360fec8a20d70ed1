import pytest

from bithuman_app.avatar import schema
from tests.cli.avatar_library import open_library

library = pytest.fixture(open_library)


@pytest.fixture
def no_schema(monkeypatch):
    """Check files as files: those of these tests are too small to be avatars."""
    monkeypatch.setattr(schema, "check", lambda container: None)


@pytest.fixture
def corrupted(library):
    data = bytearray(library.installed.read_bytes())
    data[-1] ^= 1
    return library.write("corrupted.imx", data)


@pytest.mark.usefixtures("no_schema")
@pytest.mark.parametrize("arguments", [["own/zoe.imx"], ["--model-path", "own/zoe.imx"], ["zoe"], ["maya"]])
def test_a_good_file_is_called_valid(library, arguments):
    outcome = library.run("validate", *arguments)
    assert outcome.code == 0
    assert ".imx is a valid avatar: 2 blocks" in outcome.out


@pytest.mark.usefixtures("no_schema")
def test_json_tells_what_was_checked(library):
    outcome = library.run("validate", "zoe", "--json")
    assert outcome.code == 0
    assert outcome.json == {
        "valid": True,
        "path": str(library.installed),
        "format": "1.0",
        "bytes": library.installed.stat().st_size,
        "blocks": 2,
    }


def test_a_corrupted_file_has_exit_code_65_and_one_line(library, corrupted):
    outcome = library.run("validate", corrupted)
    assert (outcome.code, outcome.out) == (65, "")
    assert "checksum of block 'thumbnail' is wrong" in outcome.err
    assert outcome.err.count("\n") == 1


def test_json_of_a_corrupted_file_says_why(library, corrupted):
    outcome = library.run("validate", corrupted, "--json")
    assert (outcome.code, outcome.err) == (65, "")
    assert outcome.json["valid"] is False
    assert outcome.json["path"] == str(corrupted)
    assert "thumbnail" in outcome.json["error"]


def test_a_vendors_file_has_exit_code_65(library):
    path = library.write("vendor.imx", b"IMX\0\2\0\x1b\0" + bytes(100))
    outcome = library.run("validate", "--model-path", path)
    assert outcome.code == 65
    assert "is a bitHuman model file" in outcome.err


def test_a_missing_file_has_exit_code_66(library):
    assert library.run("validate", "none.imx").code == 66
    outcome = library.run("validate", "none.imx", "--json")
    assert (outcome.code, outcome.json["valid"]) == (66, False)


def test_a_folder_has_exit_code_66(library):
    assert library.run("validate", library.folder).code == 66


@pytest.mark.parametrize("arguments", [[], ["zoe", "--model-path", "zoe"]])
def test_not_one_file_is_a_mistake_in_the_command_line(library, arguments):
    assert library.run("validate", *arguments).code == 64


def test_an_undamaged_file_that_is_no_avatar_has_exit_code_65(library):
    outcome = library.run("validate", "zoe")
    assert outcome.code == 65
    assert outcome.err.count("\n") == 1
