"""``VideoControl``: which gestures and emotions a session is asked for."""

import json
import logging
from typing import Any

import pytest

from bithuman_app.performance.gestures import GESTURES
from bithuman_app.sdk._gestures import NEAREST_GESTURE, GestureDirector
from bithuman_app.sdk.config import Settings
from bithuman_app.sdk.models import Emotion, EmotionPrediction, VideoControl
from bithuman_app.sdk.video_graph import KeywordTrigger


class RecordingSession:
    """Writes down what it is asked for."""

    def __init__(self) -> None:
        self.gestures: list[str] = []
        self.emotions: list[tuple[str, float]] = []
        self.speaking = False

    def play_gesture(self, name: str, *, force: bool = False) -> bool:
        self.gestures.append(name)
        return True

    def set_emotion(self, name: str, strength: float = 1.0) -> None:
        self.emotions.append((name, strength))


@pytest.fixture
def session() -> Any:
    return RecordingSession()


def director(**settings: Any) -> GestureDirector:
    return GestureDirector(Settings(_env_file=None, **settings))  # type: ignore[call-arg]


@pytest.mark.parametrize("name", NEAREST_GESTURE)
def test_every_gesture_of_bithumans_has_a_nearest_one(name: str, session: Any) -> None:
    director().direct(VideoControl(action=name), session)

    assert session.gestures == [NEAREST_GESTURE[name]]
    assert session.gestures[0] in GESTURES


@pytest.mark.parametrize("name", GESTURES)
def test_our_own_names_work_too(name: str, session: Any) -> None:
    director().direct(VideoControl(action=name), session)

    assert session.gestures == [name]


def test_several_gestures_are_played_in_order(session: Any) -> None:
    director().direct(VideoControl(action=["laugh_react", "nod"]), session)

    assert session.gestures == ["laugh", "nod"]


def test_an_unknown_gesture_is_ignored_with_one_log_line(session: Any, caplog: Any) -> None:
    one = director()
    with caplog.at_level(logging.WARNING):
        for _again in range(3):
            one.direct(VideoControl(action=["backflip", "nod"]), session)
            one.end_utterance()

    assert session.gestures == ["nod"] * 3
    assert [record.getMessage() for record in caplog.records] == [
        "the avatar knows no gesture 'backflip'; it is ignored"
    ]


def test_the_same_gesture_is_not_played_twice_until_speech_ends(session: Any) -> None:
    one = director()
    one.direct(VideoControl(action="nod"), session)
    one.direct(VideoControl(action="nod"), session)
    one.end_utterance()
    one.direct(VideoControl(action="nod"), session)

    assert session.gestures == ["nod", "nod"]


def test_an_utterance_has_one_gesture_at_most(session: Any) -> None:
    one = director()
    session.speaking = True
    one.direct(VideoControl(action="nod"), session)
    one.direct(VideoControl(action="laugh"), session)

    assert session.gestures == ["nod"]


def test_a_forced_gesture_is_played_all_the_same(session: Any) -> None:
    one = director()
    session.speaking = True
    for action in ("nod", "nod", "laugh"):
        one.direct(VideoControl(action=action, force_action=True), session)

    assert session.gestures == ["nod", "nod", "laugh"]


def test_the_strongest_emotion_is_shown(session: Any) -> None:
    predictions = [EmotionPrediction(Emotion.ANGER, 0.2), EmotionPrediction(Emotion.JOY, 0.7)]

    director().direct(VideoControl(emotion_preds=predictions), session)

    assert session.emotions == [("joy", 0.7)]


def test_a_faint_emotion_is_not_shown(session: Any) -> None:
    director().direct(VideoControl(emotion_preds=[EmotionPrediction(Emotion.JOY, 0.05)]), session)

    assert session.emotions == []


def test_words_trigger_gestures(session: Any) -> None:
    one = director(KEYWORD_ACTIONS={"hello": "mini_wave_hello"})

    one.direct(VideoControl(text="Well, Hello there!"), session)

    assert session.gestures == ["greet"]


def test_a_word_within_another_does_not_trigger(session: Any) -> None:
    director(KEYWORD_ACTIONS={"hi": "nod"}).direct(VideoControl(text="this thing"), session)

    assert session.gestures == []


def test_bithumans_keyword_triggers_are_read(session: Any) -> None:
    triggers = [
        {"keywords": ["bye"], "trigger_source": "user", "trigger_data": {"actions": ["shake"]}},
        {"keywords": ["bye"], "trigger_source": "agent", "trigger_data": {"actions": ["nod", "smile"]}},
    ]
    one = director(KEYWORD_VIDEO_TRIGGERS_JSON=json.dumps(triggers))

    one.direct(VideoControl(text="bye"), session)

    assert session.gestures == ["nod", "smile"]


def test_keyword_triggers_can_be_turned_off(session: Any) -> None:
    one = director(KEYWORD_ACTIONS={"hello": "nod"}, KEYWORD_VIDEO_TRIGGERS_ENABLED=False)

    one.direct(VideoControl(text="hello"), session)

    assert session.gestures == []


@pytest.mark.parametrize(
    "text", ["{", "{}", '[{"keywords": "bye", "trigger_data": {}}]', "[1]", '[{"keywords": ["a"]}]']
)
def test_triggers_that_cannot_be_read_are_logged_and_left_out(text: str, session: Any, caplog: Any) -> None:
    director(KEYWORD_VIDEO_TRIGGERS_JSON=text).direct(VideoControl(text="bye"), session)

    assert session.gestures == []
    assert "KEYWORD_VIDEO_TRIGGERS_JSON is ignored" in caplog.text


@pytest.mark.parametrize(
    ("source", "asked", "fires"),
    [("user", "agent", False), ("agent", "agent", True), ("both", "user", True), ("user", "both", True)],
)
def test_a_trigger_minds_who_speaks(source: str, asked: Any, fires: bool) -> None:
    text = json.dumps([{"keywords": ["a"], "trigger_source": source, "trigger_data": {"actions": "nod"}}])

    (trigger,) = KeywordTrigger.from_json(text)

    assert (trigger.check_trigger("a", asked) is not None) == fires
