"""Units that start the kiosk when somebody logs in: systemd's, launchd's, and XDG's desktop entry."""

import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, get_args

from ...errors import CannotCreateError, UsageError

Kind = Literal["systemd", "launchd", "desktop"]
KINDS: Final[tuple[str, ...]] = get_args(Kind)
NAME: Final = "bithuman-kiosk"
_LABEL: Final = "bithuman-app.kiosk"
#: What the unit must say about the place where the command was given.
_KEPT_VARIABLES: Final = ("BITHUMAN_APP_SETTINGS",)
_RESTART_SECONDS: Final = 10
_PATIENCE: Final = 20.0


@dataclass(frozen=True)
class Start:
    """What is to be started: the command with absolute program, the directory, further environment."""

    command: Sequence[str]
    directory: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Unit:
    """A file to be written, and the link that switches it on, if it takes one."""

    path: Path
    text: str
    link: Path | None = None

    def install(self) -> None:
        """Write the file and switch it on for the next login. Raises ``CannotCreateError``."""
        part = self.path.with_name(self.path.name + ".part")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            part.write_text(self.text, encoding="utf-8")
            part.replace(self.path)
            if self.link is not None:
                self.link.parent.mkdir(parents=True, exist_ok=True)
                self.link.unlink(missing_ok=True)
                self.link.symlink_to(self.path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            raise CannotCreateError(f"cannot write {self.path}: {error.strerror}") from error
        if self.link is not None:
            _reload_systemd()

    def remove(self) -> bool:
        """Switch it off and remove the file; False if it was not there. Raises ``CannotCreateError``."""
        there = os.path.lexists(self.path)
        try:
            for path in (self.link, self.path):
                if path is not None:
                    path.unlink(missing_ok=True)
        except OSError as error:
            raise CannotCreateError(f"cannot remove {self.path}: {error.strerror}") from error
        if there and self.link is not None:
            _reload_systemd()
        return there


def usual_kind() -> Kind:
    """Return which of them this system obeys; the desktop entry serves every desktop without systemd."""
    if sys.platform == "darwin":
        return "launchd"
    return "systemd" if Path("/run/systemd/system").is_dir() else "desktop"


def start(arguments: Sequence[str]) -> Start:
    """Return how this program is started again with these arguments.

    Relative paths in them, and the file ``.env``, keep their meaning: it starts in today's directory.
    """
    kept = {name: value for name in _KEPT_VARIABLES if (value := os.environ.get(name))}
    if "BITHUMAN_APP_SETTINGS" in kept:
        kept["BITHUMAN_APP_SETTINGS"] = str(Path(kept["BITHUMAN_APP_SETTINGS"]).expanduser().absolute())
    return Start([*program(), *arguments], Path.cwd(), kept)


def program() -> list[str]:
    """Return the command that starts this program, by absolute paths."""
    if getattr(sys, "frozen", False):
        return [sys.executable]
    script = Path(sys.argv[0]).absolute()
    if script.name == "app.py" and script.is_file():
        return [sys.executable, str(script)]
    return [sys.executable, "-m", __name__.partition(".")[0]]


def unit(kind: Kind, what: Start, home: Path | None = None) -> Unit:
    """Return the unit of a kind. ``home`` is the user's directory, by default that of whoever runs this.

    Raises ``UsageError`` if the command has what a unit cannot say.
    """
    if any("\n" in part or "\0" in part for part in (*what.command, str(what.directory))):
        raise UsageError("a line break cannot be part of a command that is started at login")
    home = home or Path.home()
    if kind == "launchd":
        return Unit(home / "Library" / "LaunchAgents" / f"{_LABEL}.plist", _plist(what, home))
    configuration = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    if kind == "desktop":
        return Unit(configuration / "autostart" / f"{NAME}.desktop", _desktop_entry(what))
    folder = configuration / "systemd" / "user"
    link = folder / "default.target.wants" / f"{NAME}.service"
    return Unit(folder / f"{NAME}.service", _service(what), link)


def _service(what: Start) -> str:
    """Return systemd's unit.

    Like the one of bitHuman's guide for the Raspberry Pi, but for the user, who has the screen. It is
    started again whenever it ends, unless staff left it by the chord, which is the exit code 0. At a
    login the screen may be late: then it ends with 69 and is tried again, without limit.
    """
    environment = "".join(
        f"Environment={_systemd_word(f'{name}={value}')}\n" for name, value in what.environment.items()
    )
    return (
        "[Unit]\n"
        "Description=bithuman-app kiosk\n"
        "After=graphical-session.target sound.target\n"
        "StartLimitIntervalSec=0\n"
        "\n"
        "[Service]\n"
        "Type=simple\n"
        f"WorkingDirectory={_systemd_path(what.directory)}\n"
        f"{environment}"
        f"ExecStart={' '.join(_systemd_word(word) for word in what.command)}\n"
        "Restart=always\n"
        f"RestartSec={_RESTART_SECONDS}\n"
        "RestartPreventExitStatus=0\n"
        "SuccessExitStatus=143\n"
        "\n"
        "[Install]\n"
        "WantedBy=default.target\n"
    )


def _systemd_word(word: str) -> str:
    """Return a word of a unit's line (systemd.service(5), "Command lines")."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if not word or any(character in " \t\"'\\;" for character in word) else escaped


def _systemd_path(path: Path) -> str:
    """Return a path that is a whole line: only ``%`` means something there."""
    return str(path).replace("%", "%%")


def _desktop_entry(what: Start) -> str:
    """Return a desktop entry (its specification, "The Exec key")."""
    assignments = [f"{name}={value}" for name, value in what.environment.items()]
    command = ["/usr/bin/env", *assignments, *what.command] if assignments else what.command
    return (
        "[Desktop Entry]\n"
        "Type=Application\n"
        "Name=bithuman-app kiosk\n"
        "Comment=An avatar that runs this screen\n"
        f"Path={_entry_text(str(what.directory))}\n"
        f"Exec={_entry_text(' '.join(_exec_word(word) for word in command))}\n"
        "Terminal=false\n"
        "X-GNOME-Autostart-enabled=true\n"
    )


def _exec_word(word: str) -> str:
    plain = word and all(character.isalnum() or character in "-_./,:=+@" for character in word)
    escaped = word.replace("%", "%%")
    if plain:
        return escaped
    for character in '\\"`$':
        escaped = escaped.replace(character, "\\" + character)
    return f'"{escaped}"'


def _entry_text(text: str) -> str:
    return text.replace("\\", "\\\\")


def _plist(what: Start, home: Path) -> str:
    """Return launchd's agent: as long as somebody is logged in, unless it ended with 0."""
    log = home / "Library" / "Logs" / "bithuman-app" / "kiosk.log"
    values = {
        "Label": _LABEL,
        "ProgramArguments": list(what.command),
        "WorkingDirectory": str(what.directory),
        "EnvironmentVariables": dict(what.environment),
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": _RESTART_SECONDS,
        "LimitLoadToSessionType": "Aqua",
        "ProcessType": "Interactive",
        "StandardErrorPath": str(log),
    }
    return plistlib.dumps(values).decode("utf-8")


def command_line(what: Start) -> str:
    """Return the command as one would type it."""
    return shlex.join(what.command)


def _reload_systemd() -> None:
    """Let a running systemd know; without one the unit counts from the next login on."""
    with suppress(OSError, subprocess.TimeoutExpired):
        subprocess.run(
            ["systemctl", "--user", "daemon-reload"], capture_output=True, timeout=_PATIENCE, check=False
        )
