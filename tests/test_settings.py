"""Settings: one order of places, and one clear line for what is wrong."""

from pathlib import Path

import pytest

from bithuman_app.errors import DataError, MissingInputError, UsageError
from bithuman_app.settings import load, settings_file


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty directory, with a settings file of its own and nothing in the environment."""
    for name in ("AVATAR", "SEED", "THREADS", "LOG_LEVEL", "AVATAR_DIRECTORY"):
        monkeypatch.delenv(f"BITHUMAN_APP_{name}", raising=False)
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", str(tmp_path / "settings.toml"))
    (tmp_path / "settings.toml").touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_default_avatar_is_maya() -> None:
    assert load().avatar == "maya"


def test_settings_file_is_above_the_default(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('avatar = "file"')

    assert load().avatar == "file"


def test_dotenv_is_above_the_settings_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('avatar = "file"')
    (tmp_path / ".env").write_text("BITHUMAN_APP_AVATAR=dotenv")

    assert load().avatar == "dotenv"


def test_environment_is_above_dotenv(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("BITHUMAN_APP_AVATAR=dotenv")
    monkeypatch.setenv("BITHUMAN_APP_AVATAR", "environment")

    assert load().avatar == "environment"


def test_command_line_is_above_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_AVATAR", "environment")

    assert load(avatar="command").avatar == "command"


def test_option_that_was_not_given_leaves_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_AVATAR", "environment")

    assert load(avatar=None).avatar == "environment"


def test_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_SEED", "")

    assert load().seed == 0


def test_home_directory_is_expanded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_AVATAR_DIRECTORY", "~/faces")

    assert load().avatar_directory == Path.home() / "faces"


def test_log_level_may_be_written_in_capitals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_LOG_LEVEL", "DEBUG")

    assert load().log_level == "debug"


def test_bad_environment_value_names_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_THREADS", "many")

    with pytest.raises(UsageError, match=r"environment variable BITHUMAN_APP_THREADS cannot be 'many'"):
        load()


def test_bad_option_names_the_option() -> None:
    with pytest.raises(UsageError, match=r"^--threads cannot be 0"):
        load(threads=0)


def test_bad_dotenv_value_names_the_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("BITHUMAN_APP_SEED=1.5")

    with pytest.raises(UsageError, match=r"BITHUMAN_APP_SEED in \.env cannot be '1\.5'"):
        load()


def test_bad_file_value_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("threads = -1")

    with pytest.raises(UsageError, match=r"^threads in .*settings\.toml cannot be -1"):
        load()


def test_misspelt_name_in_the_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("tread = 2")

    with pytest.raises(UsageError, match="unknown setting 'tread'"):
        load()


def test_broken_settings_file_is_a_data_error(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("avatar = ")

    with pytest.raises(DataError, match="not valid TOML"):
        load()


def test_named_settings_file_must_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_SETTINGS", "nowhere.toml")

    with pytest.raises(MissingInputError, match=r"no settings file nowhere\.toml"):
        load()


def test_usual_settings_file_need_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BITHUMAN_APP_SETTINGS")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))

    assert not settings_file().exists()
    assert load().avatar == "maya"


def test_dotenv_of_another_encoding_is_a_data_error(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"BITHUMAN_APP_AVATAR=\xff")

    with pytest.raises(DataError, match="UTF-8"):
        load()
