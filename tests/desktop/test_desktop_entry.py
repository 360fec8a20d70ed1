"""The desktop's menu: a program that opens files, and the type of avatar files."""

import configparser
import os
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from bithuman_app.avatar.container_layout import MAGIC
from tests.desktop.conftest import Launch
from tests.desktop.processes import until
from tests.desktop.screens import Screen

FOLDER = Path(__file__).parents[2] / "packaging" / "linux"
NAMESPACE = "{http://www.freedesktop.org/standards/shared-mime-info}"
AVATAR_TYPE = "application/x-bithuman-avatar"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """Return a program at a place that needs care."""
    path = tmp_path / "my $programs" / "bithuman-app"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    return path


def install(home: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HOME": str(home),
        "XDG_DATA_HOME": str(home / "data"),
        "XDG_CONFIG_HOME": str(home / "config"),
    }
    command = [str(FOLDER / "install"), *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def entry_of(path: Path) -> configparser.SectionProxy:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Desktop Entry"]


def files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.rglob("bithuman-app*") if path.is_file()}


def test_the_entry_opens_several_files_of_its_types():
    entry = entry_of(FOLDER / "bithuman-app.desktop")
    assert entry["Exec"].split() == ["bithuman-app", "window", "%F"]
    assert AVATAR_TYPE in entry["MimeType"].split(";")
    assert {"audio/mpeg", "image/png"} <= set(entry["MimeType"].split(";"))


def test_the_type_is_known_by_how_avatar_files_begin():
    root = ElementTree.parse(FOLDER / "bithuman-app.xml").getroot()
    (kind,) = root.findall(f"{NAMESPACE}mime-type")
    assert kind.get("type") == AVATAR_TYPE
    (match,) = kind.findall(f"{NAMESPACE}magic/{NAMESPACE}match")
    assert match.get("value", "").encode("ascii").decode("unicode_escape").encode("latin-1") == MAGIC
    (glob,) = kind.findall(f"{NAMESPACE}glob")
    assert glob.get("pattern") == "*.imx"


def test_it_is_installed_with_the_program_s_path(tmp_path: Path, program: Path):
    done = install(tmp_path, program)
    assert done.returncode == 0, done.stderr
    entry = entry_of(tmp_path / "data" / "applications" / "bithuman-app.desktop")
    escaped = str(program).replace("$", "\\\\$")  # for the quotes, and that again as in all values
    assert entry["Exec"] == f'"{escaped}" window %F'
    assert (tmp_path / "data" / "mime" / "packages" / "bithuman-app.xml").is_file()
    assert (tmp_path / "data" / "icons" / "hicolor" / "scalable" / "apps" / "bithuman-app.svg").is_file()


def test_it_can_be_removed(tmp_path: Path, program: Path):
    install(tmp_path, program)
    assert files_in(tmp_path / "data") >= {"bithuman-app.desktop", "bithuman-app.xml", "bithuman-app.svg"}
    assert install(tmp_path, "--remove").returncode == 0
    assert files_in(tmp_path / "data") == set()


def test_without_the_program_one_line_says_what_to_do(tmp_path: Path):
    done = install(tmp_path, tmp_path / "nothing here")
    assert done.returncode == 66
    (line,) = done.stderr.splitlines()
    assert "give its path" in line


@pytest.mark.skipif(shutil.which("update-mime-database") is None, reason="needs shared-mime-info")
def test_the_system_understands_the_type(tmp_path: Path, program: Path):
    install(tmp_path, program)
    globs = (tmp_path / "data" / "mime" / "globs").read_text(encoding="utf-8")
    assert f"{AVATAR_TYPE}:*.imx" in globs


def test_a_file_that_is_no_avatar_may_come_first(screen: Screen, launch: Launch, tmp_path: Path):
    sound = tmp_path / "a sound.wav"
    shutil.copy(Path(__file__).parents[2] / "assets" / "audio" / "speech.wav", sound)
    launch("window", sound)
    screen.window("Maya – bithuman-app")
    log = tmp_path / "log" / "bithuman-app.log"
    until(lambda: "a recording" in log.read_text(encoding="utf-8"), "the recording to be opened")


def test_a_device_that_is_not_there_is_refused_with_the_choices(
    screen: Screen, sound_server: object, launch: Launch
):
    program = launch("window", "--device", "trumpet")
    assert program.wait() == 64
    assert "no loudspeaker is called 'trumpet'; there are" in program.output
    assert "'default'" in program.output
