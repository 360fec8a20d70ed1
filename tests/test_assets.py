"""The shipped data files are what docs/assets.md says of them."""

import itertools
import json
import wave

import cv2
import numpy as np
import pytest

from bithuman_app.avatar.arkit import ARKIT_NAMES, INDEX
from bithuman_app.resources import asset

MEASURES = json.loads(asset("mouth", "mouth.json").read_text("utf-8"))
TABLE = np.load(asset("models", "arkit_deltas.npz"))


def read_mouth(name: str) -> np.ndarray:
    return cv2.imread(str(asset("mouth", name)), cv2.IMREAD_UNCHANGED)


def test_delta_table_has_the_arkit_shapes_in_apples_order() -> None:
    assert tuple(TABLE["names"]) == ARKIT_NAMES
    assert TABLE["delta"].shape == (52, 468, 3)


def test_left_and_right_shapes_mirror_each_other() -> None:
    left, right = (TABLE["delta"][INDEX["mouthSmile" + side]] for side in ("Left", "Right"))
    np.testing.assert_allclose(left[TABLE["mirror"]] * [-1, 1, 1], right, atol=1e-6)


def test_jaw_open_lowers_the_lower_lip_and_leaves_the_upper() -> None:
    upper, lower = TABLE["delta"][INDEX["jawOpen"], [13, 14], 1]
    assert abs(upper) < 0.02
    assert lower < -0.2


@pytest.mark.parametrize(("upper", "lower"), [(160, 144), (159, 145), (158, 153)])
def test_full_blink_brings_the_lids_together(upper: int, lower: int) -> None:
    height = TABLE["pos"][:, 1] + TABLE["delta"][INDEX["eyeBlinkRight"], :, 1]
    assert height[upper] <= height[lower]


@pytest.mark.parametrize("name", sorted(MEASURES))
def test_mouth_pictures_have_the_size_and_width_they_state(name: str) -> None:
    picture, stated = read_mouth(name), MEASURES[name]
    assert picture.shape == (stated["height"], stated["width"], 4)
    columns = np.flatnonzero((picture[..., 3] > 127).any(0))
    assert columns[-1] - columns[0] + 1 == stated["visible_width"]


@pytest.mark.parametrize("name", sorted(name for name in MEASURES if "teeth" in name))
def test_teeth_end_at_the_stated_edge(name: str) -> None:
    stated = MEASURES[name]
    x, y = (round(value) for value in stated["incisal_midpoint"])
    alpha = read_mouth(name)[..., 3]
    inwards = -1 if stated["gum_side"] == "top" else 1
    millimetre = stated["pixels_per_mm"]
    assert alpha[y + inwards * millimetre, x + 2 * millimetre] == 255
    assert alpha[y - inwards * millimetre, x] == 0


@pytest.mark.parametrize("jaw", ["upper", "lower"])
def test_the_three_sets_of_teeth_differ(jaw: str) -> None:
    sets = [read_mouth(f"{jaw}_teeth_{letter}.png")[..., 3] > 127 for letter in "abc"]
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.count_nonzero(sets[one] != sets[other]) > 1000


def test_speech_sample_is_about_ten_seconds_and_quiet_at_both_ends() -> None:
    with wave.open(str(asset("audio", "speech.wav"))) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (24000, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32768
    assert 9 < len(samples) / 24000 < 12
    assert np.abs(samples).max() == pytest.approx(10 ** (-3 / 20), abs=0.01)
    edge = int(0.28 * 24000)
    assert max(np.abs(samples[:edge]).max(), np.abs(samples[-edge:]).max()) < 0.01


def test_phoneme_times_run_forward_within_the_clip() -> None:
    speech = json.loads(asset("audio", "speech.json").read_text("utf-8"))
    times = [(sound["start"], sound["end"]) for sound in speech["phonemes"]]
    assert all(start < end for start, end in times)
    assert all(before[1] <= after[0] + 1e-6 for before, after in itertools.pairwise(times))
    assert 0 < times[0][0] < times[-1][1] < speech["seconds"]
