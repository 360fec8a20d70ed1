"""Small real media files, made with the same library that reads them."""

from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def write_sound(
    path: Path, samples: NDArray[np.float32], rate: int, codec: str, layout: str | None = None
) -> Path:
    """Encode float32 (channels, n) into ``path``."""
    with av.open(str(path), "w") as container:
        options = {"strict": "-2"} if codec == "vorbis" else {}
        stream = container.add_stream(codec, rate=rate, options=options)
        stream.layout = layout or LAYOUTS[len(samples)]
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", stream.layout.name)
        frame.sample_rate = rate
        frame.pts = 0
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def click(seconds: float, at: float, rate: int, channels: int = 1) -> NDArray[np.float32]:
    """Silence with one loud click of 0.2 ms."""
    samples = np.zeros((channels, round(seconds * rate)), np.float32)
    start = round(at * rate)
    samples[:, start : start + max(1, rate // 5000)] = 0.9
    return samples


def tone(seconds: float, rate: int, hertz: float = 440.0, amplitude: float = 0.5) -> NDArray[np.float32]:
    """One channel of a sine, (1, n)."""
    time = np.arange(round(seconds * rate)) / rate
    return (amplitude * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[None]
