"""The SDK's settings, from the environment and then the file ``.env``, under bitHuman's names.

Most of bitHuman's settings tune its own way of storing videos; they are read and kept so that
programs that look at them or set them work, and change nothing here. Those that do something:
``OUTPUT_WIDTH``, ``LIVA_AUTO_SAY_HI``, ``KEYWORD_VIDEO_TRIGGERS_ENABLED``,
``KEYWORD_VIDEO_TRIGGERS_JSON``, ``KEYWORD_ACTIONS`` and ``REALTIME``.
"""

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..errors import UsageError
from ..resources import asset


class Settings(BaseSettings):
    """The settings; ``load_settings`` gives the program's one.

    ``OUTPUT_WIDTH`` is the most pixels that the longer side of a frame may have: larger avatars are
    scaled down, smaller ones are left alone. ``LIVA_AUTO_SAY_HI`` greets with a nod when the avatar
    appears. ``KEYWORD_ACTIONS`` (ours) maps words to gestures, as JSON:
    ``{"hello": "mini_wave_hello"}``. ``REALTIME`` (ours) false lets ``run()`` give frames as fast as
    they are asked for instead of 25 a second.
    """

    model_config = SettingsConfigDict(
        env_file=".env",
        env_file_encoding="utf-8",
        env_ignore_empty=True,
        extra="ignore",
        case_sensitive=False,
        populate_by_name=True,
    )

    ALLOW_VIDEO_SCRIPT_UPDATE: bool = True
    OUTPUT_WIDTH: int = Field(default=1280, ge=16, le=8192)
    FPS: int = Field(default=25, frozen=True)
    COMPRESS_METHOD: Literal["NONE", "JPEG", "TEMP_FILE"] = "JPEG"
    LOADING_MODE: Literal["SYNC", "ASYNC", "ON_DEMAND"] = "ASYNC"
    INPUT_SAMPLE_RATE: int = Field(default=16_000, frozen=True)
    AUDIO_ENCODER_PATH: Path = Field(default_factory=lambda: asset("models", "articulation_v2.onnx"))
    EXTRACT_WORKSPACE_TO_LOCAL: bool = False
    PROCESS_IDLE_VIDEO: bool = True
    PRELOAD_TO_MEMORY: bool = False
    LIVA_IDEL_VIDEO_ENABLED: bool = Field(
        default=True, validation_alias=AliasChoices("LIVA_IDEL_VIDEO_ENABLED", "LIVA_IDLE_VIDEO_ENABLED")
    )
    LIVA_AUTO_SAY_HI: bool = False
    KEYWORD_VIDEO_TRIGGERS_ENABLED: bool = True
    KEYWORD_VIDEO_TRIGGERS_JSON: str = "[]"
    KEYWORD_ACTIONS: dict[str, str] = Field(
        default_factory=dict,
        validation_alias=AliasChoices("KEYWORD_ACTIONS", "BITHUMAN_APP_KEYWORD_ACTIONS"),
    )
    REALTIME: bool = Field(default=True, validation_alias=AliasChoices("REALTIME", "BITHUMAN_APP_REALTIME"))


_settings: Settings | None = None


def load_settings(force_reload: bool = False) -> Settings:
    """Return the program's settings, read once unless ``force_reload``.

    The rate of frames and of sound cannot be set: 25 a second and 16 kHz are what the runtime works
    with. Raises ``UsageError`` naming the variable whose value cannot be used.
    """
    global _settings
    if _settings is None or force_reload:
        try:
            loaded = Settings()
        except ValidationError as error:
            problem = error.errors(include_url=False, include_context=False)[0]
            raise UsageError(f"the setting {problem['loc'][0]} cannot be used: {problem['msg']}") from error
        _settings = loaded.model_copy(update={"FPS": 25, "INPUT_SAMPLE_RATE": 16_000})
    return _settings
