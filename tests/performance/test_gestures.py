import numpy as np
import pytest

from bithuman_app.avatar.arkit import ARKIT_NAMES
from bithuman_app.avatar.pose import FacePose
from bithuman_app.performance.gestures import _TABLE, GESTURES, GesturePlayer
from bithuman_app.performance.overlay import EXTRA_NAMES, add

NAMES = (*ARKIT_NAMES, *EXTRA_NAMES)


def play(player, frames=400):
    """Return what each frame adds, (frames, 59), zero where nothing plays."""
    steps = [player.step() for _ in range(frames)]
    return np.array([np.zeros(len(NAMES)) if step is None else step.values for step in steps])


def played_alone(name, seed=0):
    player = GesturePlayer(seed)
    player.play(name)
    return play(player, 120)


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_begins_and_ends_at_rest_and_moves_smoothly(name):
    added = played_alone(name)
    assert np.abs(added).max() > 0.3
    assert not added[_TABLE[name].frames :].any()
    padded = np.vstack([np.zeros(len(NAMES)), added])
    angles = [NAMES.index(axis) for axis in ("yaw", "pitch", "roll")]
    assert np.abs(np.diff(padded[:, angles], axis=0)).max() < 2.2  # degrees a frame
    assert np.abs(np.diff(np.delete(padded, angles, 1), axis=0)).max() < 0.55


@pytest.mark.parametrize("name", GESTURES)
def test_a_gesture_lasts_no_longer_than_four_seconds(name):
    assert _TABLE[name].frames <= 100


@pytest.mark.parametrize(
    ("name", "moved", "at_least"),
    [
        ("nod", "pitch", 4),
        ("shake", "yaw", 4),
        ("tilt", "roll", 4),
        ("smile", "mouthSmileLeft", 0.4),
        ("laugh", "jawOpen", 0.2),
        ("surprise", "eyeWideRight", 0.6),
        ("wink", "eyeBlinkLeft", 0.85),
        ("look_around", "gaze_x", 0.4),
        ("greet", "mouthSmileRight", 0.4),
    ],
)
def test_a_gesture_does_what_it_is_called(name, moved, at_least):
    assert np.abs(played_alone(name)[:, NAMES.index(moved)]).max() > at_least


def test_a_wink_shuts_one_eye():
    assert not played_alone("wink")[:, NAMES.index("eyeBlinkRight")].any()


def test_gestures_play_one_after_the_other():
    player = GesturePlayer()
    for name in ("nod", "surprise", "nod"):
        assert player.play(name)
    names = []
    for _ in range(200):
        player.step()
        if player.playing and (not names or names[-1] != player.playing):
            names.append(player.playing)
    assert names == ["nod", "surprise", "nod"]


def test_the_same_gesture_is_not_played_twice_in_a_row():
    player = GesturePlayer()
    assert player.play("nod")
    player.step()
    assert not player.play("nod")
    play(player)
    assert player.play("nod")


def test_a_forced_gesture_goes_first():
    player = GesturePlayer()
    player.play("nod")
    player.step()
    player.play("tilt")
    assert player.play("nod", force=True)
    play(player, _TABLE["nod"].frames + player.PAUSE_FRAMES)
    assert player.playing == "nod"


def test_no_more_than_four_gestures_wait():
    player = GesturePlayer()
    names = ["nod", "shake", "tilt", "smile", "laugh", "wink"]
    assert [player.play(name) for name in names] == [True] * 4 + [False] * 2
    for _ in range(100):
        player.play("nod", force=True)
    waited = 0
    while np.any(play(player, 150)):
        waited += 1
    assert waited <= 4


def test_the_same_seed_gives_the_same_gestures_and_another_others():
    np.testing.assert_array_equal(played_alone("shake", 1), played_alone("shake", 1))
    assert (played_alone("shake", 1) != played_alone("shake", 2)).any()


def test_sided_gestures_go_to_either_side():
    signs = {np.sign(played_alone("tilt", seed)[10, NAMES.index("roll")]) for seed in range(10)}
    assert signs == {-1, 1}


def test_an_unknown_gesture_is_refused():
    with pytest.raises(ValueError, match="no such gesture: 'fly'; there are nod,"):
        GesturePlayer().play("fly")


def test_a_face_without_a_gesture_is_untouched():
    pose = FacePose()
    assert add(pose, GesturePlayer().step()) is pose
