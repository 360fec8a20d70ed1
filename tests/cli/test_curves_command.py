import csv
import io
import json
import shutil
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from bithuman_app import cli, logs
from bithuman_app.avatar.arkit import ARKIT_NAMES
from bithuman_app.lipsync import articulate, pronunciation
from bithuman_app.resources import asset
from tests.cli.avatar_library import Outcome
from tests.lipsync.speech_sample import samples
from tests.media.sound_files import write_sound

SPEECH = asset("audio", "speech.wav")
TIMES = asset("audio", "speech.json")
FRAMES = 242


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("BITHUMAN_APP_LOG_DIRECTORY", str(tmp_path / "log"))
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "")
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        capsys.readouterr()
        code = cli.run(["curves", *(str(argument) for argument in arguments)])
        captured = capsys.readouterr()
        return Outcome(code, captured.out, captured.err)

    yield run
    logs.close()


def write_wav(path, speech):
    write_sound(Path(path), speech[None], 16_000, "pcm_s16le")


def written(run, name, *arguments):
    """Run the command on the speech sample and return the file that it wrote."""
    outcome = run(SPEECH, "-o", name, *arguments)
    assert outcome.code == 0, outcome.err
    with open(name, encoding="utf-8", newline="") as file:
        return file.read()


def test_npz_holds_the_curves_of_the_network(run):
    assert run(SPEECH, "-o", "out.npz").code == 0
    curves = articulate(samples())
    data = np.load("out.npz")
    np.testing.assert_array_equal(data["articulation"], curves.articulation)
    np.testing.assert_array_equal(data["visemes"], curves.visemes)
    assert np.corrcoef(data["open"], curves["opening"])[0, 1] == pytest.approx(1)
    assert np.corrcoef(data["width"], curves["width"])[0, 1] == pytest.approx(1)
    assert data["arkit"].shape == (FRAMES, 52)
    assert tuple(data["arkit_names"]) == ARKIT_NAMES


def test_open_and_width_are_in_distances_between_the_eyes(run):
    run(SPEECH, "-o", "out.npz")
    data = np.load("out.npz")
    assert data["open"].min() == 0
    assert 0.08 < np.percentile(data["open"], 97) < 0.22
    assert 0.45 < data["width"].min() < data["width"].max() < 0.62


def test_json_and_csv_hold_the_same_as_npz(run):
    run(SPEECH, "-o", "out.npz")
    data = np.load("out.npz")
    as_json = json.loads(written(run, "out.json"))
    rows = list(csv.DictReader(io.StringIO(written(run, "out.csv"))))
    jaw = data["arkit"][:, ARKIT_NAMES.index("jawOpen")]
    np.testing.assert_allclose(as_json["open"], data["open"], atol=1e-4)
    np.testing.assert_allclose(as_json["arkit"]["jawOpen"], jaw, atol=1e-4)
    np.testing.assert_allclose([float(row["open"]) for row in rows], data["open"], atol=1e-4)
    np.testing.assert_allclose([float(row["jawOpen"]) for row in rows], jaw, atol=1e-4)
    assert as_json["visemes"]["sil"][0] == 1
    assert rows[25]["time"] == "1.00"


def test_live_link_has_its_61_columns(run):
    header, first, *rows = list(csv.reader(io.StringIO(written(run, "out.csv", "--format", "livelink"))))
    assert header[:3] == ["Timecode", "BlendShapeCount", "EyeBlinkLeft"]
    assert header[-3:] == ["RightEyeYaw", "RightEyePitch", "RightEyeRoll"]
    assert len(header) == len(first) == 63
    assert first[:2] == ["00:00:00:00.000", "61"]
    assert rows[25][0] == "00:00:01:01.000"


def test_live_link_columns_hold_the_coefficients_they_name(run):
    rows = list(csv.DictReader(io.StringIO(written(run, "out.csv", "--format", "livelink"))))
    full = json.loads(written(run, "out.json"))
    for name in ("jawOpen", "mouthPucker", "mouthRollLower", "mouthStretchRight"):
        column = [float(row[name[0].upper() + name[1:]]) for row in rows]
        np.testing.assert_allclose(column, full["arkit"][name], atol=1e-6)


