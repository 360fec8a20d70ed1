"""A workshop with one small avatar in it, and recordings."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bithuman_app import resources
from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset
from bithuman_app.studio import workers
from bithuman_app.studio.gallery import Gallery
from bithuman_app.studio.workshop import Workshop
from tests.media.sound_files import tone, write_sound

SIZE = 128
Record = Callable[..., Path]


@pytest.fixture(autouse=True)
def impatient_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes give way to nobody: a machine that runs tests is busy for long."""
    monkeypatch.setattr(workers, "POLITE", 0)


@pytest.fixture(scope="session")
def baked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small avatar file that was baked once."""
    path = tmp_path_factory.mktemp("avatar") / "baked.imx"
    save_avatar(
        bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(SIZE, SIZE), name="maya")), path
    )
    return path


@pytest.fixture
def shelf(tmp_path: Path, baked: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with the installed avatar Zoë; the one that came with the program is Maya."""
    shipped = tmp_path / "assets" / "avatars"
    shipped.mkdir(parents=True)
    shutil.copy(baked, shipped / f"maya_{SIZE}.imx")
    for part in ("audio", "models", "artwork", "mouth", "voice"):
        (tmp_path / "assets" / part).symlink_to(asset(part))
    monkeypatch.setattr(resources, "_INSTALLED", tmp_path / "assets")
    own = tmp_path / "avatars"
    Gallery(own).add(baked, "Zoë")
    return own


@pytest.fixture
def gallery(shelf: Path) -> Iterator[Gallery]:
    one = Gallery(shelf)
    yield one
    one.close()


@pytest.fixture
def workshop(shelf: Path, tmp_path: Path) -> Iterator[Workshop]:
    one = Workshop(shelf, tmp_path / "work", tmp_path / "cache")
    yield one
    one.close()


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Return what makes recordings: ``record(seconds)``."""

    def make(seconds: float = 0.4, name: str = "recording.wav") -> Path:
        return write_sound(tmp_path / name, tone(seconds, 16_000), 16_000, "pcm_s16le")

    return make
