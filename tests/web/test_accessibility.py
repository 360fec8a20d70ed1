"""The page for people who do not see it well, or use no mouse."""

from pathlib import Path

import pytest

from tests.web.browsing import OpenPage
from tests.web.conftest import Open, Serve

CONTRAST = (Path(__file__).parent / "contrast.js").read_text(encoding="utf-8")
ROOT = "document.querySelector('#stage').shadowRoot"
#: WCAG 2.2, 1.4.3 and 1.4.11.
TEXT_CONTRAST, DRAWING_CONTRAST = 4.5, 3.0


@pytest.fixture
def live(serve: Serve, visit: Open) -> OpenPage:
    page = visit(serve())
    page.until_live()
    return page


@pytest.mark.parametrize("controls", ["full", "compact"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everything_stands_out_from_what_is_below(
    serve: Serve, visit: Open, scheme: str, controls: str
) -> None:
    page = visit(serve(), color_scheme=scheme, reduced_motion="reduce")
    page.until_live()
    page.page.evaluate(f"{ROOT}.querySelector('.stage').dataset.controls = '{controls}'")
    page.page.evaluate("stage.notices.show('a', 'A line'); stage.complain('A problem')")
    page.page.evaluate("stage.notices.show('b', 'A thing to press', { kind: 'action', action: 'wake' })")
    page.page.evaluate(f"{ROOT}.querySelector('.line > span').textContent = 'Hello'")
    page.page.evaluate(f"for (const one of {ROOT}.querySelectorAll('[hidden]')) one.hidden = false")
    page.page.evaluate(f"{ROOT}.querySelector('dialog').show()")
    page.page.evaluate("stage.showFigures(); stage.showFigures()")
    page.until(f"{ROOT}.querySelector('.figures').childElementCount > 0")

    found = page.page.evaluate(f"({CONTRAST})({ROOT})")

    assert len(found["texts"]) > 50
    assert [one for one in found["texts"] if one[1] < TEXT_CONTRAST] == []
    assert [one for one in found["drawings"] if one[1] < DRAWING_CONTRAST] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_stands_out(serve: Serve, visit: Open, scheme: str) -> None:
    page = visit(serve(password="correct horse battery"), color_scheme=scheme)
    page.page.get_by_label("Password").fill("wrong password")
    page.page.keyboard.press("Enter")
    page.page.get_by_role("alert").wait_for()
    page.page.wait_for_load_state()  # its styles too

    found = page.page.evaluate(f"({CONTRAST})(document.body)")

    assert len(found["texts"]) >= 4
    assert [one for one in found["texts"] if one[1] < TEXT_CONTRAST] == []


WALK = f"""(() => {{
  const element = {ROOT}.activeElement;
  return element && (element.dataset.action || element.className || element.name);
}})()"""


def test_tab_reaches_every_control_in_the_order_they_are_seen(live: OpenPage) -> None:
    # The first key turns the sound on, and the button that asks for it goes: it is no part of the walk.
    live.page.mouse.click(2, 2)
    live.until(f"!{ROOT}.querySelector('.notices').children.length")
    live.page.evaluate("document.activeElement.blur()")
    walked = []
    for _ in range(40):
        live.page.keyboard.press("Tab")
        if (reached := live.page.evaluate(WALK)) is None or reached in walked:
            break
        walked.append(reached)

    controls = live.page.evaluate(CONTROLS)
    assert walked == controls
    assert {"microphone", "hold", "stop", "mute", "volume", "fullscreen", "help"} <= set(walked)


CONTROLS = f"""[...{ROOT}.querySelectorAll("button, input")]
  .filter((element) => element.checkVisibility())
  .map((element) => element.dataset.action || element.className || element.name)"""


def test_the_button_to_hold_is_held_by_the_space_bar_too(live: OpenPage) -> None:
    live.button("hold").focus()
    live.page.keyboard.down(" ")
    live.page.locator('[data-action="microphone"][aria-pressed="true"]').wait_for()

    live.page.keyboard.up(" ")

    live.page.locator('[data-action="microphone"][aria-pressed="false"]').wait_for()
