"""What people install: a wheel that holds everything, and a set-up script that asks for little."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as ``pip install .`` does, and return its path."""
    directory = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "--wheel-dir", str(directory), str(ROOT)], check=True)
    return next(directory.glob("*.whl"))


def test_wheel_holds_every_asset(wheel: Path) -> None:
    assets = {
        f"bithuman_app/_assets/{path.relative_to(ROOT / 'assets').as_posix()}"
        for path in (ROOT / "assets").rglob("*")
        if path.is_file()
    }

    assert assets <= set(zipfile.ZipFile(wheel).namelist())


def test_wheel_holds_nothing_but_the_package(wheel: Path) -> None:
    tops = {name.split("/")[0].split("-")[0] for name in zipfile.ZipFile(wheel).namelist()}

    assert tops == {"bithuman_app"}


def test_installed_package_finds_its_own_assets(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    script = "from bithuman_app.resources import asset; print(asset('NOTICE.md'))"

    result = subprocess.run(
        [sys.executable, "-c", script],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert Path(result.stdout.strip()) == tmp_path / "bithuman_app" / "_assets" / "NOTICE.md"


def test_installing_gives_the_command(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    entry_points = next(name for name in archive.namelist() if name.endswith("entry_points.txt"))

    assert "bithuman-app = bithuman_app.cli:main" in archive.read(entry_points).decode()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_lock_names_no_place_to_download_from(lock: str) -> None:
    assert "://" not in (ROOT / lock).read_text()


def test_lock_holds_every_dependency() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    names = {dependency.split(">=")[0] for dependency in project["project"]["dependencies"]}
    locked = {line.split("==")[0] for line in (ROOT / "requirements.lock").read_text().splitlines()}

    assert names <= locked


class Machine:
    """A checkout on a pretended machine, whose commands lie in one directory and can be replaced."""

    def __init__(self, directory: Path) -> None:
        self.checkout = directory / "a check out"
        self.commands = directory / "bin"
        (self.checkout / "scripts").mkdir(parents=True)
        self.commands.mkdir()
        shutil.copy(ROOT / "scripts" / "setup", self.checkout / "scripts")
        for name in ("requirements.lock", "pyproject.toml"):
            shutil.copy(ROOT / name, self.checkout)
        for name in ("sh", "env", "uname", "dirname", "cat", "cmp", "rm", "true"):
            (self.commands / name).symlink_to(shutil.which(name) or f"no {name}")
        self.command("apt-get", 'echo "apt-get $*" >> "$0.log"')
        self.python()

    def command(self, name: str, script: str) -> None:
        path = self.commands / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def python(self, *, without: str = "nothing") -> None:
        """Provide a ``python3`` that fails when its command line speaks of ``without``."""
        self.command("python3", f'case "$*" in *{without}*) exit 1;; esac; exec "{sys.executable}" "$@"')

    def user(self, number: int) -> None:
        self.command("id", f"echo {number}")

    def set_up(self) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [self.checkout / "scripts" / "setup"],
            env={"PATH": str(self.commands)}, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip

    def installed(self) -> str:
        log = self.commands / "apt-get.log"
        return log.read_text() if log.exists() else ""


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_set_up_without_rights_prints_the_line_to_type(machine: Machine) -> None:
    machine.python(without="ensurepip")
    machine.user(1000)

    result = machine.set_up()

    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert result.returncode != 0
    assert result.stderr.splitlines()[-1] == (
        f"su -c 'apt-get update && apt-get install -y --no-install-recommends python{version}-venv'"
    )
    assert machine.installed() == ""


def test_set_up_uses_sudo_in_its_line_where_there_is_one(machine: Machine) -> None:
    machine.python(without="ensurepip")
    machine.user(1000)
    machine.command("sudo", "exit 1")  # it would ask for a password

    assert machine.set_up().stderr.splitlines()[-1].startswith("sudo sh -c 'apt-get update")


def test_set_up_as_root_installs_what_is_missing(machine: Machine) -> None:
    machine.python(without="ensurepip")
    machine.user(0)

    machine.set_up()

    assert "install -qq -y --no-install-recommends python3" in machine.installed()


def test_set_up_with_a_free_sudo_installs_what_is_missing(machine: Machine) -> None:
    machine.python(without="ensurepip")
    machine.user(1000)
    machine.command("sudo", 'shift; exec "$@"')

    machine.set_up()

    assert "install -qq -y --no-install-recommends python3" in machine.installed()


def test_set_up_stops_when_the_package_is_still_missing(machine: Machine) -> None:
    machine.python(without="ensurepip")
    machine.user(0)

    result = machine.set_up()

    assert result.returncode != 0
    assert "this system lacks python3" in result.stderr


def test_set_up_refuses_a_python_it_does_not_support(machine: Machine) -> None:
    machine.command("old", "exit 1")
    script = machine.checkout / "scripts" / "setup"

    result = subprocess.run(
        [script], env={"PATH": str(machine.commands), "PYTHON": "old"},
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert result.returncode != 0
    assert result.stderr == "setup: old is not Python 3.11, 3.12 or 3.13\n"
