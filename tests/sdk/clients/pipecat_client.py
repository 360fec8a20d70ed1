"""A Pipecat pipeline with bitHuman's video service; prints what leaves it, as JSON."""

import asyncio
import json
import sys
import time

import numpy as np
from pipecat.frames.frames import (
    ErrorFrame,
    InterruptionFrame,
    OutputImageRawFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
)
from pipecat.observers.base_observer import BaseObserver
from pipecat.tests.utils import SleepFrame, run_test
from pipecat_bithuman import BitHumanVideoService

RATE = 16_000
CLIP_SECONDS = 2.0


class Log(BaseObserver):
    """What the service itself has pushed, with the time."""

    def __init__(self, service):
        super().__init__()
        self.service, self.entries = service, []

    async def on_push_frame(self, data):
        if data.source is self.service:
            self.entries.append((time.monotonic(), data.frame))

    def of(self, kind):
        return [(at, frame) for at, frame in self.entries if isinstance(frame, kind)]


def speech(seconds, context):
    """A tone in 20 ms frames."""
    count = RATE // 50
    frames = []
    for index in range(round(seconds * 50)):
        t = np.arange(index * count + 1, (index + 1) * count + 1) / RATE
        samples = (8000 * np.sin(2 * np.pi * 190 * t)).astype(np.int16)
        frames.append(TTSAudioRawFrame(samples.tobytes(), RATE, 1, context_id=context))
    return frames


def median_rate(times):
    """Frames a second, as the median over stretches of 25 frames: one stall of the machine does not count."""
    return float(np.median([25 / (late - early) for early, late in zip(times, times[25:], strict=False)]))


async def main(model_path):
    service = BitHumanVideoService(model_path=model_path, api_secret="any text does")
    log = Log(service)
    reply = speech(CLIP_SECONDS, "one")
    await run_test(
        service,
        frames_to_send=[
            SleepFrame(sleep=1.0),
            TTSStartedFrame(context_id="one"), *reply, TTSStoppedFrame(context_id="one"),
            SleepFrame(sleep=3.0),
            TTSStartedFrame(context_id="two"), *speech(3.0, "two"),
            SleepFrame(sleep=0.8), InterruptionFrame(), SleepFrame(sleep=1.0),
        ],
        observers=[log],
        start_timeout=20.0,
    )  # fmt: skip
    images = log.of(OutputImageRawFrame)
    sounds = log.of(TTSAudioRawFrame)
    first = [(at, frame) for at, frame in sounds if frame.context_id == "one"]
    second = [(at, frame) for at, frame in sounds if frame.context_id == "two"]
    stopped = [at for at, _frame in log.of(TTSStoppedFrame)]
    interrupted = log.of(InterruptionFrame)[0][0]
    print(
        json.dumps(
            {
                "images": len(images),
                "fps": median_rate([at for at, _frame in images]),
                "size": list(images[0][1].size),
                "echoed": b"".join(frame.audio for _at, frame in first)
                == b"".join(frame.audio for frame in reply),
                "echoed_seconds": sum(len(frame.audio) for _at, frame in first) / 2 / RATE,
                "stop_after_first_sound": stopped[0] - first[0][0],
                "second_seconds": sum(len(frame.audio) for _at, frame in second) / 2 / RATE,
                "sound_after_interruption": sum(at > interrupted for at, _frame in second),
                "images_after_interruption": sum(at > interrupted for at, _frame in images),
                "errors": [frame.error for _at, frame in log.of(ErrorFrame)],
            }
        )
    )


asyncio.run(main(sys.argv[1]))
