"""The server's thread and its port."""

import socket

import pytest

from bithuman_app.errors import UnavailableError
from bithuman_app.web.server import listen
from tests.web.client import Visitor
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
