import numpy as np
import pytest

from bithuman_app.lipsync.speech_gate import Voice, VoiceDetector
from tests.lipsync import noises
from tests.lipsync.speech_sample import samples


def heard(audio):
    return np.array(VoiceDetector().push(audio[: len(audio) // 640 * 640]))


def test_most_of_read_speech_is_a_voice():
    assert (heard(samples()) == Voice.SURE).mean() > 0.6


@pytest.mark.parametrize("noise", [noises.typing, noises.breathing, noises.strings_and_drums])
def test_other_sounds_are_no_voice(noise):
    silence = np.zeros(8_000, np.float32)
    assert not heard(np.concatenate([silence, noise()])).any()


def test_reset_forgets_the_voice():
    detector = VoiceDetector()
    for block in samples()[6_400:16_000].reshape(-1, 640):
        detector.push(block)
    detector.reset()
    assert detector.push(np.zeros(640, np.float32)) == [Voice.NONE]


@pytest.mark.parametrize("together", [1, 3, 25])
def test_it_does_not_matter_how_many_blocks_are_heard_together(together):
    detector, speech = VoiceDetector(), samples()[: 100 * 640]
    pieces = [
        detector.push(piece) for piece in np.split(speech, range(together * 640, len(speech), together * 640))
    ]
    np.testing.assert_array_equal(np.concatenate(pieces), heard(speech))
