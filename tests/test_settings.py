"""Settings: one order of places, one clear line for what is wrong, one file that the program writes."""

import re
from pathlib import Path

import pytest

from bithuman_app.errors import DataError, MissingInputError, OutputError, UsageError
from bithuman_app.settings import Origin, Settings, load, origin, settings_file
from bithuman_app.settings_storage import save

README = Path(__file__).parent.parent / "README.md"


@pytest.fixture(autouse=True)
def clean_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Run in an empty directory, with a settings file of its own and nothing in the environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"BITHUMAN_APP_{name.upper()}", raising=False)
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


def test_readme_names_every_setting_and_no_other() -> None:
    section = README.read_text(encoding="utf-8").partition("## Settings")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]

    assert sorted(re.findall("`([a-z_]+)`", " ".join(cells))) == sorted(Settings.model_fields)


def test_secret_is_not_told_when_it_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_PASSWORD", "sesame")

    with pytest.raises(UsageError) as caught:
        load()
    assert "BITHUMAN_APP_PASSWORD" in str(caught.value)
    assert "sesame" not in str(caught.value)


def test_secret_is_not_shown_with_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BITHUMAN_APP_LLM_API_KEY", "sk-secret")

    assert "sk-secret" not in repr(load())


@pytest.mark.parametrize("address", ["ftp://host/v1", "host:8000", "http://", "http://me:key@host/v1"])
def test_address_of_an_endpoint_must_be_one_of_the_web(address: str) -> None:
    with pytest.raises(UsageError, match="llm-base-url"):
        load(llm_base_url=address)


def test_origin_is_the_first_place_that_names_a_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [origin("avatar", {})]
    (tmp_path / "settings.toml").write_text('avatar = "file"')
    found.append(origin("avatar", {}))
    (tmp_path / ".env").write_text("BITHUMAN_APP_AVATAR=dotenv")
    found.append(origin("avatar", {}))
    monkeypatch.setenv("BITHUMAN_APP_AVATAR", "environment")
    found.append(origin("avatar", {}))
    found.append(origin("avatar", {"avatar": "command"}))

    assert found == [
        Origin.DEFAULT,
        Origin.FILE,
        Origin.DOTENV,
        Origin.ENVIRONMENT,
        Origin.COMMAND_LINE,
    ]


def test_saved_value_is_loaded() -> None:
    save({"avatar": 'a "quoted" \\ name', "voice_speed": 1.5, "browser": False})

    assert (load().avatar, load().voice_speed, load().browser) == ('a "quoted" \\ name', 1.5, False)


def test_saving_keeps_comments_and_other_settings(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('# mine\nseed = 4\navatar = "nora"')

    save({"avatar": "leo", "voice": "deep"})

    assert (tmp_path / "settings.toml").read_text() == '# mine\nseed = 4\navatar = "leo"\nvoice = "deep"\n'


def test_saving_none_takes_a_setting_out(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('avatar = "nora"\nseed = 4\n')

    save({"avatar": None})

    assert (tmp_path / "settings.toml").read_text() == "seed = 4\n"


def test_saving_replaces_a_value_of_several_lines(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('avatar = """no\nra"""\nseed = 4\n')

    save({"avatar": "leo"})

    assert (load().avatar, load().seed) == ("leo", 4)


def test_bad_value_is_not_saved(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^voice_speed cannot be 9"):
        save({"voice_speed": 9})

    assert (tmp_path / "settings.toml").read_text() == ""


def test_settings_file_is_for_the_user_alone(tmp_path: Path) -> None:
    path = save({"llm_api_key": "sk-secret"})

    assert path.stat().st_mode & 0o077 == 0
    assert load().llm_api_key is not None


def test_settings_file_that_cannot_be_written_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BITHUMAN_APP_SETTINGS")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/dev/null/nowhere")
    monkeypatch.setattr("bithuman_app.settings_storage.read_file", dict)
    monkeypatch.setattr("bithuman_app.settings_storage.check", lambda _: None)

    with pytest.raises(OutputError, match="cannot write the settings file"):
        save({"seed": 1})
