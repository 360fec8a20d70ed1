"""The page fits its window, can be used with the keyboard alone, and names what it shows."""

import pytest

from tests.web.page.conftest import Open
from tests.web.page.opened import AppPage, AppServer
from tests.web.page.test_requests import TABS

SIZES = ((1440, 900), (1024, 768), (390, 844), (320, 640))

UNNAMED = """() => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true });
  const named = (one) =>
    one.getAttribute("aria-label") ||
    one.labels?.length ||
    one.closest("label")?.innerText.trim() ||
    one.innerText?.trim() ||
    one.title ||
    (one.getAttribute("aria-labelledby") && document.getElementById(one.getAttribute("aria-labelledby")));
  return [...document.querySelectorAll("gradio-app :is(button, input, select, textarea, [role=meter])")]
    .filter((one) => shown(one) && !named(one))
    .map((one) => one.outerHTML.slice(0, 200));
}"""

#: The relative luminance of WCAG 2.2, and with it the contrast of each text with what is behind it.
FAINT = """() => {
  const rgba = (text) => (text.match(/[\\d.]+/g) ?? [0, 0, 0, 0]).map(Number);
  const over = (upper, lower) => {
    const alpha = upper[3] ?? 1;
    return [0, 1, 2].map((at) => upper[at] * alpha + lower[at] * (1 - alpha));
  };
  const behind = (one) => {
    if (!one) return [255, 255, 255];
    const colour = rgba(getComputedStyle(one).backgroundColor);
    return (colour[3] ?? 1) === 1 ? colour : over(colour, behind(one.parentElement));
  };
  const light = (colour) => {
    const [r, g, b] = colour.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [];
  const texts = document.createTreeWalker(document.querySelector("gradio-app"), NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const one = texts.currentNode.parentElement;
    if (!texts.currentNode.data.trim()) continue;
    if (parseFloat(getComputedStyle(one).fontSize) === 0) continue; // a drawing stands for it
    if (!one.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
    if (one.closest(":disabled, script, style, .sr-only")) continue;
    const back = behind(one);
    const front = over(rgba(getComputedStyle(one).color), back);
    const [bright, dark] = [light(front), light(back)].sort((a, b) => b - a);
    const contrast = (bright + 0.05) / (dark + 0.05);
    if (contrast < 4.5) found.push([contrast.toFixed(2), texts.currentNode.data.trim().slice(0, 40)]);
  }
  return found;
}"""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_no_tab_scrolls_sideways(app_server: AppServer, open_app: Open, width: int, height: int) -> None:
    page = open_app(app_server, viewport={"width": width, "height": height})
    page.until_tabs()

    wide = []
    for name in TABS:
        page.open_tab(name)
        app = page.page.evaluate(
            "[document.documentElement, document.querySelector('gradio-app')]"
            ".map((one) => one.scrollWidth - one.clientWidth)"
        )
        if max(app) > 0:
            wide.append((name, app))
    assert wide == []


def test_stage_stays_in_sight_on_a_phone(app_server: AppServer, open_app: Open) -> None:
    page = open_app(app_server, viewport={"width": 390, "height": 844})
    page.until_tabs()
    page.open_tab("Settings")

    page.page.mouse.move(200, 700)
    page.page.mouse.wheel(0, 1000)

    box = page.page.locator("#live").bounding_box()
    assert box is not None
    assert (box["y"], box["height"] >= 0.4 * 844) == (0, True)


def test_tab_key_and_enter_are_enough_to_say_something(app_page: AppPage) -> None:
    keyboard = app_page.page.keyboard
    where = "document.activeElement.getAttribute('data-tab-id') ?? document.activeElement.tagName"
    for _ in range(60):
        keyboard.press("Tab")
        if app_page.page.evaluate(where) == "say":
            break
    keyboard.press("Enter")
    app_page.page.locator("#tab-say").wait_for()
    for _ in range(20):
        keyboard.press("Tab")
        if app_page.page.evaluate(where) == "TEXTAREA":
            break

    keyboard.type("No mouse at all.")
    keyboard.press("Enter")

    app_page.until("heard.length === 4")


def test_focus_can_be_seen(app_page: AppPage) -> None:
    app_page.page.keyboard.press("Tab")
    app_page.page.get_by_role("tab", name="Say").focus()
    app_page.page.keyboard.press("Shift+Tab")
    app_page.page.keyboard.press("Tab")

    outline = app_page.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("name", TABS)
def test_everything_that_can_be_used_has_a_name(app_page: AppPage, name: str) -> None:
    app_page.open_tab(name)

    assert app_page.page.evaluate(UNNAMED) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_texts_stand_out_from_what_is_behind_them(app_server: AppServer, open_app: Open, scheme: str) -> None:
    page = open_app(
        app_server, color_scheme=scheme, viewport={"width": 1280, "height": 1000}, reduced_motion="reduce"
    )
    page.until_tabs()

    faint = {}
    for name in TABS:
        page.open_tab(name)
        page.page.mouse.move(10, 10)
        if found := page.page.evaluate(FAINT):
            faint[name] = found
    assert faint == {}


def test_who_wants_less_motion_gets_none(app_server: AppServer, open_app: Open) -> None:
    page = open_app(app_server, reduced_motion="reduce")
    page.until_tabs()

    moving = page.page.evaluate(
        "[...document.querySelectorAll('gradio-app *')]"
        ".filter((one) => getComputedStyle(one).animationName !== 'none').length"
    )
    assert moving == 0
