import numpy as np
import pytest

from bithuman_app.avatar.arkit import INDEX
from bithuman_app.lipsync.curves import ARTICULATION_NAMES, VISEME_NAMES
from bithuman_app.performance import VISEME_POSES
from bithuman_app.performance.articulation import mouth


def curves(viseme="sil", **values):
    articulation = np.zeros(len(ARTICULATION_NAMES), np.float32)
    for name, value in values.items():
        articulation[ARTICULATION_NAMES.index(name)] = value
    return articulation, np.eye(len(VISEME_NAMES), dtype=np.float32)[VISEME_NAMES.index(viseme)]


def coefficient(name, viseme="aa", **values):
    return mouth(*curves(viseme, **values))[0][INDEX[name]]


VOWELS = {
    "aa": {"opening": 0.9, "jaw": 0.9},
    "E": {"opening": 0.55, "jaw": 0.5, "width": 0.5},
    "I": {"opening": 0.35, "jaw": 0.3, "width": 0.8},
    "O": {"opening": 0.5, "jaw": 0.5, "rounding": 0.6, "width": -0.6},
    "U": {"opening": 0.15, "jaw": 0.2, "rounding": 1.0, "width": -0.9},
}


def test_silence_is_exactly_zero():
    coefficients, tongue = mouth(*curves("sil"))
    assert not coefficients.any()
    assert tongue == 0


def test_an_open_vowel_drops_the_jaw_by_about_half():
    assert 0.45 < coefficient("jawOpen", "aa", **VOWELS["aa"]) <= 0.62


@pytest.mark.parametrize("viseme", VISEME_NAMES)
def test_a_closure_shuts_jaw_and_lips_whatever_else_is_asked(viseme):
    coefficients, _ = mouth(*curves(viseme, opening=1, jaw=1, width=1, closure=1))
    for name in ("jawOpen", "mouthUpperUpLeft", "mouthLowerDownLeft", "mouthFunnel", "tongueOut"):
        assert coefficients[INDEX[name]] == 0
    assert coefficients[INDEX["mouthPressLeft"]] > 0.2


def test_weak_evidence_of_a_closure_does_not_close_the_mouth():
    open_jaw = coefficient("jawOpen", opening=0.5, jaw=0.5)
    assert coefficient("jawOpen", opening=0.5, jaw=0.5, closure=0.2) == open_jaw


def test_f_and_v_bring_the_lower_lip_under_the_upper_teeth():
    coefficients, _ = mouth(*curves("FF", opening=0.3, jaw=0.3, lip_teeth=1))
    assert coefficients[INDEX["mouthRollLower"]] > 0.6
    assert coefficients[INDEX["mouthUpperUpLeft"]] > 0.4
    assert coefficients[INDEX["jawOpen"]] <= 0.06


def test_vowels_look_different():
    poses = {name: mouth(*curves(name, **values))[0] for name, values in VOWELS.items()}
    names = list(poses)
    for i, one in enumerate(names):
        for other in names[i + 1 :]:
            assert np.abs(poses[one] - poses[other]).max() > 0.12, (one, other)


def test_the_jaw_opens_with_the_opening():
    jaws = [coefficient("jawOpen", opening=o, jaw=o) for o in np.linspace(0, 1, 21)]
    assert (np.diff(jaws) >= 0).all()


def test_s_shows_the_teeth_with_the_jaw_almost_shut():
    coefficients, _ = mouth(*curves("SS", opening=0.2, jaw=0.1, width=0.5))
    assert coefficients[INDEX["jawOpen"]] < 0.15
    assert coefficients[INDEX["mouthLowerDownLeft"]] > 0.4


def test_rounded_vowels_push_the_lips_forward_and_do_not_smile():
    rounded, _ = mouth(*curves("U", **VOWELS["U"]))
    assert rounded[INDEX["mouthPucker"]] > 0.6
    assert rounded[INDEX["mouthSmileLeft"]] == 0


def test_sh_funnels_the_lips():
    assert coefficient("mouthFunnel", "CH", opening=0.2, rounding=0.5) > 0.5


def test_th_shows_the_tongue():
    coefficients, tongue = mouth(*curves("TH", opening=0.25, tongue=1))
    assert tongue > 0.6
    assert coefficients[INDEX["tongueOut"]] > 0.2


def test_all_values_stay_within_zero_and_one():
    random = np.random.default_rng(0)
    for _ in range(300):
        articulation = random.uniform([0, -1, 0, 0, 0, 0, 0], 1).astype(np.float32)
        visemes = random.dirichlet(np.full(15, 0.3)).astype(np.float32)
        coefficients, tongue = mouth(articulation, visemes)
        assert coefficients.min() >= 0
        assert coefficients.max() <= 1
        assert 0 <= tongue <= 1


def test_there_is_a_pose_for_each_viseme_and_silence_is_neutral():
    assert tuple(VISEME_POSES) == VISEME_NAMES
    assert not VISEME_POSES["sil"].coefficients.any()


def test_viseme_poses_differ_from_each_other():
    poses = [np.append(pose.coefficients, pose.tongue) for pose in VISEME_POSES.values()]
    distances = [np.abs(a - b).max() for i, a in enumerate(poses) for b in poses[i + 1 :]]
    assert min(distances) > 0.14


@pytest.mark.parametrize("sibilant", ["SS", "CH"])
def test_teeth_stay_nearly_together_in_a_sibilant_between_open_vowels(sibilant):
    between = {"opening": 0.5, "jaw": 0.5}
    assert coefficient("jawOpen", sibilant, **between) < 0.5 * coefficient("jawOpen", "aa", **between)


def test_a_closely_rounded_vowel_leaves_a_small_hole_without_baring_the_teeth():
    coefficients, _ = mouth(*curves("U", opening=0.12, rounding=1, width=-0.9))
    assert coefficients[INDEX["mouthFunnel"]] < 0.25
    assert coefficients[INDEX["mouthUpperUpLeft"]] < 0.05
    assert coefficients[INDEX["jawOpen"]] < 0.1
