"""Talk: the microphone moves the mouth."""

from playwright.sync_api import Locator, expect

from tests.web.page.opened import PATIENCE, AppPage


def talk_tab(page: AppPage) -> Locator:
    """Open the tab, and wait until it heeds what is pressed."""
    tab = page.open_tab("Talk")
    expect(tab.get_by_role("button", name="Hold to talk")).to_be_enabled(timeout=PATIENCE * 1000)
    return tab


def test_button_opens_and_closes_the_microphone(app_page: AppPage) -> None:
    tab = talk_tab(app_page)

    tab.get_by_role("button", name="Start talking").click()
    tab.get_by_role("button", name="Stop talking").wait_for()
    opened = app_page.page.evaluate("stage.status.microphone")
    tab.get_by_role("button", name="Stop talking").click()
    tab.get_by_role("button", name="Start talking").wait_for()

    assert (opened, app_page.page.evaluate("stage.status.microphone")) == (True, False)
    assert app_page.problems == []


def test_meter_shows_the_microphone(app_page: AppPage) -> None:
    tab = talk_tab(app_page)

    tab.get_by_role("button", name="Start talking").click()

    app_page.until("Number(document.querySelector('.talk .meter').getAttribute('aria-valuenow')) > 20")


def test_button_shows_what_the_stage_was_told(app_page: AppPage) -> None:
    tab = talk_tab(app_page)

    app_page.page.evaluate("stage.toggleMicrophone()")

    tab.get_by_role("button", name="Stop talking").wait_for()


def test_hold_to_talk_works_with_the_keyboard(app_page: AppPage) -> None:
    tab = talk_tab(app_page)
    tab.get_by_role("button", name="Hold to talk").focus()

    app_page.page.keyboard.down("Enter")
    app_page.until("stage.status.holding && stage.status.microphone")
    app_page.page.keyboard.up("Enter")

    app_page.until("!stage.status.holding && !stage.status.microphone")


def test_hold_to_talk_works_with_the_pointer(app_page: AppPage) -> None:
    tab = talk_tab(app_page)
    tab.get_by_role("button", name="Hold to talk").hover()

    app_page.page.mouse.down()
    app_page.until("stage.status.holding && stage.status.microphone")
    app_page.page.mouse.up()

    app_page.until("!stage.status.holding && !stage.status.microphone")


def test_sensitivity_and_echo_reach_the_stage(app_page: AppPage) -> None:
    tab = talk_tab(app_page)

    tab.get_by_label("Sensitivity").fill("80")
    tab.get_by_label("Let my own voice be heard").check()

    app_page.until("stage.status.sensitivity === 0.8 && stage.status.echo")


def test_tab_opened_again_shows_how_things_are(app_page: AppPage) -> None:
    talk_tab(app_page).get_by_role("button", name="Start talking").click()
    app_page.until("stage.status.microphone")

    app_page.open_tab("Say")
    tab = app_page.open_tab("Talk")

    tab.get_by_role("button", name="Stop talking").wait_for()
