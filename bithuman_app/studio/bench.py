"""One worker process and the jobs that wait for it, of all users in turn."""

import enum
import logging
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from ..errors import UnavailableError, UserError
from . import workers
from .workers import Failure, Job, Progress, Worker

_log = logging.getLogger(__name__)

#: How long a worker without work is kept, for the next job to begin at once.
_IDLE_SECONDS: Final = 60.0


class State(enum.StrEnum):
    """How far a task is."""

    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def over(self) -> bool:
        """Whether nothing more will happen."""
        return self in (State.DONE, State.FAILED, State.CANCELLED)


class Task:
    """A job on a bench. What it tells may be read by any thread; only the bench changes it."""

    def __init__(
        self, job: Job, owner: str, finish: Callable[[Any], Any] | None, clean: Callable[[], None] | None
    ) -> None:
        self.id: Final = secrets.token_urlsafe(12)
        self.job: Final = job
        self.owner: Final = owner
        self.state = State.WAITING
        #: The share done, 0 to 1, and the name of the step.
        self.share = 0.0
        self.step = ""
        self.result: Any = None
        self.error: UserError | None = None
        self._finish, self._clean = finish, clean
        self._over = threading.Event()
        self._started: float | None = None
        self._ended: float | None = None

    @property
    def seconds_spent(self) -> float:
        """How long it has been worked on."""
        if self._started is None:
            return 0.0
        return (time.monotonic() if self._ended is None else self._ended) - self._started

    @property
    def over_for(self) -> float:
        """How many seconds ago it ended; 0 while it has not."""
        return 0.0 if self._ended is None else time.monotonic() - self._ended

    @property
    def seconds_left(self) -> float | None:
        """How long it will still take, None while that cannot be told."""
        if self.state is not State.WORKING or self.share < 0.02:
            return None
        return self.seconds_spent * (1 - self.share) / self.share

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it is over, and tell whether it is."""
        return self._over.wait(seconds)

    def outcome(self) -> Any:
        """Wait until it is over and return its result.

        Raises the ``UserError`` with which it failed, ``UnavailableError`` if it was cancelled.
        """
        self._over.wait()
        if self.error is not None:
            raise self.error
        if self.state is State.CANCELLED:
            raise UnavailableError(f"{self.job.title}: cancelled")
        return self.result


class Bench:
    """Does one job after the other in a process of its own, which is started when there is work.

    Users take turns; the jobs of one user are done in the order in which they came.
    """

    def __init__(self, name: str, most_waiting: int, niceness: int | None = None) -> None:
        """``most_waiting`` bounds the jobs of all users that are not over.

        ``niceness`` is how much its process gives way to others, by default ``workers.POLITE``.
        """
        self._most_waiting = most_waiting
        self._niceness = workers.POLITE if niceness is None else niceness
        self._changed = threading.Condition()
        self._waiting: list[Task] = []
        self._current: Task | None = None
        self._last_owner = ""
        self._worker: Worker | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def add(
        self,
        job: Job,
        owner: str,
        finish: Callable[[Any], Any] | None = None,
        clean: Callable[[], None] | None = None,
    ) -> Task:
        """Queue a job of a user.

        ``finish`` is called with what the job returned, in the bench's thread, and its value becomes the
        task's result; a ``UserError`` that it raises makes the task fail. ``clean`` is called when the task
        is over, whatever came of it. Raises ``UnavailableError`` if too many jobs wait.
        """
        with self._changed:
            if len(self._waiting) >= self._most_waiting or self._closing:
                raise UnavailableError("too many jobs wait; try again when some are done")
            task = Task(job, owner, finish, clean)
            self._waiting.append(task)
            self._changed.notify_all()
        return task

    def cancel(self, task: Task) -> bool:
        """Stop a task at once; False if it was over already."""
        with self._changed:
            if task.state.over:
                return False
            if task in self._waiting:
                self._waiting.remove(task)
            task.state = State.CANCELLED
            if task is self._current and self._worker is not None:
                self._worker.interrupt()  # its thread then sees to the rest
            else:
                _settle(task)
            return True

    def place(self, task: Task) -> int:
        """Return how many tasks of the same user come before this one."""
        with self._changed:
            own = [one for one in self._waiting if one.owner == task.owner]
            return own.index(task) if task in own else 0

    def close(self) -> None:
        """Stop everything; what is not over is cancelled."""
        with self._changed:
            self._closing = True
            for task in [*self._waiting, *([self._current] if self._current else [])]:
                self.cancel(task)
            self._changed.notify_all()
        self._thread.join()

    def _serve(self) -> None:
        try:
            while (task := self._next()) is not None:
                self._do(task)
        finally:
            self._dismiss()

    def _next(self) -> Task | None:
        """Wait for a task; None when the bench is closed. A worker that idles is sent home meanwhile."""
        with self._changed:
            self._current = None
            while not self._waiting and not self._closing:
                if not self._changed.wait(_IDLE_SECONDS if self._worker else None):
                    self._dismiss()
            if self._closing:
                return None
            others = (task for task in self._waiting if task.owner != self._last_owner)
            task = next(others, self._waiting[0])
            self._waiting.remove(task)
            self._current, self._last_owner = task, task.owner
            if self._worker is None or not self._worker.alive:
                self._worker = Worker(self._niceness)
            task.state, task._started = State.WORKING, time.monotonic()
            return task

    def _do(self, task: Task) -> None:
        assert self._worker is not None
        self._worker.give(task.job)
        while isinstance(message := self._worker.receive(), Progress):
            task.share, task.step = message.done / max(message.total, 1e-9), message.step
        error: UserError | None = None
        result = None
        if isinstance(message, Failure):
            error = message.error
        elif task._finish is None or task.state is State.CANCELLED:
            result = message.result
        else:
            try:
                result = task._finish(message.result)
            except UserError as problem:
                error = problem
            except Exception as problem:
                _log.exception("unexpected error")
                error = UnavailableError(f"{task.job.title}: unexpected error: {problem}")
        with self._changed:
            cancelled = task.state is State.CANCELLED
            if cancelled or not self._worker.alive:
                self._dismiss()
            if cancelled:  # perhaps it was done just before
                _remove_outputs(task.job)
            elif error is not None:
                task.state, task.error = State.FAILED, error
            else:
                task.state, task.share, task.result = State.DONE, 1.0, result
            _settle(task)

    def _dismiss(self) -> None:
        if self._worker is not None:
            self._worker.stop()
            self._worker = None


def _settle(task: Task) -> None:
    """Let everybody know that a task is over, when nothing of it is left lying about."""
    task._ended = time.monotonic()
    if task._clean is not None:
        task._clean()
    task._over.set()


def _remove_outputs(job: Job) -> None:
    for path in job.outputs:
        path.unlink(missing_ok=True)
