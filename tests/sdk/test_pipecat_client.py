"""Pipecat's own service for bitHuman, unmodified, in a real pipeline: what leaves it."""

from pathlib import Path
from typing import Any

import pytest

from tests.sdk.programs import CLIENTS, execute, last_json

pytest.importorskip("pipecat_bithuman")


@pytest.fixture(scope="module")
def pipeline(full_size_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("pipecat")
    return last_json(execute(CLIENTS / "pipecat_client.py", full_size_model, folder=folder))


def test_images_flow_at_25_frames_a_second_also_when_idle(pipeline: Any) -> None:
    assert pipeline["fps"] == pytest.approx(25, abs=0.5)
    assert pipeline["size"] == [512, 512]


def test_the_voice_is_echoed_back_whole(pipeline: Any) -> None:
    assert pipeline["echoed_seconds"] == 2.0
    assert pipeline["echoed"]


def test_the_stop_frame_follows_the_last_sound(pipeline: Any) -> None:
    assert 1.5 < pipeline["stop_after_first_sound"] < 3.0


def test_an_interruption_ends_the_sound_and_not_the_pictures(pipeline: Any) -> None:
    assert 0 < pipeline["second_seconds"] < 2.5
    assert pipeline["sound_after_interruption"] == 0
    assert pipeline["images_after_interruption"] >= 15


def test_no_error_is_reported(pipeline: Any) -> None:
    assert pipeline["errors"] == []
