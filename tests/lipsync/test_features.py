import numpy as np
import pytest

from bithuman_app.lipsync.features import BLOCK_SAMPLES, MelPower, RelativeLogMel, mel_filters
from bithuman_app.lipsync.speech_gate import EnergyGate, QuietVoiceGain, hop_levels


def blocks(audio):
    return audio[: len(audio) // BLOCK_SAMPLES * BLOCK_SAMPLES].reshape(-1, BLOCK_SAMPLES)


def power_of(audio):
    mel = MelPower()
    return np.concatenate([mel.push(block) for block in blocks(audio.astype(np.float32))])


def test_each_mel_filter_is_a_weighted_mean():
    np.testing.assert_allclose(mel_filters().sum(0), 1, rtol=1e-5)


@pytest.mark.parametrize("hertz", [200, 500, 1_000, 3_000])
def test_a_tone_lights_the_band_that_holds_it(hertz):
    tone = 0.1 * np.sin(2 * np.pi * hertz * np.arange(6_400) / 16_000)
    brightest = power_of(tone)[-1].argmax()
    assert mel_filters()[:, brightest].argmax() * 16_000 / 512 == pytest.approx(hertz, abs=100)


def test_power_of_white_noise_is_twice_its_mean_square():
    noise = 0.05 * np.random.default_rng(0).standard_normal(64_000)
    assert power_of(noise)[10:].mean() == pytest.approx(2 * 0.05**2, rel=0.1)


def test_features_do_not_depend_on_the_gain_once_the_level_has_settled():
    noise = np.random.default_rng(0).standard_normal(64_000)
    loud, quiet = (RelativeLogMel().push(power_of(gain * noise)) for gain in (0.1, 0.05))
    np.testing.assert_allclose(loud[-50:, :40], quiet[-50:, :40], atol=0.05)


def test_hop_levels_are_in_decibels_of_full_scale():
    noise = 0.01 * np.random.default_rng(0).standard_normal(64_000)
    assert hop_levels(power_of(noise))[10:].mean() == pytest.approx(-40, abs=1)
    assert hop_levels(power_of(np.zeros(6_400))).max() == pytest.approx(-100)


def gate_levels(*parts):
    return np.concatenate([np.full(hops, level, np.float32) for level, hops in parts])


def test_the_gate_hears_what_rises_above_the_background():
    heard = EnergyGate().push(gate_levels((-55, 200), (-30, 30), (-55, 100)))
    assert heard[200:230].all()
    assert not heard[230:].any()


def test_the_gate_takes_a_steady_sound_for_background_after_a_while():
    heard = EnergyGate().push(gate_levels((-70, 200), (-30, 600)))
    assert heard[200:300].all()
    assert not heard[-200:].any()


def test_the_gate_never_opens_for_what_nobody_can_hear():
    assert not EnergyGate().push(gate_levels((-100, 200), (-80, 100))).any()


def gain_db(level, noise_floor_db=-100.0, speaking=True):
    gain = QuietVoiceGain()
    levels = np.full(400, level, np.float32)
    return 10 * np.log10(gain.push(levels, np.full(400, speaking), noise_floor_db)[-1])


def test_ordinary_speech_is_not_amplified():
    assert gain_db(-25) == 0


def test_a_very_quiet_voice_is_lifted():
    assert gain_db(-60) == pytest.approx(22, abs=1)


def test_the_background_is_never_lifted_above_its_limit():
    assert gain_db(-60, noise_floor_db=-70) == pytest.approx(5, abs=0.1)


def test_silence_changes_no_gain():
    assert gain_db(-80, speaking=False) == 0
