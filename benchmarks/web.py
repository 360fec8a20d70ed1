"""Measures the live page in headless Chromium, and what it costs the server; prints one JSON object.

    python benchmarks/web.py [--quick]

Needs the packages of the tests, and Chromium. For figures of one thread the environment must say
OPENBLAS_NUM_THREADS=1. A busy machine shows in every figure but the offset of picture and sound.
"""

import json
import shutil
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, sync_playwright

from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.session import Tick
from bithuman_app.web import Access, Server, Stage, Wardrobe, create_app
from bithuman_app.web.bench import measure_web_session

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    "--autoplay-policy=no-user-gesture-required",
]

#: Notes when a white picture is drawn and when sound begins and ends at the loudspeaker, in ms.
PROBE = (Path(__file__).parents[1] / "tests" / "web" / "probe.js").read_text(encoding="utf-8")


def main() -> None:
    quick = "--quick" in sys.argv[1:]
    speech = read_audio(asset("audio", "speech.wav"))
    facts: dict[str, Any] = measure_web_session("maya", speech, quick)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=FLAGS)
        facts |= _measure_page(browser, 5 if quick else 20)
        facts |= _measure_sync(browser, 5 if quick else 20)
        facts |= _measure_return(browser)
        browser.close()
    print(json.dumps(facts, indent=2))


def _measure_page(browser: Browser, seconds: int) -> dict[str, float]:
    """From the command to the page, then pictures a second that are really drawn while it talks."""
    begun = time.perf_counter()
    stages: list[Stage] = []
    with Server(create_app(Wardrobe("maya"), Access("127.0.0.1"), on_stage=stages.append), port=0) as server:
        up = time.perf_counter()
        page = _open(browser, server)
        first = time.perf_counter()
        page.keyboard.press("x")
        page.wait_for_timeout(1000)
        drawn, since = page.evaluate("[stage.diagnostics().drawn, performance.now()]")
        page.wait_for_timeout(seconds * 1000)
        later, now = page.evaluate("[stage.diagnostics().drawn, performance.now()]")
        page.context.close()
    return {
        "web_server_up_s": round(up - begun, 3),
        "web_page_first_picture_s": round(first - up, 3),
        "web_page_fps": round((later - drawn) * 1000 / (now - since), 2),
    }


def _measure_sync(browser: Browser, beeps: int) -> dict[str, float]:
    """The offset of flash and beep in the page, and how long sound goes on after "stop"."""
    stages: list[Stage] = []
    app = create_app(Wardrobe("maya"), Access("127.0.0.1"), picture=_flash, on_stage=stages.append)
    with Server(app, port=0) as server:
        page = _open(browser, server, PROBE)
        page.keyboard.press("m")
        page.keyboard.press("m")
        stages[0].speak([np.tile(_beep(), beeps)], 48_000)
        page.wait_for_timeout(beeps * 1000 + 1500)
        seen = page.evaluate("seen")
        offsets = [
            min((beep - flash for beep in seen["beep"]), key=abs) for flash in seen["flash"] if seen["beep"]
        ]
        stops = [_time_to_silence(page, stages[0]) for _ in range(5)]
        page.context.close()
    near = [offset for offset in offsets if abs(offset) < 400]
    return {
        "web_flashes_seen": len(near),
        "web_sound_after_picture_ms": round(statistics.median(near), 1),
        "web_sound_after_picture_ms_worst": round(max(near, key=abs), 1),
        "web_stop_to_silence_ms": round(statistics.median(stops), 1),
        "web_stop_to_silence_ms_worst": round(max(stops), 1),
    }


def _time_to_silence(page: Page, stage: Stage) -> float:
    """From an interruption on the server to the last sound, as a voice that interrupts brings it."""
    tone = (0.5 * np.sin(2 * np.pi * 440 * np.arange(48_000 * 5) / 48_000)).astype(np.float32)
    stage.speak([tone], 48_000)
    page.wait_for_timeout(1200)
    page.evaluate("seen.end = []")
    asked = page.evaluate("performance.now()")
    stage.interrupt()
    page.wait_for_timeout(700)
    return float(page.evaluate("seen.end.at(-1)") - asked)


def _measure_return(browser: Browser) -> dict[str, float]:
    """From the server's return to a live picture."""
    first = Server(create_app(Wardrobe("maya"), Access("127.0.0.1")), port=0)
    first.start()
    page = _open(browser, first)
    first.stop()
    page.wait_for_timeout(3000)
    with Server(create_app(Wardrobe("maya"), Access("127.0.0.1")), port=first.port):
        since = time.perf_counter()
        drawn = page.evaluate("stage.diagnostics().drawn")
        while page.evaluate("stage.diagnostics().drawn") == drawn:
            page.wait_for_timeout(10)
        back = time.perf_counter() - since
        page.context.close()
    return {"web_back_after_restart_s": round(back, 3)}


def _open(browser: Browser, server: Server, script: str = "") -> Page:
    page = browser.new_context(bypass_csp=True).new_page()
    page.add_init_script(script)
    page.goto(server.url)
    while not page.evaluate("window.stage?.diagnostics().drawn > 0"):
        page.wait_for_timeout(10)
    return page


def _beep() -> NDArray[np.float32]:
    """Return a second of sound: 160 ms of a tone, then silence."""
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(7680) / 48_000)
    return np.concatenate([tone, np.zeros(48_000 - 7680)]).astype(np.float32)


def _flash(tick: Tick) -> NDArray[np.uint8]:
    """Return white while there is sound, black otherwise."""
    loud = tick.speaking and bool(np.abs(tick.samples).max() > 3000)
    return np.full((512, 512, 3), 255 if loud else 0, np.uint8)


if __name__ == "__main__":
    main()
