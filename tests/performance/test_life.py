import numpy as np
import pytest

from bithuman_app.performance.life import FRAME_SECONDS, Blinks, Breath, Gaze, SlowNoise

TEN_MINUTES = 15_000


def random(seed=1):
    return np.random.default_rng(seed)


@pytest.fixture(scope="module")
def lids():
    blinks = Blinks(random())
    return np.array([blinks.step() for _ in range(4 * TEN_MINUTES)])


def starts_of(lids):
    return np.flatnonzero((lids[1:] > 0) & (lids[:-1] == 0)) + 1


def test_blinks_come_as_often_as_in_people(lids):
    assert 10 < len(starts_of(lids)) / 40 < 22  # a minute


def test_most_intervals_between_blinks_last_two_to_seven_seconds(lids):
    seconds = np.diff(starts_of(lids)) * FRAME_SECONDS
    single = seconds[seconds > 1]
    assert np.mean((single > 2) & (single < 7)) > 0.85
    assert single.std() > 0.8


def test_about_one_blink_in_ten_is_double(lids):
    seconds = np.diff(starts_of(lids)) * FRAME_SECONDS
    assert 0.06 < np.mean(seconds < 0.6) < 0.14


def test_every_blink_shuts_the_lids_within_100_ms_and_opens_them_slower(lids):
    for start in starts_of(lids)[:-1]:
        blink = lids[start : start + 6]
        shut = int(blink.argmax())
        assert blink[shut] == 1
        assert (shut + 1) * FRAME_SECONDS <= 0.1
        assert (np.diff(blink[shut:]) < 0).all()
        assert len(blink) - shut > shut + 1


def test_lids_are_fully_open_between_blinks(lids):
    assert np.mean(lids == 0) > 0.9


def test_a_suggested_blink_comes_at_once_but_not_right_after_another():
    blinks = Blinks(random(3))
    for _ in range(40):
        blinks.step()
    blinks.suggest(1.0)
    assert blinks.step() > 0
    for _ in range(10):
        blinks.step()
    blinks.suggest(1.0)
    assert blinks.step() == 0


@pytest.fixture(scope="module")
def gazes():
    gaze = Gaze(random())
    return np.array([gaze.step(speaking=0.0) for _ in range(TEN_MINUTES)])


def test_gaze_stays_within_its_limits(gazes):
    assert np.abs(gazes[:, 0]).max() <= Gaze.LARGEST_X
    assert np.abs(gazes[:, 1]).max() <= Gaze.LARGEST_Y


def test_eyes_look_mostly_at_the_viewer_but_not_always(gazes):
    at_viewer = np.hypot(*gazes.T) < 0.1
    assert 0.6 < at_viewer.mean() < 0.95


def test_eyes_move_less_up_and_down_than_sideways(gazes):
    assert gazes[:, 1].std() < 0.6 * gazes[:, 0].std()


def test_a_saccade_is_over_within_two_frames(gazes):
    moving = np.abs(np.diff(gazes, axis=0)).max(1) > 0.06
    run, longest = 0, 0
    for moves in moving:
        run = run + 1 if moves else 0
        longest = max(longest, run)
    assert longest <= 2


def test_eyes_look_at_the_viewer_more_while_speaking(gazes):
    gaze = Gaze(random())
    speaking = np.array([gaze.step(speaking=1.0) for _ in range(TEN_MINUTES)])
    assert np.mean(np.hypot(*speaking.T) < 0.1) > np.mean(np.hypot(*gazes.T) < 0.1) + 0.05


def test_breath_goes_in_and_out_about_every_four_seconds():
    breath = Breath(random())
    chest = np.array([breath.step() for _ in range(TEN_MINUTES)])
    breaths = np.count_nonzero((chest[1:] >= 0.5) & (chest[:-1] < 0.5))
    assert breaths / 600 == pytest.approx(0.25, rel=0.1)
    assert 0 <= chest.min() < 0.02
    assert 0.98 < chest.max() <= 1


def test_breath_is_smooth():
    breath = Breath(random())
    chest = np.array([breath.step() for _ in range(2_000)])
    assert np.abs(np.diff(chest)).max() < 0.08


def test_slow_noise_has_unit_size_and_no_fast_part():
    noise = SlowNoise(random(), channels=3, hertz=0.16)
    values = np.array([noise.step() for _ in range(TEN_MINUTES)])
    assert values.std() == pytest.approx(0.85, abs=0.2)
    assert np.abs(values).max() <= SlowNoise.BOUND
    spectrum = np.abs(np.fft.rfft(values - values.mean(0), axis=0)) ** 2
    hertz = np.fft.rfftfreq(len(values), FRAME_SECONDS)
    assert spectrum[hertz > 1].sum() < 0.02 * spectrum.sum()


def test_slow_noise_starts_at_rest():
    assert np.abs(SlowNoise(random(), channels=5, hertz=0.16).step()).max() < 0.05
