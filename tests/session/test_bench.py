import numpy as np
from numpy.typing import NDArray

from bithuman_app.avatar.model import Avatar
from bithuman_app.session.bench import measure_sessions


def test_the_benchmark_measures_what_a_live_session_promises(
    avatar: Avatar, speech: NDArray[np.float32]
) -> None:
    facts = measure_sessions(avatar, speech, quick=True)
    assert {"session_first_frame_ms", "sessions_per_core_512", "tick_jitter_p99_ms"} <= facts.keys()
    assert all(value > 0 for value in facts.values())
    assert facts["session_first_frame_sound_ms"] <= 120
