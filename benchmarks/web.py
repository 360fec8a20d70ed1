"""Measures the live page in headless Chromium, and what it costs the server.

    python -m benchmarks.web [--quick] [--json]

Prints a table, or one JSON object. Needs the packages of the tests, and Chromium. For figures of one thread
the environment must say OPENBLAS_NUM_THREADS=1. A busy machine shows in every figure, least in processor
time and in the offset of picture and sound.
"""

import json
import shutil
import sys
from collections.abc import Iterator
from typing import Any, Final

from playwright.sync_api import Playwright, sync_playwright

from benchmarks import web_page
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.web.bench import measure_web_session

#: What is measured, its key, its unit and what it should be.
ROWS: Final = (
    ("server, a page that is talked to", "web_session_cpu_percent", "% of a core", "<= 20"),
    ("server, a page that is silent", "web_session_idle_cpu_percent", "% of a core", ""),
    ("server, a page that is hidden", "web_session_hidden_cpu_percent", "% of a core", "~ 0"),
    ("pictures sent", "web_session_fps", "a second", ">= 24.5"),
    ("server answers after its start", "web_server_up_s", "s", ""),
    ("first picture after the page is asked for", "web_page_first_picture_s", "s", "<= 3"),
    ("pictures drawn, 512 x 512", "web_page_fps_512", "a second", ">= 24.5"),
    ("pictures drawn, 1280 x 720", "web_page_fps_720p", "a second", ">= 24"),
    ("pictures drawn while the tab is hidden", "web_hidden_pictures", "", "0"),
    ("ticks painted while the tab is hidden", "web_hidden_painted", "", "0"),
    ("sound after picture, median", "web_sound_after_picture_ms", "ms", "-20 ... 20"),
    ("sound after picture, worst", "web_sound_after_picture_worst_ms", "ms", ""),
    ("voice at the microphone to silence, median", "web_barge_in_silence_ms", "ms", "<= 100"),
    ("voice at the microphone to silence, worst", "web_barge_in_silence_worst_ms", "ms", ""),
    ("voice at the microphone to the server's cut", "web_barge_in_cut_ms", "ms", ""),
    ("interruption on the server to silence", "web_stop_to_silence_ms", "ms", ""),
    ("live again after the server's return", "web_back_after_restart_s", "s", "<= 2"),
)


def main() -> None:
    quick, as_json = "--quick" in sys.argv[1:], "--json" in sys.argv[1:]
    path = shutil.which("chromium") or shutil.which("google-chrome")
    facts: dict[str, Any] = {}
    with sync_playwright() as playwright:
        for found in _measure(playwright, path, quick):
            facts |= found
            if not as_json:
                _print_rows(found)
    if as_json:
        print(json.dumps(facts, indent=2))


def _measure(playwright: Playwright, path: str | None, quick: bool) -> Iterator[dict[str, float]]:
    yield measure_web_session("maya", read_audio(asset("audio", "speech.wav")), quick)
    browser = playwright.chromium.launch(executable_path=path, args=[*web_page.FLAGS])
    yield web_page.measure_pictures(browser, 5 if quick else 20)
    yield web_page.measure_hidden(browser)
    yield web_page.measure_sync(browser, 5 if quick else 20)
    yield web_page.measure_return(browser)
    browser.close()
    yield web_page.measure_barge_in(playwright, path, 4 if quick else 10)


def _print_rows(facts: dict[str, float]) -> None:
    for label, key, unit, wanted in ROWS:
        if key in facts:
            print(f"{label:46}{facts[key]:>9} {unit:14}{wanted:12}{key}", flush=True)


if __name__ == "__main__":
    main()
