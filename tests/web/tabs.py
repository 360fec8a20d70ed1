"""Chromium with tabs that are really hidden or asleep; what drives it in other tests keeps all tabs awake."""

import contextlib
import itertools
import json
import shutil
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

from tests.web.client import PATIENCE


class DevToolsError(Exception):
    """The browser refuses."""


class Tab:
    """One tab, spoken to in the protocol of Chromium's developer tools."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._numbers = itertools.count(1)

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        number = next(self._numbers)
        self._connection.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            answer: dict[str, Any] = json.loads(self._connection.recv(PATIENCE))
            if answer.get("id") == number:
                if "error" in answer:
                    raise DevToolsError(answer["error"]["message"])
                result: dict[str, Any] = answer["result"]
                return result

    def evaluate(self, script: str) -> Any:
        """Return the value of a script; None if there is no page yet."""
        try:
            result = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        except DevToolsError:
            return None
        return result["result"].get("value")

    def until(self, script: str) -> None:
        """Wait until a script gives something true."""
        deadline = time.monotonic() + PATIENCE
        while not self.evaluate(script):
            assert time.monotonic() < deadline, f"in vain: {script}"
            time.sleep(0.02)

    def until_live(self, pictures: int = 3) -> None:
        """Wait until some more pictures were drawn."""
        self.until("!!window.stage && stage.diagnostics().connected")
        self.until(f"stage.diagnostics().drawn >= {self.drawn() + pictures}")

    def drawn(self) -> int:
        return int(self.evaluate("stage.diagnostics().drawn"))

    def press(self, key: str) -> None:
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, text=key if kind == "keyDown" else "")

    def show(self) -> None:
        """Bring the tab to the front, which hides the others."""
        self.send("Page.bringToFront")


class Chromium:
    """A browser of its own, ended with the block."""

    def __init__(self, path: str, flags: Sequence[str]) -> None:
        self._tabs = contextlib.ExitStack()
        self._profile = tempfile.mkdtemp(prefix="chromium-")
        self._process = subprocess.Popen(
            [path, *flags, "--headless=new", f"--user-data-dir={self._profile}",
             "--remote-debugging-port=0", "--remote-allow-origins=*", "about:blank"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert self._process.stderr is not None
        announced = next(line for line in self._process.stderr if "DevTools listening on" in line)
        self._host = announced.split("/")[2]

    def open(self, url: str = "about:blank") -> Tab:
        request = urllib.request.Request(f"http://{self._host}/json/new?{url}", method="PUT")
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
            address = json.load(answer)["webSocketDebuggerUrl"]
        return Tab(self._tabs.enter_context(connect(address, max_size=None, open_timeout=PATIENCE)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: object, trace: TracebackType | None) -> None:
        self._tabs.close()
        self._process.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(PATIENCE)
        self._process.kill()
        shutil.rmtree(self._profile, ignore_errors=True)
