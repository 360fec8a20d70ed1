"""``bithuman-app window``: the avatar in a window, with loudspeaker, microphone and keys."""

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..errors import MissingInputError, UsageError
from ._options import LOUDEST, Loudspeaker, MicrophoneName, Seed, SilenceThreshold
from ._threads import keep_numpy_to_one_thread

if TYPE_CHECKING:
    from ..desktop.options import WindowOptions
    from ..settings import Settings
    from ..stage import Stage

_SMALLEST, _LARGEST = 64, 8192


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("window")(_window)


def _window(
    avatar: Annotated[
        str | None,
        typer.Argument(
            metavar="[AVATAR]", help="An avatar's name or an .imx file; may be left out.", show_default=False
        ),
    ] = None,
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[FILE]...", help="Files to open: sounds, pictures.", show_default=False),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option(
            "--model", metavar="FILE", envvar="BITHUMAN_MODEL_PATH", help="The avatar, as bitHuman names it."
        ),
    ] = None,
    audio_file: Annotated[
        Path | None,
        typer.Option(
            "--audio-file",
            metavar="FILE",
            envvar="BITHUMAN_AUDIO_PATH",
            help="Play this recording at the start, and again with key 1.",
        ),
    ] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Speak with the avatar's mouth.")] = False,
    echo: Annotated[bool, typer.Option("--echo", help="Hear the microphone as well.")] = False,
    volume: Annotated[
        float,
        typer.Option(
            min=0.0, help="A factor: of the microphone with --mic, else of the loudspeaker (at most 2)."
        ),
    ] = 1.0,
    silent_threshold_db: SilenceThreshold = -40.0,
    device: Loudspeaker = None,
    input_device: MicrophoneName = None,
    size: Annotated[
        str | None, typer.Option(metavar="WxH", help="Size of the window; one number for a square.")
    ] = None,
    fullscreen: Annotated[bool, typer.Option("--fullscreen", help="Fill the screen.")] = False,
    always_on_top: Annotated[bool, typer.Option("--always-on-top", help="Stay above other windows.")] = False,
    record_to: Annotated[
        Path | None,
        typer.Option("--record-to", metavar="DIR", help="Where key R puts videos (default: your videos)."),
    ] = None,
    seed: Seed = None,
    token: Annotated[str | None, typer.Option(hidden=True)] = None,
    api_secret: Annotated[str | None, typer.Option(hidden=True)] = None,
    api_url: Annotated[str | None, typer.Option(hidden=True)] = None,
    insecure: Annotated[bool, typer.Option(hidden=True)] = False,
) -> None:
    """Show the avatar in a window. Key H lists the keys: 1 plays, 2 stops, F fills the screen, Q quits.

    Options of bitHuman's own examples are understood; it needs neither --token nor --api-secret.
    """
    keep_numpy_to_one_thread()
    from ..desktop.preflight import require_screen

    require_screen()
    from ..desktop.options import MicrophoneOptions, WindowOptions
    from ..settings import load

    if avatar is not None and _is_other_file(avatar):
        files = [Path(avatar), *(files or ())]
        avatar = None
    _check_devices(device, input_device if mic else None)
    if volume > LOUDEST and not mic:
        raise UsageError(f"--volume of the loudspeaker is at most {LOUDEST:g}, not {volume:g}")
    if audio_file is not None and not audio_file.is_file():
        raise MissingInputError(f"{audio_file} does not exist")
    options = WindowOptions(
        size=_size(size),
        fullscreen=fullscreen,
        on_top=always_on_top,
        device=device,
        volume=1.0 if mic else volume,
        clip=audio_file,
        microphone=MicrophoneOptions(input_device, volume, silent_threshold_db, echo=echo) if mic else None,
        files=tuple(files or ()),
        recordings=record_to,
    )
    _show(load(avatar=avatar or model, seed=seed), options)


def _is_other_file(word: str) -> bool:
    """Return whether a word is the path of a file that is no avatar: then it is one to be opened."""
    path = Path(word)
    bare = path.name == word and not path.suffix  # as avatars' names are
    if bare or path.suffix.lower() == ".imx" or not path.is_file():
        return False
    from ..avatar.container_layout import MAGIC

    try:
        with path.open("rb") as stream:
            return stream.read(len(MAGIC)) != MAGIC
    except OSError:
        return False


def _check_devices(loudspeaker: str | None, microphone: str | None) -> None:
    """Raise ``UsageError`` if a device that was named is not there; asking takes a moment."""
    if loudspeaker is not None or microphone is not None:
        from ..desktop.devices import check_device

        check_device("output", loudspeaker)
        check_device("input", microphone)


def _show(settings: "Settings", options: "WindowOptions") -> None:
    from ..desktop.opening import run_window
    from ._first_stage import open_stage, rest_picture

    pixels = None if options.size is None else min(options.size)
    opened: list[Stage] = []

    def load() -> "Stage":
        opened.append(open_stage(settings, pixels))
        return opened[0]

    try:
        run_window(load, options, picture=rest_picture(settings, pixels))
    finally:
        for stage in opened:
            stage.close()


def _size(text: str | None) -> tuple[int, int] | None:
    """Read ``800x600`` or ``800``; raises ``UsageError``."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,5})(?:[xX×](\d{1,5}))?", text.strip())
    width, height = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
    if not (_SMALLEST <= width <= _LARGEST and _SMALLEST <= height <= _LARGEST):
        raise UsageError(f"--size is WIDTHxHEIGHT in pixels, {_SMALLEST} to {_LARGEST} a side, not {text!r}")
    return width, height
