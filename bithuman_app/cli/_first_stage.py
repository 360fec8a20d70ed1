"""The avatar that the settings name: its wardrobe, its stage, and its picture before there is a stage."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from numpy import uint8
    from numpy.typing import NDArray

    from ..settings import Settings
    from ..stage import Stage, Wardrobe


def open_wardrobe(settings: "Settings", pixels: int | None = None) -> "Wardrobe":
    """Return the avatars there are, with pictures of the settings' size or of another.

    This and the others raise ``UserError`` if there is no such avatar.
    """
    from ..stage import Wardrobe

    return Wardrobe(*_place(settings, pixels))


def open_stage(settings: "Settings", pixels: int | None = None) -> "Stage":
    """Return a stage with the settings' avatar, seed and voice; whoever asks closes it."""
    from ..stage import Stage

    stage = Stage(open_wardrobe(settings, pixels), settings.seed)
    stage.choose_voice(settings.voice, settings.voice_speed)
    return stage


def rest_picture(settings: "Settings", pixels: int | None = None) -> "NDArray[uint8]":
    """Return the avatar at rest, BGR (h, w, 3), which takes a fraction of what a stage takes."""
    from ..desktop import opening

    return opening.rest_picture(*_place(settings, pixels))


def _place(settings: "Settings", pixels: int | None) -> tuple[Any, ...]:
    return settings.avatar, settings.avatar_directory, pixels or settings.picture_size
