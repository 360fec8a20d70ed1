"""The command's shell: help, version, exit codes and the one line that every failure becomes."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer

from bithuman_app import __version__, cli, logs
from bithuman_app.errors import DataError, MissingInputError

HEAVY = ("av", "cv2", "numpy", "onnxruntime", "pydantic_settings")


@pytest.fixture(autouse=True)
def own_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Log into a directory of the test's own."""
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    monkeypatch.chdir(tmp_path)
    yield tmp_path / "log" / logs.FILE_NAME
    logs.close()


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> list[BaseException]:
    """Make ``bithuman-app fail`` raise the exception that the test puts into the list."""
    errors: list[BaseException] = []
    create = cli.create_app

    def create_with_failure() -> typer.Typer:
        app = create()

        @app.command("fail")
        def fail() -> None:
            raise errors[0]

        return app

    monkeypatch.setattr(cli, "create_app", create_with_failure)
    return errors


def program(*arguments: str, **options: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bithuman_app", *arguments],
        capture_output=True, text=True, timeout=180, check=False, **options,  # type: ignore[call-overload]
    )  # fmt: skip


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["--version"]) == 0
    assert capsys.readouterr().out == f"bithuman-app {__version__}\n"


@pytest.mark.parametrize("arguments", [["-h"], ["--help"]], ids=["short", "long"])
def test_help_lists_every_command(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(arguments) == 0
    words = capsys.readouterr().out.split()
    assert set(cli.COMMANDS) <= set(words)


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run([command, "--help"]) == 0
    assert f"bithuman-app {command}" in capsys.readouterr().out


@pytest.mark.parametrize("command", ["", *cli.COMMANDS])
def test_help_loads_no_heavy_package(command: str) -> None:
    script = (
        "import sys; from bithuman_app.cli import run;"
        f"run({[*command.split(), '--help']});"
        f"print('loaded:', *(name for name in {HEAVY} if name in sys.modules))"
    )

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert result.stdout.splitlines()[-1] == "loaded:"


@pytest.mark.parametrize("error", [DataError("maya.imx is cut short"), MissingInputError("no file x.wav")])
def test_a_persons_mistake_is_one_line_and_its_exit_code(
    error: DataError | MissingInputError, failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(error)

    assert cli.run(["fail"]) == error.exit_code
    assert capsys.readouterr().err == f"bithuman-app: {error}\n"


def test_a_message_stays_on_its_line(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(MissingInputError("no file 'a\nb\x1b[31m.wav'"))

    cli.run(["fail"])

    assert capsys.readouterr().err == "bithuman-app: no file 'a b [31m.wav'\n"


def test_unexpected_error_names_the_log_file(
    failing: list[BaseException], capsys: pytest.CaptureFixture[str], own_log: Path
) -> None:
    failing.append(ZeroDivisionError("by zero"))

    assert cli.run(["fail"]) == 70
    assert capsys.readouterr().err == (
        f"bithuman-app: unexpected error: ZeroDivisionError: by zero; details are in {own_log}\n"
    )


def test_unexpected_error_leaves_its_traceback_in_the_log(
    failing: list[BaseException], own_log: Path
) -> None:
    failing.append(ZeroDivisionError("by zero"))

    cli.run(["fail"])

    assert "Traceback (most recent call last)" in own_log.read_text()


def test_debug_shows_the_traceback(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(ZeroDivisionError("by zero"))

    cli.run(["--debug", "fail"])

    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_interruption_gives_130(failing: list[BaseException], capsys: pytest.CaptureFixture[str]) -> None:
    failing.append(KeyboardInterrupt())

    assert cli.run(["fail"]) == 130
    assert capsys.readouterr().err == "bithuman-app: interrupted\n"


@pytest.mark.parametrize("arguments", [["--frob"], ["frob"]], ids=["option", "command"])
def test_unknown_word_on_the_command_line_gives_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(arguments) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "frob" in error
    assert "--help" in error


def test_bad_setting_stops_before_the_command_runs(
    failing: list[BaseException], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(AssertionError("the command ran"))
    monkeypatch.setenv("BITHUMAN_APP_THREADS", "many")

    assert cli.run(["fail"]) == 64
    assert "BITHUMAN_APP_THREADS" in capsys.readouterr().err


def test_settings_option_names_the_file(
    failing: list[BaseException], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    failing.append(AssertionError("the command ran"))
    settings = tmp_path / "mine.toml"
    settings.write_text("threads = 0")

    assert cli.run(["--settings", str(settings), "fail"]) == 64
    assert "threads in" in capsys.readouterr().err


def test_reader_that_goes_away_is_not_an_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        result = subprocess.run(
            [sys.executable, "-m", "bithuman_app", "--help"],
            stdout=write_end, stderr=subprocess.PIPE, text=True, timeout=180, check=False,
        )  # fmt: skip
    finally:
        os.close(write_end)

    assert result.stderr == ""
    assert result.returncode == 141


def test_termination_runs_the_clean_up() -> None:
    script = (
        "import os, signal, sys\n"
        "from bithuman_app import cli\n"
        "def run(arguments):\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    finally:\n"
        "        print('cleaned up')\n"
        "cli.run = run\n"
        "cli.main()\n"
    )

    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert result.stdout == "cleaned up\n"
    assert result.returncode == 128 + signal.SIGTERM


def test_checkout_script_is_the_command() -> None:
    script = Path(__file__).parents[2] / "app.py"

    result = subprocess.run(
        [sys.executable, str(script), "--version"], capture_output=True, text=True, check=True
    )

    assert result.stdout == f"bithuman-app {__version__}\n"
