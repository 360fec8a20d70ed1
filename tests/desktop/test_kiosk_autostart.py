"""Units that start the kiosk at login, as the systems that read them understand them."""

import plistlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app import logs
from bithuman_app.cli import run
from bithuman_app.desktop.kiosk.autostart import Start, unit
from bithuman_app.errors import CannotCreateError, UsageError

#: Everything that a unit's syntax could misunderstand.
ODD = ["two words", 'a "quote"', "back\\slash", "100%", "$HOME", "semi;colon", "it's", ""]


@pytest.fixture(autouse=True)
def without_configuration_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def start(place: Path, *arguments: str, **environment: str) -> Start:
    return Start([sys.executable, "-m", "bithuman_app", "kiosk", *arguments], place, environment)


def lines(text: str) -> dict[str, str]:
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def test_service_is_accepted_by_systemd(tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("this system has no systemd-analyze")
    service = unit("systemd", start(tmp_path, "maya", *ODD, KEY="a value"), tmp_path)
    service.install()

    done = subprocess.run(
        ["systemd-analyze", "verify", "--user", "--man=no", str(service.path)],
        env={"HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")


def test_service_starts_again_always_but_not_after_the_staff_left_it(tmp_path: Path) -> None:
    service = lines(unit("systemd", start(tmp_path), tmp_path).text)

    assert service["Restart"] == "always"
    assert service["RestartPreventExitStatus"] == "0"
    assert service["StartLimitIntervalSec"] == "0"


def test_service_quotes_what_systemd_would_expand(tmp_path: Path) -> None:
    service = lines(unit("systemd", start(tmp_path, "two words", "100%", "$HOME"), tmp_path).text)

    assert service["ExecStart"].endswith('kiosk "two words" 100%% $$HOME')


def test_service_is_switched_on_and_off(tmp_path: Path) -> None:
    service = unit("systemd", start(tmp_path), tmp_path)
    wanted = tmp_path / ".config" / "systemd" / "user" / "default.target.wants" / "bithuman-kiosk.service"

    service.install()
    assert wanted.resolve() == service.path

    assert service.remove()
    assert not wanted.is_symlink()
    assert not service.path.exists()


def test_removing_what_is_not_there_says_so(tmp_path: Path) -> None:
    assert not unit("systemd", start(tmp_path), tmp_path).remove()


def test_installing_twice_replaces(tmp_path: Path) -> None:
    unit("systemd", start(tmp_path, "maya"), tmp_path).install()
    unit("systemd", start(tmp_path, "nora"), tmp_path).install()

    folder = tmp_path / ".config" / "systemd" / "user"
    assert sorted(path.name for path in folder.iterdir()) == [
        "bithuman-kiosk.service",
        "default.target.wants",
    ]
    assert "nora" in (folder / "bithuman-kiosk.service").read_text()


def test_agent_of_launchd_says_what_to_start(tmp_path: Path) -> None:
    what = start(tmp_path, *ODD, KEY="a value")
    values = plistlib.loads(unit("launchd", what, tmp_path).text.encode())

    assert values["ProgramArguments"] == list(what.command)
    assert values["EnvironmentVariables"] == {"KEY": "a value"}
    assert values["KeepAlive"] == {"SuccessfulExit": False}
    assert values["RunAtLoad"] is True


def test_agent_of_launchd_lies_where_launchd_looks(tmp_path: Path) -> None:
    agent = unit("launchd", start(tmp_path), tmp_path)
    agent.install()

    assert (tmp_path / "Library" / "LaunchAgents" / "bithuman-app.kiosk.plist").is_file()


def test_desktop_entry_gives_back_the_command(tmp_path: Path) -> None:
    what = start(tmp_path, *ODD)
    entry = lines(unit("desktop", what, tmp_path).text)

    # Two layers, as its specification says: the value's own backslashes, then quotes as a shell has them.
    words = entry["Exec"].replace("\\\\", "\\").replace("%%", "%")
    printed = subprocess.run(
        ["sh", "-c", f"printf '%s\\n' {words}"], capture_output=True, text=True, check=True
    ).stdout
    assert printed.splitlines() == list(what.command)


def test_desktop_entry_is_accepted(tmp_path: Path) -> None:
    if shutil.which("desktop-file-validate") is None:
        pytest.skip("this system has no desktop-file-validate")
    entry = unit("desktop", start(tmp_path, *ODD), tmp_path)
    entry.install()

    done = subprocess.run(
        ["desktop-file-validate", str(entry.path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_configuration_home_is_respected(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "elsewhere"))

    path = unit("desktop", start(tmp_path), tmp_path).path
    assert path == tmp_path / "elsewhere" / "autostart" / "bithuman-kiosk.desktop"


def test_line_break_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="line break"):
        unit("systemd", start(tmp_path, "two\nlines"), tmp_path)


def test_place_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / ".config").write_text("a file where the directory should be")

    with pytest.raises(CannotCreateError, match="cannot write"):
        unit("systemd", start(tmp_path), tmp_path).install()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Be a user with an empty home and no settings, whose systemd is out of reach."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    logs.close()


def kiosk(*arguments: str) -> int:
    return run(["kiosk", *arguments, "--autostart-kind", "systemd"])


def test_command_prints_the_unit_and_writes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert kiosk("nora", "--attract-phrase", "Good morning.", "--print-autostart") == 0

    command = lines(capsys.readouterr().out)["ExecStart"]
    assert command.endswith('-m bithuman_app kiosk nora --attract-phrase "Good morning."')
    assert not (home / ".config").exists()


def test_command_installs_and_removes_the_unit(home: Path) -> None:
    path = home / ".config" / "systemd" / "user" / "bithuman-kiosk.service"

    assert kiosk("nora", "--install-autostart") == 0
    assert lines(path.read_text())["WorkingDirectory"] == str(home)

    assert kiosk("--remove-autostart") == 0
    assert not path.exists()


def test_unknown_kind_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["kiosk", "--print-autostart", "--autostart-kind", "cron"]) == 64
    assert "systemd, launchd, desktop" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--attract-clip", "none.wav"], 66, "none.wav does not exist"),
        (["--attract-phrases", "none.txt"], 66, "cannot read the phrases"),
        (["--turn", "up"], 64, "right or left"),
        (["--install-autostart", "--remove-autostart"], 64, "exclude each other"),
    ],
)
def test_wrong_command_line_is_refused_before_anything_is_started(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, words: str
) -> None:
    assert run(["kiosk", *arguments]) == code
    assert words in capsys.readouterr().err
