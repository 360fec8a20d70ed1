"""Who wants to know what changes on a stage."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .stage import Stage


class Listener:
    """Base of those who are told; each method does nothing by itself.

    They are called by the thread that causes the change, which waits: return quickly, and do not ask the
    stage for another change from here.
    """

    def avatar_changed(self, stage: "Stage") -> None:
        """Note that another avatar has come; the size of the pictures may be another."""

    def speech_began(self, stage: "Stage", text: str) -> None:
        """Note that something is going to be said: its text, or the name of the recording."""

    def sound_came(self, stage: "Stage") -> None:
        """Note that sound was pushed, which waits until a view pulls."""

    def interrupted(self, stage: "Stage") -> None:
        """Note that it fell silent at once."""

    def options_changed(self, stage: "Stage") -> None:
        """Note that the voice, the place of the sound or the hand in the puppet is another."""
