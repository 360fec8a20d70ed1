"""However a signal finds the program, the program ends."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")

ROOT = Path(__file__).parents[2]
PROGRAM = """
import os, signal, sys, time
from bithuman_app import cli
from bithuman_app.cli._ending import end_by_exceptions

class Careless:
    def __del__(self):
        {in_destructor}

def work(arguments):
    print("working", flush=True)
    {call}
    while True:
        time.sleep(0.01)

cli._invoke = work
cli.main()
"""


def run(in_destructor: str = "pass", call: str = "pass") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(in_destructor=in_destructor, call=call)],
        env={**os.environ, "PYTHONPATH": str(ROOT), "BITHUMAN_APP_SETTINGS": ""},
        timeout=180, capture_output=True, text=True,
    )  # fmt: skip


@pytest.mark.parametrize(("name", "code", "said"), [("SIGTERM", 143, ""), ("SIGINT", 130, "interrupted")])
def test_a_signal_ends_it(name: str, code: int, said: str) -> None:
    ended = run(call=f"os.kill(os.getpid(), signal.{name})")
    assert ended.returncode == code
    assert said in ended.stderr


@pytest.mark.parametrize(("name", "code"), [("SIGTERM", 143), ("SIGINT", 130)])
def test_a_signal_in_a_destructor_ends_it_too(name: str, code: int) -> None:
    ended = run(f"os.kill(os.getpid(), signal.{name})", "Careless()")
    assert ended.returncode == code
    assert "Exception ignored" not in ended.stderr


def test_other_errors_in_a_destructor_are_reported_and_ignored() -> None:
    ended = run("raise RuntimeError('oh')", "Careless(); os.kill(os.getpid(), signal.SIGTERM)")
    assert ended.returncode == 143
    assert "RuntimeError: oh" in ended.stderr
