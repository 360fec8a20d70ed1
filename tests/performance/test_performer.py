import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.lipsync import articulate, loudness
from bithuman_app.lipsync.curves import Curves
from bithuman_app.media.audio import read_audio
from bithuman_app.performance import STYLES, Performer
from bithuman_app.resources import asset

SPEECH = read_audio(asset("audio", "speech.wav"))
CURVES = articulate(SPEECH)
LOUDNESS = loudness(SPEECH)
FRAMES = len(CURVES)
MOUTH = [i for name, i in INDEX.items() if name.startswith(("mouth", "jaw", "tongue"))]


def part(start, stop):
    return Curves(CURVES.articulation[start:stop], CURVES.visemes[start:stop]), LOUDNESS[start:stop]


def numbers(poses):
    return np.array(
        [
            [
                *p.coefficients,
                p.head.yaw,
                p.head.pitch,
                p.head.roll,
                p.head.x,
                p.head.y,
                p.breath,
                p.tongue,
                p.speech,
            ]
            for p in poses
        ]
    )


def silent(frames):
    visemes = np.zeros((frames, 15), np.float32)
    visemes[:, 0] = 1
    return Curves(np.zeros((frames, 7), np.float32), visemes), np.full(frames, -100, np.float32)


WHOLE = numbers(Performer(seed=4).perform(CURVES, LOUDNESS))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, FRAMES), max_size=8).map(sorted))
def test_poses_do_not_depend_on_how_many_are_asked_for_at_once(cuts):
    performer = Performer(seed=4)
    edges = [0, *cuts, FRAMES]
    poses = [pose for a, b in itertools.pairwise(edges) for pose in performer.perform(*part(a, b))]
    np.testing.assert_array_equal(numbers(poses), WHOLE)


def test_the_same_seed_gives_the_same_performance():
    np.testing.assert_array_equal(numbers(Performer(seed=4).perform(CURVES, LOUDNESS)), WHOLE)


def test_another_seed_gives_another_head_but_the_same_mouth():
    other = numbers(Performer(seed=5).perform(CURVES, LOUDNESS))
    np.testing.assert_array_equal(other[:, MOUTH], WHOLE[:, MOUTH])
    assert np.abs(other[:, 52:55] - WHOLE[:, 52:55]).max() > 0.005


def test_idling_is_performing_silence():
    performed = Performer(seed=1).perform(*silent(200))
    np.testing.assert_array_equal(numbers(Performer(seed=1).idle(200)), numbers(performed))


def test_the_first_frame_is_nearly_the_picture():
    pose = Performer(seed=0).idle(1)[0]
    assert pose.coefficients.max() < 0.01
    assert abs(pose.head.yaw) < 0.002
    assert (pose.breath, pose.tongue, pose.speech) == (0, 0, 0)


def test_a_silent_mouth_is_exactly_still():
    poses = numbers(Performer(seed=2).idle(1_500))
    assert not poses[:, MOUTH].any()
    assert not poses[:, 58:].any()


def test_an_idle_face_lives_calmly():
    poses = numbers(Performer(seed=2).idle(3_000))
    degrees = np.degrees(poses[:, 52:55])
    assert (degrees.std(0) > 0.2).all()
    assert (np.abs(degrees).max(0) < 3.5).all()
    assert np.abs(np.diff(degrees, axis=0)).max() < 0.3
    assert poses[:, INDEX["eyeBlinkLeft"]].max() == 1
    assert 0 < poses[:, INDEX["browInnerUp"]].max() < 0.1


def test_the_head_moves_more_while_speaking():
    speech = np.tile(LOUDNESS, 6)
    curves = Curves(np.tile(CURVES.articulation, (6, 1)), np.tile(CURVES.visemes, (6, 1)))
    talking = numbers(Performer(seed=3).perform(curves, speech))[:, 52:55]
    idle = numbers(Performer(seed=3).idle(len(speech)))[:, 52:55]
    assert np.abs(np.diff(talking, axis=0)).mean() > 1.3 * np.abs(np.diff(idle, axis=0)).mean()
    assert np.degrees(np.abs(talking)).max() < 6.1


def test_eyes_counter_the_head_so_that_gaze_holds():
    poses = numbers(Performer(seed=6).idle(3_000))
    gaze = poses[:, INDEX["eyeLookOutLeft"]] - poses[:, INDEX["eyeLookInLeft"]]
    yaw = poses[:, 52]
    calm = np.abs(gaze) < 0.15
    assert np.corrcoef(gaze[calm], yaw[calm])[0, 1] < -0.5


def test_both_eyes_look_the_same_way():
    poses = numbers(Performer(seed=6).idle(1_000))
    np.testing.assert_array_equal(poses[:, INDEX["eyeLookOutLeft"]], poses[:, INDEX["eyeLookInRight"]])
    np.testing.assert_array_equal(poses[:, INDEX["eyeLookDownLeft"]], poses[:, INDEX["eyeLookDownRight"]])
    assert not (poses[:, INDEX["eyeLookOutLeft"]] * poses[:, INDEX["eyeLookInLeft"]]).any()


def test_all_coefficients_stay_within_zero_and_one():
    assert WHOLE[:, :52].min() >= 0
    assert WHOLE[:, :52].max() <= 1


def test_normal_speech_opens_the_jaw_by_about_half_at_most():
    jaw = WHOLE[:, INDEX["jawOpen"]]
    assert 0.4 < np.percentile(jaw, 98) < 0.65


def test_a_face_engages_in_speech_and_lets_go_afterwards():
    performer = Performer()
    performer.perform(CURVES, LOUDNESS)
    assert WHOLE[FRAMES // 2, 59] == 1
    assert performer.idle(100)[-1].speech == 0


@pytest.mark.parametrize("style", STYLES)
def test_every_style_performs(style):
    poses = Performer(style=style).perform(CURVES, LOUDNESS)
    assert len(poses) == FRAMES
    assert max(p.coefficients.max() for p in poses) <= 1


def test_an_unknown_style_is_refused():
    with pytest.raises(ValueError, match="style must be one of"):
        Performer(style="robot")


def test_loudness_of_another_length_is_refused():
    with pytest.raises(ValueError, match="frames of curves"):
        Performer().perform(CURVES, LOUDNESS[:-1])
