"""``flashing_window`` from outside: a camera on the screen, a cable from the loudspeaker."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tests.desktop.processes import Program
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

#: A flash and a beep further apart than this are not the same moment.
_FURTHEST: Final = 0.3
_LOOK_SECONDS: Final = 0.001
_TONE: Final = re.compile(r"began at ([\d.]+)\nstopped at ([\d.]+)")


@dataclass(frozen=True)
class Measured:
    """In seconds: how long after its beep each flash was seen, and how long sound went on after a stop."""

    offsets: list[float]
    tails: list[float]


def measure(screen: Screen, server: SoundServer, start: Callable[[], Program]) -> Measured:
    """Watch and listen as long as the program runs. The camera looks about every millisecond."""
    flashes: list[float] = []
    with server.listen() as recording:
        program = start()
        x, y, width, height = screen.area(screen.window("bithuman-app"))
        before = True
        while program.running:
            white = int(screen.grab((x + width // 2, y + height // 2, 4, 4)).min()) > 200
            now = time.monotonic()
            if white and not before:
                flashes.append(now)
            before = white
            time.sleep(_LOOK_SECONDS)
        sounds = recording.sounds(quiet_seconds=0.3)
    assert program.process.returncode == 0, program.output
    offsets = [min((flash - begin for begin, _ in sounds), key=abs) for flash in flashes if sounds]
    tones = [(float(begin), float(stop)) for begin, stop in _TONE.findall(program.output)]
    nexts = [begin for begin, _ in tones[1:]] + [float("inf")]
    tails = [
        max([0.0, *(end - stop for _, end in sounds if begin < end < after)])
        for (begin, stop), after in zip(tones, nexts, strict=True)
    ]
    return Measured([offset for offset in offsets if abs(offset) < _FURTHEST], tails)
