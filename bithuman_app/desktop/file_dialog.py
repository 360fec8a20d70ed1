"""Asking the person for a file, with the dialog of their system. Tk is not needed."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

from ..errors import UnavailableError

_TITLE: Final = "Open a sound, a picture or an avatar"
_POWERSHELL: Final = (
    "Add-Type -AssemblyName System.Windows.Forms;"
    "$dialog = New-Object System.Windows.Forms.OpenFileDialog;"
    f"$dialog.Title = '{_TITLE}';"
    "[Console]::OutputEncoding = [Text.Encoding]::UTF8;"
    "if ($dialog.ShowDialog() -eq 'OK') { $dialog.FileName }"
)


def dialog_command() -> list[str] | None:
    """Return the program that shows the dialog, None if there is none on this machine."""
    if sys.platform == "darwin":
        return ["osascript", "-e", f'POSIX path of (choose file with prompt "{_TITLE}")']
    if sys.platform == "win32":
        return ["powershell", "-NoProfile", "-STA", "-Command", _POWERSHELL]
    for command in (
        ["zenity", "--file-selection", f"--title={_TITLE}"],
        ["kdialog", "--title", _TITLE, "--getopenfilename", "."],
        ["qarma", "--file-selection", f"--title={_TITLE}"],
        ["yad", "--file", f"--title={_TITLE}"],
    ):
        if shutil.which(command[0]):
            return command
    return None


def choose_file() -> Path | None:
    """Return the file that the person chooses, None if they choose none; blocks meanwhile.

    Raises ``UnavailableError`` where no program shows such a dialog.
    """
    command = dialog_command()
    if command is None:
        raise UnavailableError("no file dialog here: drop the file on the window, or install zenity")
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError as error:
        raise UnavailableError(f"the file dialog does not start: {error.strerror}") from error
    chosen = done.stdout.decode("utf-8", "replace").rstrip("\r\n")
    return Path(chosen) if done.returncode == 0 and chosen else None
