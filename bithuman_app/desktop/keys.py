"""The keys of the window: what each is called, what it does, and the numbers that OpenCV has for it."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

ESCAPE: Final = 0x1B
#: X11's, which Qt's window gives on Linux; Windows' and macOS' windows have their own.
_F11: Final = (0xFFC8, 0x7A0000, 0xF70E)
_F1: Final = (0xFFBE, 0x700000, 0xF704)


class Action(Enum):
    """What a key makes the window do."""

    PLAY = "play"
    STOP = "stop"
    PAUSE = "pause"
    MUTE = "mute"
    LOUDER = "louder"
    QUIETER = "quieter"
    FULLSCREEN = "fullscreen"
    NEXT = "next"
    PREVIOUS = "previous"
    OPEN = "open"
    RECORD = "record"
    GESTURE = "gesture"
    SOUND = "sound"
    MICROPHONE = "microphone"
    DEBUG = "debug"
    HELP = "help"
    ESCAPE = "escape"
    QUIT = "quit"


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the help: the ``names`` of keys, their OpenCV ``codes``, what they do."""

    action: Action
    names: tuple[str, ...]
    codes: tuple[int, ...]
    help: str


def _letter(action: Action, letter: str, help: str) -> Key:
    return Key(action, (letter.upper(),), (ord(letter), ord(letter.upper())), help)


KEYS: Final = (
    Key(Action.PLAY, ("1",), (ord("1"),), "play from the start"),
    Key(Action.STOP, ("2",), (ord("2"),), "stop at once"),
    Key(Action.PAUSE, ("Space",), (ord(" "),), "pause, go on"),
    _letter(Action.MUTE, "m", "mute"),
    Key(Action.LOUDER, ("+",), (ord("+"), ord("=")), "louder"),
    Key(Action.QUIETER, ("-",), (ord("-"), ord("_")), "quieter"),
    _letter(Action.NEXT, "n", "next avatar"),
    _letter(Action.PREVIOUS, "p", "previous avatar"),
    _letter(Action.GESTURE, "g", "a gesture"),
    _letter(Action.OPEN, "o", "open a file"),
    _letter(Action.RECORD, "r", "record a video"),
    _letter(Action.MICROPHONE, "v", "speak with its mouth"),
    _letter(Action.SOUND, "s", "sound here or on the page"),
    Key(Action.FULLSCREEN, ("F", "F11"), (ord("f"), ord("F"), *_F11), "full screen"),
    _letter(Action.DEBUG, "d", "figures"),
    Key(Action.HELP, ("H", "?"), (ord("h"), ord("H"), ord("?"), *_F1), "this help"),
    Key(Action.ESCAPE, ("Esc",), (ESCAPE,), "leave full screen, or quit"),
    _letter(Action.QUIT, "q", "quit"),
)
_ACTIONS: Final = {code: key.action for key in KEYS for code in key.codes}


def action_of(code: int) -> Action | None:
    """Return what a key does, by the number that ``cv2.waitKeyEx`` gave; None for one without a meaning."""
    return _ACTIONS.get(code)
