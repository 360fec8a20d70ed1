"""The log: a file that stays small, warnings on the terminal, and never a failure of its own."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app import logs

LOGGER = logging.getLogger("bithuman_app.test")


@pytest.fixture(autouse=True)
def stop_logging() -> Iterator[None]:
    """Leave no handlers behind for other tests."""
    yield
    logs.close()
    logging.getLogger().setLevel(logging.WARNING)


def test_information_goes_to_the_file_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = logs.configure(tmp_path / "new" / "log")
    LOGGER.info("loaded maya")

    assert path is not None
    assert "loaded maya" in path.read_text()
    assert capsys.readouterr().err == ""


def test_warning_appears_on_the_terminal_as_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure(tmp_path)
    LOGGER.warning("two faces")

    assert capsys.readouterr().err == "bithuman-app: warning: two faces\n"


def test_other_packages_warn_in_the_file_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = logs.configure(tmp_path)
    logging.getLogger("somebody.else").warning("old format")

    assert path is not None
    assert "old format" in path.read_text()
    assert capsys.readouterr().err == ""


def test_level_leaves_out_lesser_lines(tmp_path: Path) -> None:
    path = logs.configure(tmp_path, "warning")
    LOGGER.info("loaded maya")

    assert path is not None
    assert path.read_text() == ""


def test_unwritable_directory_only_means_no_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "log").write_text("a file where the directory should be")

    assert logs.configure(tmp_path / "log") is None
    LOGGER.warning("two faces")
    assert capsys.readouterr().err == "bithuman-app: warning: two faces\n"


def test_full_disk_disturbs_nobody(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("this system has no /dev/full")
    (tmp_path / logs.FILE_NAME).symlink_to(full)

    logs.configure(tmp_path)
    LOGGER.info("loaded maya")

    assert capsys.readouterr().err == ""


def test_file_name_that_is_not_unicode_can_be_logged(tmp_path: Path) -> None:
    # In a process of its own, because pytest-xdist cannot carry such text between its processes.
    script = (
        "import logging, pathlib, sys; from bithuman_app import logs;"
        "logs.configure(pathlib.Path(sys.argv[1]));"
        r"logging.info('reading %s', 'caf\udce9.wav')"
    )

    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)

    assert r"reading caf\udce9.wav" in (tmp_path / logs.FILE_NAME).read_text()


def test_configuring_twice_does_not_double_the_lines(tmp_path: Path) -> None:
    logs.configure(tmp_path)
    path = logs.configure(tmp_path)
    LOGGER.info("loaded maya")

    assert path is not None
    assert path.read_text().count("loaded maya") == 1


def test_log_file_stays_small(tmp_path: Path) -> None:
    logs.configure(tmp_path)
    for _ in range(60):
        LOGGER.info("x" * 100_000)

    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 4_500_000


def test_process_goes_on_in_the_file_that_another_began(tmp_path: Path) -> None:
    path = logs.configure(tmp_path)
    script = (
        "import logging, pathlib, sys; from bithuman_app import logs;"
        "logs.configure(pathlib.Path(sys.argv[1]));"
        "[logging.info('x' * 100_000) for _ in range(15)]"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
    LOGGER.info("the watchdog has something to say")

    assert path is not None
    assert (tmp_path / f"{logs.FILE_NAME}.1").is_file()
    assert "something to say" in path.read_text()


def test_removed_file_is_begun_again(tmp_path: Path) -> None:
    path = logs.configure(tmp_path)
    assert path is not None
    path.unlink()
    LOGGER.info("loaded maya")

    assert "loaded maya" in path.read_text()
