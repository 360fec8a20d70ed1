"""Gestures and moods of a live session."""

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.avatar.model import Avatar
from bithuman_app.session import Session
from tests.session.live import jaw, numbers, take, take_utterance

Speech = NDArray[np.float32]
SMILE = INDEX["mouthSmileLeft"]
PITCH = 53


def test_a_gesture_plays_while_idle(avatar: Avatar) -> None:
    session = Session(avatar)
    still = numbers(take(Session(avatar).view(), 40))
    session.play_gesture("nod")
    moved = numbers(take(session.view(), 40))
    assert np.degrees(moved[:, PITCH] - still[:, PITCH]).max() > 3
    np.testing.assert_array_equal(moved[30:], still[30:])


def test_a_gesture_adds_to_speech_and_leaves_the_mouth_to_it(avatar: Avatar, speech: Speech) -> None:
    performances = []
    for gesture in (None, "nod"):
        session = Session(avatar)
        if gesture:
            session.play_gesture(gesture)
        session.push(speech, end=True)
        performances.append(take_utterance(session.view()))
    plain, nodding = performances
    assert np.degrees(numbers(nodding)[:, PITCH] - numbers(plain)[:, PITCH]).max() > 2.5
    assert [jaw(tick) for tick in nodding] == [jaw(tick) for tick in plain]


def test_a_gesture_repeated_at_once_plays_once(avatar: Avatar) -> None:
    session = Session(avatar)
    assert [session.play_gesture("laugh") for _ in range(3)] == [True, False, False]


def test_an_interrupt_drops_the_gestures_that_wait(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    session.play_gesture("nod")
    session.play_gesture("laugh")
    take(view, 5)
    session.interrupt()
    assert max(jaw(tick) for tick in take(view, 100)) == 0


def test_an_emotion_bends_the_resting_face_and_fades(avatar: Avatar) -> None:
    session = Session(avatar)
    session.set_emotion("joy", seconds=2.0)
    smile = numbers(take(session.view(), 150))[:, SMILE]
    assert smile[0] < 0.05
    assert 0.3 < smile[49] < 0.4
    assert smile[-1] == 0
    assert np.abs(np.diff(smile)).max() < 0.04


def test_a_smile_is_painted(avatar: Avatar) -> None:
    session = Session(avatar)
    view = session.view()
    before = view.next().image().astype(int)
    session.set_emotion("joy")
    after = take(view, 40)[-1].image().astype(int)
    mouth = np.s_[150:190, 90:170]
    assert np.abs(after[mouth] - before[mouth]).max() > 30


@pytest.mark.parametrize("call", [Session.play_gesture, Session.set_emotion])
def test_an_unknown_name_is_refused(avatar: Avatar, call: object) -> None:
    with pytest.raises(ValueError, match="no such"):
        call(Session(avatar), "levitate")  # type: ignore[operator]
