"""The page in a real browser."""

import base64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import TimeoutError as PlaywrightTimeoutError

from bithuman_app.resources import asset
from tests.web.browsing import LISTEN, OpenPage
from tests.web.client import Visitor
from tests.web.conftest import Open, Serve

SPEECH = asset("audio", "speech.wav")
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

#: Drops a file on the stage, as a hand does.
DROP = """async ([bytes, name]) => {
  const data = new DataTransfer();
  data.items.add(new File([Uint8Array.from(atob(bytes), (c) => c.charCodeAt(0))], name));
  const root = document.querySelector("#stage").shadowRoot.querySelector(".stage");
  for (const type of ["dragenter", "dragover", "drop"])
    root.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


@pytest.fixture
def live(serve: Serve, visit: Open) -> OpenPage:
    page = visit(serve())
    page.until_live()
    return page


@pytest.fixture
def heard(serve: Serve, visit: Open) -> OpenPage:
    """Return a page whose loudness can be asked."""
    page = visit(serve())
    page.page.add_init_script(LISTEN)
    page.page.reload()
    page.until_live()
    return page


def test_the_page_shows_a_live_picture_and_nothing_goes_wrong(live: OpenPage) -> None:
    first = live.page.evaluate(PICTURE_SUM)
    live.until_live(pictures=10)

    assert live.page.evaluate(PICTURE_SUM) != first
    assert live.problems == []


#: A figure that any change of the picture changes.
PICTURE_SUM = """(() => {
  const canvas = document.querySelector("#stage").shadowRoot.querySelector(".picture");
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((sum, value) => sum + value, 0);
})()"""


def test_the_page_asks_no_other_host(live: OpenPage) -> None:
    live.button("avatars").click()
    live.until_live(pictures=5)

    own = {urlsplit(url).netloc for url in live.requests if not url.startswith(("blob:", "data:"))}
    assert own == {urlsplit(live.page.url).netloc}
    assert not [url for url in live.requests if "?" in url]


#: Notes every line that is ever shown below the picture.
NOTE_LINES = """() => {
  window.lines = [];
  const line = document.querySelector("#stage").shadowRoot.querySelector(".line");
  const note = () => lines.push(line.textContent);
  new MutationObserver(note).observe(line, { childList: true, characterData: true, subtree: true });
}"""


def test_the_sample_is_heard_and_read(heard: OpenPage) -> None:
    heard.watch()
    heard.page.evaluate(NOTE_LINES)

    heard.button("sample").click()

    heard.until("window.loudness?.() > 0.02")
    heard.until("lines.some((line) => line.includes('Hello,'))")
    heard.until_speaking()
    assert heard.problems == []


def test_sentences_are_written_down_for_screen_readers(live: OpenPage) -> None:
    live.page.keyboard.press("x")
    log = live.page.get_by_role("log", name="What was said")

    log.get_by_text("Hello, and welcome!", exact=True).wait_for(state="attached")


def test_stop_silences_the_page(heard: OpenPage) -> None:
    heard.page.keyboard.press("x")
    heard.until("window.loudness?.() > 0.02")

    heard.page.keyboard.press("s")

    heard.until("window.loudness() === 0")
    heard.page.wait_for_timeout(500)
    assert heard.page.evaluate("window.loudness()") == 0


def test_mute_silences_the_page_and_the_avatar_goes_on(heard: OpenPage) -> None:
    heard.watch()
    heard.button("mute").click()
    heard.page.keyboard.press("x")

    heard.until("stage.diagnostics().audible")
    heard.until_speaking()
    assert heard.page.evaluate("window.loudness()") < 0.001
    assert heard.button("mute").get_attribute("aria-pressed") == "true"


def test_a_dropped_file_plays(heard: OpenPage) -> None:
    heard.page.mouse.click(5, 200)
    heard.page.evaluate(DROP, [base64.b64encode(SPEECH.read_bytes()).decode(), "speech.wav"])

    heard.until("window.loudness?.() > 0.02")


def test_a_file_that_is_no_sound_is_explained(live: OpenPage) -> None:
    live.page.evaluate(DROP, ["bm8gc291bmQ=", "letter.txt"])

    notice = live.page.locator(".notices [data-kind=problem]")
    notice.wait_for()
    assert (notice.text_content() or "").startswith("letter.txt: ")
    live.until_live()


def choose_a_file(live: OpenPage, path: Path) -> None:
    """Press the key for it; a browser held up for seconds forgets that a key was pressed, so try again."""
    for attempt in range(4):
        try:
            with live.page.expect_file_chooser(timeout=10_000) as chooser:
                live.page.keyboard.press("o")
            chooser.value.set_files(path)
            return
        except PlaywrightTimeoutError:
            if attempt == 3:
                raise


def test_a_chosen_file_plays(live: OpenPage) -> None:
    live.watch()

    choose_a_file(live, SPEECH)

    live.until_speaking()


def test_the_microphone_moves_the_mouth(live: OpenPage) -> None:
    live.watch()

    live.button("microphone").click()

    live.until_speaking()  # somebody speaks into the pretended one
    live.button("microphone").click()
    live.page.locator(".state", has_text="Idle").wait_for()
    assert live.problems == []


def test_holding_a_key_talks_until_it_is_let_go(live: OpenPage) -> None:
    live.page.keyboard.down("t")
    live.page.locator('[data-action="microphone"][aria-pressed="true"]').wait_for()

    live.page.keyboard.up("t")

    live.page.locator('[data-action="microphone"][aria-pressed="false"]').wait_for()


def test_the_page_comes_back_after_the_server(serve: Serve, visit: Open) -> None:
    server = serve()
    page = visit(server)
    page.until_live()
    server.stop()
    page.page.locator(".notices", has_text="The connection is lost").wait_for()

    serve(port=server.port)

    page.until("stage.diagnostics().connected")
    page.until_live()
    assert page.page.locator(".notices", has_text="The connection is lost").count() == 0


#: Makes a page believe that its tab is hidden, or seen again.
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def test_a_hidden_tab_gets_no_pictures_and_comes_back_live(live: OpenPage) -> None:
    live.page.evaluate(HIDE, True)
    live.until_still()

    live.page.evaluate(HIDE, False)

    live.until_live()


def test_two_tabs_show_the_same_avatar(live: OpenPage, visit: Open) -> None:
    other = OpenPage(live.page.context.new_page(), live.page.url)
    other.until_live()

    other.button("avatars").click()
    other.page.get_by_role("button", name="Iris", exact=True).click()

    live.page.bring_to_front()
    live.page.get_by_role("img", name="Iris, live").wait_for()
    live.until_live()


def test_one_more_user_is_told_and_let_in_later(serve: Serve, visit: Open) -> None:
    server = serve(linger_seconds=0.0)
    first = Visitor(server)
    first.open().tick()
    late = visit(server)
    late.page.get_by_text("Somebody else is using this avatar").wait_for()

    first.close()

    late.until_live()


def test_the_password_is_asked_for(serve: Serve, visit: Open) -> None:
    page = visit(serve(password="correct horse battery"))
    page.page.get_by_label("Password").fill("wrong password")
    page.page.get_by_role("button", name="Come in").click()
    page.page.get_by_role("alert").wait_for()

    page.page.get_by_label("Password").fill("correct horse battery")
    page.page.keyboard.press("Enter")

    page.until_live()
    assert "password" not in page.page.content().lower()


@pytest.mark.parametrize(
    "options",
    [{"viewport": {"width": 1440, "height": 900}}, {"viewport": {"width": 1024, "height": 768}}, PHONE],
    ids=["1440x900", "1024x768", "390x844"],
)
def test_everything_fits_on_the_screen(serve: Serve, visit: Open, options: dict[str, Any]) -> None:
    page = visit(serve(), **options)
    page.until_live()
    page.page.evaluate("stage.record(); stage.sound.moved('window')")  # all there may be
    page.page.get_by_text("Recording", exact=True).wait_for()
    size = options["viewport"]

    boxes = page.page.evaluate(BOXES)
    assert len(boxes) > 14
    for left, top, right, bottom in boxes:
        assert left >= 0
        assert top >= 0
        assert right <= size["width"]
        assert bottom <= size["height"]
        assert min(right - left, bottom - top) >= 34
    picture = page.page.locator(".picture").bounding_box()
    dock = page.page.locator(".dock").bounding_box()
    assert picture is not None
    assert dock is not None
    assert picture["y"] + picture["height"] <= dock["y"]
    assert page.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


#: Left, top, right and bottom of everything that is always there to press, and of the picture.
BOXES = """(() => {
  const root = document.querySelector("#stage").shadowRoot;
  const things = ".tools button, .dock button, .picture, .recording, .elsewhere";
  const boxes = [...root.querySelectorAll(things)].map((element) => element.getBoundingClientRect());
  return boxes.map(({ left, top, right, bottom }) => [left, top, right, bottom]);
})()"""


def test_every_control_has_a_name(live: OpenPage) -> None:
    names = live.page.evaluate(NAMES)

    assert len(names) > 30
    assert all(names)


NAMES = """(() => {
  const root = document.querySelector("#stage").shadowRoot;
  const labels = (element) => [...(element.labels ?? [])].map((label) => label.textContent).join();
  return [...root.querySelectorAll("button, input")].map(
    (element) => (element.getAttribute("aria-label") || element.textContent || labels(element)).trim()
  );
})()"""


def test_panels_open_and_close_by_keyboard_and_give_the_focus_back(live: OpenPage) -> None:
    live.page.keyboard.press("g")
    live.page.get_by_role("button", name="Nod").wait_for()
    live.page.keyboard.press("Tab")
    assert live.page.evaluate(FOCUSED) == "Shake"

    live.page.keyboard.press("Escape")

    live.page.get_by_role("button", name="Nod").wait_for(state="hidden")
    assert live.page.evaluate(FOCUSED) == "Gestures and moods"


FOCUSED = """(() => {
  const element = document.querySelector("#stage").shadowRoot.activeElement;
  return element.getAttribute("aria-label") ?? element.textContent;
})()"""


def test_the_keys_are_listed(live: OpenPage) -> None:
    live.page.keyboard.press("?")

    dialog = live.page.get_by_role("dialog", name="Keys")
    dialog.wait_for()
    assert "Hold to talk" in (dialog.text_content() or "")


def test_nothing_moves_but_the_avatar_where_motion_is_unwanted(serve: Serve, visit: Open) -> None:
    page = visit(serve(), reduced_motion="reduce")
    page.until_live()

    animations = page.page.evaluate(
        "document.querySelector('#stage').shadowRoot.getAnimations().map((animation) => animation.playState)"
    )
    assert "running" not in animations
