"""About: versions, licences, and what the doctor finds."""

from bithuman_app import __version__
from tests.web.page.opened import AppPage

#: Notes how many findings the report ever had.
NOTE_LENGTHS = """() => {
  window.lengths = [];
  const report = document.querySelector("#about-report");
  const note = () => lengths.push(report.querySelectorAll("li").length);
  new MutationObserver(note).observe(report, { childList: true, subtree: true });
}"""


def test_versions_are_there(app_page: AppPage) -> None:
    tab = app_page.open_tab("About")

    tab.get_by_text(f"bithuman-app {__version__}").wait_for()
    tab.get_by_role("button", name="Libraries").click()
    tab.get_by_role("row", name="gradio").wait_for()


def test_notice_is_there(app_page: AppPage) -> None:
    tab = app_page.open_tab("About")

    tab.get_by_role("button", name="Licences").click()

    tab.get_by_text("MediaPipe is Copyright The MediaPipe Authors.").wait_for()


def test_check_of_the_computer_reports_line_by_line(app_page: AppPage) -> None:
    tab = app_page.open_tab("About")
    app_page.page.evaluate(NOTE_LENGTHS)

    tab.get_by_role("button", name="Check it").click()

    tab.locator("li", has_text="ms for a picture").wait_for()
    names = tab.locator("li strong").all_inner_texts()
    assert {"Python", "Models", "Avatars", "Voice", "Speed"} <= set(names)
    assert len(set(app_page.page.evaluate("lengths"))) > 2
