"""Settings: kept in the file, shown with their place, and never a secret among them."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from bithuman_app.settings import load
from tests.web.page.conftest import Open, Start
from tests.web.page.opened import AppPage, AppServer

KEY = "sk-very-secret-key"


class _Endpoint(BaseHTTPRequestHandler):
    """Lists two models to those who have the key."""

    def do_GET(self) -> None:
        good = self.headers.get("Authorization") == f"Bearer {KEY}"
        self.send_response(200 if good else 401)
        self.end_headers()
        if good:
            self.wfile.write(json.dumps({"data": [{"id": "small"}, {"id": "large"}]}).encode())

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def endpoint() -> Iterator[str]:
    """Return the address of an endpoint as OpenAI's."""
    with HTTPServer(("127.0.0.1", 0), _Endpoint) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/v1"
        server.shutdown()


@pytest.fixture
def settings_page(start: Start, open_app: Open) -> tuple[AppPage, AppServer]:
    """Return a page at the tab "Settings", of a server with settings of its own."""
    server = start(sessions=4)
    page = open_app(server, viewport={"width": 1280, "height": 1400})
    page.until_tabs()
    page.open_tab("Settings")
    return page, server


def test_saved_value_is_in_the_file_and_on_the_page_after_a_reload(
    settings_page: tuple[AppPage, AppServer], monkeypatch: pytest.MonkeyPatch
) -> None:
    page, server = settings_page
    page.open_section("Start and voice")
    page.page.get_by_label("Speed of the voice").fill("1.25")

    page.page.locator("#tab-settings").get_by_role("button", name="Save", exact=True).first.click()
    page.page.get_by_text("Saved; it counts").wait_for()
    page.page.reload()
    page.until_wired()
    page.open_tab("Settings")
    page.open_section("Start and voice")

    page.until("document.querySelector('#setting-voice_speed input').value === '1.25'")
    assert "voice_speed = 1.25" in server.settings_text
    assert load().voice_speed == 1.25


def test_late_answer_leaves_what_was_typed_meanwhile(
    settings_page: tuple[AppPage, AppServer], open_app: Open
) -> None:
    _, server = settings_page
    (server.folder / "settings.toml").write_text("voice_speed = 1.5\n", encoding="utf-8")
    page = open_app(server)
    page.until_tabs()
    answers = page.hold_answers()
    page.open_tab("Settings")
    page.open_section("Start and voice")

    page.page.get_by_label("Avatar at the start").fill("somebody")
    answers.let_go()

    page.until("document.querySelector('#setting-voice_speed input').value === '1.5'")
    assert page.page.get_by_label("Avatar at the start").input_value() == "somebody"


def test_value_typed_while_another_is_saved_stays(settings_page: tuple[AppPage, AppServer]) -> None:
    page, server = settings_page
    page.open_section("Kiosk")
    page.page.get_by_label("Seconds until it calls for visitors").fill("77")
    answers = page.hold_answers()
    page.page.locator("#tab-settings").get_by_role("button", name="Save", exact=True).last.click()

    page.page.get_by_label("Seconds until it forgets a visitor").fill("88")
    answers.let_go()

    page.page.get_by_text("Saved; 'bithuman-app kiosk'").wait_for()
    assert "kiosk_attract_after = 77" in server.settings_text
    page.page.locator("#tab-settings").get_by_role("button", name="Save", exact=True).last.click()
    page.until_saved(server, "kiosk_reset_after = 88")


def test_value_that_cannot_be_is_one_clear_line_and_not_saved(
    settings_page: tuple[AppPage, AppServer],
) -> None:
    page, server = settings_page
    page.open_section("Start and voice")
    page.page.get_by_label("Speed of the voice").fill("9")

    page.page.locator("#tab-settings").get_by_role("button", name="Save", exact=True).first.click()

    assert "Voice_speed cannot be 9" in page.toast()
    assert server.settings_text == ""


