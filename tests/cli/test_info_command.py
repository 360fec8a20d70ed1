import pytest

from bithuman_app.avatar import container
from tests.cli.avatar_library import open_library

library = pytest.fixture(open_library)


def test_manifest_size_blocks_and_thumbnail_are_shown(library):
    outcome = library.run("info", "maya")
    assert outcome.code == 0
    lines = [line.split("\t") for line in outcome.out.splitlines()]
    assert ["file", str(library.shipped)] in lines
    assert ["thumbnail", "yes"] in lines
    assert ["title", "Maya"] in lines
    assert ["picture", "uint8", "4×6×3", "72"] in [line[:4] for line in lines]


def test_json_holds_it_all(library):
    report = library.run("info", library.installed, "--json").json
    assert report["path"] == str(library.installed)
    assert report["bytes"] == library.installed.stat().st_size
    assert report["thumbnail"] is True
    assert report["manifest"] == {"width": 6, "height": 4, "title": "Zoë [bold]"}
    picture = report["blocks"][0]
    assert (picture["name"], picture["shape"], picture["compression"]) == ("picture", [4, 6, 3], "zlib")


def test_a_terminal_gets_a_table(library, monkeypatch):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    out = library.run("info", "zoe").out
    assert "─" in out
    assert "Zoë [bold]" in out


def test_what_could_steer_the_terminal_is_not_printed(library):
    container.write(library.folder / "evil.imx", {"title": "\x1b[2Jgone\x07\n\u202e"}, {})
    out = library.run("info", "evil.imx").out
    assert "\x1b" not in out
    assert "title\t�[2Jgone���\n" in out


def test_a_long_value_is_shortened(library):
    container.write(library.folder / "long.imx", {"curve": list(range(1000))}, {})
    assert max(map(len, library.run("info", "long.imx").out.splitlines())) < 200


def test_a_picture_has_exit_code_65(library):
    path = library.write("face.imx", b"\x89PNG\r\n\x1a\n" + bytes(50))
    outcome = library.run("info", path)
    assert outcome.code == 65
    assert "is a PNG picture" in outcome.err


def test_an_unknown_name_has_exit_code_66_and_a_suggestion(library):
    outcome = library.run("info", "mya")
    assert outcome.code == 66
    assert "did you mean maya?" in outcome.err
