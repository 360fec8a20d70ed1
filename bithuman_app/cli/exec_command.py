"""``bithuman-app exec``: run a program written for bitHuman's SDK."""

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    # What follows the program's name is the program's own, whatever it looks like.
    app.command("exec", context_settings={"allow_interspersed_args": False})(_exec)


def _exec(
    program: Annotated[str, typer.Argument(metavar="SCRIPT.py", help="The program, or with -m a module.")],
    arguments: Annotated[
        list[str] | None, typer.Argument(metavar="ARGS", help="What the program is given.")
    ] = None,
    module: Annotated[bool, typer.Option("-m", help="Run an installed module, as python -m does.")] = False,
) -> int:
    """Run a Python program written for bitHuman's SDK, with "import bithuman" meaning this program.

    This also holds where bitHuman's own package is installed; nothing is changed outside the program.
    No account or secret is needed. Everything after the program's name is passed on to it.
    """
    import logging
    import signal

    from .. import logs

    # The program has the process to itself: our log set-up and signal handling must not be in its way.
    logs.close()
    logging.getLogger().setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    from ..sdk.program import run_module, run_script

    if module:
        return run_module(program, arguments or [])
    return run_script(Path(program), arguments or [])