def test_audio2face_is_a_matrix_of_weights(run):
    data = json.loads(written(run, "out.json", "--format", "audio2face"))
    assert data["facsNames"] == list(ARKIT_NAMES)
    assert data["exportFps"] == 25
    assert np.array(data["weightMat"]).shape == (data["numFrames"], data["numPoses"]) == (FRAMES, 52)


def test_rhubarb_formats_tell_the_same_story(run):
    tsv = [line.split("\t") for line in written(run, "out.tsv").splitlines()]
    cues = json.loads(written(run, "out.json", "--format", "rhubarb-json"))["mouthCues"]
    xml = ElementTree.fromstring(written(run, "out.xml")).findall("mouthCues/mouthCue")
    assert [cue["value"] for cue in cues] == [shape for _, shape in tsv[:-1]] == [cue.text for cue in xml]
    assert [cue["start"] for cue in cues] == [float(start) for start, _ in tsv[:-1]]
    assert [cue["end"] for cue in cues] == [float(cue.get("end")) for cue in xml]


def test_rhubarb_cues_follow_each_other_through_the_whole_sound(run):
    cues = json.loads(written(run, "out.json", "--format", "rhubarb-json"))["mouthCues"]
    assert cues[0]["start"] == 0
    assert cues[-1]["end"] == pytest.approx(len(samples()) / 16_000, abs=0.01)
    assert all(one["end"] == other["start"] for one, other in pairwise(cues))
    assert all(one["value"] != other["value"] for one, other in pairwise(cues))
    assert cues[0]["value"] == cues[-1]["value"] == "X"
    assert set("ABCDGX") <= {cue["value"] for cue in cues}


def test_known_phonemes_make_every_closure_complete(run):
    full = json.loads(written(run, "out.json", "--phonemes", str(TIMES)))
    closure = np.array(full["articulation"]["closure"])
    opening = np.array(full["open"])
    for phoneme in full["phonemes"]:
        if phoneme["label"] in "pbm":
            near = slice(int(phoneme["start"] * 25) - 2, int(phoneme["end"] * 25) + 2)
            assert closure[near].max() == 1
            assert opening[near].min() == 0


def test_a_text_in_ipa_is_aligned(run):
    write_wav("hello.wav", samples()[: int(1.9 * 16_000)])
    outcome = run("hello.wav", "--text", "/həloʊ ænd wɛlkəm/", "-o", "out.json", "--json")
    assert outcome.json["phonemes"] == 14
    last = json.loads(Path("out.json").read_text())["phonemes"][-1]
    assert last["label"] == "m"
    assert last["start"] == pytest.approx(1.376, abs=0.08)


def test_a_text_can_come_from_a_file(run, tmp_path):
    (tmp_path / "said.txt").write_text("/həloʊ/\n", "utf-8")
    assert run(SPEECH, "--text", "@said.txt", "-o", "out.npz", "--json").json["phonemes"] == 5


def test_an_english_text_without_the_lexicon_has_exit_code_69(run, monkeypatch, tmp_path):
    monkeypatch.setattr(pronunciation, "find_spec", lambda name: None)
    pronunciation._english.cache_clear()
    outcome = run(SPEECH, "--text", "Hello", "-o", "out.npz")
    assert outcome.code == 69
    assert "pip install 'bithuman-app[voice]'" in outcome.err
    assert not (tmp_path / "out.npz").exists()


def test_quiet_and_loud_speech_give_the_same_curves(run):
    write_wav("quiet.wav", samples() * np.float32(10 ** (-30 / 20)))
    run(SPEECH, "-o", "loud.npz")
    run("quiet.wav", "-o", "quiet.npz")
    loud, quiet = np.load("loud.npz"), np.load("quiet.npz")
    for name in ("open", "width", "round"):
        difference = np.abs(loud[name][:FRAMES] - quiet[name][:FRAMES]).mean()
        assert difference < 0.1 * np.ptp(loud[name]), name
    spread = [np.percentile(data["open"], 90) for data in (loud, quiet)]
    assert spread[1] == pytest.approx(spread[0], rel=0.1)


