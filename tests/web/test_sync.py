"""Picture and sound leave the page together. How exactly, ``benchmarks/web.py`` measures."""

import statistics
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bithuman_app.session import Tick
from bithuman_app.web import Stage
from tests.web.conftest import Open, Serve

PROBE = (Path(__file__).parent / "probe.js").read_text(encoding="utf-8")
BEEPS = 8


def beep() -> NDArray[np.float32]:
    """Return a second of sound that begins with 160 ms of a tone, 48 kHz."""
    tone = 0.5 * np.sin(2 * np.pi * 1000 * np.arange(7680) / 48_000)
    return np.concatenate([tone, np.zeros(40_320)]).astype(np.float32)


def flash(tick: Tick) -> NDArray[np.uint8]:
    """Return white while there is sound, black otherwise."""
    loud = tick.speaking and bool(np.abs(tick.samples).max() > 3000)
    return np.full((64, 64, 3), 255 if loud else 0, np.uint8)


def test_a_flash_and_a_beep_come_together(serve: Serve, visit: Open) -> None:
    stages: list[Stage] = []
    page = visit(serve(picture=flash, on_stage=stages.append), bypass_csp=True)
    page.page.add_init_script(PROBE)
    page.page.reload()
    page.until_live()
    page.page.mouse.click(5, 200)  # browsers allow sound after a click
    page.until("stage.diagnostics().audible")

    stages[0].speak([np.tile(beep(), BEEPS)], 48_000)

    page.until(f"seen.beep.length >= {BEEPS} && seen.flash.length >= 3")
    beeps, flashes = page.page.evaluate("[seen.beep, seen.flash]")
    offsets = [min((beep - flash for beep in beeps), key=abs) for flash in flashes]
    # A picture is seen for 40 ms, and a busy machine draws it some time later. What is out of step, is so
    # by what the loudspeaker holds or by what was left out, and more with every beep.
    assert abs(statistics.median(offsets)) < 300
