"""What ``benchmarks.web`` measures inside the page."""

import statistics
import tempfile
import time
import wave
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Browser, Page, Playwright

from bithuman_app.avatar import save_avatar
from bithuman_app.avatar.bake import BakeOptions, bake_file
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.session import Tick
from bithuman_app.stage import Stage
from bithuman_app.web import Access, Server, Wardrobe, create_app

FLAGS: Final = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage"),
    *("--autoplay-policy=no-user-gesture-required", "--use-fake-ui-for-media-stream"),
    "--use-fake-device-for-media-stream",
)
#: Notes when a white picture is drawn, when sound begins and ends, in the page and at the microphone, in ms.
PROBE: Final = (Path(__file__).parents[1] / "tests" / "web" / "probe.js").read_text(encoding="utf-8")
_RATE: Final = 48_000
_PATIENCE_SECONDS: Final = 60.0
#: A sound that is further from a flash than this belongs to another one.
_NEAR_MS: Final = 400
_NOTE_CUTS: Final = """
seen.cut = [];
stage.connection.addEventListener("cut", () => seen.cut.push(performance.now()));
"""
_HIDE: Final = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


def measure_pictures(browser: Browser, seconds: int) -> dict[str, float]:
    """From the start to the first picture, then pictures a second that are drawn while it talks."""
    begun = time.perf_counter()
    with Server(create_app(Wardrobe("maya"), Access("127.0.0.1")), port=0) as server:
        up = time.perf_counter()
        page = _open(browser, server)
        first = time.perf_counter()
        square = _pictures_a_second(page, seconds)
    with tempfile.TemporaryDirectory() as folder:
        wide = Path(folder) / "wide.imx"
        save_avatar(bake_file(asset("artwork", "maya_1024.png"), BakeOptions(size=(1280, 720))), wide)
        with Server(create_app(Wardrobe(str(wide)), Access("127.0.0.1")), port=0) as server:
            broad = _pictures_a_second(_open(browser, server), seconds)
    return {
        "web_server_up_s": round(up - begun, 3),
        "web_page_first_picture_s": round(first - up, 3),
        "web_page_fps_512": square,
        "web_page_fps_720p": broad,
    }


def measure_sync(browser: Browser, beeps: int) -> dict[str, float]:
    """The offset of flash and beep in the page, and how long sound goes on after an interruption."""
    stages: list[Stage] = []
    app = create_app(Wardrobe("maya"), Access("127.0.0.1"), picture=_flash, on_stage=stages.append)
    with Server(app, port=0) as server:
        page = _open(browser, server, PROBE)
        page.evaluate("stage.sound.wake()")
        stages[0].speak([np.tile(_beep(), beeps)], _RATE)
        page.wait_for_timeout(beeps * 1000 + 1500)
        seen = page.evaluate("seen")
        stops = [_time_to_silence(page, stages[0]) for _ in range(5)]
        page.context.close()
    offsets = [
        min((beep - flash for beep in seen["beep"]), key=abs) for flash in seen["flash"] if seen["beep"]
    ]
    near = [offset for offset in offsets if abs(offset) < _NEAR_MS]
    if not near:
        raise SystemExit("this machine is too busy to measure picture and sound")
    return {
        "web_flashes_seen": len(near),
        "web_sound_after_picture_ms": round(statistics.median(near), 1),
        "web_sound_after_picture_worst_ms": round(max(near, key=abs), 1),
        "web_stop_to_silence_ms": round(statistics.median(stops), 1),
        "web_stop_to_silence_worst_ms": round(max(stops), 1),
    }


def measure_hidden(browser: Browser) -> dict[str, float]:
    """What is painted and drawn in five seconds for a page that says it is hidden."""
    painted = 0

    def paint(tick: Tick) -> NDArray[np.uint8]:
        nonlocal painted
        painted += 1
        return tick.image()

    with Server(create_app(Wardrobe("maya"), Access("127.0.0.1"), picture=paint), port=0) as server:
        page = _open(browser, server)
        page.evaluate(_HIDE, True)
        page.wait_for_timeout(1000)
        before, drawn = painted, page.evaluate("stage.diagnostics().drawn")
        page.wait_for_timeout(5000)
        facts = {
            "web_hidden_painted": painted - before,
            "web_hidden_pictures": page.evaluate("stage.diagnostics().drawn") - drawn,
        }
        page.context.close()
    return facts


def measure_return(browser: Browser) -> dict[str, float]:
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


