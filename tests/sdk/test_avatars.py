"""Where avatars come from: files, pictures in any form, names; and the errors of each."""

import asyncio
import base64
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import PIL.Image
import pytest

from bithuman_app.media.images import read_image
from bithuman_app.resources import asset
from bithuman_app.sdk import AsyncBithuman, Bithuman, ModelLoadError, ModelNotFoundError

PORTRAIT = asset("artwork", "maya_1024.png")


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A portrait small enough to be sent about."""
    path = tmp_path_factory.mktemp("portrait") / "portrait.jpg"
    cv2.imwrite(
        str(path), cv2.resize(read_image(PORTRAIT)[..., :3], (384, 384), interpolation=cv2.INTER_AREA)
    )
    return path


@pytest.fixture(scope="module")
def site(small: Path) -> Iterator[str]:
    """The address of the portrait on a web server of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_arguments: Any) -> None:
            pass

        def translate_path(self, path: str) -> str:
            return str(small.parent / path.lstrip("/"))

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/portrait.jpg"
    server.shutdown()


@pytest.mark.parametrize(
    "form",
    [
        str,
        Path,
        lambda path: path.read_bytes(),
        lambda path: base64.b64encode(path.read_bytes()).decode(),
        lambda path: "data:image/jpeg;base64," + base64.b64encode(path.read_bytes()).decode(),
        read_image,
        PIL.Image.open,
    ],
    ids=["text", "path", "bytes", "base64", "data URL", "BGR array", "Pillow"],
)
def test_a_picture_is_baked(form: Callable[[Path], Any], small: Path) -> None:
    with Bithuman(avatar_image=form(small)) as runtime:
        picture = runtime.get_first_frame()

    assert picture is not None
    assert picture.shape == (512, 512, 3)
    assert picture.std() > 20


def test_a_picture_is_fetched_from_an_address(site: str) -> None:
    with Bithuman(avatar_image=site) as runtime:
        assert runtime.get_frame_size() == (512, 512)


def test_an_address_without_a_picture_is_not_found(site: str) -> None:
    with pytest.raises(ModelNotFoundError, match="404"):
        Bithuman(avatar_image=site + "x")


def test_a_picture_as_model_path_is_baked(small: Path) -> None:
    with Bithuman.create(model_path=small) as runtime:
        assert runtime.get_frame_size() == (512, 512)


def test_the_face_can_be_swapped(model: Path, small: Path) -> None:
    async def main() -> tuple[int, int]:
        runtime = await AsyncBithuman.create(model_path=model)
        await runtime.set_identity(str(small))
        size = runtime.get_frame_size()
        await runtime.shutdown()
        return size

    assert asyncio.run(main()) == (512, 512)


@pytest.mark.parametrize(
    ("picture", "error"),
    [
        ("nowhere.png", ModelNotFoundError),
        (b"no picture", ModelLoadError),
        (np.zeros((64, 64, 3), np.uint8), ModelLoadError),
        (np.zeros((64, 64), np.uint8), ModelLoadError),
        (42, ModelLoadError),
        ("data:image/png;base64,!", ModelLoadError),
    ],
    ids=["missing", "other bytes", "no face", "grey array", "number", "broken base64"],
)
def test_what_cannot_be_baked_is_refused(picture: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Bithuman(avatar_image=picture)


@pytest.mark.parametrize("argument", ["model_path", "avatar_id", "agent_code"])
def test_an_unknown_name_is_not_found(argument: str) -> None:
    with pytest.raises(ModelNotFoundError, match="A00NOBODY"):
        Bithuman(**{argument: "A00NOBODY"})  # type: ignore[arg-type]


def test_large_avatars_are_scaled_down_to_the_output_width(
    model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bithuman_app.sdk.config import load_settings

    monkeypatch.setenv("OUTPUT_WIDTH", "80")
    load_settings(force_reload=True)
    try:
        with Bithuman(model_path=model) as runtime:
            assert runtime.get_frame_size() == (80, 80)
    finally:
        monkeypatch.undo()
        load_settings(force_reload=True)


@pytest.mark.parametrize("head", [b"IMX\0\2\0\3\0", b"BIMX"])
def test_bithumans_own_files_are_told_apart(head: bytes, tmp_path: Path) -> None:
    (tmp_path / "theirs.imx").write_bytes(head + bytes(600))

    with pytest.raises(ModelLoadError, match="bitHuman"):
        Bithuman(model_path=tmp_path / "theirs.imx")