def test_endpoint_is_tested_with_its_key(settings_page: tuple[AppPage, AppServer], endpoint: str) -> None:
    page, _ = settings_page
    page.open_section("Models")
    form = page.page.locator("#endpoint-llm")
    form.get_by_label("Address").fill(endpoint)
    form.get_by_role("button", name="Test").click()
    form.get_by_text("does not take this key (401)").wait_for()

    form.get_by_label("Key").fill(KEY)
    form.get_by_label("Model").fill("medium")
    form.get_by_role("button", name="Test").click()

    form.get_by_text("Reachable, 2 models: large, small. “medium” is not among them.").wait_for()


def test_endpoint_where_nothing_answers_is_one_clear_line(
    settings_page: tuple[AppPage, AppServer],
) -> None:
    page, _ = settings_page
    page.open_section("Models")
    form = page.page.locator("#endpoint-tts")
    form.get_by_label("Address").fill("http://127.0.0.1:9/v1")

    form.get_by_role("button", name="Test").click()

    form.get_by_text("Not reachable: nothing answers there").wait_for()


def test_key_is_stored_and_never_comes_back(settings_page: tuple[AppPage, AppServer]) -> None:
    page, server = settings_page
    page.open_section("Models")
    form = page.page.locator("#endpoint-llm")
    form.get_by_label("Key").fill(KEY)
    form.get_by_role("button", name="Save").click()
    form.get_by_text("Saved.").wait_for()

    answers: list[str] = []
    page.page.on("response", lambda response: answers.append(response.url))
    page.page.reload()
    page.until_wired()
    page.open_tab("Settings")
    page.open_section("Models")
    page.page.get_by_placeholder("a key is stored").wait_for()

    assert KEY in server.settings_text
    assert KEY not in page.page.content()
    assert KEY not in page.page.request.get(f"{server.url}config").text()
    assert not any(KEY in address for address in (*page.requests, *answers))
    log = (server.folder / "log").glob("*")
    assert not any(KEY in file.read_text(encoding="utf-8") for file in log)


def test_forgotten_key_is_not_in_the_file_any_more(settings_page: tuple[AppPage, AppServer]) -> None:
    page, server = settings_page
    page.open_section("Models")
    form = page.page.locator("#endpoint-stt")
    form.get_by_label("Key").fill(KEY)
    form.get_by_role("button", name="Save").click()
    form.get_by_text("Saved.").wait_for()

    form.get_by_role("button", name="Forget key").click()

    form.get_by_text("The key is forgotten.").wait_for()
    assert KEY not in server.settings_text


def test_value_of_the_environment_is_shown_with_its_place_and_cannot_be_changed(
    start: Start, open_app: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BITHUMAN_APP_LLM_MODEL", "from-outside")
    page = open_app(start())
    page.until_tabs()
    page.open_tab("Settings")
    page.open_section("Models")
    model = page.page.locator("#setting-llm_model")

    model.get_by_text("Given by the environment").wait_for()
    assert model.locator("input, textarea").input_value() == "from-outside"
    assert model.locator("input, textarea").is_disabled()


def test_devices_of_the_browser_can_be_chosen(settings_page: tuple[AppPage, AppServer]) -> None:
    page, _ = settings_page
    microphone = page.page.locator("[data-do=microphone]")
    page.until("document.querySelector('[data-do=microphone]').options.length > 1")

    microphone.select_option(index=1)

    page.until("stage.status.chosenMicrophone !== ''")


def test_log_and_cache_are_deleted_and_nothing_else(settings_page: tuple[AppPage, AppServer]) -> None:
    page, server = settings_page
    (server.folder / "log").mkdir(exist_ok=True)
    log = server.folder / "log" / "bithuman-app.log"
    log.write_text("what happened\n" * 100)
    (server.folder / "cache" / "baked").mkdir(parents=True)
    (server.folder / "cache" / "baked" / "one.imx").write_bytes(b"x" * 5000)
    (server.folder / "cache" / "mine.txt").write_text("not of the program")
    page.open_section("Privacy")

    page.page.get_by_role("button", name="Delete log").click()
    page.page.get_by_text("Deleted: 1 KB").wait_for()
    page.page.get_by_role("button", name="Delete cache").click()
    page.page.get_by_text("Deleted: 5 KB").wait_for()

    assert log.read_text() == ""
    assert [path.name for path in (server.folder / "cache").iterdir()] == ["mine.txt"]