def measure_barge_in(playwright: Playwright, path: str | None, times: int) -> dict[str, float]:
    """From a voice at the microphone to the last sound at the loudspeaker, while the avatar talks."""
    with tempfile.TemporaryDirectory() as folder:
        voice = Path(folder) / "voice.wav"
        _write_voice(voice)
        flags = [*FLAGS, f"--use-file-for-fake-audio-capture={voice}"]
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        stages: list[Stage] = []
        app = create_app(Wardrobe("maya"), Access("127.0.0.1"), on_stage=stages.append)
        with Server(app, port=0) as server:
            page = _open(browser, server, PROBE)
            page.evaluate(_NOTE_CUTS)
            page.evaluate("stage.toggleMicrophone()")
            delays: list[tuple[float, float]] = []
            for _ in range(2 * times):
                if len(delays) < times and (delay := _interrupt_by_voice(page, stages[0])):
                    delays.append(delay)
            browser.close()
    if not delays:
        raise SystemExit("this machine is too busy to measure how soon a voice silences the avatar")
    silences, cuts = [silence for silence, _ in delays], [cut for _, cut in delays]
    return {
        "web_barge_in_silence_ms": round(statistics.median(silences), 1),
        "web_barge_in_silence_worst_ms": round(max(silences), 1),
        "web_barge_in_cut_ms": round(statistics.median(cuts), 1),
    }


def _interrupt_by_voice(page: Page, stage: Stage) -> tuple[float, float] | None:
    """Let the avatar talk until the microphone hears somebody; return ms to silence and to the cut.

    None if it did not talk by then, or was not interrupted: so busy is the machine.
    """
    stage.interrupt()
    _wait(page, f"seen.microphone.length > {page.evaluate('seen.microphone.length')}")
    page.wait_for_timeout(1800)  # the voice has ended, the next is more than two seconds away
    page.evaluate("seen.beep = []")
    stage.speak([_tone(12)], _RATE)
    page.wait_for_timeout(1200)
    if not page.evaluate("seen.beep.length"):
        return None
    page.evaluate("seen.cut = []; seen.end = []; seen.microphone = []")
    _wait(page, "seen.microphone.length")
    page.wait_for_timeout(1500)
    seen: dict[str, list[float]] = page.evaluate("seen")
    onset = seen["microphone"][0]
    ends = [end for end in seen["end"] if abs(end - onset) < _NEAR_MS]
    cuts = [cut for cut in seen["cut"] if cut > onset]
    if not (ends and cuts):
        return None
    return max(0.0, ends[-1] - onset), cuts[0] - onset


def _write_voice(path: Path) -> None:
    """Write what the microphone hears over and over: four seconds of silence, one of a voice."""
    speech = read_audio(asset("audio", "speech.wav"))
    begin = int(np.flatnonzero(np.abs(speech) > 0.05)[0])
    sound = np.concatenate([np.zeros(4 * 16_000), speech[begin - 400 : begin + 16_000]])
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes((sound * 32_000).astype("<i2").tobytes())


def _time_to_silence(page: Page, stage: Stage) -> float:
    """From an interruption on the server to the last sound, as a voice that interrupts brings it."""
    stage.speak([_tone(5)], _RATE)
    _wait(page, "seen.beep.at(-1) > performance.now() - 3000")
    page.wait_for_timeout(700)
    page.evaluate("seen.end = []")
    asked = page.evaluate("performance.now()")
    stage.interrupt()
    _wait(page, "seen.end.length")
    page.wait_for_timeout(700)  # should there be more of it
    return float(page.evaluate("seen.end.at(-1)") - asked)


def _pictures_a_second(page: Page, seconds: int) -> float:
    page.evaluate("stage.sample()")
    page.wait_for_timeout(1000)
    drawn, since = page.evaluate("[stage.diagnostics().drawn, performance.now()]")
    page.wait_for_timeout(seconds * 1000)
    later, now = page.evaluate("[stage.diagnostics().drawn, performance.now()]")
    page.context.close()
    return round((later - drawn) * 1000 / (now - since), 2)


def _open(browser: Browser, server: Server, script: str = "") -> Page:
    page = browser.new_context(bypass_csp=True).new_page()
    page.add_init_script(script)
    page.goto(server.url)
    _wait(page, "window.stage?.diagnostics().drawn > 0")
    return page


def _wait(page: Page, script: str) -> Any:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not (value := page.evaluate(script)):
        if time.monotonic() > deadline:
            raise TimeoutError(f"in vain: {script}")
        page.wait_for_timeout(10)
    return value


def _tone(seconds: int) -> NDArray[np.float32]:
    """Return a tone, float32 (n,)."""
    wave_form = 0.5 * np.sin(2 * np.pi * 440 * np.arange(_RATE * seconds) / _RATE)
    return wave_form.astype(np.float32)


def _beep() -> NDArray[np.float32]:
    """Return a second of sound: 160 ms of a tone, then silence."""
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(7680) / _RATE)
    return np.concatenate([tone, np.zeros(_RATE - 7680)]).astype(np.float32)


def _flash(tick: Tick) -> NDArray[np.uint8]:
    """Return white while there is sound, black otherwise."""
    loud = tick.speaking and bool(np.abs(tick.samples).max() > 3000)
    return np.full((512, 512, 3), 255 if loud else 0, np.uint8)
