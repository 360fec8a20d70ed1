"""Programs in the style of bitHuman's documented samples do what the documents promise.

They run unmodified by ``bithuman-app exec``, on a pretended screen and sound card.
"""

import json
import wave
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bithuman_app.media.audio import probe, read_audio
from bithuman_app.resources import asset
from tests.sdk.programs import SAMPLES, SECRET, execute, last_json

MACHINE = Path(__file__).parent / "machine"
SPEECH_SECONDS = 2.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of speech, 24 kHz."""
    return _write(tmp_path_factory.mktemp("clip") / "speech.wav", _speech(24_000), 24_000)


def _speech(rate: int) -> np.ndarray:
    samples = read_audio(asset("audio", "speech.wav"), rate)
    return (samples[: round(SPEECH_SECONDS * rate)] * 32767).astype(np.int16)


def _write(path: Path, samples: np.ndarray, rate: int) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
    return path


class Desk:
    """A pretended machine in a folder: its screen and its loudspeaker."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._record, self._speaker = folder / "screen.jsonl", folder / "speaker.pcm"

    def run(self, sample: str, *arguments: str | Path, keys: str = "", **environment: str) -> Any:
        variables = {
            "PYTHONPATH": str(MACHINE),
            "DISPLAY": ":pretended",
            "PRETENDED_RECORD": str(self._record),
            "PRETENDED_SPEAKER": str(self._speaker),
            "PRETENDED_KEYS": keys,
            **environment,
        }
        result = execute(SAMPLES / sample, *arguments, folder=self.folder, environment=variables)
        assert result.returncode == 0, result.stderr
        return result

    @property
    def pictures(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self._record.read_text().splitlines()]

    @property
    def sound(self) -> np.ndarray:
        return np.frombuffer(self._speaker.read_bytes(), np.int16)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def _movement(pictures: Sequence[dict[str, Any]]) -> float:
    """How much the mouth changes from picture to picture, in grey levels."""
    return float(np.abs(np.diff([picture["mouth"] for picture in pictures], axis=0)).mean())


def _share_spoken(sound: np.ndarray) -> float:
    """How much of the clip was played, by what is not silent; gaps of a busy machine do not count."""
    return float((np.abs(sound) >= 50).sum() / (np.abs(_speech(16_000)) >= 50).sum())


def test_quick_start_shows_the_whole_clip(desk: Desk, model: Path, clip: Path) -> None:
    desk.run("quickstart.py", model, clip)

    assert len(desk.pictures) == SPEECH_SECONDS * 25
    assert _movement(desk.pictures) > 0.3  # a face at rest stays below 0.1


def test_quick_start_shows_it_in_real_time(desk: Desk, model: Path, clip: Path) -> None:
    desk.run("quickstart.py", model, clip)

    assert desk.pictures[-1]["at"] > SPEECH_SECONDS - 0.2


def test_batch_makes_one_video_of_each_clip(desk: Desk, model: Path, clip: Path) -> None:
    results = last_json(desk.run("batch.py", model, clip, clip, BITHUMAN_APP_REALTIME="false"))

    assert [result["frames"] for result in results] == [SPEECH_SECONDS * 25] * 2
    assert all(result["samples"] == result["spoken"] for result in results)
    assert probe(desk.folder / "clip1.mp4").seconds == pytest.approx(SPEECH_SECONDS, abs=0.1)


def test_audio_clip_plays_on_a_key(desk: Desk, model: Path, clip: Path) -> None:
    desk.run("audio_clip.py", "--model", model, "--audio-file", clip, "--insecure", keys="1@0.4 q@4")

    idle = [picture for picture in desk.pictures if picture["at"] < 0.4]
    talking = [picture for picture in desk.pictures if 0.5 < picture["at"] < 2.4]
    assert _movement(talking) > 3 * _movement(idle)
    assert _share_spoken(desk.sound) == pytest.approx(1, abs=0.05)


def test_audio_clip_stops_on_a_key(desk: Desk, model: Path, clip: Path) -> None:
    desk.run(
        "audio_clip.py", keys="1@0.2 2@0.8 q@2.0",
        BITHUMAN_MODEL_PATH=str(model), BITHUMAN_AUDIO_PATH=str(clip), BITHUMAN_API_SECRET=SECRET,
    )  # fmt: skip

    assert 0 < _share_spoken(desk.sound) < 0.7


def test_audio_clip_plays_from_the_start_again(desk: Desk, model: Path, clip: Path) -> None:
    desk.run("audio_clip.py", "--model", model, "--audio-file", clip, keys="1@0.2 1@1.0 q@4.5")

    assert 1.05 < _share_spoken(desk.sound) < 1.9


def test_microphone_is_spoken_along_with(desk: Desk, model: Path, clip: Path) -> None:
    quiet_start = np.concatenate([np.zeros(24_000, np.int16), _speech(24_000)])
    microphone = _write(desk.folder / "microphone.wav", quiet_start, 24_000)

    desk.run(
        "microphone.py", "--model", model, "--echo", "--silent-threshold-db", "-50",
        keys="q@5", PRETENDED_MICROPHONE=str(microphone),
    )  # fmt: skip

    words = (read_audio(clip) * 32767)[9_600:19_200]
    likeness = np.correlate(desk.sound.astype(float), words, "valid").max() / (words**2).sum()
    assert likeness == pytest.approx(1, abs=0.05)
    assert _movement(desk.pictures) > 0.2


def test_microphone_that_hears_nothing_leaves_the_avatar_idle(desk: Desk, model: Path) -> None:
    silence = _write(desk.folder / "silence.wav", np.zeros(24_000, np.int16), 24_000)

    desk.run("microphone.py", "--model", model, "--echo", keys="q@2", PRETENDED_MICROPHONE=str(silence))

    assert not (desk.folder / "speaker.pcm").exists()
