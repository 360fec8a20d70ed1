"""Render: recordings become videos, which are made one after the other, played and fetched."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import av
import cv2
import numpy as np
import pytest
from playwright.sync_api import Locator, Route, expect

from bithuman_app.resources import asset
from tests.media.sound_files import tone, write_sound
from tests.web.page.conftest import Open
from tests.web.page.dropping import drop
from tests.web.page.opened import PATIENCE, AppPage, AppServer, noted

SPEECH = asset("audio", "speech.wav")
PATIENT = PATIENCE * 1000 * 2
expect.set_options(timeout=PATIENCE * 1000)
Record = Callable[..., Path]
#: Notes how far each progress bar of the page has ever been, in percent.
_NOTE_PROGRESS = """() => {
  window.shares = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) shares.push(Number(target.getAttribute("aria-valuenow")));
  }).observe(document, { subtree: true, attributeFilter: ["aria-valuenow"] });
}"""


@pytest.fixture
def record(tmp_path: Path) -> Record:
    """Return what makes short recordings: ``record("name.wav")``."""

    def make(name: str, seconds: float = 0.4) -> Path:
        return write_sound(tmp_path / name, tone(seconds, 16_000), 16_000, "pcm_s16le")

    return make


@pytest.fixture
def tab(app_page: AppPage) -> Locator:
    """Return the tab with its avatars loaded."""
    tab = app_page.open_tab("Render")
    tab.locator(".person").first.wait_for()
    return tab


def order(tab: Locator, *files: Path) -> None:
    """Drop recordings and have them rendered."""
    drop(tab.locator(".render-form"), *files)
    expect(tab.locator(".chosen li")).to_have_count(len(files))
    tab.get_by_role("button", name="Render").click()
    expect(tab.locator(".chosen li")).to_have_count(0, timeout=PATIENT)


def row(tab: Locator, title: str) -> Locator:
    return tab.locator(".order", has=tab.page.get_by_text(title, exact=True))


def done(tab: Locator, title: str) -> Locator:
    one = row(tab, title)
    expect(one).to_have_attribute("data-state", "done", timeout=PATIENT)
    return one


def fetched(one: Locator, folder: Path) -> Path:
    with one.page.expect_download() as waiting:
        one.get_by_role("link", name="Download").click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def test_two_dropped_recordings_become_two_videos(
    tab: Locator, record: Record, tmp_path: Path, app_page: AppPage
) -> None:
    order(tab, record("one.wav"), record("two.wav", 0.8))

    for title, frames in (("one", 10), ("two", 20)):
        path = fetched(done(tab, f"{title}.wav"), tmp_path)
        assert path.name == f"{title}.mp4"
        with av.open(str(path)) as container:
            assert {stream.type for stream in container.streams} == {"video", "audio"}
            assert sum(1 for _ in container.decode(video=0)) == frames
    assert app_page.problems == []


def test_progress_is_seen_while_a_video_is_made(tab: Locator, app_page: AppPage) -> None:
    app_page.page.evaluate(_NOTE_PROGRESS)

    order(tab, SPEECH)

    done(tab, "speech.wav")
    assert any(0 < share < 100 for share in app_page.page.evaluate("shares"))


def test_recording_that_comes_while_others_are_ordered_stays(
    tab: Locator, record: Record, app_page: AppPage
) -> None:
    drop(tab.locator(".render-form"), record("first.wav"))
    held: list[Route] = []

    def hold_the_order(route: Route) -> None:
        if route.request.method == "POST" and not held:
            held.append(route)
        else:
            route.continue_()

    app_page.page.route("**/workshop/orders", hold_the_order)
    with app_page.page.expect_request(lambda request: request.method == "POST" and "orders" in request.url):
        tab.get_by_role("button", name="Render").click()

    drop(tab.locator(".render-form"), record("second.wav"))
    held[0].continue_()

    done(tab, "first.wav")
    expect(tab.locator(".chosen li")).to_have_count(1)
    expect(tab.locator(".chosen")).to_contain_text("second.wav")


def test_a_video_is_cancelled_at_once(tab: Locator) -> None:
    order(tab, SPEECH)

    row(tab, "speech.wav").get_by_role("button", name="Cancel").click()

    expect(row(tab, "speech.wav")).to_have_attribute("data-state", "cancelled")
    expect(row(tab, "speech.wav").get_by_role("link")).to_have_count(0)


def test_all_videos_come_as_one_zip(tab: Locator, record: Record, tmp_path: Path) -> None:
    order(tab, record("one.wav"), record("two.wav"))
    done(tab, "one.wav"), done(tab, "two.wav")

    with tab.page.expect_download() as waiting:
        tab.get_by_role("link", name="All as a zip").click()
    waiting.value.save_as(tmp_path / "all.zip")

    with zipfile.ZipFile(tmp_path / "all.zip") as archive:
        assert sorted(archive.namelist()) == ["one.mp4", "two.mp4"]
        assert archive.testzip() is None


def test_the_list_survives_a_reload(tab: Locator, record: Record, app_page: AppPage) -> None:
    order(tab, record("one.wav"))

    app_page.page.reload()

    done(app_page.open_tab("Render"), "one.wav")


def test_another_user_sees_another_list(
    tab: Locator, record: Record, app_server: AppServer, open_app: Open
) -> None:
    order(tab, record("mine.wav"))
    done(tab, "mine.wav")

    other = open_app(app_server)
    other.until_tabs()

    expect(other.open_tab("Render").locator(".empty")).to_be_visible()


def test_a_video_is_played_in_the_list(tab: Locator, record: Record, app_page: AppPage) -> None:
    order(tab, record("one.wav", 1.0))

    done(tab, "one.wav").get_by_role("button", name="Play").click()

    app_page.until("document.querySelector('.order video')?.readyState >= 2")
    app_page.until("Math.abs(document.querySelector('.order video').duration - 1) < 0.1")


def test_size_and_colour_of_the_background_can_be_chosen(
    tab: Locator, record: Record, tmp_path: Path
) -> None:
    tab.get_by_label("Size in pixels").select_option("720 × 720")
    tab.get_by_text("A colour", exact=True).click()
    tab.get_by_label("Colour of the background").first.fill("#0000ff")
    order(tab, record("one.wav"))

    with av.open(str(fetched(done(tab, "one.wav"), tmp_path))) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="rgb24")
    assert frame.shape == (720, 720, 3)
    assert frame[3, 3] == pytest.approx((0, 0, 255), abs=14)


def test_a_picture_can_be_behind_the_person(tab: Locator, record: Record, tmp_path: Path) -> None:
    cv2.imwrite(str(tmp_path / "sky.png"), np.full((64, 64, 3), (200, 120, 20), np.uint8))
    tab.get_by_text("A picture", exact=True).click()
    tab.locator("#background-picture").set_input_files(tmp_path / "sky.png")
    order(tab, record("one.wav"))

    with av.open(str(fetched(done(tab, "one.wav"), tmp_path))) as container:
        frame = next(container.decode(video=0)).to_ndarray(format="bgr24")
    assert frame[3, 3] == pytest.approx((200, 120, 20), abs=14)


def test_without_background_the_video_is_a_webm(tab: Locator, record: Record, tmp_path: Path) -> None:
    tab.get_by_text("Transparent", exact=True).click()
    order(tab, record("one.wav"))

    path = fetched(done(tab, "one.wav"), tmp_path)

    assert path.name == "one.webm"


def test_another_avatar_can_be_chosen(tab: Locator, record: Record) -> None:
    tab.locator(".person", has_text="Iris").click()
    order(tab, record("one.wav"))

    expect(row(tab, "one.wav").locator(".facts")).to_contain_text("Iris")


def test_a_bad_file_gives_one_line_and_stops_no_other(tab: Locator, record: Record, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound")
    order(tab, tmp_path / "notes.wav", record("good.wav"))

    line = "notes.wav: not a sound or video file that can be read, or damaged"
    assert noted(tab, "notes.wav") == line
    done(tab, "good.wav")
    expect(tab.locator(".order")).to_have_count(1)


def test_a_chosen_recording_can_be_left_out(tab: Locator, record: Record) -> None:
    drop(tab.locator(".render-form"), record("one.wav"), record("two.wav"))

    tab.get_by_role("button", name="Leave out one.wav").click()

    expect(tab.locator(".chosen li")).to_have_count(1)
    expect(tab.get_by_role("button", name="Render")).to_be_enabled()


def test_a_finished_video_is_removed(tab: Locator, record: Record) -> None:
    order(tab, record("one.wav"))

    done(tab, "one.wav").get_by_role("button", name="Remove").click()

    expect(tab.locator(".empty")).to_be_visible()


def test_the_form_can_be_used_by_keyboard(tab: Locator, record: Record) -> None:
    tab.locator("#recordings").set_input_files(record("one.wav"))
    tab.locator(".person input:checked").focus()
    tab.page.keyboard.press("ArrowRight")
    tab.get_by_role("button", name="Render").focus()
    tab.page.keyboard.press("Enter")

    done(tab, "one.wav")


def test_nothing_is_wider_than_a_phone(app_server: AppServer, open_app: Open, record: Record) -> None:
    page = open_app(app_server, viewport={"width": 390, "height": 844}, has_touch=True)
    page.until_tabs()
    tab = page.open_tab("Render")
    tab.locator(".person").first.wait_for()
    order(tab, record("a recording with a name that is far too long for a phone.wav"))

    page.until("document.querySelector('.order')")
    assert page.page.evaluate("document.documentElement.scrollWidth") <= 390
    assert tab.evaluate("(panel) => panel.scrollWidth <= panel.clientWidth + 1")
