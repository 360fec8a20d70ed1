"""The log: everything in a file that keeps itself small, warnings also on the terminal."""

import logging
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Final

import platformdirs

LOGGER_NAME: Final = "bithuman_app"
FILE_NAME: Final = "bithuman-app.log"
#: Give this as ``extra`` to a log call whose line should not appear on the terminal.
FILE_ONLY: Final[Mapping[str, object]] = {"file_only": True}
_FILE_BYTES: Final = 1_000_000
_OLD_FILES: Final = 3


class _QuietFileHandler(RotatingFileHandler):
    """A log file that never disturbs the program: a full disk loses lines, nothing else.

    Several processes may write to it, such as a kiosk and its watchdog: when one of them has begun a new
    file, the others go on in that one.
    """

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line to the file that is the current one now."""
        try:
            self._follow()
        except Exception:
            self.handleError(record)
        else:
            super().emit(record)

    def _follow(self) -> None:
        if self.stream is None:
            return
        ours = os.fstat(self.stream.fileno())
        try:
            current = os.stat(self.baseFilename)
        except FileNotFoundError:
            current = None
        if current is None or (current.st_dev, current.st_ino) != (ours.st_dev, ours.st_ino):
            self.stream.close()
            self.stream = self._open()

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the base class's name
        """Drop the record that could not be written."""

    def close(self) -> None:
        """Close the file, whether or not its last lines can still be written."""
        with suppress(OSError):
            super().close()


class _TerminalHandler(logging.Handler):
    """Warnings on whatever ``sys.stderr`` is at that moment, so that progress bars stay whole."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one line such as ``bithuman-app: warning: two faces in the picture``."""
        if getattr(record, "file_only", False):
            return
        try:
            print(f"bithuman-app: {record.levelname.lower()}: {record.getMessage()}", file=sys.stderr)
        except Exception:
            self.handleError(record)


def default_directory() -> Path:
    """Return the directory for logs that the operating system's conventions name."""
    return platformdirs.user_log_path("bithuman-app", appauthor=False)


def configure(directory: Path, level: str = "info") -> Path | None:
    """Start logging to a file in ``directory`` and warnings of ours to stderr; replace earlier set-ups.

    ``level`` is the least level that goes into the file: "debug", "info", "warning" or "error".
    Returns the file's path, or None when it cannot be written; then the program runs without one.
    """
    close()
    logger = logging.getLogger()
    logger.setLevel(level.upper())
    terminal = _TerminalHandler(logging.WARNING)
    # Other packages' warnings go to the file only: the person at the terminal cannot act on them.
    terminal.addFilter(logging.Filter(LOGGER_NAME))
    logger.addHandler(terminal)
    logging.captureWarnings(True)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        file = _QuietFileHandler(
            directory / FILE_NAME,
            maxBytes=_FILE_BYTES,
            backupCount=_OLD_FILES,
            encoding="utf-8",
            errors="backslashreplace",  # file names need not be valid Unicode
        )
    except (OSError, ValueError):  # ValueError: a null character in the path
        return None
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(process)d %(name)s: %(message)s"))
    logger.addHandler(file)
    return directory / FILE_NAME


def log_file() -> Path | None:
    """Return the file that is being logged to, None when there is none."""
    for handler in logging.getLogger().handlers:
        if isinstance(handler, _QuietFileHandler):
            return Path(handler.baseFilename)
    return None


def is_configured() -> bool:
    """Tell whether ``configure`` was called, with or without success in opening the file."""
    return any(isinstance(handler, _TerminalHandler) for handler in logging.getLogger().handlers)


def close() -> None:
    """Stop logging and close the file; what other programs set up is left alone."""
    logger = logging.getLogger()
    for handler in list(logger.handlers):
        if isinstance(handler, _QuietFileHandler | _TerminalHandler):
            logger.removeHandler(handler)
            handler.close()
    logging.captureWarnings(False)
