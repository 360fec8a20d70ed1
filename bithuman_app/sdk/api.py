"""The data classes under the name that programs of the 0.8 and 1.x years import them from."""

from .models import (
    INT16_MAX,
    AudioChunk,
    Emotion,
    EmotionPrediction,
    VideoControl,
    VideoFrame,
)

__all__ = ["INT16_MAX", "AudioChunk", "Emotion", "EmotionPrediction", "VideoControl", "VideoFrame"]
