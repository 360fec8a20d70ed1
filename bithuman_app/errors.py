"""Errors that a person can act on; each carries the process exit code of ``sysexits.h``."""


class UserError(Exception):
    """A mistake or condition outside the program: shown as one line, without a traceback.

    The message says what is wrong and what to do about it, in one line.
    """

    exit_code = 1


class UsageError(UserError):
    """The command line or an argument is wrong (``EX_USAGE``)."""

    exit_code = 64


class DataError(UserError):
    """A file was read but its content is not what it should be (``EX_DATAERR``)."""

    exit_code = 65


class MissingInputError(UserError):
    """A file to read does not exist or cannot be opened (``EX_NOINPUT``)."""

    exit_code = 66


class UnavailableError(UserError):
    """Something the command needs (a display, a device, a library) is not there (``EX_UNAVAILABLE``)."""

    exit_code = 69


class CannotCreateError(UserError):
    """An output file cannot be created (``EX_CANTCREAT``)."""

    exit_code = 73


class OutputError(UserError):
    """Writing failed part-way, for instance on a full disk (``EX_IOERR``)."""

    exit_code = 74
