"""The program's settings, from one place and in one order.

A value is taken from the first of these that names it:

1. the command line (what a command passes to ``load``),
2. the environment, for instance ``BITHUMAN_APP_AVATAR=nora``,
3. a file ``.env`` in the current directory, with the same names,
4. the settings file, TOML with the bare names, for instance ``avatar = "nora"``,
5. the default.

The settings file is ``settings.toml`` in the user's configuration directory, or the file that
``bithuman-app --settings FILE`` or ``BITHUMAN_APP_SETTINGS`` names.

``origin`` tells which of them a value has come from, ``settings_storage.save`` writes the settings file.

Importing this module loads pydantic, which is slow: import it inside the function that needs it.
"""

import os
import tomllib
from collections.abc import Mapping
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from .errors import DataError, MissingInputError, UsageError
from .logs import default_directory

PREFIX = "BITHUMAN_APP_"
FILE_VARIABLE = PREFIX + "SETTINGS"
_APP = "bithuman-app"
_DOTENV = ".env"

Directory = Annotated[Path, AfterValidator(Path.expanduser)]
LogLevel = Annotated[
    Literal["debug", "info", "warning", "error"],
    BeforeValidator(lambda value: value.lower() if isinstance(value, str) else value),
]
Address = Annotated[
    str, AfterValidator(lambda value: _web_address(value)), AfterValidator(lambda value: value.rstrip("/"))
]


class Origin(Enum):
    """Where a value has come from, as a person would say it."""

    COMMAND_LINE = "the command line"
    ENVIRONMENT = "the environment"
    DOTENV = f"the file {_DOTENV}"
    FILE = "the settings file"
    DEFAULT = "the default"


_SMALL: Final = 512
_LARGE: Final = 1024
#: A live avatar of the large size takes a third of a core of this kind of machine.
_CORES_FOR_LARGE: Final = 4


class Settings(BaseSettings):
    """Everything that can be set; immutable. Get one from ``load``.

    ``threads`` is how many CPU threads or worker processes a command may use; by default as many as
    there are cores. ``seed`` decides blinks, glances and sway: the same seed gives the same frames.
    ``picture_size`` in pixels chooses among the sizes of a live avatar; a large one costs four times as
    much as a small one, which a laptop of today has to spare.
    """

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_ignore_empty=True,
        env_file=_DOTENV,
        env_file_encoding="utf-8",
        extra="ignore",
        frozen=True,
        validate_default=True,
    )

    avatar: str = Field("maya", min_length=1)
    avatar_directory: Directory = Field(
        default_factory=lambda: platformdirs.user_data_path(_APP, appauthor=False) / "avatars"
    )
    cache_directory: Directory = Field(
        default_factory=lambda: platformdirs.user_cache_path(_APP, appauthor=False)
    )
    log_directory: Directory = Field(default_factory=default_directory)
    log_level: LogLevel = "info"
    threads: int = Field(default_factory=lambda: os.cpu_count() or 1, ge=1, le=1024)
    seed: int = Field(0, ge=0, lt=2**63)
    picture_size: int = Field(
        default_factory=lambda: _LARGE if (os.cpu_count() or 1) >= _CORES_FOR_LARGE else _SMALL,
        ge=128,
        le=2048,
    )

    # The page in the browser.
    host: str = Field("127.0.0.1", min_length=1, max_length=255)
    port: int = Field(7860, ge=0, le=65_535)
    password: SecretStr | None = Field(None, min_length=8, max_length=200)
    sessions: int = Field(1, ge=1, le=64)
    browser: bool = True

    # The offline voice.
    voice: Literal["heart", "alto", "tenor", "deep", "young", "robot"] = "heart"
    voice_speed: float = Field(1.0, ge=0.5, le=2.0)

    # Endpoints that speak as OpenAI's do: language, hearing, speaking. Empty: none.
    llm_base_url: Address = ""
    llm_api_key: SecretStr | None = None
    llm_model: str = Field("", max_length=200)
    stt_base_url: Address = ""
    stt_api_key: SecretStr | None = None
    stt_model: str = Field("", max_length=200)
    tts_base_url: Address = ""
    tts_api_key: SecretStr | None = None
    tts_model: str = Field("", max_length=200)
    tts_voice: str = Field("", max_length=200)

    # The kiosk: its screen (a number from 1, a name, or empty for the primary one), times in seconds.
    kiosk_screen: str = Field("", max_length=100)
    kiosk_attract_after: float = Field(60.0, ge=0, le=86_400)
    kiosk_reset_after: float = Field(90.0, ge=0, le=86_400)
    kiosk_hung_after: float = Field(2.5, ge=1, le=3600)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Put the settings file after the environment and ``.env``, as the module says."""
        file_settings = InitSettingsSource(settings_cls, read_file())
        return init_settings, env_settings, dotenv_settings, file_settings


def load(**command_line: object) -> Settings:
    """Return the settings; ``command_line`` values win, those that are None count as not given.

    Raises ``UsageError`` for a bad value or an unknown name, ``MissingInputError`` and ``DataError``
    for a settings file that cannot be read.
    """
    given = {name: value for name, value in command_line.items() if value is not None}
    unknown = given.keys() - Settings.model_fields.keys()
    if unknown:
        raise TypeError(f"no such setting: {', '.join(sorted(unknown))}")
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        raise UsageError(_describe(error, given)) from error
    except UnicodeDecodeError as error:
        raise DataError(f"the file {_DOTENV} in this directory is not UTF-8 text") from error
    except OSError as error:
        raise MissingInputError(f"cannot read {error.filename or _DOTENV}: {error.strerror}") from error


def check(values: Mapping[str, object]) -> None:
    """Raise ``UsageError`` if any value cannot be, in words for somebody who fills in a form."""
    try:
        Settings(**values)  # type: ignore[arg-type]  # pydantic checks the values
    except ValidationError as error:
        found: list[Any] = error.errors(include_url=False, include_context=False)
        problem = next((one for one in found if str(one["loc"][0]) in values), None)
        if problem is None:
            raise UsageError(_describe(error, {})) from error
        name = str(problem["loc"][0])
        raise UsageError(f"{name} cannot be {_shown(name, problem['input'])}: {_reason(problem)}") from error


def settings_file() -> Path:
    """Return the path of the settings file, which need not exist."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named).expanduser()
    return platformdirs.user_config_path(_APP, appauthor=False) / "settings.toml"


