"""The avatar says what the microphone hears, as in bitHuman's microphone example: 24 kHz in pieces of

10 ms, a threshold in decibels, and silence after a while.
"""

import argparse
import asyncio
import os

import numpy as np
import sounddevice
from bithuman import AsyncBithuman
from bithuman.utils import FPSController
from bithuman.utils.agent import LocalVideoPlayer

RATE, PIECE = 24000, 240
SILENT_AFTER = 3.0


def decibels(samples):
    level = np.sqrt(np.mean((samples.astype(np.float64) / 32768) ** 2))
    return 20 * np.log10(max(level, 1e-9))


async def hear(runtime, pieces, options, loop):
    """Push speech, and the pauses in it as long as they are short."""
    last_loud = -SILENT_AFTER
    while True:
        samples = await pieces.get()
        samples = np.clip(samples.astype(np.float64) * options.volume, -32768, 32767).astype(np.int16)
        if decibels(samples) > options.silent_threshold_db:
            last_loud = loop.time()
        if loop.time() - last_loud < SILENT_AFTER:
            await runtime.push_audio(samples.tobytes(), RATE, last_chunk=False)


async def main(options):
    runtime = await AsyncBithuman.create(
        model_path=options.model, api_secret=options.api_secret, input_buffer_size=5
    )
    loop = asyncio.get_running_loop()
    pieces = asyncio.Queue()
    microphone = sounddevice.InputStream(
        samplerate=RATE, blocksize=PIECE, channels=1, dtype="int16",
        callback=lambda data, *_rest: loop.call_soon_threadsafe(pieces.put_nowait, data[:, 0].copy()),
    )  # fmt: skip
    player = LocalVideoPlayer(window_size=runtime.get_frame_size(), buffer_size=3)
    hearing = asyncio.create_task(hear(runtime, pieces, options, loop))
    microphone.start()
    fps = FPSController(target_fps=25)
    async for frame in runtime.run(out_buffer_empty=player.buffer_empty, idle_timeout=0.5):
        await asyncio.sleep(fps.wait_next_frame(sleep=False))
        await player.capture_frame(frame, fps=fps.average_fps, exp_time=runtime.get_expiration_time())
        if options.echo and frame.audio_chunk:
            with open(os.environ["PRETENDED_SPEAKER"], "ab") as speaker:
                speaker.write(frame.audio_chunk.bytes)
        fps.update()
    hearing.cancel()


parser = argparse.ArgumentParser()
parser.add_argument("--model", default=os.environ.get("BITHUMAN_MODEL_PATH"))
parser.add_argument("--api-secret", default=os.environ.get("BITHUMAN_API_SECRET"))
parser.add_argument("--volume", type=float, default=1.0)
parser.add_argument("--silent-threshold-db", type=float, default=-40)
parser.add_argument("--echo", action="store_true")
asyncio.run(main(parser.parse_args()))
