"""A stage with a small avatar."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.resources import asset
from bithuman_app.stage import Stage, Wardrobe


@pytest.fixture(scope="session")
def avatar_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("avatar") / "maya.imx"
    save_avatar(bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(256, 256), name="maya")), path)
    return path


@pytest.fixture
def stage(avatar_file: Path) -> Iterator[Stage]:
    with Stage(Wardrobe(str(avatar_file))) as one:
        yield one
