"""Picture and sound of the window, measured from outside."""

import statistics

import pytest

from tests.desktop.conftest import Launch
from tests.desktop.flashing_window import TONE_SECONDS
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer
from tests.desktop.sync_meter import measure

BEEPS = 20
STOPS = 3
#: How far apart flash and beep may be while the machine does other things, five pictures: what has lost its
#: clock is further off, and ``benchmarks/window.py`` measures how good it is when the machine is free.
MOST_APART_MS = 200
#: A stop that does not stop leaves the rest of a tone to be heard.
LONGEST_TAIL_MS = 1000 * TONE_SECONDS / 4
#: Nothing can be measured while pictures or sound stand still; a wrong clock fails all attempts.
ATTEMPTS = 5


def test_a_flash_and_its_beep_are_one_moment_and_a_stop_is_a_stop(
    screen: Screen, sound_server: SoundServer, launch: Launch, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(ATTEMPTS):
        measured = measure(
            screen, sound_server, lambda: launch(BEEPS, STOPS, module="tests.desktop.flashing_window")
        )
        apart = 1000 * statistics.median(map(abs, measured.offsets)) if measured.offsets else float("inf")
        tail = 1000 * statistics.median(measured.tails)
        with capsys.disabled():
            print(
                f"\nflash and beep {apart:.1f} ms apart in {len(measured.offsets)} of {BEEPS + STOPS};"
                f" sound after a stop: {tail:.0f} ms"
            )
        assert tail <= LONGEST_TAIL_MS
        if len(measured.offsets) > BEEPS // 2 and apart <= MOST_APART_MS:
            return
    raise AssertionError("no flash was seen when its beep was heard")
