"""The doctor: each thing gets a verdict and, if something is amiss, advice."""

import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bithuman_app.doctor import Finding, Verdict, examine, machine, places, program, speed, worst
from bithuman_app.doctor.examination import _CHECKS
from bithuman_app.resources import asset
from bithuman_app.settings import Settings, load


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings whose folders are the test's own."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BITHUMAN_APP_{name.upper()}", raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").touch()
    for name in ("avatar", "cache", "log"):
        monkeypatch.setenv(f"BITHUMAN_APP_{name.upper()}_DIRECTORY", str(tmp_path / name))
    return load(port=0)


def verdicts(findings: Iterator[Finding]) -> set[Verdict]:
    return {finding.verdict for finding in findings}


def test_python_of_these_tests_is_good(settings: Settings) -> None:
    assert verdicts(machine.python(settings)) == {Verdict.OK}


def test_python_of_another_age_is_doubtful(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 0))

    (finding,) = machine.python(settings)

    assert (finding.verdict, "3.11" in finding.advice) == (Verdict.WARN, True)


def test_models_are_as_they_were_made(settings: Settings) -> None:
    (finding,) = program.models(settings)

    assert finding.verdict is Verdict.OK


def test_changed_model_fails_by_name(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "changed.tflite"
    changed.write_bytes(b"another")

    def of_test(*parts: str) -> Path:
        return changed if parts[-1] == "iris_landmark.tflite" else asset(*parts)

    monkeypatch.setattr(program, "asset", of_test)

    (finding,) = program.models(settings)

    assert finding.verdict is Verdict.FAIL
    assert "models/iris_landmark.tflite" in finding.detail


def test_missing_library_fails_by_name(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "_LIBRARIES", ("numpy", "no-such-package"))

    (finding,) = program.libraries(settings)

    assert (finding.verdict, finding.detail) == (Verdict.FAIL, "missing: no-such-package")


def test_broken_avatar_is_told_with_its_file(settings: Settings) -> None:
    settings.avatar_directory.mkdir()
    (settings.avatar_directory / "broken.imx").write_bytes(b"no avatar")

    found = list(program.avatars(settings))

    assert found[0].verdict is Verdict.WARN
    assert "broken.imx" in found[0].detail


def test_avatar_that_is_not_there_fails(settings: Settings) -> None:
    (finding,) = program.avatars(settings.model_copy(update={"avatar": "nobody"}))

    assert (finding.verdict, "nobody" in finding.detail) == (Verdict.FAIL, True)


def test_port_in_use_is_told(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        (finding,) = machine.port(settings.model_copy(update={"port": port}))

    assert (finding.verdict, str(port) in finding.detail) == (Verdict.WARN, True)


def test_host_that_is_none_fails(settings: Settings) -> None:
    (finding,) = machine.port(settings.model_copy(update={"host": "no.such.host.invalid", "port": 7860}))

    assert finding.verdict is Verdict.FAIL


def test_folders_that_will_be_made_are_good(settings: Settings) -> None:
    assert Verdict.FAIL not in verdicts(places.directories(settings))


def test_folder_that_is_a_file_fails(settings: Settings) -> None:
    settings.log_directory.touch()

    (finding,) = (one for one in places.directories(settings) if one.name == "Log")

    assert (finding.verdict, str(settings.log_directory) in finding.detail) == (Verdict.FAIL, True)


@pytest.mark.parametrize(
    ("milliseconds", "verdict"), [(8.0, Verdict.OK), (25.0, Verdict.WARN), (60.0, Verdict.FAIL)]
)
def test_slow_pictures_are_judged_by_the_time_that_there_is(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, milliseconds: float, verdict: Verdict
) -> None:
    monkeypatch.setattr(speed, "_measured", lambda _: (milliseconds, (512, 512)))

    assert verdicts(speed.one_frame(settings)) == {verdict}


def test_speed_is_really_measured(settings: Settings) -> None:
    (finding,) = speed.one_frame(settings)

    assert float(finding.detail.partition(" ")[0]) > 0


def test_check_that_fails_itself_is_a_finding(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(settings: Settings) -> Iterator[Finding]:
        raise RuntimeError("on fire")

    monkeypatch.setattr("bithuman_app.doctor.examination._CHECKS", (("Fire", broken), _CHECKS[0]))

    first, second = examine(settings)

    assert (first.verdict, "on fire" in first.detail, second.name) == (Verdict.FAIL, True, "Python")


def test_worst_of_nothing_is_good() -> None:
    assert worst([]) is Verdict.OK
