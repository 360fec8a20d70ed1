"""One avatar in one session, giving frames in the SDK's form: what all runtimes here are made of."""

import math
import threading
import uuid
from collections import OrderedDict
from collections.abc import Hashable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar
from ..session import Session, SessionClosedError, Tick
from ._gestures import GREETING, GestureDirector
from .config import Settings
from .exceptions import RuntimeNotReadyError
from .models import AudioChunk, VideoControl, VideoFrame

FRAMES_PER_SECOND: Final = 25
SAMPLE_RATE: Final = 16_000
SAMPLES_PER_TICK: Final = SAMPLE_RATE // FRAMES_PER_SECOND
IDLE_MESSAGE: Final = "IDLE"
MUTED_MESSAGE: Final = "MUTED"
_REMEMBERED_MESSAGES: Final = 256


class Engine:
    """A session, the one view of it that the runtime pulls, and what was asked of it.

    Any thread may push and interrupt; one thread at a time pulls.
    """

    def __init__(self, avatar: Avatar, settings: Settings, output_size: tuple[int, int] | None) -> None:
        """``output_size`` is (width, height) of the frames; None keeps the avatar's, up to OUTPUT_WIDTH."""
        size = output_size or _bounded((avatar.width, avatar.height), settings.OUTPUT_WIDTH)
        self.avatar = avatar
        self.session = Session(avatar, size=size, queue_seconds=math.inf)
        self.muted = False
        self.interruptions = self._interruptions_before = 0
        if settings.LIVA_AUTO_SAY_HI:
            self.session.play_gesture(GREETING)
        self._view = self.session.view(late_after=None)
        self._director = GestureDirector(settings)
        self._messages: OrderedDict[int, Hashable] = OrderedDict()
        self._ended_by_chunk: int | None = None
        self._pulling, self._input = threading.Lock(), threading.Lock()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the frames in pixels."""
        return self.session.size

    def first_frame(self) -> NDArray[np.uint8]:
        """Return the resting face, a fresh uint8 (h, w, 3) BGR."""
        return self.session.first_image()

    def push(self, control: VideoControl) -> None:
        """Take sound, a gesture, emotions, or the end of an utterance.

        Raises ``ValueError`` for sound that cannot be played, ``RuntimeNotReadyError`` when closed.
        """
        with self._input:
            try:
                self._director.direct(control, self.session)
                if control.audio is not None:
                    self._speak(control.audio.array, control.audio.sample_rate, control.message_id)
                    if control.audio.last_chunk:
                        self._end_by_chunk(control.message_id)
                if control.end_of_speech:
                    self._end(control.message_id)
            except SessionClosedError as error:
                raise closed_error() from error

    def push_audio(self, data: bytes, sample_rate: int, last_chunk: bool) -> None:
        """Take 16-bit mono PCM; ``last_chunk`` ends the utterance. Odd bytes wait for their other half.

        Raises what ``push`` raises.
        """
        message = str(uuid.uuid4())
        with self._input:
            try:
                self._speak(data, sample_rate, message)
                if last_chunk:
                    self._end_by_chunk(message)
            except SessionClosedError as error:
                raise closed_error() from error

    def interrupt(self) -> None:
        """Drop everything that is waiting; the mouth closes."""
        self.interruptions += 1
        self._ended_by_chunk = None
        self._director.end_utterance()
        self.session.interrupt()

    def mute(self, muted: bool) -> None:
        """While muted, sound that comes or is waiting is dropped and the face idles."""
        if muted and not self.muted and self.session.ready:
            self.interrupt()
        self.muted = muted

    def frames(self) -> list[VideoFrame]:
        """Return the frame of the next 40 ms, and a second one without picture where speech ends.

        Raises ``RuntimeNotReadyError`` when closed.
        """
        with self._pulling:
            try:
                tick = self._view.next()
                # read after the tick was made, so that a tick of what came later is never taken for stale
                self._interruptions_before = self.interruptions
            except SessionClosedError as error:
                raise closed_error() from error
            if tick is None:
                raise closed_error()
            return self.unless_interrupted(self._in_sdk_form(tick, tick.image()))

    def unless_interrupted(self, frames: list[VideoFrame]) -> list[VideoFrame]:
        """Return the frames last made, or nothing if their speech was interrupted since."""
        stale = self._interruptions_before != self.interruptions
        speech = any(frame.audio_chunk is not None or frame.end_of_speech for frame in frames)
        return [] if stale and speech else frames

    def close(self) -> None:
        """Release the session; may be called again."""
        self._view.close()
        self.session.close()

    def _in_sdk_form(self, tick: Tick, image: NDArray[np.uint8] | None) -> list[VideoFrame]:
        message = self._message(tick.utterance)
        # copies, for programs write on what they show and play
        sound = None
        if tick.sample_count:
            sound = AudioChunk(tick.samples[: tick.sample_count].copy(), SAMPLE_RATE, tick.end_of_speech)
        picture = None if image is None else image.copy()
        frames = [VideoFrame(picture, sound, tick.index, message)]
        if tick.end_of_speech:
            if tick.utterance == self._ended_by_chunk:
                self._ended_by_chunk = None
            self._director.end_utterance()
            frames.append(VideoFrame(frame_index=tick.index, source_message_id=message, end_of_speech=True))
        return frames

    def _message(self, utterance: int | None) -> Hashable:
        if utterance is None:
            return MUTED_MESSAGE if self.muted else IDLE_MESSAGE
        return self._messages.get(utterance)

    def _speak(self, sound: bytes | NDArray[np.int16], rate: int, message: Hashable) -> None:
        if not self.muted:
            self._remember(self.session.push(sound, rate), message)

    def _end(self, message: Hashable) -> None:
        """End the utterance, unless its last chunk has just done so: the usual push and flush are one end."""
        if self._ended_by_chunk is None:
            self._remember(self.session.flush(), message)
        self._ended_by_chunk = None

    def _end_by_chunk(self, message: Hashable) -> None:
        self._ended_by_chunk = self.session.flush()
        self._remember(self._ended_by_chunk, message)

    def _remember(self, utterance: int, message: Hashable) -> None:
        """Keep the first message of an utterance: its frames carry it."""
        self._messages.setdefault(utterance, message)
        while len(self._messages) > _REMEMBERED_MESSAGES:
            self._messages.popitem(last=False)


def closed_error() -> RuntimeNotReadyError:
    """The error of a runtime that was stopped for good."""
    return RuntimeNotReadyError("the runtime is closed")


def _bounded(size: tuple[int, int], longest: int) -> tuple[int, int]:
    scale = min(1.0, longest / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
