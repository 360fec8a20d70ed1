"""Settings under bitHuman's names: from the environment, then ``.env``."""

import itertools
from pathlib import Path

import numpy as np
import pytest

from bithuman_app.errors import UsageError
from bithuman_app.sdk import Bithuman
from bithuman_app.sdk.config import load_settings


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_defaults_are_bithumans() -> None:
    settings = load_settings(force_reload=True)

    assert (settings.FPS, settings.INPUT_SAMPLE_RATE, settings.OUTPUT_WIDTH) == (25, 16_000, 1280)
    assert (settings.COMPRESS_METHOD, settings.LOADING_MODE) == ("JPEG", "ASYNC")


def test_environment_sets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPUT_WIDTH", "640")

    assert load_settings(force_reload=True).OUTPUT_WIDTH == 640


def test_dotenv_file_sets(empty_folder: Path) -> None:
    (empty_folder / ".env").write_text("LOADING_MODE=SYNC\nBITHUMAN_API_SECRET=ignored\n")

    assert load_settings(force_reload=True).LOADING_MODE == "SYNC"


def test_environment_comes_before_dotenv(empty_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (empty_folder / ".env").write_text("OUTPUT_WIDTH=320\n")
    monkeypatch.setenv("OUTPUT_WIDTH", "640")

    assert load_settings(force_reload=True).OUTPUT_WIDTH == 640


def test_both_spellings_of_the_idle_video_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVA_IDLE_VIDEO_ENABLED", "false")

    assert load_settings(force_reload=True).LIVA_IDEL_VIDEO_ENABLED is False


def test_rates_cannot_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FPS", "60")
    monkeypatch.setenv("INPUT_SAMPLE_RATE", "8000")

    settings = load_settings(force_reload=True)

    assert (settings.FPS, settings.INPUT_SAMPLE_RATE) == (25, 16_000)


def test_a_bad_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTPUT_WIDTH", "wide")

    with pytest.raises(UsageError, match="OUTPUT_WIDTH"):
        load_settings(force_reload=True)


def test_settings_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings(force_reload=True)
    monkeypatch.setenv("OUTPUT_WIDTH", "640")

    assert load_settings() is before


def test_keyword_gestures_are_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEYWORD_ACTIONS", '{"hello": "mini_wave_hello"}')

    assert load_settings(force_reload=True).KEYWORD_ACTIONS == {"hello": "mini_wave_hello"}


def test_the_avatar_greets_if_it_is_to(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIVA_AUTO_SAY_HI", "true")
    load_settings(force_reload=True)

    pitch = [_nodding(model)]
    monkeypatch.delenv("LIVA_AUTO_SAY_HI")
    load_settings(force_reload=True)
    pitch.append(_nodding(model))

    assert pitch[0] > 2 * pitch[1]


def _nodding(model: Path) -> float:
    """How far the picture strays from rest in the first second."""
    with Bithuman(model_path=model) as runtime:
        rest = runtime.get_first_frame()
        frames = itertools.islice(runtime.run(), 25)
        return max(float(np.abs(frame.bgr_image.astype(int) - rest).mean()) for frame in frames)
