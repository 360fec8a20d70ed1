"""A screen, a sound server, and the program started on both; each test has its own."""

import os
import shutil
import sys
import tempfile
import wave
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset
from tests.desktop import screens, sound_servers
from tests.desktop.processes import PATIENCE, Program
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

OpenScreen = Callable[..., Screen]
#: Starts ``bithuman-app`` with these arguments, on the test's screen and sound server if it has them.
Launch = Callable[..., Program]


def _needs(programs: tuple[str, ...]) -> None:
    """Skip the test where programs are missing, unless continuous integration should have them."""
    missing = [name for name in programs if shutil.which(name) is None]
    if sys.platform != "linux" or missing:
        reason = f"this test needs Linux and {', '.join(missing) or 'an X server'}"
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.fixture(scope="session")
def avatar_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small avatar's file."""
    path = tmp_path_factory.mktemp("avatar") / "maya.imx"
    save_avatar(bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(256, 256), name="maya")), path)
    return path


@pytest.fixture(scope="session")
def long_speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a recording of speech that outlasts every test: five minutes."""
    path = tmp_path_factory.mktemp("speech") / "long speech.wav"
    with wave.open(str(asset("audio", "speech.wav"))) as short, wave.open(str(path), "wb") as long:
        long.setparams(short.getparams())
        seconds = short.getnframes() / short.getframerate()
        long.writeframes(short.readframes(short.getnframes()) * round(300 / seconds))
    return path


@pytest.fixture
def open_screen(tmp_path: Path) -> Iterator[OpenScreen]:
    """Open screens of a size of the test's choice."""
    _needs(screens.NEEDED)
    opened: list[Screen] = []

    def open_one(width: int = 1280, height: int = 800) -> Screen:
        folder = tmp_path / f"screen{len(opened)}"
        folder.mkdir()
        opened.append(Screen(folder, width, height))
        return opened[-1]

    yield open_one
    for one in opened:
        one.close()


@pytest.fixture
def screen(open_screen: OpenScreen) -> Screen:
    """Return a screen of 1280 x 800."""
    return open_screen()


@pytest.fixture
def sound_server() -> Iterator[SoundServer]:
    """Return a running sound server with a loudspeaker and a microphone."""
    _needs(sound_servers.NEEDED)
    with tempfile.TemporaryDirectory(prefix="sound-") as folder:
        server = SoundServer(Path(folder))
        yield server
        server.stop()


@pytest.fixture
def launch(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Launch]:
    """Start the program, in a folder and with settings of the test's own."""
    environment = dict(os.environ)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "PULSE_SERVER"):
        environment.pop(name, None)
    environment |= {"BITHUMAN_APP_SETTINGS": "", "HOME": str(tmp_path), "OPENCV_LOG_LEVEL": "ERROR"}
    # A busy machine may show no picture for a while; a test of what hangs says so.
    environment["BITHUMAN_APP_KIOSK_HUNG_AFTER"] = str(PATIENCE)
    for name in ("LOG", "AVATAR", "CACHE"):
        environment[f"BITHUMAN_APP_{name}_DIRECTORY"] = str(tmp_path / name.lower())
    for fixture in ("screen", "sound_server"):
        if fixture in request.fixturenames:
            environment |= request.getfixturevalue(fixture).environment
    started: list[Program] = []

    def start(*arguments: object, module: str = "bithuman_app", **more: str) -> Program:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        log = tmp_path / f"program{len(started)}.log"
        root = Path(__file__).parents[2]
        paths = os.pathsep.join([str(root), *environment.get("PYTHONPATH", "").split(os.pathsep)]).rstrip(":")
        started.append(Program(command, {**environment, "PYTHONPATH": paths, **more}, log, cwd=tmp_path))
        return started[-1]

    yield start
    for program in started:
        program.stop()
        print(program.output)  # pytest shows it if the test has failed
