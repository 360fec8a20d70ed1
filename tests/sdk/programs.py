"""Running whole programs with ``bithuman-app exec``, as a person at a terminal would."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

CLIENTS = Path(__file__).parent / "clients"
SAMPLES = Path(__file__).parent / "samples"
SECRET = "sk-very-secret-0123456789"


def execute(
    *arguments: str | Path,
    folder: Path,
    environment: Mapping[str, str] | None = None,
    seconds: float = 90,
) -> subprocess.CompletedProcess[str]:
    """Run ``bithuman-app exec`` with these arguments in a folder, with its log there too."""
    own = {
        "BITHUMAN_APP_LOG_DIRECTORY": str(folder / "log"),
        "BITHUMAN_APP_SETTINGS": "",
        "PYTHONUNBUFFERED": "1",
        **(environment or {}),
    }
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("BITHUMAN")}
    return subprocess.run(
        [sys.executable, "-m", "bithuman_app", "exec", *map(str, arguments)],
        cwd=folder, env=inherited | own, capture_output=True, text=True, timeout=seconds,
    )  # fmt: skip


def last_json(result: subprocess.CompletedProcess[str]) -> Any:
    """Return the last line of a successful program's output as JSON."""
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout.strip().splitlines()[-1])
