"""What the words of a ``render`` command line mean: sizes, backgrounds, files in and files out."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import mkdtemp
from typing import Final

from .. import __version__
from ..errors import CannotCreateError, MissingInputError, OutputError, UsageError, UserError
from ..media.files import check_creatable
from ..media.images import MAX_FILE_BYTES
from ..media.picture_headers import foreign_format, read_header
from ..media.video import SUFFIXES
from ..render.background import COLOUR_NAMES, Colour, parse_colour
from ..settings import Settings

_logger = logging.getLogger(__name__)

#: What is taken for a recording in a folder; videos must be named one by one.
SOUND_SUFFIXES: Final = frozenset(
    {
        ".wav", ".wave", ".w64", ".mp3", ".m4a", ".m4b", ".aac", ".flac", ".ogg", ".oga", ".opus", ".aif",
        ".aiff", ".aifc", ".caf", ".au", ".amr", ".wma", ".ac3", ".mka", ".weba",
    }
)  # fmt: skip
SMALLEST_SIDE, LARGEST_SIDE = 128, 4096
#: How many pictures' bakes are kept, about 3 MB each.
_CACHED_BAKES: Final = 32


def parse_size(text: str | None) -> tuple[int, int] | None:
    """Return (width, height) of ``512`` or ``1280x720``. Raises ``UsageError`` for anything else."""
    if text is None:
        return None
    parts = text.lower().replace("×", "x").split("x")
    sides = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 6]
    if len(sides) != len(parts) or len(sides) not in (1, 2):
        raise UsageError(f"--size cannot be {text!r}: say 512, 1024 or WIDTHxHEIGHT, for instance 1280x720")
    width, height = sides[0], sides[-1]
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        raise UsageError(f"--size cannot be {text!r}: sides are {SMALLEST_SIDE} to {LARGEST_SIDE} pixels")
    return width, height


def parse_background(text: str) -> Colour | Path:
    """Return the colour or the picture file that ``--background`` names.

    Raises ``UsageError`` if it is neither.
    """
    colour = parse_colour(text)
    if colour is not None:
        return colour
    if Path(text).exists():
        return Path(text)
    raise UsageError(
        f"--background {text!r} is no picture file and no colour; colours are #RRGGBB, R,G,B "
        f"or a name such as {', '.join(COLOUR_NAMES[:8])}; 'transparent' cuts the person out"
    )


def find_recordings(words: Sequence[Path]) -> list[Path]:
    """Return the files that the words name, in order, each once; a folder stands for those inside it.

    Whether a file named itself is there is not asked. Raises ``MissingInputError`` for a folder
    without recordings.
    """
    found: dict[Path, Path] = {}
    for word in words:
        for file in _recordings_in(word) if word.is_dir() else [word]:
            found.setdefault(file.absolute(), file)
    return list(found.values())


def _recordings_in(folder: Path) -> list[Path]:
    try:
        files = sorted(
            file
            for file in folder.iterdir()
            if file.suffix.lower() in SOUND_SUFFIXES and not file.name.startswith(".") and file.is_file()
        )
    except OSError as error:
        raise MissingInputError(f"{folder}: the folder cannot be read ({error.strerror})") from error
    if not files:
        raise MissingInputError(f"{folder}: there is no recording in this folder")
    return files


def single_output(output: Path | None, recording: Path, transparent: bool) -> Path:
    """Return where the video of a single recording goes; without ``output``, into the current directory.

    Raises ``UsageError`` for an unfit suffix or if a source would be overwritten, ``CannotCreateError``
    if the place cannot be written to.
    """
    default_name = recording.stem + _default_suffix(transparent)
    if output is None:
        path = Path(default_name)
    elif output.is_dir():
        path = output / default_name
    else:
        path = output
    if path.suffix.lower() not in SUFFIXES:
        raise UsageError(f"{path}: the name of a video must end in {' or '.join(SUFFIXES)}")
    if transparent and path.suffix.lower() == ".mp4":
        raise UsageError(f"{path}: an MP4 cannot be transparent; name the video *.webm")
    _spare_the_source(path, recording)
    check_creatable(path)
    return path


def several_outputs(output: Path | None, recordings: Sequence[Path], transparent: bool) -> list[Path]:
    """Return where the videos go: into the folder ``output`` (made if need be), named like the recordings.

    Names that would clash get a number. Raises like ``single_output``.
    """
    folder = output or Path()
    if folder.suffix.lower() in SUFFIXES and not folder.is_dir():
        raise UsageError(f"{folder}: for several recordings -o must name a folder")
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise CannotCreateError(f"{folder}: there is a file in the place of this folder") from error
    except (OSError, ValueError) as error:
        raise CannotCreateError(f"{folder}: the folder cannot be made ({error})") from error
    taken: set[str] = set()
    paths = []
    for recording in recordings:
        name, number = recording.stem, 2
        while name.casefold() in taken:  # some file systems do not tell A from a
            name, number = f"{recording.stem}-{number}", number + 1
        taken.add(name.casefold())
        path = folder / (name + _default_suffix(transparent))
        _spare_the_source(path, recording)
        check_creatable(path)
        paths.append(path)
    return paths


def _default_suffix(transparent: bool) -> str:
    return ".webm" if transparent else ".mp4"


def _spare_the_source(path: Path, recording: Path) -> None:
    if path.exists() and recording.exists() and path.samefile(recording):
        raise UsageError(f"{path}: the video would overwrite its own sound; choose another name with -o")


def find_avatar(
    word: str,
    size: tuple[int, int] | None,
    settings: Settings,
    on_bake: Callable[[str, float], None],
) -> Path:
    """Return the avatar file that a word means: a name, an ``.imx`` file, or a picture, which is baked.

    A baked picture is kept in the cache directory. ``on_bake`` hears of the steps of a bake.
    Raises ``MissingInputError``, ``DataError`` and what the bake raises.
    """
    from ..avatar import library

    path = Path(word)
    if path.is_file() and _is_picture(path):
        return _baked(path, size, settings, on_bake)
    return library.find(word, directory=settings.avatar_directory, size=max(size) if size else None)


def _is_picture(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError:
        return False  # whoever opens it as an avatar says what is wrong
    suffix_says_so = path.suffix.lower() in (".jpg", ".jpeg", ".png", ".webp")
    return suffix_says_so or read_header(start) is not None or foreign_format(start) is not None


def _baked(
    picture: Path,
    size: tuple[int, int] | None,
    settings: Settings,
    on_bake: Callable[[str, float], None],
) -> Path:
    from ..avatar import open_avatar, save_avatar
    from ..avatar.bake import BakeOptions, bake_file

    cached = _cache_path(picture, size, settings.cache_directory / "baked")
    if cached.exists():
        try:
            open_avatar(cached)
        except UserError:
            pass  # damaged or of another version: bake anew
        else:
            cached.touch()
            return cached
    options = BakeOptions(name=picture.stem) if size is None else BakeOptions(name=picture.stem, size=size)
    avatar = bake_file(picture, options, on_bake)
    on_bake("done", 1.0)
    for warning in avatar.manifest.get("warnings", ()):
        _logger.warning("%s: %s", picture, warning)
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        save_avatar(avatar, cached)
    except (OSError, CannotCreateError, OutputError):
        # No cache, for instance on a read-only system: the operating system clears this place.
        cached = Path(mkdtemp(prefix="bithuman-app-")) / cached.name
        save_avatar(avatar, cached)
    else:
        _forget_old_bakes(cached.parent)
    return cached


def _cache_path(picture: Path, size: tuple[int, int] | None, folder: Path) -> Path:
    """Name a bake by everything it depends on: the picture, the size and the program."""
    digest = hashlib.sha256(f"{__version__} {picture.stem} {size}\n".encode("utf-8", "surrogateescape"))
    try:
        with picture.open("rb") as file:
            digest.update(file.read(MAX_FILE_BYTES))
    except OSError as error:
        raise MissingInputError(f"{picture}: cannot be opened ({error.strerror})") from error
    return folder / f"{digest.hexdigest()[:32]}.imx"


def _forget_old_bakes(folder: Path) -> None:
    try:
        newest_first = sorted(folder.glob("*.imx"), key=lambda path: path.stat().st_mtime, reverse=True)
        for path in newest_first[_CACHED_BAKES:]:
            path.unlink()
    except OSError:
        pass  # another process is at it; the cache is a convenience
