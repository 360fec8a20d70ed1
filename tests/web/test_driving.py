"""What a page around the stage can ask and do; docs/web.md lists it."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Mount, Route

from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.stage import Stage
from bithuman_app.web import Access, Server, Wardrobe, create_app
from tests.waiting import wait_until
from tests.web.browsing import LISTEN, OpenPage
from tests.web.client import PATIENCE
from tests.web.conftest import Open

DOCUMENT = (Path(__file__).parents[2] / "docs" / "web.md").read_text(encoding="utf-8")

PAGE = """<!doctype html>
<link rel="icon" href="data:," /><body><div id="avatar" style="height: 600px"></div>
<script type="module">
  import { mount } from "/stage/static/stage.js";
  window.events = [];
  const element = document.getElementById("avatar");
  window.stage = mount(element, { controls: "compact", theme: "class" });
  for (const name of ["state", "connection", "word", "sentence", "level", "problem", "change"])
    stage.on(name, (detail) => window.events.push([name, detail]));
</script>"""


async def host_page(request: Request) -> HTMLResponse:
    return HTMLResponse(PAGE)


@pytest.fixture
def stages() -> list[Stage]:
    return []


@pytest.fixture
def page(avatar_file: Path, visit: Open, stages: list[Stage]) -> Iterator[OpenPage]:
    app = create_app(Wardrobe(str(avatar_file)), Access("127.0.0.1"), on_stage=stages.append)
    with Server(Starlette(routes=[Route("/", host_page), Mount("/stage", app)]), port=0) as server:
        page = visit(server)
        page.page.add_init_script(LISTEN)
        page.page.reload()
        page.until_live()
        page.page.mouse.click(5, 300)  # browsers allow sound after a click
        page.until("stage.status.audible")
        yield page


def status(page: OpenPage, name: str) -> object:
    return page.page.evaluate(f"stage.status.{name}")


def first(page: OpenPage, name: str) -> dict[str, object]:
    """Wait for an event and return the detail of the first of its name."""
    detail: dict[str, object] = page.until(f"events.find(([name]) => name === '{name}')?.[1]")
    return detail


def test_compact_controls_leave_out_what_the_page_has(page: OpenPage) -> None:
    assert page.button("microphone").is_visible()
    assert page.button("stop").is_visible()
    for action in ("avatars", "sample", "file", "hold"):
        assert not page.button(action).is_visible()


def test_the_picture_fills_the_place_it_is_given(page: OpenPage) -> None:
    place, picture = page.page.locator("#avatar").bounding_box(), page.page.locator(".picture").bounding_box()

    assert place is not None
    assert picture is not None
    assert picture["height"] == pytest.approx(place["height"], abs=1)


def test_the_theme_follows_the_class_of_the_page(page: OpenPage) -> None:
    ink = "getComputedStyle(document.querySelector('#avatar').shadowRoot.querySelector('.stage')).color"
    light = page.page.evaluate(ink)

    page.page.evaluate("document.body.classList.add('dark')")

    page.until(f"{ink} !== '{light}'")
    page.page.evaluate("stage.setTheme('light')")
    page.until(f"{ink} === '{light}'")


def test_events_tell_what_is_said_word_by_word(page: OpenPage) -> None:
    page.page.evaluate("let words = 0; stage.on('word', () => (words += 1) === 5 && stage.stop()); 0")

    page.page.evaluate("stage.sample()")

    assert first(page, "word")["text"] == "Hello,"
    assert first(page, "state") == {"state": "speaking"}
    assert first(page, "sentence") == {"text": "Hello, and welcome!", "cut": False}
    page.until("events.some(([name, { cut }]) => name === 'sentence' && cut)")


def test_events_are_events_of_the_element_too(page: OpenPage) -> None:
    page.page.evaluate("document.addEventListener('stage-change', ({ detail }) => (window.seen = detail))")

    page.page.evaluate("stage.mute(true)")

    assert page.until("window.seen")["muted"] is True


def test_a_handler_can_be_taken_back(page: OpenPage) -> None:
    page.page.evaluate("window.count = 0; stage.on('change', () => (count += 1))()")

    page.page.evaluate("stage.mute(true)")

    page.until("events.some(([name, { muted }]) => name === 'change' && muted)")
    assert page.page.evaluate("count") == 0


def test_the_microphone_is_driven_from_outside(page: OpenPage, stages: list[Stage]) -> None:
    page.page.evaluate("stage.setSensitivity(0.8); stage.setEcho(true)")
    page.page.evaluate("stage.toggleMicrophone()")
    page.until("stage.status.microphone")
    page.until("events.some(([name, { level }]) => name === 'level' && level > 0.2)")
    puppet = stages[0].puppet
    wait_until(lambda: (puppet.held, puppet.echo, puppet.sensitivity) == (True, True, 0.8), PATIENCE)

    page.page.evaluate("stage.toggleMicrophone()")

    page.until("!stage.status.microphone")
    page.until("events.filter(([name]) => name === 'level').at(-1)[1].level === 0")


def test_holding_is_driven_from_outside(page: OpenPage) -> None:
    page.page.evaluate("stage.hold()")
    page.until("stage.status.microphone && stage.status.holding")

    page.page.evaluate("stage.release()")

    page.until("!stage.status.microphone && !stage.status.holding")


def test_volume_and_mute_are_driven_from_outside_and_shown(page: OpenPage) -> None:
    page.page.evaluate("stage.mute(true)")
    assert page.button("mute").get_attribute("aria-pressed") == "true"

    page.page.evaluate("stage.setVolume(0.3)")

    assert (status(page, "volume"), status(page, "muted")) == (0.3, False)
    assert page.page.locator(".volume").input_value() == "30"
    page.page.reload()
    page.until_live()
    assert status(page, "volume") == 0.3


def test_the_loudspeaker_can_be_chosen(page: OpenPage) -> None:
    page.page.evaluate("stage.toggleMicrophone()")  # labels are known to who may use the microphone
    page.until("stage.status.microphone")
    devices = page.page.evaluate("stage.devices()")
    wanted = devices["loudspeakers"][-1]
    assert wanted["label"]

    page.page.evaluate("(id) => stage.chooseLoudspeaker(id)", wanted["id"])

    assert page.page.evaluate("stage.player.context.sinkId") == wanted["id"]
    assert status(page, "chosenLoudspeaker") == wanted["id"]


def test_a_loudspeaker_that_is_not_there_is_refused_in_one_line(page: OpenPage) -> None:
    refused = page.page.evaluate("stage.chooseLoudspeaker('nothing').catch(({ message }) => message)")

    assert refused == "That loudspeaker cannot be used."
    assert status(page, "chosenLoudspeaker") == ""


#: Notes which microphone is really used.
NOTE_MICROPHONE = """
const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
navigator.mediaDevices.getUserMedia = async (wanted) => {
  const stream = await ask(wanted);
  window.used = stream.getAudioTracks()[0].getSettings().deviceId;
  return stream;
};
0;
"""


def test_the_microphone_can_be_chosen_while_it_is_open(page: OpenPage) -> None:
    page.page.evaluate(NOTE_MICROPHONE)
    page.page.evaluate("stage.toggleMicrophone()")
    page.until("stage.status.microphone")
    wanted = page.page.evaluate("stage.devices()")["microphones"][-1]["id"]

    page.page.evaluate("(id) => stage.chooseMicrophone(id)", wanted)

    page.until(f"window.used === '{wanted}' && stage.status.microphone")
    assert status(page, "chosenMicrophone") == wanted


def test_a_microphone_that_has_gone_is_replaced_by_the_system_s(page: OpenPage) -> None:
    page.page.evaluate("stage.chooseMicrophone('it was unplugged')")

    page.page.evaluate("stage.toggleMicrophone()")

    page.until("stage.status.microphone")
    assert page.problems == []


def test_a_file_is_played_for_the_page(page: OpenPage) -> None:
    assert page.page.evaluate("stage.play(new Blob(['no sound']))") is False
    assert first(page, "problem")["text"]


def test_sound_at_the_window_can_be_taken_back_to_the_page(page: OpenPage, stages: list[Stage]) -> None:
    stages[0].choose_sound("window")
    taking = page.page.get_by_role("button", name="Sound comes from the window")
    taking.wait_for()
    assert status(page, "sound") == "window"

    taking.click()

    page.until("stage.status.sound === 'page'")
    assert stages[0].sound_on == "page"
    taking.wait_for(state="hidden")


COUNT_DUCKS = """
const { player } = stage;
const duck = player.duck.bind(player);
window.ducked = 0;
player.duck = () => {
  window.ducked += 1;
  duck();
};
0;
"""


def test_sound_at_the_microphone_ducks_the_avatar_until_it_is_clear_what_it_was(page: OpenPage) -> None:
    page.page.evaluate(COUNT_DUCKS)
    page.page.evaluate("stage.toggleMicrophone()")
    page.until("ducked >= 1")

    page.page.evaluate("stage.toggleMicrophone()")
    page.page.evaluate("stage.sample()")
    page.until("window.loudness() > 0.02")
    page.page.evaluate("stage.player.duck()")
    page.until("window.loudness() < 0.001")
    page.until("window.loudness() > 0.02")


def test_who_speaks_into_the_microphone_interrupts_the_avatar(page: OpenPage, stages: list[Stage]) -> None:
    page.page.evaluate("stage.connection.addEventListener('cut', () => (window.cut = true))")
    stages[0].speak([np.tile(read_audio(asset("audio", "speech.wav")), 20)], 16_000)
    page.until("window.loudness() > 0.02")

    page.page.evaluate("stage.toggleMicrophone()")

    page.until("window.cut")
    page.until("window.loudness() === 0")


def test_every_method_of_the_document_is_there(page: OpenPage) -> None:
    table = DOCUMENT[DOCUMENT.index("| method |") : DOCUMENT.index("`stage.status`")]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    names = [name for cell in cells for name in re.findall(r"`(\w+)\(", cell)]

    assert len(names) > 20
    assert (
        page.page.evaluate("(names) => names.filter((name) => typeof stage[name] !== 'function')", names)
        == []
    )


def test_the_status_is_as_the_document_says(page: OpenPage) -> None:
    text = DOCUMENT[DOCUMENT.index("`stage.status` is") : DOCUMENT.index("Events come to `on`")]
    named = set(re.findall(r"`(\w+)`", text)) - {"page", "window"}

    assert set(page.page.evaluate("Object.keys(stage.status)")) == named
