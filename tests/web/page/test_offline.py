"""The page works where there is no network but the loopback interface."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent.parent
ALONE = ("unshare", "-rn", "sh", "-c", 'ip link set lo up && exec "$@"', "sh")


def alone_is_possible() -> bool:
    try:
        return subprocess.run([*ALONE, "true"], capture_output=True, check=False, timeout=60).returncode == 0
    except OSError:
        return False


@pytest.mark.skipif(not alone_is_possible(), reason="this system makes no network of its own for a process")
def test_page_opens_and_speaks_without_a_network(avatar_file: Path, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("there is no Chromium to test the page in")

    done = subprocess.run(
        [*ALONE, sys.executable, "-m", "tests.web.page.offline_visit", avatar_file, tmp_path, chromium],
        capture_output=True, text=True, check=False, timeout=900, cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"heard": ["Nobody", "else", "is", "here."], "problems": []}
