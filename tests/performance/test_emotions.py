import numpy as np
import pytest

from bithuman_app.performance.emotions import _TABLE, EMOTIONS, Mood


def steps(mood, frames):
    return [mood.step() for _ in range(frames)]


def test_a_mood_starts_neutral():
    assert steps(Mood(), 3) == [None] * 3


@pytest.mark.parametrize("name", [name for name in EMOTIONS if name != "neutral"])
def test_an_emotion_fades_in_and_is_held(name):
    mood = Mood()
    mood.set(name)
    shown = steps(mood, 100)
    values = np.array([overlay.values for overlay in shown])
    assert np.abs(values[0]).max() < 0.05
    np.testing.assert_allclose(values[-1], _TABLE[name].values, atol=1e-3)
    assert np.abs(values[-1][:52]).max() < 0.65  # it bends the face, it does not take over


def test_an_emotion_fades_out_to_exactly_nothing():
    mood = Mood()
    mood.set("anger", seconds=1.0)
    shown = steps(mood, 150)
    assert shown[25] is not None
    assert shown[-1] is None


def test_neutral_lets_go():
    mood = Mood()
    mood.set("sadness")
    steps(mood, 50)
    mood.set("neutral")
    assert steps(mood, 120)[-1] is None


def test_one_emotion_turns_into_another_without_a_jump():
    mood = Mood()
    mood.set("joy")
    before = steps(mood, 50)[-1].values
    mood.set("surprise")
    after = mood.step().values
    assert np.abs(after - before)[:52].max() < 0.05


def test_strength_scales_an_emotion():
    mood = Mood()
    mood.set("joy", 0.5)
    np.testing.assert_allclose(steps(mood, 100)[-1].values, 0.5 * _TABLE["joy"].values, atol=1e-3)


@pytest.mark.parametrize(
    ("name", "strength", "seconds"),
    [
        ("glee", 1, None),
        ("joy", 2, None),
        ("joy", float("nan"), None),
        ("joy", 1, -1),
        ("joy", 1, float("inf")),
    ],
)
def test_what_makes_no_sense_is_refused(name, strength, seconds):
    with pytest.raises(ValueError):
        Mood().set(name, strength, seconds)
