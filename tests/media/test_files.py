"""A file is written whole or not at all, however the program ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bithuman_app.errors import CannotCreateError, OutputError
from bithuman_app.media.files import PartialFile, partial_path, replace_when_written

ROOT = Path(__file__).parents[2]


def run(program: str, folder: Path) -> int:
    """Run a program of its own in a folder and return its exit code."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=folder, env=environment, timeout=120, capture_output=True
    )
    return done.returncode


def test_the_file_appears_when_it_is_done(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    with replace_when_written(target) as partial:
        partial.write_text("all of it")
        assert not target.exists()
    assert target.read_text() == "all of it"
    assert os.listdir(tmp_path) == ["a.txt"]


def test_an_error_leaves_nothing_and_an_older_file_alone(tmp_path: Path) -> None:
    target = tmp_path / "a.txt"
    target.write_text("older")
    with pytest.raises(TypeError), replace_when_written(target) as partial:
        partial.write_text(b"no text")  # type: ignore[arg-type]
    assert os.listdir(tmp_path) == ["a.txt"]
    assert target.read_text() == "older"


def test_errors_of_the_disk_are_told_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="writing failed"), replace_when_written(tmp_path / "a.txt"):
        raise OSError(5, "input/output error")


def test_a_place_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotCreateError, match="does not exist"):
        PartialFile(tmp_path / "nowhere" / "a.txt")


@pytest.mark.parametrize("ending", ["", "raise SystemExit(3)", "raise KeyboardInterrupt", "1 / 0"])
def test_a_file_that_no_block_guards_goes_at_the_end_of_the_program(tmp_path: Path, ending: str) -> None:
    program = f"from bithuman_app.media.files import PartialFile\np = PartialFile({str(tmp_path / 'a')!r})\n"
    run(program + ending, tmp_path)
    assert os.listdir(tmp_path) == []


def test_it_goes_also_from_another_folder(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    run(
        "import os\nfrom pathlib import Path\nfrom bithuman_app.media.files import PartialFile\n"
        "PartialFile(Path('a.txt'))\nassert os.listdir() != ['other']\nos.chdir('other')",
        tmp_path,
    )
    assert os.listdir(tmp_path) == ["other"]


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_a_signal_between_making_the_file_and_guarding_it_leaves_none(tmp_path: Path) -> None:
    program = """
import os, signal
from pathlib import Path
from bithuman_app.media.files import replace_when_written

signal.signal(signal.SIGTERM, lambda *_: exit(143))
touch = Path.touch

def touch_and_be_terminated(path):
    touch(path)
    assert os.listdir()
    os.kill(os.getpid(), signal.SIGTERM)

Path.touch = touch_and_be_terminated
with replace_when_written(Path("a.txt")):
    os._exit(1)
"""
    assert run(program, tmp_path) == 143
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_more_signals_at_the_end_change_nothing(tmp_path: Path) -> None:
    program = """
import atexit, os, signal
from pathlib import Path
from bithuman_app.media.files import PartialFile

unlink = Path.unlink

def be_terminated_and_unlink(path, **options):
    os.kill(os.getpid(), signal.SIGTERM)
    unlink(path, **options)

Path.unlink = be_terminated_and_unlink
PartialFile(Path("a.txt"))
PartialFile(Path("b.txt"))
"""
    assert run(program, tmp_path) == 0
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_leaves_its_parents_files_alone(tmp_path: Path) -> None:
    program = """
import os
from pathlib import Path
from bithuman_app.media.files import PartialFile

partial = PartialFile(Path("a.txt"))
if os.fork() == 0:
    raise SystemExit(0)
os.wait()
partial.commit()
"""
    assert run(program, tmp_path) == 0
    assert os.listdir(tmp_path) == ["a.txt"]


def test_the_name_of_the_temporary_file_tells_whose_it_is() -> None:
    assert partial_path(Path("b/a.mp4"), 7) == Path("b/.a.mp4.7.part")
