"""Batch processing as in bitHuman's use cases: collect the frames of clips and make videos of them."""

import asyncio
import json
import sys

import numpy as np
from bithuman import AsyncBithuman
from bithuman.audio import float32_to_int16, load_audio, write_video_with_audio


async def main(model, *clips):
    runtime = await AsyncBithuman.create(model_path=model, api_secret="...")
    await runtime.start()
    results = []
    for number, clip in enumerate(clips):
        audio, rate = load_audio(clip, target_sr=16000)
        await runtime.push_audio(float32_to_int16(audio).tobytes(), sample_rate=rate)
        await runtime.flush()
        frames, sound = [], []
        async for frame in runtime.run():
            if frame.has_image:
                frames.append(frame.rgb_image)
            if frame.audio_chunk:
                sound.append(frame.audio_chunk.array)
            if frame.end_of_speech:
                break
        write_video_with_audio(f"clip{number}.mp4", frames, np.concatenate(sound), 16000)
        results.append({"frames": len(frames), "samples": sum(map(len, sound)), "spoken": len(audio)})
    await runtime.stop()
    print(json.dumps(results))


asyncio.run(main(*sys.argv[1:]))
