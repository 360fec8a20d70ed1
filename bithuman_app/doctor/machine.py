"""The computer: its Python, processor, devices, screen and port."""

import json
import os
import platform
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ..errors import UserError
from .finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from ..settings import Settings

_OLDEST, _NEWEST = (3, 11), (3, 13)
_LEAST_MEMORY: Final = 2 * 1024**3
_DEVICES_SECONDS: Final = 20.0


def python(settings: "Settings") -> Iterator[Finding]:
    """Look at the interpreter."""
    version = platform.python_version()
    if sys.version_info[:2] < _OLDEST or sys.version_info[:2] > _NEWEST:
        yield warn("Python", version, "the program is tested with Python 3.11, 3.12 and 3.13")
    else:
        yield ok("Python", version)


def computer(settings: "Settings") -> Iterator[Finding]:
    """Look at operating system, processor and memory."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    yield ok("System", f"{_system()}, {platform.machine()}")
    detail = f"{_processor()}, {cores} core{'s' if cores != 1 else ''}"
    if cores < 2:
        yield warn("Processor", detail, "with one core, other programs make the avatar falter")
    else:
        yield ok("Processor", detail)
    memory = _memory()
    if memory is not None:
        text = f"{memory / 1024**3:.1f} GB"
        enough = memory >= _LEAST_MEMORY
        yield ok("Memory", text) if enough else warn("Memory", text, "2 GB are needed to be comfortable")


def sound_devices(settings: "Settings") -> Iterator[Finding]:
    """Ask a process of its own for microphones and loudspeakers: drivers have been seen to hang."""
    command = (
        [sys.executable]
        if getattr(sys, "frozen", False)
        else [sys.executable, "-m", __package__.split(".")[0]]
    )
    try:
        answer = subprocess.run(
            [*command, "devices", "--json"],
            capture_output=True,
            text=True,
            timeout=_DEVICES_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        yield warn("Sound devices", "do not answer", "restart the sound server of this computer")
        return
    if answer.returncode:
        reason = answer.stderr.strip().rpartition("\n")[2].removeprefix("bithuman-app: ")
        yield warn("Sound devices", reason or "cannot be listed", _BROWSER_HAS_ITS_OWN)
        return
    devices: list[dict[str, Any]] = json.loads(answer.stdout)["devices"]
    for name, direction in (("Loudspeaker", "outputs"), ("Microphone", "inputs")):
        able = [device for device in devices if device[direction] > 0]
        chosen = [device for device in able if device[f"default_{direction[:-1]}"]] or able
        if chosen:
            yield ok(name, f"{chosen[0]['name']} ({len(able)} in all)")
        else:
            yield warn(name, "there is none", _BROWSER_HAS_ITS_OWN)


_BROWSER_HAS_ITS_OWN: Final = "only the window needs it; the page uses the devices of the browser"


def screen(settings: "Settings") -> Iterator[Finding]:
    """Find out whether a window could be opened."""
    from ..desktop.preflight import require_screen

    try:
        require_screen()
        yield ok("Screen", os.environ.get("DISPLAY") or "there is one")
    except UserError as error:
        yield warn("Screen", str(error).partition(";")[0], "only the window needs it; the page needs none")


def port(settings: "Settings") -> Iterator[Finding]:
    """Find out whether the page's port is free."""
    name = f"{settings.host} port {settings.port}"
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, settings.port))
    except socket.gaierror:
        yield fail("Port", f"{settings.host} is no address", "choose another host")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        yield warn("Port", f"{name}: {reason}", "the page takes the next free one (it may be there already)")
    else:
        yield ok("Port", f"{name} is free")


def _system() -> str:
    if sys.platform == "linux":
        try:
            return platform.freedesktop_os_release()["PRETTY_NAME"]
        except (OSError, KeyError):
            pass
    if sys.platform == "darwin":
        return f"macOS {platform.mac_ver()[0]}"
    return f"{platform.system()} {platform.release()}"


def _processor() -> str:
    if sys.platform == "linux":
        try:
            lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        for line in lines:
            if line.lower().startswith(("model name", "hardware")):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def _memory() -> int | None:
    """Return how many bytes of memory there are, None if the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (OSError, ValueError, AttributeError):
        return None
