"""A program for tests: keeps a loudspeaker and a microphone open and prints what becomes of them."""

import sys
import threading
import time
from typing import Any

from bithuman_app.desktop.audio_system import AudioSystem
from bithuman_app.desktop.line import Block, Line


def say(text: str) -> None:
    """Print a line, whole, though several threads do."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


class Direction:
    """One line whose blocks are counted."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._fresh = False

    def block(self, block: Block, frames: int, times: Any, status: Any) -> None:
        if self._fresh:
            self._fresh = False
            say(f"{self.name} runs")

    def changed(self, line: Line) -> None:
        self._fresh = line.connected
        say(f"{self.name} {'connected' if line.connected else 'lost'}")


def main() -> None:
    device = sys.argv[1] if len(sys.argv) > 1 else None
    audio = AudioSystem(notify=lambda text: say(f"notice: {text}"))
    output, input_ = Direction("output"), Direction("input")
    audio.output(output.block, device=device, on_change=output.changed)
    audio.input(input_.block, device=device, on_change=input_.changed)
    while True:
        # Somebody else's work, which must go on whatever the devices do.
        say(f"alive with {threading.active_count()} threads")
        time.sleep(0.1)


if __name__ == "__main__":
    main()
