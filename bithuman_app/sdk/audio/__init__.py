"""Helpers for sound under the name that programs import them from."""

from .batcher import AudioStreamBatcher
from .mel import get_mel_chunks
from .utils import float32_to_int16, int16_to_float32, load_audio, resample, write_video_with_audio

__all__ = [
    "AudioStreamBatcher",
    "float32_to_int16",
    "get_mel_chunks",
    "int16_to_float32",
    "load_audio",
    "resample",
    "write_video_with_audio",
]
