import numpy as np
import pytest

from bithuman_app.lipsync.speech_gate import VoiceDetector
from tests.lipsync import noises
from tests.lipsync.speech_sample import samples


def heard(audio):
    detector = VoiceDetector()
    blocks = audio[: len(audio) // 640 * 640].reshape(-1, 640)
    return np.array([detector.push(block) for block in blocks])


def test_most_of_read_speech_is_a_voice():
    assert heard(samples()).mean() > 0.6


@pytest.mark.parametrize("noise", [noises.typing, noises.breathing, noises.strings_and_drums])
def test_other_sounds_are_no_voice(noise):
    silence = np.zeros(8_000, np.float32)
    assert not heard(np.concatenate([silence, noise()])).any()


def test_reset_forgets_the_voice():
    detector = VoiceDetector()
    for block in samples()[6_400:16_000].reshape(-1, 640):
        detector.push(block)
    detector.reset()
    assert not detector.push(np.zeros(640, np.float32))
