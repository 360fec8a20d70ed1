"""Sound in, pictures and sound out, on one clock.

`Session` is the live one: any thread pushes sound, any number of views pull ticks. `offline.perform` makes
every frame of a whole recording. Both share what lies between:

1. `pcm` and `sound_queue` keep what was pushed, raw and bounded;
2. `intake` makes 16 kHz mono of it, 40 ms at a time, and keeps the original beside it;
3. `speech` listens to that: frames of what the mouth does, with their sound; where phonemes are known,
   the lips follow them;
4. `character` performs them, and silence, gestures and moods, as face poses;
5. `timeline` puts speech and silence in order, one moment after the other;
6. `broadcast` hands the moments to views, each at its own pace;
7. `painter` makes pictures of poses, when a `tick` is looked at.
"""

from ..performance.emotions import EMOTIONS
from ..performance.gestures import GESTURES
from .errors import InputFullError, SessionClosedError
from .pcm import Pcm
from .session import Session
from .tick import Tick
from .view import Follower, View

__all__ = [
    "EMOTIONS",
    "GESTURES",
    "Follower",
    "InputFullError",
    "Pcm",
    "Session",
    "SessionClosedError",
    "Tick",
    "View",
]
