import pytest

from bithuman_app.bench import benchmark, memory, scenes, timing
from bithuman_app.media.audio import read_audio
from bithuman_app.resources import asset
from bithuman_app.web import bench as web_bench
from tests import faces
from tests.cli.workplace import Workplace, open_workplace

workplace = pytest.fixture(open_workplace)


@pytest.fixture
def short_benchmark(monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole benchmark, but at small sizes and with a second of speech."""
    monkeypatch.setattr(benchmark, "SIZES", {"512": (160, 160), "720p": (192, 128), "1024": (192, 192)})
    monkeypatch.setattr(benchmark, "_QUICK_FRAMES", 6)
    speech = read_audio(asset("audio", "speech.wav"), limit_seconds=1.0)
    monkeypatch.setattr(benchmark, "read_audio", lambda path: speech)
    monkeypatch.setattr(benchmark, "measure_talking", lambda avatar, speech: (100.0, 120.0))
    monkeypatch.setattr(web_bench, "_QUICK_SECONDS", 2.0)  # in less, no picture may come


@pytest.mark.usefixtures("short_benchmark")
def test_json_has_all_figures(workplace: Workplace) -> None:
    outcome = workplace.run("bench", "--quick", "--json")

    assert outcome.code == 0
    report = outcome.json
    for name in (
        "bake_s", "load_ms", "prepare_ms", "lipsync_ms", "performance_ms", "encode_ms_512", "encode_ms_720p",
        "encode_ms_1024", "render_realtime_factor", "render_realtime_factor_cpu", "rss_mb", "peak_rss_mb",
        "web_session_cpu_percent", "web_session_idle_cpu_percent", "web_session_fps",
    ):  # fmt: skip
        assert report[name] > 0, name
    for size in ("512", "720p", "1024"):
        for scene in ("head_only", "talking", "talk_blink_gaze", "as_performed"):
            for clock in ("render_ms", "render_wall_ms"):
                name = f"{clock}_{size}_{scene}"
                assert 0 < report[name] <= report[f"{name}_max"]
                assert report[f"{name}_p95"] <= report[f"{name}_max"]
    assert report["frames"] == 6
    assert report["machine"]["cores"] >= 1


@pytest.mark.usefixtures("short_benchmark")
def test_without_json_there_is_a_table(workplace: Workplace) -> None:
    outcome = workplace.run("bench", "--quick")

    assert outcome.code == 0
    assert "512 x 512: talking, blink, gaze\t" in outcome.out
    assert "times real time" in outcome.out
    assert workplace.files() == set()


def test_the_scenes_are_real_varied_poses_and_always_the_same() -> None:
    speech = read_audio(asset("audio", "speech.wav"), limit_seconds=2.0)
    first, second = (scenes.make_scenes(speech, 20) for _ in range(2))

    for name, scene in first.items():
        assert len(scene) == 20
        assert [pose.coefficients.tobytes() for pose in scene] == [
            pose.coefficients.tobytes() for pose in second[name]
        ]
    for name in ("talking", "talk_blink_gaze", "as_performed"):
        assert len({pose.coefficients.tobytes() for pose in first[name]}) > 12
    assert not any(pose.coefficients.any() for pose in first["head_only"])
    assert len({pose.head for pose in first["head_only"]}) > 10


def test_blinking_scenes_move_the_eyes_in_every_frame() -> None:
    from bithuman_app.avatar.arkit import INDEX

    speech = read_audio(asset("audio", "speech.wav"), limit_seconds=2.0)
    for pose in scenes.make_scenes(speech, 30)["talk_blink_gaze"]:
        assert pose.coefficients[INDEX["eyeBlinkLeft"]] > 0.05
        looks = [pose.coefficients[index] for name, index in INDEX.items() if name.startswith("eyeLook")]
        assert max(looks) > 0.1


def test_timing_tells_mean_percentile_and_maximum() -> None:
    facts = timing.Timing(cpu=[1.0, 2.0, 3.0], wall=[4.0, 4.0, 10.0]).facts("render_ms_512")

    assert facts["render_ms_512"] == 2.0
    assert facts["render_ms_512_max"] == 3.0
    assert facts["render_wall_ms_512"] == 6.0
    assert facts["render_wall_ms_512_p95"] == pytest.approx(9.4)


def test_every_item_is_timed_once() -> None:
    seen: list[int] = []
    found = timing.time_each(seen.append, range(5))

    assert seen == list(range(5))
    assert len(found.cpu) == len(found.wall) == 5
    assert min(found.wall) > 0


def test_memory_is_measured_in_megabytes() -> None:
    """A Python process with numpy takes tens of megabytes, not bytes or gigabytes."""
    assert 20 < memory.resident_megabytes() < 20_000
    assert memory.resident_megabytes() <= memory.peak_megabytes() * 1.1


def test_talking_is_weighed_in_a_process_of_its_own(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    from bithuman_app.avatar import save_avatar
    from tests.media.sound_files import tone, write_sound

    save_avatar(faces.avatar("leo"), tmp_path / "leo.imx")
    speech = write_sound(tmp_path / "speech.wav", tone(0.4, 16000), 16000, "pcm_s16le")
    resident, peak = memory.measure_talking(tmp_path / "leo.imx", speech)

    assert 40 < resident <= peak * 1.1
