"""Picture against sound from outside: a camera on the screen, a cable from the loudspeaker."""

import time
from typing import Final

from tests.desktop.processes import Program
from tests.desktop.screens import Screen
from tests.desktop.sound_servers import SoundServer

#: A flash and a beep further apart than this are not the same moment.
_FURTHEST: Final = 0.3
_LOOK_SECONDS: Final = 0.001


def measure(screen: Screen, server: SoundServer, place: tuple[int, int], program: Program) -> list[float]:
    """Return for each flash at a place of the screen how long after its beep it was seen, in seconds.

    Watches as long as the program runs. The camera looks about every millisecond.
    """
    flashes: list[float] = []
    with server.listen() as recording:
        before = True
        while program.running:
            white = int(screen.grab((*place, 4, 4)).min()) > 200
            now = time.monotonic()
            if white and not before:
                flashes.append(now)
            before = white
            time.sleep(_LOOK_SECONDS)
        beeps = recording.onsets(quiet_seconds=0.3)
    offsets = [min((flash - beep for beep in beeps), key=abs) for flash in flashes if beeps]
    return [offset for offset in offsets if abs(offset) < _FURTHEST]
