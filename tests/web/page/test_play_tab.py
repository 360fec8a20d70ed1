"""Play: recordings are spoken as soon as they are dropped."""

import base64
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from bithuman_app.resources import asset
from tests.web.page.opened import PATIENCE, AppPage

CHOOSER = "input[type=file]"
DROP = """([data, name]) => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  transfer.items.add(new File([bytes], name, { type: "audio/wav" }));
  const zone = document.querySelector("#play-drop .drop");
  for (const type of ["dragenter", "dragover", "drop"]) {
    zone.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}"""


def play_tab(page: AppPage) -> Locator:
    """Open the tab, and wait until it heeds files."""
    tab = page.open_tab("Play")
    expect(tab.get_by_role("button", name="Choose a file")).to_be_enabled(timeout=PATIENCE * 1000)
    return tab


def test_chosen_file_is_spoken_at_once(app_page: AppPage) -> None:
    tab = play_tab(app_page)

    tab.locator(CHOOSER).set_input_files(asset("audio", "speech.wav"))

    app_page.until_speaking()
    assert app_page.problems == []


def test_dropped_file_is_spoken_at_once(app_page: AppPage) -> None:
    tab = play_tab(app_page)
    sound = base64.b64encode(asset("audio", "speech.wav").read_bytes()).decode()

    app_page.page.evaluate(DROP, [sound, "dropped.wav"])

    app_page.until_speaking()
    tab.get_by_role("button", name="dropped.wav").wait_for()


def test_recent_file_is_played_again(app_page: AppPage) -> None:
    tab = play_tab(app_page)
    tab.locator(CHOOSER).set_input_files(asset("audio", "speech.wav"))
    app_page.until_speaking()
    tab.get_by_role("button", name="Stop").click()
    app_page.until_silent()

    tab.get_by_role("button", name="speech.wav").click()

    app_page.until_speaking()


def test_sample_is_spoken_with_its_words(app_page: AppPage) -> None:
    tab = play_tab(app_page)

    tab.get_by_role("button", name="Play the sample").click()

    app_page.until("heard.length > 2")


def test_file_that_is_no_sound_is_one_clear_line(app_page: AppPage, tmp_path: Path) -> None:
    (tmp_path / "notes.wav").write_text("no sound at all")
    tab = play_tab(app_page)

    tab.locator(CHOOSER).set_input_files(tmp_path / "notes.wav")

    message = app_page.toast()
    assert "Notes.wav" in message or "notes.wav" in message
    assert str(tmp_path) not in message
    assert "/tmp" not in message
    assert app_page.page.evaluate("stage.status.state") == "idle"


@pytest.mark.parametrize(("name", "size", "most"), [("long.wav", 51, 50), ("long.mp4", 101, 100)])
def test_too_large_a_file_is_not_sent(
    app_page: AppPage, tmp_path: Path, name: str, size: int, most: int
) -> None:
    with (tmp_path / name).open("wb") as file:
        file.truncate(size * 1024**2)
    tab = play_tab(app_page)

    tab.locator(CHOOSER).set_input_files(tmp_path / name)

    tab.get_by_text(f"may have {most} MB").wait_for()
    assert not any("gradio_api/upload" in address for address in app_page.requests)
