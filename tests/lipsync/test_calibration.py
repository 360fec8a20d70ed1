import numpy as np
import pytest

from bithuman_app.lipsync.calibration import Calibration
from bithuman_app.lipsync.curves import ARTICULATION_NAMES
from bithuman_app.lipsync.network import FRAME_OUTPUTS

CERTAIN, NEVER = 8.0, -8.0


def outputs(closure=NEVER, lip_teeth=NEVER, **values):
    """A frame of network outputs: a half open mouth that touches nothing, but for what is given."""
    frame = np.zeros(len(FRAME_OUTPUTS), np.float32)
    contacts = {f"{kind}_{name}": logit for kind in ("logit", "sharp")
                for name, logit in (("closure", closure), ("lip_teeth", lip_teeth))}  # fmt: skip
    for name, value in {"opening": 0.5, "lip_opening": 0.3, **contacts, **values}.items():
        frame[FRAME_OUTPUTS.index(name)] = value
    return frame


def curve(calibration, frame, name, frames=20):
    for _ in range(frames):
        curves = calibration.push(frame)
    return curves[ARTICULATION_NAMES.index(name)]


def test_a_certain_closure_shuts_the_lips_completely():
    assert curve(Calibration(), outputs(closure=CERTAIN), "closure") == 1
    assert curve(Calibration(), outputs(closure=CERTAIN), "opening") == pytest.approx(0, abs=1e-6)


def test_a_contact_is_complete_in_its_first_frame():
    calibration = Calibration()
    curve(calibration, outputs(), "opening")
    assert curve(calibration, outputs(closure=CERTAIN), "closure", frames=1) == 1


def test_a_contact_curve_heeds_the_sharp_evidence_and_the_opening_the_smooth():
    brief = outputs(sharp_closure=CERTAIN)
    assert curve(Calibration(), brief, "closure") == 1
    assert curve(Calibration(), brief, "opening") == curve(Calibration(), outputs(), "opening")


def test_lips_at_the_teeth_leave_a_slit():
    assert curve(Calibration(), outputs(lip_teeth=CERTAIN), "opening") == pytest.approx(0.1)


def test_the_opening_is_the_lips_and_the_width_is_both_views():
    middle = Calibration().push(outputs())
    phonemes = Calibration().push(outputs(opening=0.9, width=0.9))
    lips = Calibration().push(outputs(lip_opening=1.0, lip_width=0.9))
    opening, width = ARTICULATION_NAMES.index("opening"), ARTICULATION_NAMES.index("width")
    assert phonemes[opening] == middle[opening] < lips[opening]
    assert middle[width] < phonemes[width] < lips[width]


def test_in_a_pause_of_a_voice_the_lips_stay_as_they_are():
    calibration = Calibration()
    before = curve(calibration, outputs(), "opening")
    after = calibration.push(outputs(), silence=0.9)
    assert after[ARTICULATION_NAMES.index("opening")] == before


def test_the_mouth_comes_to_rest_when_the_voice_has_stopped():
    calibration = Calibration()
    before = curve(calibration, outputs(), "opening")
    for _ in range(5):
        after = calibration.push(outputs(), silence=0.9, voice=False)
    assert 0 < after[ARTICULATION_NAMES.index("opening")] < 0.5 * before


def test_small_movements_are_spared():
    calibration = Calibration()
    before = curve(calibration, outputs(), "opening")
    asked_less = outputs(opening=0.45, lip_opening=0.25)
    after = curve(calibration, asked_less, "opening")
    alone = curve(Calibration(), asked_less, "opening")
    assert abs(after - before) < 0.5 * abs(alone - before)


def test_a_wide_open_mouth_is_reached():
    assert curve(Calibration(), outputs(opening=1.0, lip_opening=2.5), "opening") == 1


def test_reset_goes_back_to_rest():
    calibration = Calibration()
    once = curve(calibration, outputs(), "opening", frames=1)
    calibration.reset()
    assert curve(calibration, outputs(), "opening", frames=1) == once


def test_curves_stay_within_their_scales():
    for value in (-50.0, 50.0):
        curves = Calibration().push(np.full(len(FRAME_OUTPUTS), value, np.float32))
        assert np.abs(curves).max() <= 1
        assert (np.delete(curves, ARTICULATION_NAMES.index("width")) >= 0).all()
