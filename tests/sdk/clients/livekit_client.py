"""A LiveKit agent with bitHuman's plugin in local mode; prints what its listeners get, as JSON.

The plugin, the agent's sound output and the tracks are LiveKit's own; the room is not connected to
a server, so a published track is read back here instead of by a remote participant.
"""

import asyncio
import json
import sys
import time
from types import SimpleNamespace

import numpy as np
from livekit import rtc
from livekit.agents.voice.io import PlaybackFinishedEvent
from livekit.plugins import bithuman

RATE = 24_000
CLIP_SECONDS = 2.0


class Publication:
    def __init__(self, track):
        self.track, self.kind, self.sid = track, track.kind, "TR_local"

    async def wait_for_subscription(self):
        pass


class LocalParticipant:
    identity = "agent"
    kind = rtc.ParticipantKind.PARTICIPANT_KIND_AGENT

    def __init__(self):
        self.track_publications = {}

    async def publish_track(self, track, options):
        publication = Publication(track)
        self.track_publications[track.name] = publication
        return publication


class Room(rtc.EventEmitter):
    name = "room"

    def __init__(self):
        super().__init__()
        self.local_participant = LocalParticipant()
        self.remote_participants = {}

    def isconnected(self):
        return True


class AgentSession(rtc.EventEmitter):
    """What the plugin touches of an agent's session: where the sound output is put."""

    def __init__(self):
        super().__init__()
        self.output = SimpleNamespace(replace_audio_tail=self._take)

    def _take(self, audio):
        self.audio = audio


async def say(audio, seconds):
    """Push a tone in 20 ms frames as fast as a speech synthesiser would give it, and end the segment."""
    count = RATE // 50
    for index in range(round(seconds * 50)):
        t = np.arange(index * count, (index + 1) * count) / RATE
        samples = (8000 * np.sin(2 * np.pi * 200 * t)).astype(np.int16)
        await audio.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, count))
    audio.flush()


async def count_frames(track, times, sizes):
    async for event in rtc.VideoStream(track):
        times.append(time.monotonic())
        sizes.add((event.frame.width, event.frame.height))


async def listen(track, heard):
    async for event in rtc.AudioStream(track, sample_rate=16_000, num_channels=1):
        heard.append((time.monotonic(), np.abs(np.frombuffer(event.frame.data, np.int16)).max()))


def median_rate(times):
    """Frames a second, as the median over stretches of 25 frames: one stall of the machine does not count."""
    return float(np.median([25 / (late - early) for early, late in zip(times, times[25:], strict=False)]))


async def until(condition, seconds=20.0):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        await asyncio.sleep(0.01)


async def main(model_path):
    room, session = Room(), AgentSession()
    avatar = bithuman.AvatarSession(model_path=model_path, api_secret="any text does")
    await avatar.start(session, room)
    finished = []
    session.audio.on("playback_finished", finished.append)
    tracks = room.local_participant.track_publications
    await until(lambda: "avatar_video" in tracks)
    times, sizes, heard = [], set(), []
    watching = asyncio.create_task(count_frames(tracks["avatar_video"].track, times, sizes))
    listening = asyncio.create_task(listen(tracks["avatar_audio"].track, heard))
    await asyncio.sleep(1.0)

    began = time.monotonic()
    await say(session.audio, CLIP_SECONDS)
    await until(lambda: finished)
    took = time.monotonic() - began
    await asyncio.sleep(0.5)

    await say(session.audio, CLIP_SECONDS)
    await asyncio.sleep(0.7)
    asked = time.monotonic()
    session.audio.clear_buffer()
    await until(lambda: len(finished) > 1)
    told = time.monotonic() - asked
    await asyncio.sleep(1.0)
    await say(session.audio, 0.5)
    await until(lambda: len(finished) > 2)

    steady = [t for t in times if t - times[0] > 0.5]
    loud = [t for t, level in heard if level > 1000]
    watching.cancel()
    listening.cancel()
    await avatar.aclose()
    print(
        json.dumps(
            {
                "fps": median_rate(steady),
                "longest_gap": float(np.diff(steady).max()),
                "sizes": [list(size) for size in sizes],
                "finished": [
                    {"position": event.playback_position, "interrupted": event.interrupted}
                    for event in finished
                    if isinstance(event, PlaybackFinishedEvent)
                ],
                "took": took,
                "told_of_interruption_after": told,
                "sound_until_after_interruption": max((t - asked for t in loud if t < asked + 1), default=0),
                "first_sound_after": next((t - began for t in loud if t > began), None),
            }
        )
    )


asyncio.run(main(sys.argv[1]))
