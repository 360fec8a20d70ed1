"""The desktop is asked not to blank the screen, as long as the kiosk runs."""

import ctypes
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from ctypes import c_char_p, c_int, c_uint, c_uint32, c_void_p
from pathlib import Path
from typing import Any

import pytest

from bithuman_app.desktop.kiosk import awake as awake_module
from bithuman_app.desktop.kiosk.awake import Awake
from tests.desktop.processes import PATIENCE, until

COOKIE = 4711


class ScreenSaver:
    """A desktop's screen saver on a session bus: notes who asked it to wait, and whether they are there."""

    def __init__(self) -> None:
        self._dbus: Any = ctypes.CDLL("libdbus-1.so.3")
        for name, result, arguments in (
            ("dbus_bus_get_private", c_void_p, [c_int, c_void_p]),
            ("dbus_bus_request_name", c_int, [c_void_p, c_char_p, c_uint, c_void_p]),
            ("dbus_bus_name_has_owner", c_uint32, [c_void_p, c_char_p, c_void_p]),
            ("dbus_connection_read_write", c_uint32, [c_void_p, c_int]),
            ("dbus_connection_pop_message", c_void_p, [c_void_p]),
            ("dbus_connection_send", c_uint32, [c_void_p, c_void_p, c_void_p]),
            ("dbus_connection_set_exit_on_disconnect", None, [c_void_p, c_uint32]),
            ("dbus_connection_close", None, [c_void_p]),
            ("dbus_message_get_member", c_char_p, [c_void_p]),
            ("dbus_message_get_sender", c_char_p, [c_void_p]),
            ("dbus_message_new_method_return", c_void_p, [c_void_p]),
        ):
            function = getattr(self._dbus, name)
            function.restype, function.argtypes = result, arguments
        self._bus = c_void_p(self._dbus.dbus_bus_get_private(0, None))
        assert self._bus, "there is no session bus"
        #: A connection for questions, or their answers could be taken for messages to the screen saver.
        self._questions = c_void_p(self._dbus.dbus_bus_get_private(0, None))
        for connection in (self._bus, self._questions):
            self._dbus.dbus_connection_set_exit_on_disconnect(connection, 0)
        assert self._dbus.dbus_bus_request_name(self._bus, b"org.freedesktop.ScreenSaver", 0, None) == 1
        self.asked_by: list[bytes] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def waits(self) -> bool:
        """Return whether somebody who asked is still on the bus."""
        return any(self._dbus.dbus_bus_name_has_owner(self._questions, name, None) for name in self.asked_by)

    def close(self) -> None:
        self._ended.set()
        self._thread.join()
        for connection in (self._bus, self._questions):
            self._dbus.dbus_connection_close(connection)

    def _serve(self) -> None:
        while not self._ended.is_set():
            self._dbus.dbus_connection_read_write(self._bus, 50)
            message = c_void_p(self._dbus.dbus_connection_pop_message(self._bus))
            if message and self._dbus.dbus_message_get_member(message) == b"Inhibit":
                reply = c_void_p(self._dbus.dbus_message_new_method_return(message))
                cookie = c_uint32(COOKIE)
                self._dbus.dbus_message_append_args(reply, c_int(ord("u")), ctypes.byref(cookie), c_int(0))
                self._dbus.dbus_connection_send(self._bus, reply, None)
                self.asked_by.append(self._dbus.dbus_message_get_sender(message))


@pytest.fixture
def session_bus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Start a session bus of the test's own."""
    if sys.platform != "linux" or shutil.which("dbus-daemon") is None:
        pytest.skip("this test needs D-Bus")
    daemon = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", "--nopidfile"],
        stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": "/tmp", "XDG_RUNTIME_DIR": str(tmp_path)},
        text=True,
    )
    assert daemon.stdout is not None
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", daemon.stdout.readline().strip())
    yield
    daemon.kill()
    daemon.communicate()


@pytest.fixture
def screen_saver(session_bus: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[ScreenSaver]:
    monkeypatch.setattr(awake_module, "_ANSWER_MS", round(1000 * PATIENCE))
    saver = ScreenSaver()
    yield saver
    saver.close()


def test_screen_saver_waits_as_long_as_the_wish_stands(screen_saver: ScreenSaver) -> None:
    awake = Awake()
    assert awake.granted
    until(lambda: screen_saver.waits, "the wish to be noted")

    awake.close()
    until(lambda: not screen_saver.waits, "the wish to be taken back")


def test_desktop_without_a_screen_saver_is_no_failure(session_bus: None) -> None:
    awake = Awake()

    assert not awake.granted
    awake.close()


def test_no_desktop_is_no_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)

    assert not Awake().granted