def test_silence_gives_a_resting_mouth(run):
    write_wav("silence.wav", np.zeros(16_000, np.float32))
    run("silence.wav", "-o", "out.npz")
    data = np.load("out.npz")
    assert not data["open"].any()
    assert not data["arkit"].any()


def test_without_a_name_the_file_is_named_like_the_recording(run, tmp_path):
    assert run(SPEECH).code == 0
    assert (tmp_path / "speech.npz").exists()


def test_a_folder_of_recordings_becomes_a_folder_of_curves(run, tmp_path):
    (tmp_path / "in").mkdir()
    for name in ("one.wav", "two.wav"):
        write_wav(tmp_path / "in" / name, samples()[:16_000])
    outcome = run("in", "-o", "curves", "--format", "rhubarb-xml", "--json")
    assert outcome.code == 0
    assert [report["output"] for report in outcome.json["curves"]] == ["curves/one.xml", "curves/two.xml"]
    assert (tmp_path / "curves" / "two.xml").exists()


def test_one_bad_recording_leaves_the_others_alone(run, tmp_path):
    (tmp_path / "bad.wav").write_text("no sound")
    outcome = run("bad.wav", SPEECH, "-o", "out", "--json")
    assert outcome.code == 65
    assert "bad.wav" in outcome.err
    assert [failure["exit_code"] for failure in outcome.json["failures"]] == [65]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["speech.npz"]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["missing.wav"], 66, "missing.wav"),
        ([SPEECH, "-o", "out.mp4"], 64, "must end in"),
        ([SPEECH, "-o", "no/such/out.npz"], 73, "does not exist"),
        ([SPEECH, "--format", "fbx"], 64, "--format cannot be 'fbx'"),
        ([SPEECH, "--text", "a", "--phonemes", "b"], 64, "exclude each other"),
        ([SPEECH, "--phonemes", "b.json"], 66, "b.json"),
        ([SPEECH, "--text", "@b.txt"], 66, "b.txt"),
        ([SPEECH, SPEECH.parent / "other.wav", "--text", "/a/"], 64, "one recording"),
        ([SPEECH, "--text", "/" + "papapa " * 200 + "/"], 65, "too long"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(run, tmp_path, arguments, code, message):
    outcome = run(*arguments)
    assert outcome.code == code
    assert message in outcome.err
    assert outcome.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} <= {"log"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "no JSON"),
        ("{}", "no list of phonemes"),
        ("[]", "no list of phonemes"),
        ('[{"label": "a"}]', "phoneme 1 needs"),
        ('[{"label": "a", "start": 2, "end": 1}]', "cannot be"),
        ('[{"label": "a", "start": 0, "end": NaN}]', "cannot be"),
        ('[{"label": "%", "start": 0, "end": 1}]', "no sound"),
    ],
)
def test_damaged_phonemes_are_refused(run, tmp_path, content, message):
    (tmp_path / "bad.json").write_text(content)
    outcome = run(SPEECH, "--phonemes", "bad.json")
    assert outcome.code == 65
    assert message in outcome.err


def test_a_recording_is_never_overwritten(run, tmp_path):
    shutil.copy(SPEECH, tmp_path / "speech.csv")
    before = (tmp_path / "speech.csv").read_bytes()
    assert run("speech.csv", "-o", "speech.csv").code == 64
    assert (tmp_path / "speech.csv").read_bytes() == before


def test_a_failed_run_leaves_an_older_file_alone(run, tmp_path):
    (tmp_path / "out.npz").write_text("older")
    run(SPEECH, "--text", "/" + "papapa " * 200 + "/", "-o", "out.npz")
    assert (tmp_path / "out.npz").read_text() == "older"