def origin(name: str, command_line: Mapping[str, object]) -> Origin:
    """Return where the value of a setting comes from; ``command_line`` is what was given to ``load``."""
    if command_line.get(name) is not None:
        return Origin.COMMAND_LINE
    if any(key.upper() == PREFIX + name.upper() and value for key, value in os.environ.items()):
        return Origin.ENVIRONMENT
    if _in_dotenv(name):
        return Origin.DOTENV
    return Origin.FILE if name in read_file() else Origin.DEFAULT


def read_file() -> dict[str, Any]:
    """Return what the settings file says, by names; {} if there is none. Raises as ``load`` does."""
    path = settings_file()
    try:
        with path.open("rb") as stream:
            values = tomllib.load(stream)
    except FileNotFoundError as error:
        if os.environ.get(FILE_VARIABLE):
            raise MissingInputError(f"there is no settings file {path}") from error
        return {}
    except OSError as error:
        raise MissingInputError(f"cannot read the settings file {path}: {error.strerror}") from error
    except ValueError as error:  # TOML syntax and UTF-8 errors are both ValueErrors
        raise DataError(f"the settings file {path} is not valid TOML: {error}") from error
    unknown = sorted(values.keys() - Settings.model_fields.keys())
    if unknown:
        raise UsageError(
            f"the settings file {path} has an unknown setting {unknown[0]!r};"
            f" known are {', '.join(Settings.model_fields)}"
        )
    return values


def _describe(error: ValidationError, command_line: Mapping[str, object]) -> str:
    """Return one line that names the first bad value, where it was set and what is wrong with it."""
    problem: Mapping[str, Any] = error.errors(include_url=False, include_context=False)[0]
    name = str(problem["loc"][0])
    place = {
        Origin.COMMAND_LINE: f"--{name.replace('_', '-')}",
        Origin.ENVIRONMENT: f"the environment variable {_variable(name)}",
        Origin.FILE: f"{name} in {settings_file()}",
    }.get(origin(name, command_line), f"{PREFIX}{name.upper()} in {_DOTENV}")
    return f"{place} cannot be {_shown(name, problem['input'])}: {_reason(problem)}"


def _reason(problem: Mapping[str, Any]) -> str:
    text = str(problem["msg"]).removeprefix("Value error, ")
    return text[:1].lower() + text[1:]


def _shown(name: str, value: object) -> str:
    return "this" if is_secret(name) else repr(value)


def is_secret(name: str) -> bool:
    """Return whether the value of a setting is never to be shown."""
    return "SecretStr" in str(Settings.model_fields[name].annotation)


def _variable(name: str) -> str:
    return next((key for key in os.environ if key.upper() == PREFIX + name.upper()), PREFIX + name.upper())


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if text and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("it must be an address that begins with http:// or https://")
    if parts.username or parts.password or parts.query:
        raise ValueError("a key belongs into its own field, not into the address")
    return text


def _in_dotenv(name: str) -> bool:
    from dotenv import dotenv_values

    values = dotenv_values(_DOTENV, encoding="utf-8")
    return any(key.upper() == PREFIX + name.upper() and value for key, value in values.items())
