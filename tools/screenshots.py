"""Take the pictures of the page that ``docs/app.md`` shows.

    python -m tools.screenshots [NAME...]

Needs Chromium. Each picture is of the real page, served by this program, with a visitor who does what the
tab is for; settings and folders are thrown away afterwards.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from bithuman_app.resources import asset
from bithuman_app.settings import Settings, load
from bithuman_app.stage import Wardrobe
from bithuman_app.web import Access, Server
from bithuman_app.web.application import application

TARGET: Final = Path(__file__).parent.parent / "docs" / "images" / "app"
_PATIENCE_MS: Final = 120_000
_QUALITY: Final = 82
_FLAGS: Final = (
    *(
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--autoplay-policy=no-user-gesture-required",
    ),
    *("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"),
    f"--use-file-for-fake-audio-capture={asset('audio', 'speech.wav')}",
)
_DESKTOP, _SMALL, _PHONE = (1440, 900), (1024, 768), (390, 844)


def main() -> None:
    """Take all pictures anew."""
    path = shutil.which("chromium") or shutil.which("google-chrome")
    if path is None:
        sys.exit("there is no Chromium to take pictures of")
    TARGET.mkdir(parents=True, exist_ok=True)
    with _server() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[*_FLAGS])
        wanted = [shot for shot in _SHOTS if shot[0] in sys.argv[1:] or not sys.argv[1:]]
        for (size, scheme), shots in groupby(wanted, key=lambda shot: shot[1:3]):
            page = _opened(browser, address, size, scheme)
            for name, _, _, do in shots:
                _take(page, name, do)
            page.context.close()
        browser.close()


@contextmanager
def _server() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        for name in Settings.model_fields:
            os.environ.pop(f"BITHUMAN_APP_{name.upper()}", None)
        os.environ["BITHUMAN_APP_SETTINGS"] = f"{folder}/settings.toml"
        Path(folder, "settings.toml").touch()
        for name in ("avatar", "cache", "log"):
            os.environ[f"BITHUMAN_APP_{name.upper()}_DIRECTORY"] = f"{folder}/{name}"
        given: dict[str, object] = {"sessions": 64}
        settings = load(**given)
        with (
            application(Wardrobe(settings.avatar), Access(settings.host), settings, given) as app,
            Server(app, port=0) as server,
        ):
            yield server.url


def _opened(browser: Browser, address: str, size: tuple[int, int], scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        color_scheme="dark" if scheme == "dark" else "light",
        device_scale_factor=2 if size == _PHONE else 1,
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE_MS)
    page.goto(address)
    page.wait_for_selector("#tabs")
    page.wait_for_function("stage.diagnostics().drawn > 5")
    return page


def _take(page: Page, name: str, do: Callable[[Page], None]) -> None:
    do(page)
    page.wait_for_timeout(400)
    picture = cv2.imdecode(np.frombuffer(page.screenshot(), np.uint8), cv2.IMREAD_COLOR)
    assert picture is not None
    cv2.imwrite(str(TARGET / f"{name}.webp"), picture, [cv2.IMWRITE_WEBP_QUALITY, _QUALITY])
    page.evaluate("stage.status.microphone && stage.toggleMicrophone(); stage.stop()")
    page.wait_for_function("stage.status.state === 'idle'")
    print(TARGET / f"{name}.webp", flush=True)


def _open(page: Page, tab: str) -> None:
    page.get_by_role("tab", name=tab, exact=True).click()
    page.locator(f"#tab-{tab.lower()}").wait_for()
    page.mouse.move(size_of(page) / 4, 300)


def size_of(page: Page) -> int:
    return page.viewport_size["width"] if page.viewport_size else 0


def _talk(page: Page) -> None:
    _open(page, "Talk")
    page.get_by_role("button", name="Start talking").click()
    page.wait_for_function("stage.status.level > 0.4")


def _say(page: Page) -> None:
    _open(page, "Say")
    box = page.get_by_label("What shall it say?")
    for text in ("Welcome! I am glad that you are here.", "Everything you hear is made on this computer."):
        box.fill(text)
        box.press("Enter")
        page.wait_for_function("document.querySelector('#say-text textarea').value === ''")
    page.wait_for_function("stage.status.state === 'speaking'")
    page.wait_for_timeout(1200)


def _play(page: Page) -> None:
    _open(page, "Play")
    page.wait_for_function("!document.querySelector('#play-drop button').disabled")
    page.locator("#play-drop input[type=file]").set_input_files(asset("audio", "speech.wav"))
    page.get_by_role("button", name="speech.wav").wait_for()
    page.wait_for_function("stage.status.state === 'speaking'")


def _render(page: Page) -> None:
    _open(page, "Render")
    _wait_for_faces(page, "render")


def _avatars(page: Page) -> None:
    _open(page, "Avatars")
    _wait_for_faces(page, "avatars")


def _wait_for_faces(page: Page, tab: str) -> None:
    faces = f"[...document.querySelectorAll('#tab-{tab} img')].filter((face) => face.checkVisibility())"
    page.wait_for_function(f"{faces}.length && {faces}.every((face) => face.complete && face.naturalWidth)")


def _settings(page: Page) -> None:
    _open(page, "Settings")
    page.wait_for_function("document.querySelector('[data-do=loudspeaker]')?.options.length > 0")
    section = page.get_by_role("button", name="Start and voice")
    if not page.get_by_label("Avatar at the start").is_visible():
        section.click()
    page.get_by_label("Avatar at the start").wait_for()


def _about(page: Page) -> None:
    _open(page, "About")
    page.get_by_role("button", name="Check it").click()
    page.locator("li", has_text="ms for a picture").wait_for()


_SHOTS: Final[tuple[tuple[str, tuple[int, int], str, Callable[[Page], None]], ...]] = (
    ("talk", _DESKTOP, "light", _talk),
    ("say", _DESKTOP, "light", _say),
    ("play", _DESKTOP, "light", _play),
    ("render", _DESKTOP, "light", _render),
    ("avatars", _DESKTOP, "light", _avatars),
    ("settings", _DESKTOP, "light", _settings),
    ("about", _DESKTOP, "light", _about),
    ("say_dark", _DESKTOP, "dark", _say),
    ("avatars_dark", _DESKTOP, "dark", _avatars),
    ("settings_dark", _DESKTOP, "dark", _settings),
    ("render_small", _SMALL, "light", _render),
    ("talk_small_dark", _SMALL, "dark", _talk),
    ("talk_phone", _PHONE, "light", _talk),
    ("say_phone_dark", _PHONE, "dark", _say),
    ("avatars_phone", _PHONE, "light", _avatars),
    ("settings_phone_dark", _PHONE, "dark", _settings),
)


if __name__ == "__main__":
    main()
