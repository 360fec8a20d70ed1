"""A clip with keys: 1 plays it from the start, 2 stops it, q quits. As bitHuman's audio clip example does,

with its options, its sound card callback and its frame rate controller.
"""

import argparse
import asyncio
import os
import threading

import cv2
import numpy as np
import sounddevice
from bithuman import AsyncBithuman
from bithuman.audio import float32_to_int16, load_audio
from bithuman.utils import FPSController


class Speaker:
    """Plays what is put in, silence when there is nothing."""

    def __init__(self):
        self.buffer, self.lock = bytearray(), threading.Lock()
        self.stream = sounddevice.OutputStream(
            samplerate=16000, blocksize=640, channels=1, dtype="int16", callback=self.fill
        )

    def put(self, data):
        with self.lock:
            self.buffer.extend(data)

    def fill(self, out, count, _time, _status):
        with self.lock:
            data = bytes(self.buffer[: 2 * count])
            del self.buffer[: 2 * count]
        samples = np.frombuffer(data, np.int16)
        out[: len(samples), 0] = samples
        out[len(samples) :] = 0


async def push(runtime, path):
    samples, rate = load_audio(path)
    pcm = float32_to_int16(samples)
    step = rate // 100
    for start in range(0, len(pcm), step):
        await runtime.push_audio(pcm[start : start + step].tobytes(), rate, last_chunk=False)
    await runtime.flush()


async def main(options):
    runtime = await AsyncBithuman.create(
        model_path=options.model,
        api_secret=options.api_secret,
        token=options.token,
        insecure=options.insecure,
    )
    width, height = runtime.get_frame_size()
    cv2.namedWindow("Avatar", cv2.WINDOW_NORMAL)
    cv2.resizeWindow("Avatar", width, height)
    speaker, fps = Speaker(), FPSController(target_fps=25)
    speaker.stream.start()
    pushing = None
    await runtime.start()
    async for frame in runtime.run():
        wait = fps.wait_next_frame(sleep=False)
        if wait > 0:
            await asyncio.sleep(wait)
        if frame.has_image:
            image = frame.bgr_image
            text = f"FPS: {fps.average_fps:.1f} Exp in: {runtime.get_expiration_time()}"
            cv2.putText(image, text, (5, 15), cv2.FONT_HERSHEY_SIMPLEX, 0.4, (0, 255, 0), 1)
            cv2.imshow("Avatar", image)
        if frame.audio_chunk:
            speaker.put(frame.audio_chunk.array.tobytes())
        key = cv2.waitKey(1) & 0xFF
        if key in (ord("1"), ord("2")):
            if pushing is not None and not pushing.done():
                pushing.cancel()
            runtime.interrupt()
        if key == ord("1"):
            pushing = asyncio.create_task(push(runtime, options.audio_file))
        if key == ord("q"):
            break
        fps.update()
    await runtime.stop()
    speaker.stream.stop()
    cv2.destroyAllWindows()


parser = argparse.ArgumentParser()
parser.add_argument("--model", default=os.environ.get("BITHUMAN_MODEL_PATH"))
parser.add_argument("--audio-file", default=os.environ.get("BITHUMAN_AUDIO_PATH"))
parser.add_argument("--api-secret", default=os.environ.get("BITHUMAN_API_SECRET"))
parser.add_argument("--token", default=os.environ.get("BITHUMAN_RUNTIME_TOKEN"))
parser.add_argument("--insecure", action="store_true")
asyncio.run(main(parser.parse_args()))
