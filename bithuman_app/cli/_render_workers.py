"""Several recordings at once: worker processes that render one after the other."""

import logging
import multiprocessing
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from logging.handlers import QueueHandler
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Final, Protocol

from ..errors import OutputError, UserError
from ..media.files import partial_path
from ._render_job import Job, Rendered, render

_STOP_SECONDS: Final = 10
_EXIT_TERMINATED: Final = 128 + signal.SIGTERM
_logger = logging.getLogger(__name__)


class Listener(Protocol):
    """Who is told how the work gets on; jobs are known by their index."""

    def progressed(self, index: int, done: int, total: int) -> None:
        """So many of all frames of a job are done."""

    def finished(self, index: int, rendered: Rendered) -> None:
        """A video is there."""

    def failed(self, index: int, error: UserError) -> None:
        """A video will not be there."""


def render_all(jobs: Sequence[Job], processes: int, listener: Listener) -> None:
    """Render all jobs in up to ``processes`` worker processes; a job that fails leaves the others alone.

    Left by an exception (Ctrl-C), it stops all workers and no half-written file stays behind.
    """
    remaining = iter(enumerate(jobs))
    workers: list[_Worker] = []
    try:
        with _shielded_from_ctrl_c():
            workers += [_Worker() for _ in range(min(processes, len(jobs)))]
        busy = [worker for worker in workers if worker.give(next(remaining, None))]
        while busy:
            for connection in wait([worker.connection for worker in busy]):
                worker = next(worker for worker in busy if worker.connection is connection)
                if worker.listen(listener):
                    continue
                busy.remove(worker)
                if not worker.alive:
                    worker.stop()
                    workers.remove(worker)
                    with _shielded_from_ctrl_c():
                        worker = _Worker()
                    workers.append(worker)
                if worker.give(next(remaining, None)):
                    busy.append(worker)
    finally:
        for worker in workers:
            worker.process.terminate()
        for worker in workers:
            worker.stop()


class _Worker:
    """The parent's end of one worker process."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self.connection, far_end = context.Pipe()
        self.process: SpawnProcess = context.Process(target=_work, args=(far_end,), daemon=True)
        self.process.start()
        far_end.close()
        self.alive = True
        self._task: tuple[int, Job] | None = None

    def give(self, task: tuple[int, Job] | None) -> bool:
        """Hand over the next job, if there is one, and tell whether there was."""
        self._task = task
        if task is not None:
            with suppress(OSError):  # a worker that died is noticed when it is listened to
                self.connection.send(task[1])
        return task is not None

    def listen(self, listener: Listener) -> bool:
        """Pass on one message; return False when the job is over."""
        assert self._task is not None
        index, job = self._task
        try:
            message = self.connection.recv()
        except (EOFError, OSError):
            self.alive = False
            self.process.join(_STOP_SECONDS)
            listener.failed(index, _died(job, self.process.exitcode))
            return False
        match message:
            case logging.LogRecord():
                logging.getLogger(message.name).handle(message)
            case (int(done), int(total)):
                listener.progressed(index, done, total)
            case Rendered():
                listener.finished(index, message)
                return False
            case UserError():
                listener.failed(index, message)
                return False
        return True

    def stop(self) -> None:
        """End the process, which removes its half-written file, or remove the file for it."""
        self.process.terminate()
        self.process.join(_STOP_SECONDS)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        if self._task is not None:
            partial_path(self._task[1].output, self.process.pid).unlink(missing_ok=True)
        self.connection.close()


def _died(job: Job, exit_code: int | None) -> UserError:
    reason = f"signal {-exit_code}" if exit_code is not None and exit_code < 0 else f"code {exit_code}"
    return OutputError(f"{job.audio}: the process that rendered it ended unexpectedly ({reason})")


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


def _work(connection: "Connection[Any, Any]") -> None:
    """Render what the parent sends until it goes away. Runs in a process of its own."""
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _terminate)
    logging.getLogger().setLevel(logging.INFO)
    logging.getLogger().addHandler(QueueHandler(_ToParent(connection)))  # type: ignore[arg-type]
    cv2.setNumThreads(1)  # the processes share the cores
    with suppress(EOFError, OSError):  # the parent has gone: so do we
        while True:
            job: Job = connection.recv()
            connection.send(_outcome(job, connection))


def _outcome(job: Job, connection: "Connection[Any, Any]") -> Rendered | UserError:
    try:
        return render(job, lambda done, total: connection.send((done, total)))
    except UserError as error:
        return error
    except (BrokenPipeError, ConnectionResetError):
        raise  # nobody listens any more
    except Exception as error:
        _logger.error("unexpected error", exc_info=error, extra={"file_only": True})
        return UnexpectedError(f"{job.audio}: unexpected error: {type(error).__name__}: {error}")


class UnexpectedError(UserError):
    """A fault of ours in a worker; the log has the details (``EX_SOFTWARE``)."""

    exit_code = 70


def _terminate(_signal: int, _frame: object) -> None:
    """Leave by an exception, so that the half-written file is removed on the way out."""
    raise SystemExit(_EXIT_TERMINATED)
