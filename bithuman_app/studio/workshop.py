"""All of the workshop in one place, for whoever shows it."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import MissingInputError, UsageError, UserError
from .bake_job import Baked, BakeJob, Style
from .bench import Bench, Task
from .folder import Folder
from .gallery import Gallery
from .marks import FaceMarks
from .names import checked_name, name_from_file
from .previews import Previews
from .queue import RenderQueue
from .uploads import MOST_VIDEO_BYTES, shown_title

_MOST_BAKES: Final = 20
_MOST_PREVIEWS: Final = 100
#: Bakes of one user that are remembered, for a page that comes back to ask.
_MOST_REMEMBERED: Final = 20
SMALLEST_SIDE, LARGEST_SIDE = 128, 2048


class Workshop:
    """The queue of videos, the gallery of avatars, and the bench on which they are baked.

    Rendering, baking and previews have a process each while there is work, so that nobody waits for a
    video to see a new face.
    """

    def __init__(self, avatars: Path, work: Path, cache: Path) -> None:
        """``avatars`` holds the installed avatars, ``work`` what goes with the program, ``cache`` previews.

        Nothing is started before there is work. Raises ``CannotCreateError``.
        """
        self.folder = Folder(work)
        self.queue = RenderQueue(self.folder)
        self.gallery = Gallery(avatars)
        self._bench = Bench("bakery", _MOST_BAKES)
        self._preview_bench = Bench("previews", _MOST_PREVIEWS)
        self.previews = Previews(self._preview_bench, cache / "previews")
        self._lock = threading.Lock()
        self._bakes: dict[str, list[Task]] = {}

    def bake(
        self,
        owner: str,
        picture: Path,
        file_name: str,
        *,
        name: str = "",
        size: tuple[int, int] = (512, 512),
        marks: FaceMarks | None = None,
        style: Style | None = None,
        installed: Callable[[str], None] | None = None,
    ) -> Task:
        """Bake a picture, or the best frame of a short video, and install the avatar.

        The task's result is ``(name, Baked)``; it fails with ``NoFaceError`` if the face must be marked.
        ``installed`` is called with the avatar's name as soon as it is there. Raises ``UsageError`` for a
        bad name, ``UnavailableError`` if too many bakes wait, ``OutputError`` for lack of room.
        """
        title = shown_title(file_name)
        wanted = checked_name(name) if name.strip() else name_from_file(file_name)
        source = self.folder.keep(picture, MOST_VIDEO_BYTES, title)
        output = self.folder.new_path(".imx")

        def install(baked: Baked) -> tuple[str, Baked]:
            known_as = self.gallery.add(baked.path, wanted)
            if installed is not None:
                installed(known_as)
            return known_as, baked

        def clean() -> None:
            source.unlink(missing_ok=True)
            output.unlink(missing_ok=True)

        job = BakeJob(source, title, output, wanted, size, marks, style)
        try:
            task = self._bench.add(job, owner, install, clean)
        except UserError:
            clean()
            raise
        with self._lock:
            own = self._bakes.setdefault(owner, [])
            own.append(task)
            for old in [one for one in own if one.state.over][:-_MOST_REMEMBERED]:
                own.remove(old)
        return task

    def find_bake(self, owner: str, task_id: str) -> Task:
        """Return a bake of a user by its id. Raises ``MissingInputError``."""
        with self._lock:
            for task in self._bakes.get(owner, ()):
                if task.id == task_id:
                    return task
        raise MissingInputError("this picture is not being baked any more")

    def cancel_bake(self, owner: str, task_id: str) -> None:
        """Stop a bake at once. Raises ``MissingInputError``."""
        self._bench.cancel(self.find_bake(owner, task_id))

    def close(self) -> None:
        """Stop everything, empty the trash and remove the files of all jobs."""
        self._bench.close()
        self._preview_bench.close()
        self.queue.close()
        self.gallery.close()
        self.folder.remove()


def checked_size(width: int, height: int) -> tuple[int, int]:
    """Return a size in pixels if videos and avatars may have it; raises ``UsageError``."""
    if not all(SMALLEST_SIDE <= side <= LARGEST_SIDE for side in (width, height)):
        raise UsageError(f"sides are {SMALLEST_SIDE} to {LARGEST_SIDE} pixels, not {width} x {height}")
    return width, height
