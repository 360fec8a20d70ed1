"""Keeping PortAudio from the terminal, and nobody else."""

import subprocess
import sys

PROGRAM = """
import os, sys
from bithuman_app.desktop.portaudio import quiet
with quiet():
    print("ours", file=sys.stderr)
    os.write(2, b"theirs\\n")
os.write(2, b"theirs, later\\n")
print("ours, later", file=sys.stderr)
"""


def test_what_c_code_writes_is_dropped_and_what_python_prints_is_not() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)

    assert done.stderr == "ours\ntheirs, later\nours, later\n"


def test_a_process_without_standard_error_is_left_alone() -> None:
    program = "import sys; sys.stderr.close(); sys.stderr = None" + PROGRAM.split("with quiet()")[0]
    subprocess.run([sys.executable, "-c", program + "\nwith quiet(): pass"], check=True)
