"""Settings under bitHuman's names: from the environment, then ``.env``."""

from pathlib import Path

import pytest

from bithuman_app.errors import UsageError
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
