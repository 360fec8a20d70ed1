"""A watched process: started again when it hangs or crashes, ended with its watchdog, and counted."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bithuman_app.desktop.kiosk.backoff import PAUSES, SCREEN_PAUSE, WELL_AFTER, Backoff
from bithuman_app.desktop.kiosk.incidents import Incidents
from tests.desktop.processes import PATIENCE, runs, until

#: A process with a frame loop that beats; it appends its process id to the file ``pids``.
LIVELY = """
import os, sys, time
from pathlib import Path
from bithuman_app.desktop.kiosk.heartbeat import Heartbeat
heartbeat = Heartbeat.from_environment()
heartbeat.die_with_watchdog()
with open(Path(sys.argv[1]) / "pids", "a") as pids:
    pids.write(f"{os.getpid()}\\n")
while heartbeat.beat():
    time.sleep(0.01)
"""


class Watched:
    """A watchdog in a process of its own and what it watches; all its files lie in ``place``."""

    def __init__(self, place: Path, script: str, hung_after: float) -> None:
        (place / "child.py").write_text(script)
        self.place = place
        self.watchdog = subprocess.Popen(
            [
                sys.executable,
                "-c",
                "import sys; from pathlib import Path;"
                "from bithuman_app.desktop.kiosk.watchdog import Watchdog;"
                "place = Path(sys.argv[1]);"
                "command = [sys.executable, str(place / 'child.py'), str(place)];"
                "hung_after = float(sys.argv[2]);"
                "sys.exit(Watchdog(command, place / 'kiosk.json', hung_after=hung_after).run())",
                str(place),
                str(hung_after),
            ],
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def pids(self) -> list[int]:
        """Return the process ids of all that were started, in order."""
        with suppress(FileNotFoundError):
            return [int(line) for line in (self.place / "pids").read_text().splitlines()]
        return []

    @property
    def incidents(self) -> Incidents:
        return Incidents.read(self.place / "kiosk.json")

    def end(self) -> None:
        self.watchdog.kill()
        self.watchdog.communicate()
        for pid in self.pids:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


Watch = Callable[..., Watched]


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    """Return what starts a watchdog over a script; all is ended with the test.

    On a busy machine a process may be silent for long: only a test of what hangs is impatient.
    """
    started: list[Watched] = []

    def start(script: str, hung_after: float = PATIENCE) -> Watched:
        started.append(Watched(tmp_path, script, hung_after))
        return started[-1]

    yield start
    for watched in started:
        watched.end()


@pytest.fixture
def lively(watch: Watch) -> Watched:
    """Return a watchdog whose process runs."""
    watched = watch(LIVELY)
    until(lambda: len(watched.pids) == 1, "the process runs")
    return watched


def test_killed_process_is_started_again(lively: Watched) -> None:
    os.kill(lively.pids[0], signal.SIGKILL)

    until(lambda: len(lively.pids) == 2, "another process runs")
    assert lively.pids[0] != lively.pids[1]


def test_hung_process_is_killed_and_started_again(watch: Watch) -> None:
    watched = watch(LIVELY, hung_after=3.0)
    until(lambda: watched.pids, "the process runs")
    hung = watched.pids[-1]
    os.kill(hung, signal.SIGSTOP)

    until(lambda: watched.pids[-1] != hung, "another process runs")
    assert not psutil.pid_exists(hung)
    assert watched.incidents.last_reason.startswith("no frame for ")


def test_restart_is_counted_with_its_reason(lively: Watched) -> None:
    for number in (0, 1):
        os.kill(lively.pids[number], signal.SIGKILL)
        until(lambda wanted=number + 2: len(lively.pids) == wanted, "another process runs")

    assert lively.incidents.restarts == 2
    assert lively.incidents.last_reason == "SIGKILL ended it"


def test_sigterm_ends_the_process_and_the_watchdog(lively: Watched) -> None:
    lively.watchdog.send_signal(signal.SIGTERM)

    assert lively.watchdog.wait(PATIENCE) == 128 + signal.SIGTERM
    assert not psutil.pid_exists(lively.pids[0])


def test_sigterm_ends_even_a_stopped_process(lively: Watched) -> None:
    os.kill(lively.pids[0], signal.SIGSTOP)
    lively.watchdog.send_signal(signal.SIGTERM)

    assert lively.watchdog.wait(PATIENCE) == 128 + signal.SIGTERM
    assert not psutil.pid_exists(lively.pids[0])


def test_process_does_not_outlive_a_killed_watchdog(lively: Watched) -> None:
    lively.watchdog.kill()
    lively.watchdog.wait()

    until(lambda: not runs(lively.pids[0]), "the process has ended")


def test_what_a_killed_process_started_ends_with_it(watch: Watch) -> None:
    watched = watch(
        "import subprocess, sys\n"
        "with open(sys.argv[1] + '/helpers', 'a') as helpers:\n"
        "    print(subprocess.Popen(['sleep', '600']).pid, file=helpers)\n" + LIVELY
    )
    until(lambda: len(watched.pids) == 1, "the process runs")
    helper = int((watched.place / "helpers").read_text())
    os.kill(watched.pids[0], signal.SIGKILL)
    until(lambda: len(watched.pids) == 2, "another process runs")

    until(lambda: not runs(helper), "its helper has ended")
    watched.watchdog.send_signal(signal.SIGTERM)
    watched.watchdog.wait(PATIENCE)


def test_no_zombie_is_left(lively: Watched) -> None:
    os.kill(lively.pids[0], signal.SIGKILL)
    until(lambda: len(lively.pids) == 2, "another process runs")

    children = psutil.Process(lively.watchdog.pid).children()
    assert [child.pid for child in children] == [lively.pids[1]]


def test_ordinary_end_ends_the_watchdog(watch: Watch) -> None:
    watched = watch("")

    assert watched.watchdog.wait(PATIENCE) == 0
    assert watched.incidents.restarts == 0


def test_process_that_leaves_on_purpose_may_take_its_time(watch: Watch) -> None:
    watched = watch(LIVELY.partition("while")[0] + "heartbeat.beat()\nheartbeat.leave()\ntime.sleep(3)\n")

    assert watched.watchdog.wait(PATIENCE) == 0
    assert watched.incidents.restarts == 0


def test_process_that_means_to_leave_and_hangs_is_ended(watch: Watch) -> None:
    watched = watch(LIVELY.partition("while")[0] + "heartbeat.leave()\ntime.sleep(600)\n")

    assert watched.watchdog.wait(PATIENCE) == 0
    assert not psutil.pid_exists(watched.pids[0])


def test_wrong_command_line_is_not_tried_again(watch: Watch) -> None:
    watched = watch("raise SystemExit(64)")

    assert watched.watchdog.wait(PATIENCE) == 64
    assert watched.incidents.restarts == 0


def test_process_that_ran_is_started_again_whatever_its_exit_code(watch: Watch) -> None:
    watched = watch(LIVELY.partition("while")[0] + "heartbeat.beat()\nraise SystemExit(66)")

    until(lambda: len(watched.pids) >= 3, "it was started three times")
    assert watched.incidents.last_reason == "it ended with code 66"


def test_a_first_failure_is_mended_at_once_and_a_row_of_them_ever_more_slowly() -> None:
    backoff = Backoff()
    pauses = [backoff.pause(1.0, no_screen=False) for _ in range(10)]

    assert pauses[0] == 0
    assert pauses == sorted(pauses)
    assert pauses[-1] == PAUSES[-1]


def test_a_process_that_lived_long_is_mended_at_once() -> None:
    backoff = Backoff()
    for _ in range(10):
        backoff.pause(1.0, no_screen=False)

    assert backoff.pause(WELL_AFTER, no_screen=False) == 0


def test_a_lost_screen_is_looked_for_at_a_steady_pace() -> None:
    backoff = Backoff()

    assert {backoff.pause(0.5, no_screen=True) for _ in range(100)} == {SCREEN_PAUSE}


def test_incidents_survive_the_program(tmp_path: Path) -> None:
    incidents = Incidents().with_restart("SIGKILL ended it", "2026-11-22T14:30:00Z")
    incidents.write(tmp_path / "new" / "kiosk.json")

    assert Incidents.read(tmp_path / "new" / "kiosk.json") == incidents
    assert str(incidents) == "1 restart, last 2026-11-22T14:30:00Z: SIGKILL ended it"


@pytest.mark.parametrize("content", ["", "[]", '{"restarts": "many"}', '{"restarts": -1}', "{" * 20_000])
def test_damaged_file_counts_as_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "kiosk.json").write_text(content)

    assert Incidents.read(tmp_path / "kiosk.json") == Incidents()


def test_unwritable_place_only_costs_the_count(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file where the directory should be")

    Incidents(restarts=1).write(tmp_path / "file" / "kiosk.json")

    assert (tmp_path / "file").read_text() == "a file where the directory should be"
