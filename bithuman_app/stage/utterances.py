"""What is being said, and for whose ears."""

import threading
from collections import deque
from typing import Final

from .subtitles import UtteranceKey

#: How many of the microphone's utterances are remembered; views are at most seconds behind.
_MOST_MUTED: Final = 64


class Utterances:
    """Which utterances are speech of the avatar's own that has not ended, and which nobody is to hear.

    Any thread may call.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._saying: set[UtteranceKey] = set()
        self._muted: deque[UtteranceKey] = deque(maxlen=_MOST_MUTED)

    @property
    def saying(self) -> bool:
        """Return whether something is being said or waits to be."""
        with self._lock:
            return bool(self._saying)

    def say(self, utterance: UtteranceKey) -> None:
        """Note an utterance that is to be said."""
        with self._lock:
            self._saying.add(utterance)

    def mute(self, utterance: UtteranceKey) -> None:
        """Note an utterance that moves the mouth only."""
        with self._lock:
            if utterance not in self._muted:
                self._muted.append(utterance)

    def is_audible(self, utterance: UtteranceKey) -> bool:
        """Return whether an utterance is to be heard."""
        with self._lock:
            return utterance not in self._muted

    def end(self, utterance: UtteranceKey) -> None:
        """Note that an utterance has been said."""
        with self._lock:
            self._saying.discard(utterance)

    def clear(self) -> None:
        """Note that nothing is being said any more."""
        with self._lock:
            self._saying.clear()
