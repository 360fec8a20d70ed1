"""The one owner of PortAudio: opens devices, notices when they go, and gets them back.

A device that goes raises nothing anywhere: its stream just ends. PortAudio learns of devices only when it
is initialised, and initialising it anew ends all streams, so whoever wants sound shares this owner. It
talks to PortAudio in a thread of its own, so that nobody else waits for a sound server that hangs.
"""

import atexit
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Final

from ..errors import UnavailableError
from .devices import NOUN, Device, choose, read_devices
from .hardware import fingerprint
from .line import Connection, Line, LineRequest, SoundCallback
from .portaudio import load_portaudio, quiet

_log = logging.getLogger(__name__)

#: How often streams are looked at; one that ends is noticed at once.
_LOOK_SECONDS: Final = 0.5
#: Pauses between attempts to get a device back: short at first, for a sound server that restarts, and
#: longer the longer it is away, about a quarter of that time.
_FIRST_PAUSE: Final = 0.25
_PAUSE_GROWTH: Final = 1.3
_LONGEST_PAUSE: Final = 10.0
#: How long to leave PortAudio alone after a fault that nobody thought of.
_FAULT_PAUSE: Final = 2.0
#: A stream that says it is active and yet moves no sound for this long is lost too.
_STALLED_SECONDS: Final = 5.0
#: A stream that takes longer to start never will.
_START_SECONDS: Final = 3.0
#: When a sound server goes, its streams end within this time of each other.
_TOGETHER_SECONDS: Final = 0.1


