"""Processes that do jobs one after the other; a job can be stopped at once, and others come first."""

import logging
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from typing import Any, Final, Protocol

from ..errors import OutputError, UserError
from ..media.files import partial_path

#: How much a worker that works beside a live stage steps back, in Unix niceness.
POLITE = 10
_STOP_SECONDS: Final = 10
_EXIT_TERMINATED: Final = 128 + signal.SIGTERM
#: Windows' ``BELOW_NORMAL_PRIORITY_CLASS`` (winbase.h).
_BELOW_NORMAL: Final = 0x4000
_logger = logging.getLogger(__name__)


#: Called with how much is done, how much there is to do, and the name of the step.
Report = Callable[[float, float, str], None]


class Job(Protocol):
    """Work for another process; the job, what it reports and what it returns can be pickled."""

    @property
    def title(self) -> str:
        """What it is about, for messages."""

    @property
    def outputs(self) -> Sequence[Path]:
        """The files that it writes, by ``PartialFile``."""

    def run(self, report: Report) -> object:
        """Do it and tell ``report`` how far it is. Raises ``UserError``."""


class Listener(Protocol):
    """Who is told how the work gets on; jobs are known by their index."""

    def progressed(self, index: int, done: float, total: float) -> None:
        """So much of all there is to do for a job is done."""

    def finished(self, index: int, result: Any) -> None:
        """A job is done; ``result`` is what it returned."""

    def failed(self, index: int, error: UserError) -> None:
        """A job came to nothing."""


def run_all(jobs: Sequence[Job], processes: int, listener: Listener) -> None:
    """Do all jobs in up to ``processes`` worker processes; a job that fails leaves the others alone.

    Left by an exception (Ctrl-C), it stops all workers and no half-written file stays behind.
    """
    remaining = iter(enumerate(jobs))
    workers: list[Worker] = []
    tasks: dict[Worker, int] = {}

    def give(worker: Worker) -> None:
        task = next(remaining, None)
        if task is not None:
            tasks[worker] = task[0]
            worker.give(task[1])

    try:
        workers += [Worker() for _ in range(min(processes, len(jobs)))]
        for worker in workers:
            give(worker)
        while tasks:
            for connection in wait([worker.connection for worker in tasks]):
                worker = next(worker for worker in tasks if worker.connection is connection)
                index = tasks[worker]
                match worker.receive():
                    case Progress(done=done, total=total):
                        listener.progressed(index, done, total)
                        continue
                    case Failure(error=error):
                        listener.failed(index, error)
                    case Success(result=result):
                        listener.finished(index, result)
                del tasks[worker]
                if not worker.alive:
                    worker.stop()
                    workers.remove(worker)
                    worker = Worker()
                    workers.append(worker)
                give(worker)
    finally:
        for worker in workers:
            worker.interrupt()
        for worker in workers:
            worker.stop()


@dataclass(frozen=True, slots=True)
class Progress:
    """A job has come so far: ``done`` of ``total``, in the step of this name."""

    done: float
    total: float
    step: str


@dataclass(frozen=True, slots=True)
class Success:
    """A job is done; ``result`` is what it returned."""

    result: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A job came to nothing."""

    error: UserError


class Worker:
    """The parent's end of one worker process, which starts at once and does one job at a time."""

    def __init__(self, niceness: int = 0) -> None:
        """``niceness`` (0 to 19) is how much it gives way to other processes."""
        context = multiprocessing.get_context("spawn")
        self.connection, far_end = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work, args=(far_end, niceness), daemon=True)
        with _shielded_from_ctrl_c():
            self.process.start()
        far_end.close()
        #: Whether the process can be given another job.
        self.alive = True
        self._job: Job | None = None

    def give(self, job: Job) -> None:
        """Hand over the next job."""
        self._job = job
        with suppress(OSError):  # a worker that died is noticed when it is listened to
            self.connection.send(job)

    def receive(self) -> Progress | Success | Failure:
        """Wait for what the worker says of its job; after a ``Success`` or ``Failure`` it is free."""
        assert self._job is not None
        while True:
            try:
                message = self.connection.recv()
            except (EOFError, OSError):
                self.alive = False
                self.process.join(_STOP_SECONDS)
                return Failure(_died(self._job, self.process.exitcode))
            if isinstance(message, logging.LogRecord):
                logging.getLogger(message.name).handle(message)
                continue
            assert isinstance(message, Progress | Success | Failure)
            return message

    def interrupt(self) -> None:
        """Let the process end as soon as it can; ``receive`` then returns. Any thread may call it."""
        self.process.terminate()

    def stop(self) -> None:
        """End the process, which removes its half-written files, or remove them for it."""
        self.process.terminate()
        self.process.join(_STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        if self._job is not None:
            for output in self._job.outputs:
                partial_path(output, self.process.pid).unlink(missing_ok=True)
        self.connection.close()
        self.alive = False


def _died(job: Job, exit_code: int | None) -> UserError:
    reason = f"signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"code {exit_code}"
    return OutputError(f"{job.title}: the process that worked on it ended unexpectedly ({reason})")


@contextmanager
def _shielded_from_ctrl_c() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: the parent ends them, in order and without noise.

    A blocked signal stays blocked in a child from its first moment on, when a handler of ours could
    not be there yet.
    """
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _ToParent:
    """Sends log records through the connection; has the one method that ``QueueHandler`` calls."""

    def __init__(self, connection: "Connection[Any, Any]") -> None:
        self._connection = connection

    def put_nowait(self, record: logging.LogRecord) -> None:
        self._connection.send(record)


def _work(connection: "Connection[Any, Any]", niceness: int) -> None:
    """Do what the parent sends until it goes away. Runs in a process of its own."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    _give_way(niceness)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read when numpy is loaded
    import cv2

    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger().addHandler(QueueHandler(_ToParent(connection)))  # type: ignore[arg-type]
    cv2.setNumThreads(1)  # the processes share the cores
    with suppress(EOFError, OSError):  # the parent has gone: so do we
        while True:
            job: Job = connection.recv()
            connection.send(_outcome(job, connection))


def _give_way(niceness: int) -> None:
    if niceness <= 0:
        return
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        os.nice(niceness)


def _outcome(job: Job, connection: "Connection[Any, Any]") -> Success | Failure:
    try:
        return Success(job.run(lambda done, total, step: connection.send(Progress(done, total, step))))
    except UserError as error:
        return Failure(error)
    except (BrokenPipeError, ConnectionResetError):
        raise  # nobody listens any more
    except Exception as error:
        _logger.error("unexpected error", exc_info=error, extra={"file_only": True})
        return Failure(UnexpectedError(f"{job.title}: unexpected error: {type(error).__name__}: {error}"))


class UnexpectedError(UserError):
    """A fault of ours in a worker; the log has the details (``EX_SOFTWARE``)."""

    exit_code = 70


def _terminate(_signal: int, _frame: object) -> None:
    """Leave by an exception, so that the half-written file is removed on the way out."""
    raise SystemExit(_EXIT_TERMINATED)
