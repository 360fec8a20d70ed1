"""The figures that the benchmark prints."""

from bithuman_app.voice.bench import measure_voice
from tests.voice.sounds import recorded_speech


def test_all_figures_are_there_and_make_sense():
    facts = measure_voice(recorded_speech(), quick=True)
    assert (
        facts["voice_first_sound_ms"]
        <= facts["voice_first_sound_ms_p95"]
        <= facts["voice_first_sound_ms_max"]
    )
    assert facts["voice_realtime_factor"] > 1
    assert 0 < facts["voice_activity_core_percent"] < 100
    assert facts["voice_load_ms"] >= 0
