"""What an avatar is doing, as people see it."""

from enum import IntEnum


class State(IntEnum):
    """What the avatar is doing."""

    IDLE = 0
    LISTENING = 1
    THINKING = 2
    SPEAKING = 3
