"""``bithuman-app kiosk``: the avatar on a screen by itself, for days."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ..errors import MissingInputError, UsageError
from ._common import console
from ._options import LOUDEST, Loudspeaker, MicrophoneName, Seed, SilenceThreshold

if TYPE_CHECKING:
    from ..desktop.kiosk.heartbeat import Heartbeat
    from ..desktop.kiosk.kiosk import KioskOptions, Turn
    from ..desktop.kiosk.lock import KioskLock
    from ..settings import Settings

_LONGEST = 86_400.0
#: Options that are about the autostart, and no part of what is started.
_AUTOSTART_OPTIONS = ("--install-autostart", "--remove-autostart", "--print-autostart")
_AUTOSTART_KIND = "--autostart-kind"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("kiosk")(_kiosk)


def _kiosk(
    context: typer.Context,
    avatar: Annotated[
        str | None,
        typer.Argument(metavar="[AVATAR]", help="An avatar's name or an .imx file.", show_default=False),
    ] = None,
    screen: Annotated[
        str | None,
        typer.Option("--screen", metavar="N", help="The screen: a number from 1, or a name such as HDMI-1."),
    ] = None,
    portrait: Annotated[
        bool | None,
        typer.Option(
            "--portrait/--no-portrait",
            help="Fill an upright screen with the face; on a screen that reports itself as wide, turned.",
            show_default="by the screen",
        ),
    ] = None,
    turn: Annotated[
        str, typer.Option(metavar="SIDE", help="To which side a screen's picture is turned: right or left.")
    ] = "right",
    size: Annotated[
        int | None,
        typer.Option(
            min=64, max=8192, metavar="PIXELS", help="Which of the avatar's sizes; 512 for a small computer."
        ),
    ] = None,
    attract_phrase: Annotated[
        list[str] | None,
        typer.Option("--attract-phrase", metavar="TEXT", help="Say this to call visitors; may be repeated."),
    ] = None,
    attract_phrases: Annotated[
        Path | None,
        typer.Option("--attract-phrases", metavar="FILE", help="... or one phrase from each line of a file."),
    ] = None,
    attract_clip: Annotated[
        Path | None,
        typer.Option("--attract-clip", metavar="FILE", help="... or play this recording."),
    ] = None,
    attract_after: Annotated[
        float | None,
        typer.Option(
            min=0, max=_LONGEST, metavar="SECONDS", help="How long it is quiet before a call; 0 for never."
        ),
    ] = None,
    reset_after: Annotated[
        float | None,
        typer.Option(
            min=0,
            max=_LONGEST,
            metavar="SECONDS",
            help="How long without a sign of the visitor before all is forgotten; 0 for never.",
        ),
    ] = None,
    mic: Annotated[bool, typer.Option("--mic", help="Visitors speak with the avatar's mouth.")] = False,
    silent_threshold_db: SilenceThreshold = -40.0,
    volume: Annotated[float, typer.Option(min=0.0, max=LOUDEST, help="Of the loudspeaker, a factor.")] = 1.0,
    device: Loudspeaker = None,
    input_device: MicrophoneName = None,
    figures: Annotated[
        bool, typer.Option("--figures", help="Show how the kiosk is doing in a corner of the screen.")
    ] = False,
    watchdog: Annotated[
        bool, typer.Option("--watchdog/--no-watchdog", help="Start it again when it hangs or crashes.")
    ] = True,
    install_autostart: Annotated[
        bool, typer.Option("--install-autostart", help="Start it like this at every login.")
    ] = False,
    remove_autostart: Annotated[
        bool, typer.Option("--remove-autostart", help="Start it at logins no more.")
    ] = False,
    print_autostart: Annotated[
        bool, typer.Option("--print-autostart", help="Show what --install-autostart would write.")
    ] = False,
    autostart_kind: Annotated[
        str | None,
        typer.Option(_AUTOSTART_KIND, metavar="KIND", help="systemd, launchd or desktop (XDG)."),
    ] = None,
    seed: Seed = None,
) -> None:
    """Let the avatar run a screen by itself. Ctrl+Shift+Q ends it, or SIGTERM; nothing else does.

    It calls visitors, forgets them when they leave, and is started again if it fails.
    docs/kiosk.md tells how to set up a screen in a lobby.
    """
    from ..settings import load

    settings = load(
        avatar=avatar,
        seed=seed,
        kiosk_screen=screen,
        kiosk_attract_after=attract_after,
        kiosk_reset_after=reset_after,
    )
    if install_autostart or remove_autostart or print_autostart:
        _autostart(_without_autostart(context.obj), autostart_kind, install_autostart, remove_autostart)
        return
    if turn not in ("right", "left"):
        raise UsageError(f"--turn is right or left, not {turn!r}")
    if attract_clip is not None and not attract_clip.is_file():
        raise MissingInputError(f"{attract_clip} does not exist")
    from ..desktop.kiosk.phrases import read_phrases

    phrases = [*(attract_phrase or ()), *(read_phrases(attract_phrases) if attract_phrases else ())]
    heartbeat = _heartbeat()
    with _lock(settings) if heartbeat is None else nullcontext():
        if heartbeat is None and watchdog:
            raise typer.Exit(_watch(context.obj, settings))
        _require_screen()
        from ..desktop.kiosk.kiosk import Kiosk
        from ..desktop.options import MicrophoneOptions, WindowOptions

        microphone = MicrophoneOptions(input_device, threshold_db=silent_threshold_db) if mic else None
        options = replace(
            _options(settings),
            pixels=size,
            portrait=portrait,
            turn=cast("Turn", turn),
            phrases=tuple(phrases),
            clip=attract_clip,
            figures=figures,
            window=WindowOptions(device=device, volume=volume, microphone=microphone),
        )
        Kiosk(options, heartbeat).run()


def _autostart(arguments: list[str], kind: str | None, install: bool, remove: bool) -> None:
    """Install, remove or show the unit that starts the kiosk with these arguments."""
    from ..desktop.kiosk import autostart

    if kind is not None and kind not in autostart.KINDS:
        raise UsageError(f"--autostart-kind is one of {', '.join(autostart.KINDS)}, not {kind!r}")
    if install and remove:
        raise UsageError("--install-autostart and --remove-autostart exclude each other")
    chosen = cast("autostart.Kind", kind) if kind is not None else autostart.usual_kind()
    unit = autostart.unit(chosen, autostart.start(arguments))
    if install:
        unit.install()
        console().print(f"wrote {unit.path}: the kiosk starts at the next login", markup=False)
    elif remove:
        found = unit.remove()
        console().print(f"removed {unit.path}" if found else f"there is no {unit.path}", markup=False)
    else:
        console().print(f"{unit.path} would be:", markup=False)
        typer.echo(unit.text, nl=False)


def _without_autostart(arguments: Sequence[str]) -> list[str]:
    """Return a command line without what is about the autostart: that is no part of what is started."""
    kept: list[str] = []
    rest = iter(arguments)
    for word in rest:
        if word == _AUTOSTART_KIND:
            next(rest, None)
        elif word not in _AUTOSTART_OPTIONS and not word.startswith(f"{_AUTOSTART_KIND}="):
            kept.append(word)
    return kept


def _heartbeat() -> "Heartbeat | None":
    """Return the heartbeat of a process that the watchdog started, which ends with it; None in another."""
    from ..desktop.kiosk.heartbeat import Heartbeat

    heartbeat = Heartbeat.from_environment()
    if heartbeat is not None:
        heartbeat.die_with_watchdog()
    return heartbeat


def _lock(settings: "Settings") -> "KioskLock":
    from ..desktop.kiosk.lock import KioskLock

    return KioskLock(settings.log_directory)


def _watch(arguments: Sequence[str], settings: "Settings") -> int:
    """Run this command line in a process under a watchdog; return its exit code."""
    from ..desktop.kiosk.autostart import program
    from ..desktop.kiosk.watchdog import Watchdog

    hung_after = settings.kiosk_hung_after
    return Watchdog([*program(), *arguments], _incidents(settings), hung_after=hung_after).run()


def _incidents(settings: "Settings") -> Path:
    from ..desktop.kiosk.incidents import FILE_NAME

    return settings.log_directory / FILE_NAME


def _require_screen() -> None:
    from ..desktop.preflight import require_screen
    from ._threads import keep_numpy_to_one_thread

    require_screen()
    keep_numpy_to_one_thread()


def _options(settings: "Settings") -> "KioskOptions":
    """Return what the settings say of a kiosk."""
    from ..desktop.kiosk.kiosk import KioskOptions
    from ..desktop.kiosk.visit import Patience

    return KioskOptions(
        avatar=settings.avatar,
        directory=settings.avatar_directory,
        incidents=_incidents(settings),
        seed=settings.seed,
        screen=settings.kiosk_screen or None,
        patience=Patience(settings.kiosk_attract_after, settings.kiosk_reset_after),
        voice=settings.voice,
        voice_speed=settings.voice_speed,
    )
