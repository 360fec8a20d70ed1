import math

import numpy as np
import pytest

from bithuman_app.avatar.arkit import INDEX, coefficients
from bithuman_app.avatar.pose import FacePose, HeadPose
from bithuman_app.performance.overlay import LIMIT_DEGREES, Overlay, add


def pose(speech=0.0, head=None, **named):
    return FacePose(coefficients(named), head or HeadPose(), breath=0.3, tongue=0.2, speech=speech)


def value(result, name):
    return float(result.coefficients[INDEX[name]])


def test_head_angles_add_up():
    result = add(pose(head=HeadPose(pitch=0.02)), Overlay.named(pitch=3.0))
    assert result.head.pitch == pytest.approx(0.02 + math.radians(3))


def test_a_head_is_not_turned_too_far():
    result = add(pose(head=HeadPose(yaw=0.1)), Overlay.named(yaw=40.0, x=1.0))
    assert math.degrees(result.head.yaw) == pytest.approx(LIMIT_DEGREES)
    assert result.head.x == pytest.approx(0.06)


def test_the_eyes_stay_on_the_viewer_while_the_head_turns():
    result = add(pose(), Overlay.named(yaw=6.0))
    assert value(result, "eyeLookInLeft") == value(result, "eyeLookOutRight") == pytest.approx(0.2)


def test_gaze_adds_to_where_the_eyes_look():
    result = add(pose(eyeLookOutLeft=0.1, eyeLookInRight=0.1), Overlay.named(gaze_x=-0.3))
    assert value(result, "eyeLookInLeft") == pytest.approx(0.2)
    assert value(result, "eyeLookOutLeft") == 0


def test_speech_keeps_its_mouth():
    overlay = Overlay.named(jawOpen=0.4, mouthPress=0.4)
    silent, speaking = add(pose(), overlay), add(pose(speech=1.0, jawOpen=0.2), overlay)
    assert value(silent, "jawOpen") == pytest.approx(0.4)
    assert value(speaking, "jawOpen") == pytest.approx(0.26)
    assert value(speaking, "mouthPressLeft") == pytest.approx(0.06)


def test_a_smile_gives_way_to_rounded_lips():
    overlay = Overlay.named(mouthSmile=0.5)
    spread, rounded = add(pose(), overlay), add(pose(mouthPucker=1.0), overlay)
    assert value(spread, "mouthSmileLeft") == pytest.approx(0.5)
    assert value(rounded, "mouthSmileLeft") == pytest.approx(0.1)


def test_the_further_closed_lid_wins():
    result = add(pose(eyeBlink=0.6), Overlay.named(eyeBlinkLeft=0.9, eyeBlinkRight=0.2))
    assert value(result, "eyeBlinkLeft") == pytest.approx(0.9)
    assert value(result, "eyeBlinkRight") == pytest.approx(0.6)


def test_wide_eyes_blink_fully():
    result = add(pose(eyeBlink=1.0), Overlay.named(eyeWide=0.8, eyeSquint=0.5))
    assert value(result, "eyeWideLeft") == value(result, "eyeSquintRight") == 0


def test_everything_stays_within_zero_and_one():
    result = add(pose(mouthSmile=0.9, browInnerUp=0.1), Overlay.named(mouthSmile=0.9, browInnerUp=-0.5))
    assert 0 <= result.coefficients.min() <= result.coefficients.max() <= 1
    assert result.coefficients.dtype == np.float32


def test_breath_tongue_and_engagement_are_the_speakers():
    result = add(pose(speech=0.7), Overlay.named(roll=2.0))
    assert (result.breath, result.tongue, result.speech) == (0.3, 0.2, 0.7)
