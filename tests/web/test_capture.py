"""What the page gives to take along: a picture, a recording, a little window, the whole screen."""

from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from tests.web.browsing import OpenPage
from tests.web.conftest import Open, Serve


@pytest.fixture
def live(serve: Serve, visit: Open) -> OpenPage:
    page = visit(serve())
    page.until_live()
    return page


def test_a_picture_can_be_taken_along_in_full_size(live: OpenPage, tmp_path: Path) -> None:
    with live.page.expect_download() as download:
        live.page.keyboard.press("c")
    path = tmp_path / "picture.png"
    download.value.save_as(path)

    picture = cv2.imread(str(path))
    assert download.value.suggested_filename.startswith("Maya ")
    assert download.value.suggested_filename.endswith(".png")
    assert picture is not None
    assert picture.shape == (256, 256, 3)
    assert picture.std() > 20


def test_a_recording_holds_picture_and_sound(live: OpenPage, tmp_path: Path) -> None:
    live.watch()
    live.page.keyboard.press("r")
    live.page.get_by_text("Recording", exact=True).wait_for()
    live.page.keyboard.press("x")
    live.until_speaking()
    live.until_live(pictures=30)
    with live.page.expect_download() as download:
        live.page.keyboard.press("r")
    name = download.value.suggested_filename
    path = tmp_path / f"recording{Path(name).suffix}"
    download.value.save_as(path)

    with av.open(str(path)) as video:
        frames = [frame.to_ndarray(format="gray") for frame in video.decode(video=0)]
    with av.open(str(path)) as video:
        sound = np.concatenate([frame.to_ndarray().ravel() for frame in video.decode(audio=0)])
    assert name.endswith((".mp4", ".webm"))
    assert len(frames) >= 5  # a busy browser leaves some out
    assert frames[0].shape == (256, 256)
    assert any((frame != frames[0]).any() for frame in frames)
    loudest = np.abs(sound.astype(np.float64)).max() / (32_768 if sound.dtype == np.int16 else 1)
    assert loudest > 0.05


def test_a_recording_ends_when_an_avatar_of_another_size_comes(live: OpenPage) -> None:
    live.page.keyboard.press("r")
    live.until("stage.status.recording")

    with live.page.expect_download() as download:
        live.page.evaluate("stage.chooseAvatar('nora')")

    assert download.value.path().stat().st_size > 0
    live.until("!stage.status.recording")


def test_the_picture_goes_into_a_little_window_and_back(live: OpenPage) -> None:
    live.page.keyboard.press("p")
    live.until("document.pictureInPictureElement !== null && stage.status.pictureInPicture")
    frames = "document.pictureInPictureElement.getVideoPlaybackQuality().totalVideoFrames"
    live.until(f"{frames} >= 10")
    assert live.button("pip").get_attribute("aria-pressed") == "true"

    live.page.keyboard.press("p")

    live.until("document.pictureInPictureElement === null && !stage.status.pictureInPicture")
    assert live.button("pip").get_attribute("aria-pressed") == "false"


def test_the_stage_fills_the_screen_and_leaves_it(live: OpenPage) -> None:
    live.page.keyboard.press("f")
    live.until("document.fullscreenElement?.id === 'stage' && stage.status.fullscreen")

    live.page.keyboard.press("f")

    live.until("document.fullscreenElement === null && !stage.status.fullscreen")


def test_figures_are_shown_on_demand(live: OpenPage) -> None:
    live.page.evaluate("void stage.on('figures', (figures) => (window.figures = figures))")
    assert not live.page.locator(".figures").is_visible()

    live.page.keyboard.press("i")

    live.page.locator(".figures", has_text="a second").wait_for()
    figures = live.until("window.figures?.fps > 0 && window.figures")
    assert set(figures) == {"fps", "bufferMs", "roundTripMs", "deviceMs", "leftOut", "gaps"}
    live.page.keyboard.press("i")
    assert not live.page.locator(".figures").is_visible()
