"""The first program of bitHuman's documents: say a clip and show the pictures."""

import asyncio
import sys

import cv2
from bithuman import AsyncBithuman
from bithuman.audio import float32_to_int16, load_audio


async def main(model, clip):
    runtime = await AsyncBithuman.create(model_path=model, api_secret="your_api_secret")
    await runtime.start()
    audio, rate = load_audio(clip)
    await runtime.push_audio(float32_to_int16(audio).tobytes(), rate)
    await runtime.flush()
    async for frame in runtime.run():
        if frame.has_image:
            cv2.imshow("Avatar", frame.bgr_image)
            cv2.waitKey(1)
        if frame.end_of_speech:
            break


asyncio.run(main(*sys.argv[1:]))
