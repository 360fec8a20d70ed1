import numpy as np

from bithuman_app.performance.speech_motion import SpeechMotion, Spring


def gestures(levels, active, seed=0):
    motion = SpeechMotion(np.random.default_rng(seed))
    return [motion.step(float(a), float(level)) for level, a in zip(levels, active, strict=True)]


def stressed_speech(seconds=20):
    """A level with a stress of 10 dB twice a second."""
    time = np.arange(round(seconds * 25)) / 25
    return -28 + 10 * np.exp(-(((time % 0.8) - 0.4) ** 2) / 0.006)


def test_silence_moves_nothing():
    for gesture in gestures(np.full(500, -100), np.zeros(500)):
        assert (gesture.pitch, gesture.yaw, gesture.roll, gesture.brow_raise) == (0, 0, 0, 0)
        assert not gesture.phrase_ended


def test_the_head_nods_down_on_stressed_syllables():
    levels = stressed_speech()
    pitch = np.array([g.pitch for g in gestures(levels, np.ones(len(levels)))])
    nods = np.count_nonzero((pitch[1:-1] > pitch[:-2]) & (pitch[1:-1] >= pitch[2:]) & (pitch[1:-1] > 0.3))
    assert 10 <= nods <= 30
    assert pitch.max() < 2.5


def test_an_even_level_makes_no_nods():
    pitch = [g.pitch for g in gestures(np.full(500, -25), np.ones(500))]
    assert max(pitch) == 0


def test_strong_stresses_raise_the_brows_now_and_then_and_let_them_down():
    levels = stressed_speech(60)
    brows = np.array([g.brow_raise for g in gestures(levels, np.ones(len(levels)))])
    assert 0.15 < brows.max() < 0.5
    assert np.mean(brows < 0.03) > 0.3


def test_a_phrase_ends_once_when_speech_pauses():
    active = np.r_[np.zeros(20), np.ones(50), np.zeros(60), np.ones(50), np.zeros(60)]
    ends = [i for i, g in enumerate(gestures(np.full(240, -25), active)) if g.phrase_ended]
    assert len(ends) == 2
    assert 70 < ends[0] <= 76
    assert 180 < ends[1] <= 186


def test_a_short_sound_is_no_phrase():
    active = np.r_[np.zeros(20), np.ones(5), np.zeros(60)]
    assert not any(g.phrase_ended for g in gestures(np.full(85, -25), active))


def test_the_head_settles_down_after_a_phrase():
    active = np.r_[np.ones(50), np.zeros(75)]
    pitch = np.array([g.pitch for g in gestures(np.full(125, -25), active)])
    assert pitch[55:75].max() > 0.4
    assert abs(pitch[-1]) < 0.05


def test_engagement_holds_through_a_short_pause_and_ends_after_a_long_one():
    active = np.r_[np.ones(50), np.zeros(20), np.ones(25), np.zeros(75)]
    engaged = np.array([g.engaged for g in gestures(np.full(170, -25), active)])
    assert (engaged[10:95] == 1).all()
    assert engaged[-1] == 0
    assert np.abs(np.diff(engaged)).max() < 0.5


def test_a_struck_spring_peaks_at_the_impulse_and_comes_back():
    spring = Spring(0.2)
    spring.push(1.0)
    values = [spring.step(0.0) for _ in range(75)]
    assert 0.95 < max(values) <= 1.0
    assert abs(values[-1]) < 1e-3
