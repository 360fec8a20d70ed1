"""Lip sync behind a detector of voices."""

import numpy as np
import pytest

from bithuman_app.lipsync import ArticulationStream, join
from bithuman_app.session.voice_gate import VoiceArticulation
from tests.voice import sounds

NOT_SPEECH = [
    sounds.room_noise,
    sounds.white_noise,
    sounds.typing,
    sounds.music,
    sounds.violin,
    sounds.cello,
    sounds.babble,
]


def curves(stream, sound, size=None):
    pieces = [sound[start : start + size] for start in range(0, len(sound), size)] if size else [sound]
    return join([*(stream.push(piece) for piece in pieces), stream.flush()])


def open_part(found):
    """In which part of the frames the mouth is visibly open."""
    return (found["opening"] > 0.02).mean()


@pytest.mark.parametrize("sound", NOT_SPEECH, ids=lambda sound: sound.__name__)
def test_the_mouth_stays_at_rest_while_nobody_speaks(sound):
    assert not curves(VoiceArticulation(), sound()).articulation.any()


def test_less_sensitivity_shuts_out_more_of_a_few_voices_in_the_background():
    few = sounds.babble(8)
    assert open_part(curves(VoiceArticulation(sensitivity=0.1), few)) < open_part(
        curves(VoiceArticulation(sensitivity=0.9), few)
    )


@pytest.mark.parametrize("sensitivity", [0.2, 0.5, 0.8])
def test_a_clear_voice_moves_the_mouth_at_any_sensitivity(sensitivity):
    speech = sounds.recorded_speech()
    with_detector = curves(VoiceArticulation(sensitivity=sensitivity), speech)["opening"]
    without = curves(ArticulationStream(), speech)["opening"]
    assert np.corrcoef(with_detector, without)[0, 1] > 0.97


@pytest.mark.parametrize("voice", ["heart", "tenor", "deep", "young"])
def test_little_is_lost_of_a_voice_that_begins_suddenly(voice):
    speech = sounds.spoken("Could you tell me where the station is, because my train leaves soon?", voice)
    quiet = sounds.room_noise(6, len(speech) + 16_000)
    quiet[16_000:] += speech
    with_detector = curves(VoiceArticulation(), quiet)["opening"]
    without = curves(ArticulationStream(), quiet)["opening"]
    assert ((without > 0.05) & (with_detector == 0)).mean() < 0.03


def test_speech_over_music_still_moves_the_mouth():
    music = sounds.music()
    speech = sounds.recorded_speech()[: len(music)]
    over_music = curves(VoiceArticulation(), np.clip(speech + 0.3 * music, -1, 1))["opening"]
    alone = curves(VoiceArticulation(), speech)["opening"]
    assert np.corrcoef(over_music, alone)[0, 1] > 0.8


@pytest.mark.parametrize("size", [100, 640, 777, 4000])
def test_curves_are_the_same_however_the_sound_is_cut(size):
    sound = np.concatenate([sounds.music()[:20_000], sounds.recorded_speech()[:40_123]])
    whole, cut = curves(VoiceArticulation(), sound), curves(VoiceArticulation(), sound, size)
    np.testing.assert_array_equal(cut.articulation, whole.articulation)
    assert len(whole) == -(-len(sound) // 640)


def test_after_a_flush_it_starts_anew():
    stream = VoiceArticulation()
    first = curves(stream, sounds.recorded_speech()[:30_001])
    again = curves(stream, sounds.recorded_speech()[:30_001])
    np.testing.assert_array_equal(again.articulation, first.articulation)


def test_a_voice_quieter_than_the_setting_leaves_the_mouth_closed():
    distant = sounds.recorded_speech() * np.float32(0.02)
    assert open_part(curves(VoiceArticulation(), distant)) > 0.3
    assert open_part(curves(VoiceArticulation(silent_below_db=-40), distant)) == 0


def test_a_sensitivity_outside_its_range_is_refused():
    with pytest.raises(ValueError, match="sensitivity"):
        VoiceArticulation(sensitivity=1.0)
