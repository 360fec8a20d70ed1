"""What goes into the runtime and comes out of it: controls, frames, audio chunks and emotions."""

import builtins
import uuid
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Self

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "INT16_MAX",
    "AudioChunk",
    "ComposedFrame",
    "Emotion",
    "EmotionPrediction",
    "VideoControl",
    "VideoFrame",
]

INT16_MAX: Final = 2**15 - 1


def to_int16(data: object) -> NDArray[np.int16]:
    """Return sound as int16 (n,), from bytes of 16-bit PCM, int16, or floats of full scale ±1.

    Floats beyond full scale are clipped; NaN is silence; an odd last byte is dropped. Raises
    ``ValueError`` for another type or for more than one dimension that is not 1.
    """
    if isinstance(data, bytes | bytearray | memoryview):
        raw = bytes(data)
        return np.frombuffer(raw[: len(raw) & ~1], "<i2").astype(np.int16)
    if not isinstance(data, np.ndarray):
        raise ValueError(f"audio must be bytes or a NumPy array, not {type(data).__name__}")
    if data.ndim != 1:
        if data.size != max(data.shape, default=0):
            raise ValueError(f"audio must be mono, that is of shape (n,), not {data.shape}")
        data = data.reshape(-1)
    if data.dtype == np.int16:
        return data
    if data.dtype in (np.float32, np.float64):
        scaled = np.clip(np.nan_to_num(data, posinf=1.0, neginf=-1.0), -1.0, 1.0) * INT16_MAX
        return np.asarray(scaled, np.int16)
    raise ValueError(f"audio must be int16, float32 or float64, not {data.dtype}")


@dataclass
class AudioChunk:
    """A piece of mono sound; ``data`` becomes int16 (n,) whatever it was made from.

    ``last_chunk`` says that the utterance (going in) or the piece (coming out) ends here. Always
    true in a condition, even when empty.
    """

    data: NDArray[np.int16]
    sample_rate: int
    last_chunk: bool = True

    def __post_init__(self) -> None:
        """Convert ``data``; raises ``ValueError`` for what is no mono sound."""
        self.data = to_int16(self.data)

    @property
    def bytes(self) -> builtins.bytes:
        """The sound as 16-bit little-endian PCM."""
        return self.data.astype("<i2", copy=False).tobytes()

    @property
    def array(self) -> NDArray[np.int16]:
        """The sound as int16 (n,)."""
        return self.data

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return len(self.data) / self.sample_rate

    @classmethod
    def from_bytes(cls, audio_bytes: builtins.bytes, sample_rate: int, last_chunk: bool = True) -> Self:
        """Make a chunk from 16-bit little-endian mono PCM."""
        return cls(to_int16(audio_bytes), sample_rate, last_chunk)


class Emotion(str, Enum):  # noqa: UP042 - str() must give "Emotion.JOY" as programs know it
    """The seven emotions that bend the resting face."""

    ANGER = "anger"
    DISGUST = "disgust"
    FEAR = "fear"
    JOY = "joy"
    NEUTRAL = "neutral"
    SADNESS = "sadness"
    SURPRISE = "surprise"


@dataclass
class EmotionPrediction:
    """How strongly, from 0 to 1, an emotion is felt."""

    emotion: Emotion
    score: float

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Make one from ``{"emotion": "joy", "score": 0.8}``."""
        return cls(Emotion(data["emotion"]), float(data["score"]))

    def to_dict(self) -> dict[str, Any]:
        """Return what ``from_dict`` takes."""
        return {"emotion": self.emotion.value, "score": self.score}


@dataclass
class VideoControl:
    """One thing to do: sound to speak, a gesture, emotions, or the end of an utterance.

    ``action`` names one gesture or several, played one after another; ``force_action`` plays it even
    if the utterance has had one. ``text`` is what is being said; keyword triggers look at it.
    """

    audio: AudioChunk | None = None
    text: str | None = None
    target_video: str | None = None
    action: str | list[str] | None = None
    emotion_preds: list[EmotionPrediction] | None = None
    message_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    end_of_speech: bool = False
    force_action: bool = False
    stop_on_user_speech: bool | None = None
    stop_on_agent_speech: bool | None = None

    @property
    def is_idle(self) -> bool:
        """Whether it asks for nothing: no sound, gesture, video or emotion."""
        return self.audio is None and not self.target_video and not self.action and not self.emotion_preds

    @property
    def is_speaking(self) -> bool:
        """Whether it carries sound."""
        return self.audio is not None

    @classmethod
    def from_audio(cls, audio: bytes | NDArray[Any], sample_rate: int, last_chunk: bool = True) -> Self:
        """Make a control that speaks: bytes of 16-bit PCM, int16, or floats of full scale ±1."""
        return cls(audio=AudioChunk(to_int16(audio), sample_rate, last_chunk))


@dataclass
class VideoFrame:
    """What the runtime gives 25 times a second.

    ``bgr_image`` uint8 (h, w, 3) or None; ``audio_chunk`` the sound that belongs to the picture, None
    when idle; ``end_of_speech`` once after everything of an utterance.
    """

    bgr_image: NDArray[np.uint8] | None = None
    audio_chunk: AudioChunk | None = None
    frame_index: int | None = None
    source_message_id: Hashable | None = None
    end_of_speech: bool = False

    @property
    def has_image(self) -> bool:
        """Whether there is a picture."""
        return self.bgr_image is not None

    @property
    def rgb_image(self) -> NDArray[np.uint8] | None:
        """The picture with red first, uint8 (h, w, 3)."""
        return None if self.bgr_image is None else np.ascontiguousarray(self.bgr_image[..., ::-1])


@dataclass(frozen=True)
class ComposedFrame:
    """A picture of ``Bithuman.compose``: ``bgr`` uint8 (h, w, 3) and where it stands in the clip.

    ``cluster_idx`` belongs to bitHuman's way of storing faces and is always 0.
    """

    bgr: NDArray[np.uint8]
    cluster_idx: int
    frame_idx: int
