"""``bithuman-app exec``: a program runs as under Python, except that ``import bithuman`` means ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sdk.programs import SECRET, execute

EVERY_MODULE = """
import importlib
for name in (
    "audio", "api", "utils", "utils.image", "utils.agent", "config", "exceptions", "models",
    "runtime", "runtime_async", "video_graph", "stream_server",
):
    module = importlib.import_module("bithuman." + name)
    assert module.__name__ == "bithuman_app.sdk." + name, module.__name__
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def program(folder: Path, text: str, name: str = "program.py") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_program_is_given_its_arguments_and_place(folder: Path) -> None:
    script = program(
        folder, "import sys; print(__name__, sys.argv[1:], __file__ == sys.argv[0], sys.path[0])"
    )

    result = execute(script, "--help", "-m", "a b", folder=folder)

    assert result.stdout == f"__main__ ['--help', '-m', 'a b'] True {folder}\n"


def test_modules_beside_the_program_can_be_imported(folder: Path) -> None:
    program(folder, "answer = 42", "beside.py")

    assert execute(program(folder, "import beside; print(beside.answer)"), folder=folder).stdout == "42\n"


def test_every_module_of_the_surface_is_ours(folder: Path) -> None:
    result = execute(program(folder, EVERY_MODULE), folder=folder)

    assert (result.returncode, result.stderr) == (0, "")


def test_classes_are_the_same_by_every_name(folder: Path) -> None:
    script = program(
        folder,
        "import bithuman, bithuman.api, bithuman_app.sdk.models as ours\n"
        "print(bithuman.VideoControl is bithuman.api.VideoControl is ours.VideoControl)",
    )

    assert execute(script, folder=folder).stdout == "True\n"


def test_what_is_not_offered_is_a_missing_module(folder: Path) -> None:
    result = execute(program(folder, "import bithuman.service"), folder=folder)

    assert result.returncode == 1
    assert result.stderr.endswith("ModuleNotFoundError: No module named 'bithuman.service'\n")


def test_an_installed_package_of_that_name_stays_unused(folder: Path) -> None:
    vendor = folder / "site" / "bithuman"
    vendor.mkdir(parents=True)
    (vendor / "__init__.py").write_text("raise SystemExit('the wrong package')")
    (vendor / "special.py").write_text("")
    script = program(
        folder,
        "import bithuman; print(bithuman.__name__)\n"
        "try:\n    import bithuman.special\nexcept ImportError:\n    print('not mixed')",
    )

    result = execute(script, folder=folder, environment={"PYTHONPATH": str(folder / "site")})

    assert result.stdout == "bithuman_app.sdk\nnot mixed\n"


def test_nothing_is_shadowed_outside(folder: Path) -> None:
    vendor = folder / "site" / "bithuman"
    vendor.mkdir(parents=True)
    (vendor / "__init__.py").write_text("")
    code = (
        "import bithuman_app.sdk, sys; sys.path.insert(0, sys.argv[1]); "
        "import bithuman; print(bithuman.__file__)"
    )

    result = subprocess.run(
        [sys.executable, "-c", code, str(folder / "site")], capture_output=True, text=True, check=True
    )

    assert result.stdout.strip() == str(vendor / "__init__.py")


@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_child_processes_of_the_program_find_ours_too(method: str, folder: Path) -> None:
    script = program(
        folder,
        "import multiprocessing\n"
        "def work(_):\n    import bithuman.audio\n    return bithuman.__name__\n"
        "if __name__ == '__main__':\n"
        f"    with multiprocessing.get_context('{method}').Pool(1) as pool:\n"
        "        print(pool.map(work, [0]))",
    )

    assert execute(script, folder=folder).stdout == "['bithuman_app.sdk']\n"


def test_a_module_runs_as_with_python_m(folder: Path) -> None:
    program(folder, "import sys, bithuman; print(__name__, sys.argv[1:], bithuman.__name__)", "tool.py")

    assert execute("-m", "tool", "--help", folder=folder).stdout == "__main__ ['--help'] bithuman_app.sdk\n"


@pytest.mark.parametrize(
    ("statement", "code"),
    [("raise SystemExit(3)", 3), ("raise SystemExit", 0), ("raise SystemExit('no')", 1), ("1/0", 1), ("", 0)],
)
def test_the_exit_code_is_the_programs(statement: str, code: int, folder: Path) -> None:
    assert execute(program(folder, statement), folder=folder).returncode == code


def test_an_exit_message_is_printed(folder: Path) -> None:
    assert execute(program(folder, "raise SystemExit('no model')"), folder=folder).stderr == "no model\n"


def test_a_failing_program_shows_its_own_traceback_only(folder: Path) -> None:
    script = program(folder, "def f():\n    1/0\nf()")

    lines = execute(script, folder=folder).stderr.splitlines()

    assert lines[0] == "Traceback (most recent call last):"
    assert lines[1].strip().startswith(f'File "{script}", line 3')
    assert lines[-1].startswith("ZeroDivisionError")


def test_a_syntax_error_is_shown_as_python_shows_it(folder: Path) -> None:
    result = execute(program(folder, "def"), folder=folder)

    assert result.returncode == 1
    assert "SyntaxError" in result.stderr
    assert "bithuman_app" not in result.stderr


def test_the_programs_own_logging_works(folder: Path) -> None:
    script = program(
        folder,
        "import logging; logging.basicConfig(format='%(message)s', level='INFO'); logging.info('told')",
    )

    assert execute(script, folder=folder).stderr == "told\n"


def test_a_missing_program_is_told_in_one_line(folder: Path) -> None:
    result = execute("nowhere.py", folder=folder)

    assert result.returncode == 66
    assert result.stderr == "bithuman-app: cannot read the program nowhere.py: No such file or directory\n"


def test_secrets_reach_neither_log_nor_output(model: Path, folder: Path) -> None:
    script = program(
        folder,
        "import asyncio, logging, sys\n"
        "logging.basicConfig(level='DEBUG')\n"
        "from bithuman import AsyncBithuman\n"
        "async def main():\n"
        "    model, secret = sys.argv[1:]\n"
        "    runtime = await AsyncBithuman.create(model_path=model, api_secret=secret, token=secret)\n"
        "    print(repr(runtime), vars(runtime), runtime.settings)\n"
        "    try:\n"
        "        await AsyncBithuman.create(model_path='nowhere.imx', api_secret=secret)\n"
        "    except Exception as error:\n"
        "        print(repr(error))\n"
        "    runtime.cleanup()\n"
        "asyncio.run(main())",
    )

    result = execute(script, model, SECRET, folder=folder, environment={"BITHUMAN_API_SECRET": SECRET})

    written = "".join(path.read_text() for path in (folder / "log").rglob("*") if path.is_file())
    assert result.returncode == 0, result.stderr
    assert SECRET not in result.stdout + result.stderr + written
