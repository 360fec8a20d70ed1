"""Singing moves the mouth: a song's words in the program's own voice, which then holds a tune instead."""

from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app.lipsync import articulate
from bithuman_app.media.resampling import Resampler
from bithuman_app.voice.synthesis import load_voice
from bithuman_app.voice.timbres import Timbre

hibari = pytest.importorskip("hibari")

#: "Row, row, row your boat, gently down the stream", slowly.
WORDS = "ɹˈO, ɹˈO, ɹˈO jʊɹ bˈOt, ʤˈɛntli dˌWn ðə stɹˈim."
SPEED = 0.55
#: The tune: C4 three times, D4, E4; E4 D4 E4 F4 G4.
NOTES_HZ = (262, 262, 262, 294, 330, 330, 294, 330, 349, 392)
FRAME_SECONDS = 0.0125


def sung(pitch: NDArray[np.float32]) -> NDArray[np.float32]:
    """Replace the melody of speech by the notes, with a vibrato of 5.5 Hz and 3 %; unvoiced stays so."""
    time = np.arange(len(pitch)) * FRAME_SECONDS
    notes = np.array(NOTES_HZ)[np.arange(len(pitch)) * len(NOTES_HZ) // len(pitch)]
    vibrato = 1 + 0.03 * np.sin(2 * np.pi * 5.5 * time)
    return np.where(pitch > 0, notes * vibrato, 0).astype(np.float32)


@cache
def performance(is_sung: bool) -> NDArray[np.float32]:
    """The words, spoken or sung, as float32 at 16 kHz; both have the same timing."""
    voice, synthesise = load_voice(), hibari.dsp.synth

    def with_tune(*parts):
        *spectrum, pitch, noise = parts
        return synthesise(*spectrum, sung(pitch), noise)

    with pytest.MonkeyPatch.context() as patched:
        if is_sung:
            patched.setattr(hibari.dsp, "synth", with_tune)
        spoken = voice.speak(WORDS, Timbre(""), SPEED, np.random.default_rng(0))
    resampler = Resampler(voice.sample_rate, 16_000, 1)
    return np.concatenate([resampler.push(spoken.samples[None]), resampler.finish()], axis=1)[0]


def test_singing_opens_the_mouth_as_far_as_speaking():
    song, speech = (articulate(performance(is_sung))["opening"] for is_sung in (True, False))
    assert np.percentile(song, 90) > 0.75 * np.percentile(speech, 90)


def test_a_sung_mouth_follows_the_words():
    song, speech = (articulate(performance(is_sung))["opening"] for is_sung in (True, False))
    assert np.corrcoef(song, speech)[0, 1] > 0.7
