"""What is being performed, for any number of views: pages, a window, a kiosk.

`stage.Stage` holds one live session and everything people ask of it: to speak (`speech` has the offline
voice), to play a file, to follow a microphone (`puppet`), to be somebody else (`wardrobe`). `view.StageView`
is how a page or a window pulls it, tick by tick: the picture, the sound, the words that begin (`subtitles`)
and what the avatar is doing (`state`). A `listener.Listener` is told what changes.
"""

from .listener import Listener
from .stage import Stage
from .state import State
from .subtitles import Passage, Word, read_words
from .view import StageTick, StageView
from .wardrobe import Wardrobe

__all__ = [
    "Listener",
    "Passage",
    "Stage",
    "StageTick",
    "StageView",
    "State",
    "Wardrobe",
    "Word",
    "read_words",
]
