"""``Bithuman``: the runtime for programs without an event loop."""

import threading
import time
from collections.abc import Awaitable, Callable, Generator, Iterator
from os import PathLike
from types import TracebackType
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar
from ..lipsync import SAMPLE_RATE
from . import _avatars
from ._account import NoAccount
from ._compose import compose
from ._engine import FRAMES_PER_SECOND, SAMPLES_PER_TICK, Engine
from ._ep import EP
from .config import Settings, load_settings
from .exceptions import RuntimeNotReadyError
from .models import ComposedFrame, VideoControl, VideoFrame
from .utils import calculate_file_hash
from .video_graph import VideoGraph

BufferEmptyCallback = Callable[[], bool]
ModelPath = str | PathLike[str]
_WAIT_FOR_BUFFER: Final = 0.002


class Done(Awaitable[None]):
    """What ``cleanup`` returns: programs call it with ``await`` or without."""

    def __await__(self) -> Generator[Any, None, None]:
        """Finish at once."""
        yield from ()


class Bithuman(NoAccount):
    """A talking avatar: sound goes in, frames with their sound come out.

    Everything that concerns accounts (tokens, secrets, URLs, tags, billing, fingerprints) is accepted
    and neither kept nor used. ``model_path`` is an avatar file, a picture, or the name of an avatar at
    hand such as ``"maya"``; ``avatar_image`` (path, URL, base64, bytes, Pillow picture or BGR array) is
    baked; ``avatar_id`` and ``agent_code`` name an avatar at hand. Without any of them, ``set_model``
    comes later.
    """

    def __init__(
        self,
        *,
        model_path: ModelPath | None = None,
        avatar_image: object = None,
        avatar_id: str | None = None,
        agent_code: str | None = None,
        token: str | None = None,
        api_secret: str | None = None,
        api_url: str | None = None,
        tags: str | None = "bithuman",
        insecure: bool = True,
        input_buffer_size: int = 0,
        output_buffer_size: int = 5,
        load_model: bool = False,
        num_threads: int = 0,
        verbose: bool | None = None,
        batch_workers: int = 1,
        quality: str = "medium",
        identity: object = None,
        output_size: tuple[int, int] | None = None,
        billing_type: str | None = None,
        fingerprint: str | None = None,
    ) -> None:
        """Load or bake the avatar, if one is named.

        ``output_size`` is (width, height) of the frames, the avatar centred on black; by default they
        are as large as the avatar. ``input_buffer_size`` bounds how many pushed chunks may wait
        (asynchronous runtime only; 0: any number). Raises ``ModelNotFoundError`` or ``ModelLoadError``.
        """
        super().__init__()
        self.settings: Settings = load_settings().model_copy()
        self.video_graph = VideoGraph()
        self.input_buffer_size = input_buffer_size
        self.model_path: ModelPath | None = None
        self._output_size = output_size
        self._engine: Engine | None = None
        self._closed = False
        self._stopped = threading.Event()
        picture = avatar_image if avatar_image is not None else identity
        named = model_path or avatar_id or agent_code
        if picture is not None:
            self._use(_avatars.bake_picture(picture))
        elif named:
            self._load(named)

    @classmethod
    def create(cls, **arguments: Any) -> Self:
        """Make a runtime; takes what the constructor takes."""
        return cls(**arguments)

    @classmethod
    def load(
        cls,
        model_path: ModelPath,
        api_secret: str | None = None,
        preferred_ep: EP = EP.CPU,
        intra_op_threads: int = 1,
        tags: str = "",
        fingerprint: str | None = None,
        billing_type: str = "",
    ) -> Self:
        """Load an avatar for ``compose``; only ``model_path`` matters."""
        return cls(model_path=model_path)

    # --- what the runtime is -------------------------------------------------------------------

    @property
    def frame_width(self) -> int:
        """Width of the frames in pixels."""
        return self._ready().size[0]

    @property
    def frame_height(self) -> int:
        """Height of the frames in pixels."""
        return self._ready().size[1]

    @property
    def fps(self) -> int:
        """Frames a second: 25."""
        return FRAMES_PER_SECOND

    @property
    def sample_rate(self) -> int:
        """Rate of the sound that frames carry: 16000."""
        return SAMPLE_RATE

    @property
    def samples_per_tick(self) -> int:
        """Samples of sound in a full frame: 640. Raises ``RuntimeNotReadyError`` without an avatar."""
        self._ready()
        return SAMPLES_PER_TICK

    def get_frame_size(self) -> tuple[int, int]:
        """Return width and height of the frames."""
        return self._ready().size

    def get_first_frame(self) -> NDArray[np.uint8] | None:
        """Return the resting face, uint8 (h, w, 3) BGR, or None while there is no avatar."""
        return None if self._engine is None else self._engine.first_frame()

    @property
    def model_hash(self) -> str | None:
        """The MD5 of the avatar's file, None if it came from no file."""
        return None if self.model_path is None else calculate_file_hash(str(self.model_path))

    def load_data(self) -> None:
        """Do nothing: the avatar is loaded already."""

    # --- what it is told -----------------------------------------------------------------------

    def set_model(self, model_path: ModelPath | None = None) -> Self:
        """Take another avatar; what was waiting to be said is dropped. None changes nothing."""
        if model_path is not None:
            self._load(model_path)
        return self

    def push_audio(self, data: bytes, sample_rate: int, last_chunk: bool = True) -> None:
        """Say 16-bit little-endian mono PCM of any rate; ``last_chunk`` ends the utterance."""
        self._ready().push_audio(data, sample_rate, last_chunk)

    def flush(self) -> None:
        """End the utterance: one frame with ``end_of_speech`` comes after all its sound."""
        self._ready().push(VideoControl(end_of_speech=True))

    def push(self, control: VideoControl) -> None:
        """Do what a control says."""
        self._ready().push(control)

    def interrupt(self) -> None:
        """Stop speaking now; everything that waits is dropped. No ``end_of_speech`` follows."""
        if self._engine is not None:
            self._engine.interrupt()

    def set_identity(self, identity: object) -> Awaitable[None]:
        """Take another face: any picture that ``avatar_image`` may be, baked. May be awaited.

        Raises ``ModelNotFoundError`` or ``ModelLoadError``.
        """
        self._use(_avatars.bake_picture(identity))
        self.model_path = None
        return Done()

    def set_idle_timeout(self, idle_timeout: float) -> None:
        """Do nothing: idle frames never wait for a timeout of their own."""

    def sync_to(self, sink: object) -> None:
        """Do nothing: frames follow whoever asks for them."""

    def set_muted(self, mute: bool) -> None:
        """While muted the face idles and sound is dropped."""
        self._ready().mute(mute)

    def run(
        self, out_buffer_empty: BufferEmptyCallback | None = None, *, idle_timeout: float | None = None
    ) -> Iterator[VideoFrame]:
        """Give frames for as long as they are asked for, as fast as they are: the caller keeps the pace.

        With ``out_buffer_empty`` an idle frame is made only when it says True, and then only after
        ``idle_timeout`` seconds without sound.
        """
        self._stopped.clear()
        engine = self._ready()
        while not self._stopped.is_set():
            engine = self._ready()
            if out_buffer_empty is not None and not engine.session.wait_ready(idle_timeout or 0.0):
                while not (engine.session.ready or out_buffer_empty() or self._stopped.is_set()):
                    time.sleep(_WAIT_FOR_BUFFER)
            yield from engine.frames()

    def process(self, control: VideoControl) -> Iterator[VideoFrame]:
        """Do what a control says and give the frames of it that are complete."""
        engine = self._ready()
        engine.push(control)
        while engine.session.ready:
            yield from engine.frames()

    def compose(
        self,
        audio: Any,
        preallocated_out: NDArray[np.uint8] | None = None,
        output_size: tuple[int, int] | None = (1280, 720),
    ) -> Iterator[ComposedFrame]:
        """Give the frames of a whole clip, as fast as they are asked for; see ``_compose.compose``."""
        return compose(self._ready().avatar, audio, preallocated_out, output_size)

    # --- the end -------------------------------------------------------------------------------

    def close(self) -> None:
        """Stop and release the avatar; may be called again."""
        self._stopped.set()
        self._closed = True
        if self._engine is not None:
            self._engine.close()
            self._engine = None

    def cleanup(self) -> Awaitable[None]:
        """Close; may be called plainly or with ``await``."""
        self.close()
        return Done()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def _ready(self) -> Engine:
        if self._engine is None:
            reason = "the runtime is closed" if self._closed else "no avatar is loaded; call set_model first"
            raise RuntimeNotReadyError(reason)
        return self._engine

    def _load(self, model_path: ModelPath) -> None:
        self._use(_avatars.load(model_path))
        self.model_path = model_path

    def _use(self, avatar: Avatar) -> None:
        before, self._engine = self._engine, Engine(avatar, self.settings, self._output_size)
        self._closed = False
        if before is not None:
            before.close()
