"""Whatever ends a render early, no half-written file and no process stays behind."""

import os
import resource
import signal
from pathlib import Path

import psutil
import pytest

from tests.cli.render_command.helpers import POSIX, half_written, program, recording, wait_until


@POSIX
@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_ctrl_c_leaves_no_file_no_process_and_one_line(avatar: str, several: bool) -> None:
    names = [str(recording(f"{letter}.wav", 300.0)) for letter in ("abc" if several else "a")]
    with program("render", avatar, *names, "-o", "out" if several else "out.mp4") as process:
        folder = "out" if several else "."
        wait_until(lambda: half_written(folder))
        os.killpg(process.pid, signal.SIGINT)
        output, errors = process.communicate(timeout=180)
    assert process.returncode == 130
    assert (output, errors) == ("", "bithuman-app: interrupted\n")
    assert not half_written(folder)
    assert not list(Path(folder).glob("*.mp4"))
    wait_until(lambda: not _members(process.pid))


@POSIX
@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_being_terminated_leaves_no_file_and_no_process(avatar: str, several: bool) -> None:
    names = [str(recording(f"{letter}.wav", 300.0)) for letter in ("abc" if several else "a")]
    with program("render", avatar, *names, "-o", "out" if several else "out.mp4") as process:
        folder = "out" if several else "."
        wait_until(lambda: half_written(folder))
        process.terminate()
        process.communicate(timeout=180)
    assert process.returncode == 143
    assert not half_written(folder)
    wait_until(lambda: not _members(process.pid))


@POSIX
def test_workers_whose_parent_is_killed_stop_and_clean_up(avatar: str) -> None:
    names = [str(recording(f"{letter}.wav", 300.0)) for letter in "ab"]
    with program("render", avatar, *names, "-o", "out") as process:
        wait_until(lambda: Path("out").exists() and len(half_written("out")) == 2)
        process.kill()
        process.wait(timeout=180)
        wait_until(lambda: not _members(process.pid))
    assert os.listdir("out") == []


def _members(group: int) -> list[int]:
    """Return the processes of a group that still run."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue
    return found


@POSIX
@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_no_room_is_one_line_and_leaves_no_file(avatar: str, several: bool) -> None:
    names = [str(recording(f"{letter}.wav", 3.0)) for letter in ("ab" if several else "a")]

    def limit_files() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (12_000, resource.RLIM_INFINITY))

    arguments = ["render", avatar, *names, "-o", "out" if several else "out.mp4"]
    with program(*arguments, preexec_fn=limit_files) as process:
        _, errors = process.communicate(timeout=180)
    assert process.returncode == 74, errors
    assert len(errors.splitlines()) == len(names)
    assert "larger than allowed" in errors
    assert not half_written("out" if several else ".")
    assert not list(Path().rglob("*.mp4"))
