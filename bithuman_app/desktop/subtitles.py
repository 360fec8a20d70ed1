"""The line of words under the picture."""

from collections.abc import Iterable
from typing import Final

#: As on the page: a line begins anew before it gets longer than this, and goes when nothing more is said.
_LONGEST_LINE: Final = 84
_GONE_AFTER_SECONDS: Final = 2.5


class SubtitleLine:
    """Words as they are heard."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._utterance: tuple[int, int | None] | None = None
        self._last_word = 0.0

    def add(self, utterance: tuple[int, int | None], words: Iterable[str], now: float) -> None:
        """Append words of an utterance; another utterance is another line. ``now`` in seconds."""
        for word in words:
            if utterance != self._utterance or len(self.text) + 1 + len(word) > _LONGEST_LINE:
                self._words.clear()
            self._utterance = utterance
            self._words.append(word)
            self._last_word = now

    def clear(self) -> None:
        """Show nothing."""
        self._words.clear()

    def at(self, now: float) -> str:
        """Return the line as it is to be shown at a time."""
        if now - self._last_word > _GONE_AFTER_SECONDS:
            self._words.clear()
        return self.text

    @property
    def text(self) -> str:
        """Return the words."""
        return " ".join(self._words)
