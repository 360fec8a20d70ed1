"""A sound server of the test's own: a loudspeaker that can be listened to, a microphone to speak into."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self

import numpy as np
from numpy.typing import NDArray

from tests.desktop.processes import PATIENCE, Program, until

NEEDED: Final = ("pulseaudio", "pactl", "parec", "pacat")
RATE: Final = 48_000
SPEAKER: Final = "speaker"
_MICROPHONE: Final = "throat"
#: The names under which programs see the microphone and the loudspeaker.
MICROPHONE: Final = "microphone"
#: Without norewinds ALSA's plugin stalls for a second or two on a null sink.
_SINK: Final = f"rate={RATE} norewinds=1"
_ALSA: Final = """</usr/share/alsa/alsa.conf>
pcm.!default { type pulse }
ctl.!default { type pulse }
"""


class SoundServer:
    """PulseAudio without a sound card. ``stop`` and ``start`` are what unplugging looks like."""

    def __init__(self, folder: Path) -> None:
        """``folder`` is this server's own and private, its path short: it holds a socket."""
        self._folder = folder
        self._socket = folder / "pulse.sock"
        alsa = folder / "asound.conf"
        alsa.write_text(_ALSA, encoding="utf-8")
        #: What a program needs to find this server, through PulseAudio or through ALSA.
        self.environment = {
            "PULSE_SERVER": f"unix:{self._socket}",
            "XDG_RUNTIME_DIR": str(folder),
            "ALSA_CONFIG_PATH": str(alsa),
        }
        self._program: Program | None = None
        self.start()

    def start(self) -> None:
        """Start it, or start it again with the same devices."""
        self._socket.unlink(missing_ok=True)
        script = self._folder / "devices.pa"
        script.write_text(
            # Clients are answered when all of it is done, so that they never meet a part of the devices.
            f"load-module module-native-protocol-unix socket={self._socket} auth-anonymous=1\n"
            f"load-module module-null-sink sink_name={SPEAKER} {_SINK}\n"
            f"load-module module-null-sink sink_name={_MICROPHONE} {_SINK}\n"
            f"load-module module-remap-source source_name={MICROPHONE} master={_MICROPHONE}.monitor\n"
            f"set-default-sink {SPEAKER}\n"
            f"set-default-source {MICROPHONE}\n",
            encoding="utf-8",
        )
        self._program = program = Program(
            ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes",
             "--use-pid-file=no", f"--file={script}"],
            {**os.environ, **self.environment, "HOME": str(self._folder)},
            self._folder / "pulse.log",
        )  # fmt: skip

        def answers() -> bool:
            assert program.running, f"the sound server did not start: {program.output}"
            return self._socket.exists() and self._control("info") is not None

        until(answers, "the sound server")

    def stop(self) -> None:
        """End it the hard way: its clients see the devices vanish."""
        if self._program is not None:
            self._program.process.kill()
            self._program.process.wait()

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Let it be there and answer nobody meanwhile."""
        assert self._program is not None
        self._program.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self._program.process.send_signal(signal.SIGCONT)

    def listen(self) -> "Recording":
        """Record what the loudspeaker plays; use it in a ``with`` block."""
        return Recording(self._variables(), f"{SPEAKER}.monitor")

    def listen_to_microphone(self) -> "Recording":
        """Record what is said into the microphone; use it in a ``with`` block."""
        return Recording(self._variables(), f"{_MICROPHONE}.monitor")

    def speak(self, samples: NDArray[np.float32]) -> None:
        """Say float32 (n,) at ``RATE`` into the microphone; returns when all is said."""
        subprocess.run(
            ["pacat", "--playback", f"--device={_MICROPHONE}", "--format=float32le", f"--rate={RATE}",
             "--channels=1", "--latency-msec=20"],
            input=samples.astype("<f4").tobytes(), env=self._variables(), check=True,
        )  # fmt: skip

    @contextmanager
    def speaking(self, samples: NDArray[np.float32]) -> Iterator[None]:
        """Say float32 (n,) at ``RATE`` into the microphone, again and again until the block is left."""
        enough = threading.Event()

        def say() -> None:
            while not enough.is_set():
                self.speak(samples)

        talker = threading.Thread(target=say, daemon=True)
        talker.start()
        try:
            yield
        finally:
            enough.set()
            talker.join()

    def players(self) -> int:
        """Return how many streams play at the moment."""
        return len((self._control("list", "short", "sink-inputs") or "").splitlines())

    def listeners(self) -> int:
        """Return how many streams record at the moment."""
        return len((self._control("list", "short", "source-outputs") or "").splitlines())

    def _control(self, *command: str) -> str | None:
        done = subprocess.run(
            ["pactl", *command],
            env=self._variables(), capture_output=True, text=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
        return done.stdout if done.returncode == 0 else None

    def _variables(self) -> dict[str, str]:
        return {**os.environ, **self.environment}


class Recording:
    """What a loudspeaker plays, with the time (``time.monotonic``) at which each sample came out."""

    def __init__(self, environment: dict[str, str], device: str) -> None:
        self._environment, self._device = environment, device
        self._blocks: list[tuple[float, NDArray[np.float32]]] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            ["parec", f"--device={self._device}", "--format=float32le", f"--rate={RATE}", "--channels=1",
             "--latency-msec=10", "--raw"],
            env=self._environment, stdout=subprocess.PIPE, bufsize=0,
        )  # fmt: skip
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()
        until(lambda: self._blocks, "the first sound to be recorded")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()
        self._thread.join()

    @property
    def samples(self) -> NDArray[np.float32]:
        """Return everything so far, float32 (n,) at ``RATE``."""
        with self._lock:
            return np.concatenate([block for _, block in self._blocks])

    @property
    def begin(self) -> float:
        """Return when the first sample came out."""
        with self._lock:
            return _time(list(self._blocks), 0)

    def loudness(self, seconds: float) -> float:
        """Return the root mean square of the last ``seconds``."""
        wanted = int(seconds * RATE)
        latest: list[NDArray[np.float32]] = []
        with self._lock:
            for _, block in reversed(self._blocks):
                if sum(map(len, latest)) >= wanted:
                    break
                latest.insert(0, block)
        sound = np.concatenate(latest)[-wanted:]
        return float(np.sqrt(np.mean(sound**2)))

    def onsets(self, threshold: float = 0.05, quiet_seconds: float = 0.1) -> list[float]:
        """Return when sound began after at least ``quiet_seconds`` of silence."""
        return [begin for begin, _ in self.sounds(threshold, quiet_seconds)]

    def sounds(self, threshold: float = 0.05, quiet_seconds: float = 0.1) -> list[tuple[float, float]]:
        """Return when each sound began and ended; a pause of ``quiet_seconds`` parts two sounds."""
        with self._lock:
            blocks = list(self._blocks)
        samples = np.concatenate([block for _, block in blocks])
        loud = np.flatnonzero(np.abs(samples) > threshold)
        if not len(loud):
            return []
        parted = np.flatnonzero(np.diff(loud) > quiet_seconds * RATE)
        begins = [loud[0], *loud[parted + 1]]
        ends = [*loud[parted], loud[-1]]
        return [(_time(blocks, begin), _time(blocks, end)) for begin, end in zip(begins, ends, strict=True)]

    def _read(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        rest = b""
        while data := stream.read(8192):
            now = time.monotonic()
            data = rest + data
            whole = len(data) // 4 * 4
            rest = data[whole:]
            with self._lock:
                self._blocks.append((now, np.frombuffer(data[:whole], "<f4").copy()))


def _time(blocks: list[tuple[float, NDArray[np.float32]]], index: int) -> float:
    """Return when a sample was played.

    A block can come late, never early: the time is the earliest that the blocks around allow.
    """
    place, found = 0, []
    for now, block in blocks:
        place += len(block)
        if abs(place - index) < RATE // 2:
            found.append(now - (place - index) / RATE)
    return float(min(found))
