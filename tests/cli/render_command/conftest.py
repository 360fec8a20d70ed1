"""An avatar to render, and a place to do it in."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app import logs
from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset
from tests.cli.render_command.helpers import SIZE


@pytest.fixture(autouse=True)
def own_directories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Work in an empty directory, with log, cache and installed avatars elsewhere."""
    home = tmp_path / "home"
    for kind in ("log", "cache", "avatar"):
        monkeypatch.setenv(f"BITHUMAN_APP_{kind.upper()}_DIRECTORY", str(home / kind))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    yield
    logs.close()


@pytest.fixture(scope="module")
def avatar(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("avatar") / "maya.imx"
    options = BakeOptions(size=(SIZE, SIZE), name="maya")
    save_avatar(bake_file(asset("artwork", "maya_1024.png"), options), path)
    return str(path)
