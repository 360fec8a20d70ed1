"""The server's thread and its port, and the command that starts it."""

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bithuman_app.errors import UnavailableError
from bithuman_app.web.server import listen
from tests.web.client import PATIENCE, Visitor
from tests.web.conftest import Serve


def test_a_taken_port_gives_the_next_free_one() -> None:
    with listen("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with listen("127.0.0.1", port) as second:
            assert port < second.getsockname()[1] <= port + 100


def test_a_host_of_another_machine_is_an_error_in_one_line() -> None:
    with pytest.raises(UnavailableError, match=r"cannot listen on 192\.0\.2\.1: \w+"):
        listen("192.0.2.1", 7860)


def test_stopping_frees_the_port_and_ends_the_connections(serve: Serve) -> None:
    server = serve()
    visitor = Visitor(server)
    page = visitor.open()
    page.tick()

    server.stop()

    assert page.close_code() == 1012
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def run(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bithuman_app.web", "--no-browser", *arguments],
        env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def test_the_command_prints_the_address_and_ends_when_told(avatar_file: Path) -> None:
    with run("--port", "0", "--avatar", str(avatar_file)) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        code = process.wait(PATIENCE)

    assert re.fullmatch(r"The avatar is at http://127\.0\.0\.1:\d+/ \(Ctrl-C ends it\)\n", line)
    assert code == 0


def test_the_command_refuses_others_without_a_password() -> None:
    with run("--host", "0.0.0.0") as process:
        _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 64
    assert re.fullmatch(r"bithuman-app: others can reach 0\.0\.0\.0: .*password.*\n", errors)


def test_the_command_says_which_avatar_is_not_there() -> None:
    with run("--avatar", "nobody") as process:
        _, errors = process.communicate(timeout=PATIENCE)

    assert process.returncode == 66
    assert errors.startswith("bithuman-app: there is no avatar called 'nobody'")