class AudioSystem:
    """Keeps the lines of a program connected, whatever happens to the devices.

    ``notify`` gets one line of text when a device goes, comes back, or was never there; it is called by
    the system's thread and must return quickly. Until the first line is wanted nothing is loaded.
    """

    def __init__(self, notify: Callable[[str], None] | None = None) -> None:
        self._notify: Callable[[str], None] = notify or (lambda text: None)
        self._lines: list[Line] = []
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = False
        self._thread: threading.Thread | None = None
        self._portaudio: Any = None
        self._devices: tuple[Device, ...] = ()
        self._hardware = fingerprint()
        self._pause = _FIRST_PAUSE
        self._retry_at = 0.0
        self._stuck: list[_Start] = []

    def output(
        self,
        fill: SoundCallback,
        *,
        device: str | None = None,
        rate: int = 48_000,
        channels: int = 1,
        block_frames: int = 480,
        latency: float = 0.03,
        on_change: Callable[[Line], None] | None = None,
    ) -> Line:
        """Return a line to a loudspeaker, at once; it is connected a moment later, if there is one.

        ``fill`` fills blocks of silence, float32 (frames, channels), in PortAudio's thread; the channels
        may be more than asked for and the rate that of ``Line.rate``. ``device`` is a part of a name or
        an index, None follows the system's default. ``on_change`` is told, in the system's thread, when
        ``connected`` changes.
        """
        request = LineRequest("output", device, rate, channels, block_frames, latency)
        return self._add(Line(self, request, fill, on_change))

    def input(
        self,
        take: SoundCallback,
        *,
        device: str | None = None,
        rate: int = 16_000,
        channels: int = 1,
        block_frames: int = 160,
        latency: float = 0.02,
        on_change: Callable[[Line], None] | None = None,
    ) -> Line:
        """Return a line from a microphone, at once; ``take`` gets its blocks, else as ``output``."""
        request = LineRequest("input", device, rate, channels, block_frames, latency)
        return self._add(Line(self, request, take, on_change))

    def devices(self) -> Sequence[Device]:
        """Return the devices as they were when PortAudio last looked; none before the first line."""
        return self._devices

    def wake(self) -> None:
        """Have the system look at its lines now."""
        self._wake.set()

    def close(self, timeout: float = 2.0) -> None:
        """Close all lines; wait up to ``timeout`` seconds for it, should the sound server not answer."""
        with self._lock:
            self._closing = True
            thread = self._thread
        self.wake()
        if thread is None or thread is threading.current_thread():
            return
        thread.join(timeout)
        if (thread.is_alive() or self._stuck) and self._portaudio is not None:
            # The end of the process would wait for PortAudio as those threads do.
            atexit.unregister(self._portaudio._exit_handler)

    def _add(self, line: Line) -> Line:
        with self._lock:
            if self._closing:
                raise RuntimeError("the audio system is closed")
            self._lines.append(line)
            self._retry_at, self._pause = 0.0, _FIRST_PAUSE
            if self._thread is None:
                self._thread = threading.Thread(target=self._serve, name="audio devices", daemon=True)
                self._thread.start()
        self.wake()
        return line

    # In the system's thread

    def _serve(self) -> None:
        try:
            self._portaudio = load_portaudio()
        except UnavailableError as error:
            self._notify(str(error))
            return
        self._devices = tuple(read_devices(self._portaudio))
        while not self._closing:
            try:
                self._tend()
            except Exception:
                _log.exception("the audio devices could not be looked at")
                self._retry_at = time.monotonic() + _FAULT_PAUSE
            waiting = any(not line.connected for line in self._open_lines())
            until_retry = max(0.0, self._retry_at - time.monotonic()) if waiting else _LOOK_SECONDS
            self._wake.wait(min(_LOOK_SECONDS, until_retry))
            self._wake.clear()
        for line in self._all_lines():
            self._disconnect(line)

    def _all_lines(self) -> list[Line]:
        with self._lock:
            return list(self._lines)

    def _open_lines(self) -> list[Line]:
        return [line for line in self._all_lines() if not line.closed]

    def _tend(self) -> None:
        self._drop_closed()
        self._drop_stuck()
        lines = self._open_lines()
        lost = self._lost(lines)
        if lost:
            self._tell(_gone(lost))  # before letting go of it, which a server that hangs makes us wait for
            self._retry_at, self._pause = 0.0, _FIRST_PAUSE
        for line in lost:
            self._disconnect(line)
            line.missed = True
        if self._hardware_changed():
            self._look_anew()
            self._retry_at = 0.0
        if time.monotonic() >= self._retry_at and not all(line.connected for line in lines):
            self._connect_all(lines)

    def _drop_closed(self) -> None:
        for line in self._all_lines():
            if line.closed:
                self._disconnect(line)
                with self._lock:
                    self._lines.remove(line)

    def _drop_stuck(self) -> None:
        for start in [one for one in self._stuck if not one.is_alive()]:
            self._stuck.remove(start)
            self._end(start.stream)

    def _lost(self, lines: Sequence[Line]) -> list[Line]:
        if any(self._is_lost(line) for line in lines):
            time.sleep(_TOGETHER_SECONDS)
        return [line for line in lines if self._is_lost(line)]

    def _is_lost(self, line: Line) -> bool:
        connection = line.connection
        if connection is None:
            return False
        return not connection.stream.active or time.monotonic() - connection.called > _STALLED_SECONDS

    def _hardware_changed(self) -> bool:
        before, self._hardware = self._hardware, fingerprint()
        return before != self._hardware

    def _connect_all(self, lines: Sequence[Line]) -> None:
        for line in lines:
            if not line.connected:
                self._connect(line)
        if lines and not any(line.connected for line in lines):
            # Nothing plays that would be cut off: perhaps PortAudio does not know what has come.
            self._look_anew()
            for line in lines:
                self._connect(line)
        missing = [line for line in lines if not line.connected]
        back = [line for line in lines if line.connected and line.missed]
        new = [line for line in missing if not line.missed]
        for line in lines:
            line.missed = not line.connected
        if back:
            self._tell(_back(back))
        if new:
            self._tell(_missing(new))
        if missing:
            self._retry_at = time.monotonic() + self._pause
            self._pause = min(_PAUSE_GROWTH * self._pause, _LONGEST_PAUSE)

    def _look_anew(self) -> None:
        """Initialise PortAudio again, which ends all streams, and note the devices it finds."""
        if self._stuck:
            return  # it would wait for their end
        for line in self._all_lines():
            self._disconnect(line)
        if self._portaudio._initialized:  # not if the attempt before this one failed
            self._portaudio._terminate()
        self._portaudio._initialize()
        self._devices = tuple(read_devices(self._portaudio))

    def _connect(self, line: Line) -> None:
        request = line.request
        device = choose(self._devices, request.direction, request.device)
        if device is None:
            return
        for rate, channels in _ways(request, device):
            try:
                connection = self._open(line, device, rate, channels)
            except (self._portaudio.PortAudioError, ValueError) as error:
                _log.debug("%s at %s Hz, %s channels: %s", device.name, rate, channels, error)
                continue
            if connection is None:
                return
            _log.info("%s: %s at %s Hz", NOUN[request.direction], device.name, rate)
            line.connection = connection
            return

    def _open(self, line: Line, device: Device, rate: int, channels: int) -> Connection | None:
        """Return a running stream, None if it does not get going; raises ``PortAudioError``."""
        request = line.request
        connection = Connection(device, rate)
        kind = "InputStream" if request.direction == "input" else "OutputStream"
        with quiet():
            stream = getattr(self._portaudio, kind)(
                device=device.index,
                samplerate=rate,
                channels=channels,
                dtype="float32",
                blocksize=round(request.block_frames * rate / request.rate),
                latency=request.latency,
                callback=partial(line.called, connection),
                finished_callback=self.wake,
            )
            start = _Start(stream, self._portaudio.PortAudioError)
            start.join(0.2)
        start.join(_START_SECONDS)
        if start.is_alive():
            _log.warning("%s does not start", device.name)
            self._stuck.append(start)
            return None
        if start.error is not None:
            stream.close()
            raise start.error
        connection.stream, connection.latency = stream, float(stream.latency)
        return connection

    def _disconnect(self, line: Line) -> None:
        connection = line.connection
        if connection is not None:
            line.connection = None
            self._end(connection.stream)

    def _end(self, stream: Any) -> None:
        for act in (stream.abort, stream.close):
            with suppress(self._portaudio.PortAudioError):
                act()

    def _tell(self, text: str) -> None:
        _log.info("%s", text)
        self._notify(text)


