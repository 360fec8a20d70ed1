"""LiveKit's own plugin for bitHuman, unmodified, with real tracks: what the listeners get."""

from pathlib import Path
from typing import Any

import pytest

from tests.sdk.programs import CLIENTS, execute, last_json

pytest.importorskip("livekit.plugins.bithuman")


@pytest.fixture(scope="module")
def call(full_size_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("livekit")
    return last_json(execute(CLIENTS / "livekit_client.py", full_size_model, folder=folder))


def test_video_arrives_at_25_frames_a_second(call: Any) -> None:
    assert call["fps"] == pytest.approx(25, abs=0.5)


def test_video_has_the_avatars_size(call: Any) -> None:
    assert call["sizes"] == [[512, 512]]


def test_a_clip_is_reported_as_played_whole(call: Any) -> None:
    assert call["finished"][0]["position"] == pytest.approx(2.0, abs=0.05)
    assert not call["finished"][0]["interrupted"]


def test_an_interruption_is_reported_with_what_was_played(call: Any) -> None:
    assert call["finished"][1]["interrupted"]
    assert 0.3 < call["finished"][1]["position"] < 1.5


def test_the_sound_stops_after_an_interruption(call: Any) -> None:
    assert call["sound_until_after_interruption"] < 0.5


def test_the_avatar_speaks_again_after_an_interruption(call: Any) -> None:
    assert call["finished"][2] == {"position": pytest.approx(0.5, abs=0.05), "interrupted": False}
