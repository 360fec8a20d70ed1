"""An avatar file to talk with."""

from pathlib import Path

import pytest

from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset

SIZE = 160


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small avatar, quick to render."""
    return _bake(tmp_path_factory, SIZE)


@pytest.fixture(scope="session")
def full_size_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An avatar of the size that people use."""
    return _bake(tmp_path_factory, 512)


def _bake(tmp_path_factory: pytest.TempPathFactory, size: int) -> Path:
    path = tmp_path_factory.mktemp("avatar") / "avatar.imx"
    options = BakeOptions(size=(size, size), name="avatar")
    save_avatar(bake_file(asset("artwork", "maya_1024.png"), options), path)
    return path
