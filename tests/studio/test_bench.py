"""The bench: jobs one after the other in a process that can be stopped."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app.errors import DataError, OutputError, UnavailableError
from bithuman_app.studio.bench import Bench, State, Task
from tests.studio.jobs import PATIENCE, Dying, Endless, Note, Refusing
from tests.waiting import wait_until


@pytest.fixture
def bench() -> Iterator[Bench]:
    one = Bench("test", most_waiting=10, niceness=0)
    yield one
    one.close()


@pytest.fixture
def busy(bench: Bench, tmp_path: Path) -> Task:
    """Return a task that keeps the bench busy until it is cancelled."""
    task = bench.add(Endless("endless", tmp_path / "endless"), "somebody")
    wait_until(lambda: task.share > 0, PATIENCE)
    return task


def lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


def test_a_job_returns_what_it_made(bench: Bench, tmp_path: Path) -> None:
    assert bench.add(Note("one", tmp_path / "diary"), "me").outcome() == "ONE"


def test_the_jobs_of_a_user_are_done_in_order(bench: Bench, busy: Task, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    tasks = [bench.add(Note(name, diary), "me") for name in ("one", "two", "three")]

    bench.cancel(busy)

    assert tasks[-1].wait(PATIENCE)
    assert lines(diary) == ["one", "two", "three"]


def test_users_take_turns(bench: Bench, busy: Task, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    tasks = [bench.add(Note(f"{user}{n}", diary), user) for user, n in ("a1", "a2", "a3", "b1")]

    bench.cancel(busy)

    assert all(task.wait(PATIENCE) for task in tasks)
    assert lines(diary) == ["a1", "b1", "a2", "a3"]


def test_progress_is_told(busy: Task) -> None:
    assert (busy.share, busy.step) == (0.5, "writing for ever")


def test_the_time_left_follows_from_the_share_that_is_done(busy: Task) -> None:
    left = busy.seconds_left

    assert left is not None
    assert 0 < left <= busy.seconds_spent


def test_a_job_is_stopped_at_once(bench: Bench, busy: Task) -> None:
    bench.cancel(busy)

    assert busy.wait(PATIENCE)
    assert busy.state is State.CANCELLED


def test_a_job_that_is_stopped_leaves_no_file(bench: Bench, busy: Task, tmp_path: Path) -> None:
    bench.cancel(busy)

    assert busy.wait(PATIENCE)
    assert not list(tmp_path.iterdir())


def test_the_outcome_of_what_was_cancelled_is_an_error(bench: Bench, busy: Task) -> None:
    bench.cancel(busy)

    with pytest.raises(UnavailableError, match="endless: cancelled"):
        busy.outcome()


def test_a_waiting_job_can_be_cancelled(bench: Bench, busy: Task, tmp_path: Path) -> None:
    task = bench.add(Note("one", tmp_path / "diary"), "me")

    bench.cancel(task)
    bench.cancel(busy)
    bench.add(Note("two", tmp_path / "diary"), "me").outcome()

    assert lines(tmp_path / "diary") == ["two"]


def test_work_goes_on_after_a_cancelled_job(bench: Bench, busy: Task, tmp_path: Path) -> None:
    bench.cancel(busy)

    assert bench.add(Note("next", tmp_path / "diary"), "me").outcome() == "NEXT"


def test_a_job_that_fails_says_why(bench: Bench) -> None:
    task = bench.add(Refusing("song.mp3"), "me")

    with pytest.raises(DataError, match=r"^song.mp3: cannot be read$"):
        task.outcome()


def test_a_process_that_dies_costs_one_job(bench: Bench, tmp_path: Path) -> None:
    dead = bench.add(Dying("bad"), "me")
    alive = bench.add(Note("good", tmp_path / "diary"), "me")

    assert alive.outcome() == "GOOD"
    with pytest.raises(OutputError, match="ended unexpectedly"):
        dead.outcome()


def test_what_finishes_a_job_makes_its_result(bench: Bench, tmp_path: Path) -> None:
    task = bench.add(Note("one", tmp_path / "diary"), "me", finish=lambda word: f"{word}!")

    assert task.outcome() == "ONE!"


def test_a_job_fails_if_it_cannot_be_finished(bench: Bench, tmp_path: Path) -> None:
    def refuse(word: str) -> None:
        raise DataError(f"{word} is not wanted")

    task = bench.add(Note("one", tmp_path / "diary"), "me", finish=refuse)

    with pytest.raises(DataError, match="ONE is not wanted"):
        task.outcome()


@pytest.mark.parametrize("end", ["done", "failed", "cancelled"])
def test_whatever_comes_of_a_job_is_cleaned_up(bench: Bench, busy: Task, tmp_path: Path, end: str) -> None:
    cleaned: list[str] = []
    job = Refusing("bad") if end == "failed" else Note("good", tmp_path / "diary")
    task = bench.add(job, "me", clean=lambda: cleaned.append(end))
    if end == "cancelled":
        bench.cancel(task)
    bench.cancel(busy)

    assert task.wait(PATIENCE)
    assert cleaned == [end]


def test_too_many_jobs_are_refused(bench: Bench, busy: Task, tmp_path: Path) -> None:
    for _ in range(10):
        bench.add(Note("one", tmp_path / "diary"), "me")

    with pytest.raises(UnavailableError, match="too many jobs wait"):
        bench.add(Note("one", tmp_path / "diary"), "me")


def test_closing_cancels_what_is_not_over(busy: Task, bench: Bench, tmp_path: Path) -> None:
    waiting = bench.add(Note("one", tmp_path / "diary"), "me")

    bench.close()

    assert (busy.state, waiting.state) == (State.CANCELLED, State.CANCELLED)


def test_a_task_tells_how_many_of_the_same_user_come_first(bench: Bench, busy: Task, tmp_path: Path) -> None:
    make: Callable[[str], Task] = lambda user: bench.add(Note("one", tmp_path / "diary"), user)  # noqa: E731
    make("a"), make("b")

    assert bench.place(make("a")) == 1
