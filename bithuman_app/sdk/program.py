"""Running somebody's program with ``import bithuman`` meaning this package."""

import builtins
import io
import runpy
import sys
import types
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path

from ..errors import MissingInputError
from .alias import install


def run_script(path: Path, arguments: Sequence[str]) -> int:
    """Run a Python file as ``python path arguments`` would, and return its exit code.

    Raises ``MissingInputError`` if the file cannot be read. What the program itself raises is printed
    as Python prints it.
    """
    try:
        with io.open_code(str(path.absolute())) as stream:
            source = stream.read()
    except OSError as error:
        raise MissingInputError(f"cannot read the program {path}: {error.strerror}") from error
    _prepare([str(path), *arguments], first_folder=str(path.absolute().parent))
    return _exit_code(lambda: _run_main(source, str(path)))


def run_module(name: str, arguments: Sequence[str]) -> int:
    """Run a module as ``python -m name arguments`` would; see ``run_script``."""
    _prepare([name, *arguments], first_folder=str(Path.cwd()))
    return _exit_code(lambda: runpy.run_module(name, run_name="__main__", alter_sys=True))


def _prepare(argv: list[str], first_folder: str) -> None:
    sys.argv[:] = argv
    install()
    sys.path.insert(0, first_folder)


def _run_main(source: bytes, path: str) -> None:
    """Execute the source in a fresh ``__main__`` that stays, as threads of the program may outlive it."""
    main = types.ModuleType("__main__")
    main.__dict__.update(
        __file__=path,
        __loader__=SourceFileLoader("__main__", path),
        __builtins__=builtins,
        __cached__=None,
    )
    sys.modules["__main__"] = main
    exec(compile(source, path, "exec", dont_inherit=True), main.__dict__)


def _exit_code(program: Callable[[], object]) -> int:
    """Run and translate the ways a program can end into an exit code."""
    try:
        program()
    except SystemExit as error:
        if error.code is None or isinstance(error.code, int):
            return error.code or 0
        print(error.code, file=sys.stderr)
        return 1
    except Exception as error:
        trace = _without_ours(error.__traceback__)
        sys.excepthook(type(error), error.with_traceback(trace), trace)
        return 1
    return 0


def _without_ours(trace: types.TracebackType | None) -> types.TracebackType | None:
    """Drop the frames that started the program from a traceback; keep it whole if nothing else is there."""
    ours = {__file__, runpy.__file__, "<frozen runpy>"}
    rest = trace
    while rest is not None and rest.tb_frame.f_code.co_filename in ours:
        rest = rest.tb_next
    return rest
