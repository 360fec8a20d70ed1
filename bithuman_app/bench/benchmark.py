"""The benchmark: everything that costs time or memory, measured in one run."""

import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from ..avatar import Avatar, open_avatar, save_avatar
from ..avatar.bake import BakeOptions, bake_file
from ..lipsync import ArticulationStream
from ..lipsync.curves import FRAMES_PER_SECOND, SAMPLES_PER_FRAME, Curves
from ..lipsync.loudness import loudness
from ..media.audio import read_audio, read_soundtrack
from ..media.video import VideoWriter
from ..performance import Performer
from ..render import Renderer
from ..resources import asset
from ..session.bench import measure_sessions
from ..session.offline import perform
from .lipsync import measure_lipsync
from .memory import measure_talking
from .scenes import Scene, make_scenes
from .timing import Timing, time_each

Facts = dict[str, Any]
#: Called with what is being measured and the share done, 0..1.
Progress = Callable[[str, float], None]

SIZES: Final = {"512": (512, 512), "720p": (1280, 720), "1024": (1024, 1024)}
_FRAMES, _QUICK_FRAMES = 250, 48
_LOADS, _QUICK_LOADS = 20, 5
_WARM_UP: Final = 5


def run_benchmark(quick: bool = False, progress: Progress | None = None) -> Facts:
    """Measure on one thread and return the figures by name.

    Times in ``*_ms`` are milliseconds of processor time, those in ``*_wall_ms`` of the clock; a plain
    name is the mean, ``_p95`` and ``_max`` follow. ``bake_s`` is processor seconds at 512 x 512.
    The figures of live sessions are those of ``session.bench``.
    ``render_realtime_factor`` is how many seconds of the shipped speech become video in one second.
    ``quick`` repeats less. Uses the artwork and the speech that ship with the program.

    For figures of one thread the environment must say ``OPENBLAS_NUM_THREADS=1`` before numpy is loaded.
    """
    report = progress or (lambda step, share: None)
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        with TemporaryDirectory(prefix="bithuman-app-bench-") as folder:
            return _Benchmark(Path(folder), quick, report).run()
    finally:
        cv2.setNumThreads(threads)


class _Benchmark:
    def __init__(self, folder: Path, quick: bool, report: Progress) -> None:
        self._folder, self._quick, self._report = folder, quick, report
        self._speech = asset("audio", "speech.wav")
        self._samples = read_audio(self._speech)

    def run(self) -> Facts:
        facts: Facts = {}
        facts |= self._bake()
        self._report("loading", 0.25)
        facts |= self._load()
        self._report("lip sync and performance", 0.28)
        facts |= self._speech_to_poses()
        facts |= measure_lipsync(self._samples)
        scenes = make_scenes(self._samples, _QUICK_FRAMES if self._quick else _FRAMES)
        facts["frames"] = len(scenes["talking"])
        for number, size in enumerate(SIZES):
            self._report(f"rendering at {size}", 0.3 + 0.18 * number)
            facts |= self._render(size, scenes)
        self._report("a whole video", 0.88)
        facts |= self._whole_video()
        self._report("live sessions", 0.91)
        facts |= measure_sessions(open_avatar(self._file("512")), self._samples, self._quick)
        self._report("memory", 0.97)
        resident, peak = measure_talking(self._file("512"), self._speech)
        facts |= {"rss_mb": round(resident, 1), "peak_rss_mb": round(peak, 1)}
        self._report("done", 1.0)
        return facts

    def _file(self, size: str) -> Path:
        return self._folder / f"{size}.imx"

    def _bake(self) -> Facts:
        """Bake at all sizes; the first bake is the one that is told, networks loaded on the way."""
        facts: Facts = {}
        picture = asset("artwork", "maya_1024.png")
        for number, (size, pixels) in enumerate(SIZES.items()):
            self._report(f"baking at {size}", 0.08 * number)
            wall, cpu = time.perf_counter(), time.process_time()
            avatar = bake_file(picture, BakeOptions(size=pixels, name="maya"))
            suffix = "" if size == "512" else f"_{size}"
            facts[f"bake_s{suffix}"] = round(time.process_time() - cpu, 3)
            facts[f"bake_wall_s{suffix}"] = round(time.perf_counter() - wall, 3)
            save_avatar(avatar, self._file(size))
            facts[f"file_mb_{size}"] = round(self._file(size).stat().st_size / 1e6, 3)
        return facts

    def _load(self) -> Facts:
        repeats = range(_QUICK_LOADS if self._quick else _LOADS)
        path = self._file("512")
        avatar = open_avatar(path)
        return {
            **time_each(lambda _: open_avatar(path), repeats).facts("load_ms"),
            **time_each(lambda _: Renderer(avatar), repeats).facts("prepare_ms"),
        }

    def _speech_to_poses(self) -> Facts:
        """Time lip sync and performance a frame at a time, as a live session runs them."""
        stream, performer = ArticulationStream(), Performer(seed=0)
        audio = self._samples
        whole = len(audio) // SAMPLES_PER_FRAME * SAMPLES_PER_FRAME
        blocks = list(audio[:whole].reshape(-1, SAMPLES_PER_FRAME))
        found: list[Curves] = []
        stream.push(blocks[0])  # loads the network
        lip_sync = time_each(lambda block: found.append(stream.push(block)), blocks[1:])
        levels = loudness(audio)
        curves = [piece for piece in found if len(piece)]
        performing = time_each(
            lambda item: performer.perform(item[1], levels[item[0] : item[0] + len(item[1])]),
            list(enumerate(curves)),
        )
        return {**lip_sync.facts("lipsync_ms"), **performing.facts("performance_ms")}

    def _render(self, size: str, scenes: dict[str, Scene]) -> Facts:
        avatar = open_avatar(self._file(size))
        renderer = Renderer(avatar)
        facts: Facts = {}
        for name, scene in scenes.items():
            for pose in scene[:_WARM_UP]:
                renderer.render(pose)
            facts |= time_each(renderer.render, scene).facts(f"render_ms_{size}_{name}")
        frames = [renderer.render(pose) for pose in scenes["as_performed"]]
        return {**facts, **self._encode(avatar, frames).facts(f"encode_ms_{size}")}

    def _encode(self, avatar: Avatar, frames: list[NDArray[np.uint8]]) -> Timing:
        """Time the encoder, the frames that it holds back to the end shared out over all."""
        writer = VideoWriter(self._folder / "encode.mp4", avatar.width, avatar.height)
        with writer:
            timing = time_each(writer.write_frame, frames)
            wall, cpu = time.perf_counter(), time.process_time()
        rest_cpu = (time.process_time() - cpu) * 1000 / len(frames)
        rest_wall = (time.perf_counter() - wall) * 1000 / len(frames)
        return Timing([ms + rest_cpu for ms in timing.cpu], [ms + rest_wall for ms in timing.wall])

    def _whole_video(self) -> Facts:
        """Make a video of the speech from file to file, one step after the other."""
        avatar = open_avatar(self._file("512"))
        wall, cpu = time.perf_counter(), time.process_time()
        samples = read_audio(self._speech)
        sound = read_soundtrack(self._speech, 1)
        count = 0
        with VideoWriter(self._folder / "talk.mp4", avatar.width, avatar.height, sound=sound) as writer:
            for frame in perform(avatar, samples):
                writer.write_frame(frame.image)
                count += 1
        seconds = count / FRAMES_PER_SECOND
        return {
            "audio_s": seconds,
            "render_realtime_factor": round(seconds / (time.perf_counter() - wall), 3),
            "render_realtime_factor_cpu": round(seconds / (time.process_time() - cpu), 3),
        }
