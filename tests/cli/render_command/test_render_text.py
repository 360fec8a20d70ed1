"""Where it is known what is spoken, the video shows it exactly."""

import json
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from bithuman_app import cli
from bithuman_app.avatar import open_avatar
from bithuman_app.lipsync import pronunciation
from bithuman_app.lipsync.phonemes import Phoneme
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.session.offline import perform
from tests.media.sound_files import write_sound

#: What the first two seconds of the sample say: "Hello, and welcome".
IPA = "/həloʊ ænd wɛlkəm/"
TIMES = asset("audio", "speech.json")


@pytest.fixture(autouse=True)
def speech() -> None:
    samples = read_audio(asset("audio", "speech.wav"), limit_seconds=1.9)
    write_sound(Path("hello.wav"), samples[None], 16_000, "pcm_s16le")


def pictures(name: str) -> NDArray[np.uint8]:
    with av.open(name) as container:
        return np.stack([frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)])


def render(avatar: str, name: str, *options: str) -> NDArray[np.uint8]:
    assert cli.run(["render", avatar, "hello.wav", "-o", name, *options]) == 0
    return pictures(name)


def test_a_text_changes_the_lips(avatar: str) -> None:
    heard, known = render(avatar, "heard.mp4"), render(avatar, "known.mp4", "--text", IPA)
    assert len(heard) == len(known)
    assert (heard != known).any()


def test_a_text_gives_the_video_of_its_phonemes(avatar: str) -> None:
    assert cli.run(["curves", "hello.wav", "--text", IPA, "-o", "times.json"]) == 0
    timed = render(avatar, "timed.mp4", "--phonemes", "times.json")
    np.testing.assert_array_equal(timed, render(avatar, "known.mp4", "--text", IPA))


def test_the_pictures_are_those_of_the_exact_performance(avatar: str) -> None:
    known = [
        Phoneme(p["label"], p["start"], p["end"])
        for p in json.loads(TIMES.read_text(encoding="utf-8"))["phonemes"]
    ]
    video = render(avatar, "timed.mp4", "--phonemes", str(TIMES)).astype(int)

    def performed(phonemes: list[Phoneme] | None) -> NDArray[np.int_]:
        frames = perform(open_avatar(avatar), read_audio("hello.wav"), phonemes=phonemes)
        return np.stack([frame.image for frame in frames]).astype(int)

    exact, heard = performed(known), performed(None)
    differ = np.abs(exact - heard) > 20  # more than compression changes
    assert np.abs(video - exact)[differ].mean() < 0.5 * np.abs(video - heard)[differ].mean()


def test_a_text_is_found_in_the_whole_recording_however_little_is_rendered(avatar: str) -> None:
    whole = render(avatar, "whole.mp4", "--text", IPA)
    short = render(avatar, "short.mp4", "--text", IPA, "--limit", "1")
    assert len(short) == 25
    assert np.abs(short.astype(int) - whole[:25]).mean() < 1


def test_a_text_can_come_from_a_file(avatar: str) -> None:
    Path("said.txt").write_text(IPA, "utf-8")
    from_file = render(avatar, "file.mp4", "--text", "@said.txt")
    np.testing.assert_array_equal(from_file, render(avatar, "line.mp4", "--text", IPA))


@pytest.mark.parametrize(
    ("options", "code", "message"),
    [
        (["--text", "/" + "papapa " * 200 + "/"], 65, "hello.wav: "),
        (["--text", "@gone.txt"], 66, "gone.txt"),
        (["--text", "/ /"], 64, "nothing to speak"),
        (["--phonemes", "gone.json"], 66, "gone.json"),
        (["--text", "/a/", "--phonemes", "times.json"], 64, "exclude each other"),
        (["hello.wav", "other.wav", "--text", "/a/"], 64, "one recording"),
    ],
)
def test_what_cannot_be_spoken_is_one_line_and_leaves_no_video(
    avatar: str, capsys: pytest.CaptureFixture[str], options: list[str], code: int, message: str
) -> None:
    assert cli.run(["render", avatar, "hello.wav", *options]) == code
    errors = capsys.readouterr().err
    assert message in errors
    assert errors.count("\n") == 1
    assert not [*Path().glob("*.mp4"), *Path().glob(".*.part")]


def test_english_without_its_lexicon_says_what_to_install(
    avatar: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pronunciation, "find_spec", lambda name: None)
    pronunciation._english.cache_clear()
    assert cli.run(["render", avatar, "hello.wav", "--text", "Hello"]) == 69
    assert "hibari-tts" in capsys.readouterr().err