class _Start(threading.Thread):
    """Starts a stream; apart, for PortAudio waits for ever if the server dies at that moment."""

    def __init__(self, stream: Any, error_type: type[Exception]) -> None:
        super().__init__(name="audio start", daemon=True)
        self.stream = stream
        self.error: Exception | None = None
        self._error_type = error_type
        self.start()

    def run(self) -> None:
        """Start it and note what went wrong."""
        try:
            self.stream.start()
        except self._error_type as error:
            self.error = error


def _gone(lines: Sequence[Line]) -> str:
    names = _names(lines)
    verb, them = ("is", "it") if len(names) == 1 else ("are", "them")
    return f"The {' and the '.join(names)} {verb} gone; waiting for {them}"


def _back(lines: Sequence[Line]) -> str:
    names = _names(lines)
    where = "back" if any(line.openings > 1 for line in lines) else "here now"
    return f"The {' and the '.join(names)} {'is' if len(names) == 1 else 'are'} {where}"


def _missing(lines: Sequence[Line]) -> str:
    return f"There is no {' and no '.join(_names(lines))}; going on without"


def _names(lines: Sequence[Line]) -> list[str]:
    """Return what the devices of lines are called, loudspeakers first."""
    in_order = sorted(lines, key=lambda line: line.request.direction, reverse=True)
    return list(dict.fromkeys(_called(line) for line in in_order))


def _called(line: Line) -> str:
    request = line.request
    noun = NOUN[request.direction]
    return noun if request.device is None else f"{noun} {request.device!r}"


def _ways(request: LineRequest, device: Device) -> Iterator[tuple[int, int]]:
    """Yield rates and numbers of channels to try, the ones asked for first."""
    channels = dict.fromkeys((request.channels, min(2, device.channels(request.direction))))
    for rate in dict.fromkeys((request.rate, device.default_rate)):
        for count in channels:
            yield rate, count
