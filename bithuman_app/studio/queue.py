"""The videos that users ordered: in order, bounded, and to be had until they are removed."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ..errors import MissingInputError, UnavailableError, UserError
from ..render.background import Colour
from .bench import Bench, State, Task
from .folder import Folder
from .speech_job import SpeechJob
from .uploads import MOST_VIDEO_BYTES, check_recording, shown_title
from .video_job import Rendered, VideoJob

#: Videos that one user may have in the list, waiting and done.
MOST_ORDERS: Final = 50
#: Longer recordings are rendered as far as this.
MOST_SECONDS: Final = 3600.0
_MOST_WAITING: Final = 200
#: What is done is kept for a day: whoever ordered it may be gone for good.
_KEEP_SECONDS: Final = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Look:
    """How a video looks.

    ``size`` (width, height) in pixels, None for the avatar's own; ``background`` a colour or the path of a
    picture, None for the avatar's own; ``transparent`` makes a WebM with an alpha channel.
    """

    size: tuple[int, int] | None = None
    background: Colour | Path | None = None
    transparent: bool = False


class Order:
    """One video that somebody ordered."""

    def __init__(self, title: str, avatar: str, look: Look, task: Task, output: Path) -> None:
        self.title, self.avatar, self.look, self.task = title, avatar, look, task
        self.output = output

    @property
    def id(self) -> str:
        """What names it; not to be guessed."""
        return self.task.id

    @property
    def problem(self) -> str | None:
        """Why it failed, in one line that tells no path."""
        if self.task.error is None:
            return None
        job = self.task.job
        assert isinstance(job, VideoJob)
        text = str(self.task.error).replace(str(job.audio), self.title).replace(str(job.avatar), self.avatar)
        return text.replace(f"{self.output}: ", "").replace(str(self.output), "the video")

    @property
    def rendered(self) -> Rendered | None:
        """What came of it; None while it is not done."""
        result = self.task.result
        return result if isinstance(result, Rendered) else None

    @property
    def cut(self) -> bool:
        """Whether the recording was longer than what is rendered of one."""
        return self.rendered is not None and self.rendered.audio_seconds >= MOST_SECONDS

    @property
    def file_name(self) -> str:
        """What the video is called when it is fetched."""
        stem = Path(self.title).stem.strip(". ") or "video"
        return stem + self.output.suffix


class RenderQueue:
    """Renders what users order, one after the other; users take turns. Any thread may call it."""

    def __init__(self, folder: Folder, most_orders: int = MOST_ORDERS) -> None:
        """``most_orders`` is how many videos one user may have in the list."""
        self._folder, self._most_orders = folder, most_orders
        self._bench = Bench("render queue", _MOST_WAITING)
        self._lock = threading.Lock()
        self._orders: dict[str, list[Order]] = {}

    def add(
        self,
        owner: str,
        recording: Path,
        name: str,
        avatar: Path,
        avatar_name: str,
        look: Look,
        seed: int = 0,
    ) -> Order:
        """Order the video of a recording, which is copied; ``name`` is what its sender calls it.

        A background picture must have been given to ``keep_background``. Raises ``DataError`` for what is
        no recording or too large, ``UnavailableError`` if the list is full, ``OutputError`` for lack of
        room.
        """
        title = shown_title(name)
        self._forget_old()
        if len(self.orders(owner)) >= self._most_orders:
            raise UnavailableError(f"the list holds {self._most_orders} videos; remove some that are done")
        check_recording(recording, title)
        sound = self._folder.keep(recording, MOST_VIDEO_BYTES, title)
        output = self._folder.new_path(".webm" if look.transparent else ".mp4")
        job = VideoJob(
            avatar, sound, output, look.size, seed, look.background, look.transparent, MOST_SECONDS
        )
        try:
            task = self._bench.add(job, owner, clean=lambda: sound.unlink(missing_ok=True))
        except UserError:
            sound.unlink()
            raise
        order = Order(title, avatar_name, look, task, output)
        with self._lock:
            self._orders.setdefault(owner, []).append(order)
        return order

    def do(self, owner: str, job: VideoJob | SpeechJob) -> Task:
        """Render a video that is on nobody's list, when it is its turn. Raises ``UnavailableError``."""
        return self._bench.add(job, owner)

    def drop(self, task: Task) -> None:
        """Stop what ``do`` began."""
        self._bench.cancel(task)

    def keep_background(self, picture: Path, most_bytes: int, name: str) -> Path:
        """Copy a picture that was checked before; it stays as long as a video of the list needs it."""
        return self._folder.keep(picture, most_bytes, shown_title(name))

    def release(self, look: Look) -> None:
        """Remove the background picture of a look with which nothing was ordered after all."""
        background = look.background
        if isinstance(background, Path) and not self._needs(background):
            background.unlink(missing_ok=True)

    def orders(self, owner: str) -> list[Order]:
        """Return what a user ordered, oldest first."""
        with self._lock:
            return list(self._orders.get(owner, ()))

    def find(self, owner: str, order_id: str) -> Order:
        """Return an order by its id; raises ``MissingInputError`` if the user has none of that id."""
        for order in self.orders(owner):
            if order.id == order_id:
                return order
        raise MissingInputError("this video is not in the list any more")

    def ahead(self, order: Order) -> int:
        """Return how many of the same user's videos come first."""
        return self._bench.place(order.task)

    def cancel(self, owner: str, order_id: str) -> None:
        """Stop an order at once; it stays in the list, its files do not. Raises ``MissingInputError``."""
        order = self.find(owner, order_id)
        if self._bench.cancel(order.task):
            order.task.wait()
            self._discard(order)

    def remove(self, owner: str, order_id: str) -> None:
        """Stop an order if need be, and take it off the list with its video. Raises ``MissingInputError``."""
        order = self.find(owner, order_id)
        self._bench.cancel(order.task)
        order.task.wait()
        with self._lock:
            own = self._orders.get(owner, [])
            if order in own:
                own.remove(order)
        self._discard(order)

    def remove_all(self, owner: str) -> None:
        """Take everything of a user off the list that is over."""
        for order in self.orders(owner):
            if order.task.state.over:
                self.remove(owner, order.id)

    def close(self) -> None:
        """Stop everything."""
        self._bench.close()

    def _discard(self, order: Order) -> None:
        order.output.unlink(missing_ok=True)
        self.release(order.look)

    def _forget_old(self) -> None:
        with self._lock:
            owned = [(owner, order) for owner, own in self._orders.items() for order in own]
        for owner, order in owned:
            if order.task.over_for > _KEEP_SECONDS:
                self.remove(owner, order.id)

    def _needs(self, background: Path) -> bool:
        with self._lock:
            orders = [order for own in self._orders.values() for order in own]
        return any(
            order.look.background == background and order.task.state is not State.CANCELLED
            for order in orders
        )


def finished(orders: Sequence[Order]) -> list[tuple[str, Path]]:
    """Return name and path of each video that is done; names are different, also if case is ignored."""
    found: list[tuple[str, Path]] = []
    taken: set[str] = set()
    for order in orders:
        if order.task.state is not State.DONE:
            continue
        wanted = Path(order.file_name)
        name, number = wanted.name, 2
        while name.casefold() in taken:
            name, number = f"{wanted.stem}-{number}{wanted.suffix}", number + 1
        taken.add(name.casefold())
        found.append((name, order.output))
    return found
