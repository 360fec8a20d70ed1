"""The ``bithuman-app`` command: finds the commands, and turns every failure into one clear line.

Start-up must be quick, so this module and the command modules import heavy packages (OpenCV,
onnxruntime, PyAV, NumPy, our settings) only inside the functions that use them.
"""

import logging
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Annotated, Final, NoReturn

import typer
from typer.main import get_command

from .. import __version__
from ..errors import UserError
from ._ending import end_by_exceptions

PROGRAM: Final = "bithuman-app"

#: The commands, in the order in which the help shows them; each is a module ``<name>_command``
#: with a function ``register(app)``.
COMMANDS: Final = (
    "app",
    "window",
    "kiosk",
    "render",
    "curves",
    "bake",
    "sheet",
    "list",
    "info",
    "validate",
    "devices",
    "exec",
    "bench",
    "doctor",
)
#: What is meant by a command line without a command.
_FIRST_COMMAND: Final = "app"

EXIT_INTERNAL: Final = 70  # EX_SOFTWARE
EXIT_INTERRUPTED: Final = 128 + signal.SIGINT
EXIT_BROKEN_PIPE: Final = 128 + 13  # what a shell reports for a program that SIGPIPE ended
_HELP_OPTIONS: Final = ("-h", "--help")
_logger = logging.getLogger(__name__)


def main() -> NoReturn:
    """Run the command line that the process was started with, and exit."""
    end_by_exceptions()
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name) and return its exit code; never raises.

    Failures have the codes of ``sysexits.h`` (see ``errors``); a command line that cannot be
    understood gives 2, Ctrl-C 130, a reader of our output that went away 141.
    """
    try:
        code = _invoke(arguments)
        sys.stdout.flush()
        if code == EXIT_INTERRUPTED:
            _complain("interrupted")
        return code
    except UserError as error:
        _logger.info("stopped", exc_info=True)
        _complain(str(error))
        return error.exit_code
    except typer.TyperException as error:
        _complain(f"{error.format_message().rstrip('.')} (see '{_help_command(error)}')")
        return error.exit_code
    except typer.Abort:
        _complain("stopped")
        return 1
    except KeyboardInterrupt:
        _complain("interrupted")
        return EXIT_INTERRUPTED
    except SystemExit as error:
        # typer turns a broken pipe into a bare exit, and keeps the reason as the context.
        return _broken_pipe() if isinstance(error.__context__, BrokenPipeError) else _code(error.code)
    except BrokenPipeError:
        return _broken_pipe()
    except Exception as error:
        return _unexpected(error, debug="--debug" in arguments)


def create_app() -> typer.Typer:
    """Return the command-line application with all its commands."""
    app = typer.Typer(
        name=PROGRAM,
        context_settings={"help_option_names": list(_HELP_OPTIONS)},
        pretty_exceptions_enable=False,
    )
    app.callback()(_global_options)
    for command in COMMANDS:
        import_module(f".{command}_command", __name__).register(app)
    return app


def _invoke(arguments: Sequence[str]) -> int:
    command = get_command(create_app())
    # Without standalone mode the exceptions come out to us, and an early exit's code is returned.
    result = command(_with_command(arguments), prog_name=PROGRAM, standalone_mode=False, obj=tuple(arguments))
    return result if isinstance(result, int) else 0


def _with_command(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the first command put in if there is none: its options may stand alone."""
    given = list(arguments)
    at = 0
    while at < len(given) and (given[at] in ("--debug", "--settings") or given[at].startswith("--settings=")):
        at += 2 if given[at] == "--settings" else 1
    own = (*_HELP_OPTIONS, "--version", "--install-completion", "--show-completion")
    if at >= len(given) or (given[at].startswith("-") and given[at] not in own):
        given.insert(at, _FIRST_COMMAND)
    return given


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


def _global_options(
    context: typer.Context,
    settings: Annotated[
        Path | None, typer.Option("--settings", metavar="FILE", help="Read the settings from this TOML file.")
    ] = None,
    debug: Annotated[
        bool, typer.Option("--debug", help="Log everything, and show the traceback of an unexpected error.")
    ] = False,
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_show_version, help="Show the version.")
    ] = False,
) -> None:
    """A talking avatar from a picture and a sound, rendered on this computer's CPU."""
    if settings is not None:
        # Through the environment it reaches the commands and their worker processes alike.
        os.environ["BITHUMAN_APP_SETTINGS"] = str(settings)
    if not any(option in context.obj for option in _HELP_OPTIONS):
        _start_logging(debug)


def _start_logging(debug: bool) -> None:
    from .. import logs
    from ..settings import load

    settings = load()
    logs.configure(settings.log_directory, "debug" if debug else settings.log_level)


def _unexpected(error: Exception, debug: bool) -> int:
    """Report a fault of ours in one line and keep its traceback for whoever mends it."""
    from .. import logs

    if not logs.is_configured():
        logs.configure(logs.default_directory())
    _logger.error("unexpected error", exc_info=error, extra=logs.FILE_ONLY)
    if debug:
        traceback.print_exception(error)
    log_file = logs.log_file()
    hint = f"details are in {log_file}" if log_file else f"'{PROGRAM} --debug ...' shows details"
    _complain(f"unexpected error: {type(error).__name__}: {error}; {hint}")
    return EXIT_INTERNAL


def _complain(message: str) -> None:
    """Print one line on stderr; whatever would break the line or the terminal becomes a space."""
    line = "".join(character if character.isprintable() else " " for character in message)
    with suppress(OSError):  # when nobody reads it, the exit code still tells
        print(f"{PROGRAM}: {line}", file=sys.stderr, flush=True)


def _help_command(error: typer.TyperException) -> str:
    context = getattr(error, "ctx", None)
    return f"{context.command_path if context else PROGRAM} --help"


def _broken_pipe() -> int:
    """Point stdout to nowhere, so that the interpreter's last flush does not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return EXIT_BROKEN_PIPE


def _code(code: object) -> int:
    if code is None:
        return 0
    return code if isinstance(code, int) else 1
