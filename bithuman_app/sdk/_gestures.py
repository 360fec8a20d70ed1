"""From ``VideoControl`` to the gestures and emotions of a session."""

import logging
from collections.abc import Iterable
from typing import Final

from ..performance.emotions import EMOTIONS
from ..performance.gestures import GESTURES
from ..session import Session
from .config import Settings
from .models import EmotionPrediction, VideoControl
from .video_graph import KeywordTrigger, TriggerData

GREETING: Final = "greet"
#: The gestures that bitHuman generates for its avatars, and the nearest that every face can do.
NEAREST_GESTURE: Final = {
    "mini_wave_hello": GREETING,
    "talk_head_nod_subtle": "nod",
    "laugh_react": "laugh",
    "idle_subtle": "look_around",
    "blow_kiss_heart": "wink",
    "heart_hands": "smile",
    "clap_cheer": "laugh",
    "thumbs_up_pulse": "nod",
    "celebration_jump": "surprise",
}
#: A fainter emotion leaves the face as it is.
EMOTION_THRESHOLD: Final = 0.1

_log = logging.getLogger(__name__)


class GestureDirector:
    """Decides which gestures of the controls are played.

    A gesture that was asked for last is not played again until the end of speech; while something is
    being said one gesture is played at most, unless it is forced. Unknown names are ignored and
    logged once each.
    """

    def __init__(self, settings: Settings) -> None:
        """``settings`` say which words trigger gestures."""
        self._last: tuple[tuple[str, ...], str | None] | None = None
        self._played_in_utterance = False
        self._unknown: set[str] = set()
        self._triggers = _triggers(settings)

    def direct(self, control: VideoControl, session: Session) -> None:
        """Play what a control asks for, and what its text triggers."""
        triggered = self._triggered(control.text)
        actions, target = control.action, control.target_video
        if not actions and triggered is not None:
            actions, target = triggered.actions, triggered.target_video
        if actions:
            self._play(_names(actions), target, control.force_action, session)
        if control.emotion_preds:
            _feel(control.emotion_preds, session)

    def end_utterance(self) -> None:
        """Let gestures be played again: speech has ended or was interrupted."""
        self._last = None
        self._played_in_utterance = False

    def _play(self, names: tuple[str, ...], target: str | None, force: bool, session: Session) -> None:
        known = [gesture for name in names if (gesture := self._gesture(name))]
        if not known or (not force and (self._last == (names, target) or self._played_in_utterance)):
            return
        self._last = (names, target)
        self._played_in_utterance = session.speaking
        # A forced gesture goes to the front of the queue, so the first of several is put there last.
        for gesture in reversed(known) if force else known:
            session.play_gesture(gesture, force=force)

    def _gesture(self, name: str) -> str | None:
        gesture = NEAREST_GESTURE.get(name, name)
        if gesture in GESTURES:
            return gesture
        if name not in self._unknown:
            self._unknown.add(name)
            _log.warning("the avatar knows no gesture %r; it is ignored", name)
        return None

    def _triggered(self, text: str | None) -> TriggerData | None:
        if not text:
            return None
        found = (trigger.check_trigger(text, "agent") for trigger in self._triggers)
        return next((data for data in found if data is not None), None)


def _names(actions: str | Iterable[str]) -> tuple[str, ...]:
    return (actions,) if isinstance(actions, str) else tuple(actions)


def _feel(predictions: Iterable[EmotionPrediction], session: Session) -> None:
    strongest = max(predictions, key=lambda prediction: prediction.score)
    name = strongest.emotion.value if hasattr(strongest.emotion, "value") else str(strongest.emotion)
    if strongest.score >= EMOTION_THRESHOLD and name in EMOTIONS:
        session.set_emotion(name, min(1.0, strongest.score))


def _triggers(settings: Settings) -> list[KeywordTrigger]:
    """Return what the settings say; triggers that cannot be read are logged and left out."""
    if not settings.KEYWORD_VIDEO_TRIGGERS_ENABLED:
        return []
    triggers = [
        KeywordTrigger([word], TriggerData(actions=action))
        for word, action in settings.KEYWORD_ACTIONS.items()
    ]
    try:
        triggers += KeywordTrigger.from_json(settings.KEYWORD_VIDEO_TRIGGERS_JSON)
    except ValueError as error:
        _log.warning("KEYWORD_VIDEO_TRIGGERS_JSON is ignored: %s", error)
    return triggers
